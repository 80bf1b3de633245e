import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { reloadSession, useSession, useUser } from "../../data/session.ts";
import { t } from "../../i18n/start/index.ts";
import type { Look } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { browserZone, zoneNames } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { createToken } from "../tokens/create.tsx";
import { TokenOnce } from "../tokens/once.tsx";

/** Renders the first steps of a new user. */
export default function Start() {
  const user = useUser();
  const name = user.first_name || user.username;
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const projects = useAccount("projects").data;
  const tokens = useAccount("tokens").data;
  const isConnected = tokens?.some(({ scopes }) => scopes.includes("ingest"));
  const done = [zone !== "UTC" || browserZone() === "UTC", Boolean(projects?.length), Boolean(isConnected)];
  const isDone = done.every(Boolean);
  // One button on the page stands out: that of the next step.
  const lookOf = (step: number): Look => (done.indexOf(false) === step ? "primary" : "secondary");
  return (
    <>
      <PageHead title={t("start.title", { name })} lead={isDone ? t("start.done_lead") : t("start.lead")} />
      {projects && tokens && (
        <section class="card" aria-label={t("start.steps")}>
          <ol class="start">
            <Step number={1} isDone={done[0]} title={t("start.zone")} lead={t("start.zone_lead")}>
              <ZoneStep zone={zone} look={lookOf(0)} />
            </Step>
            <Step number={2} isDone={done[1]} title={t("start.project")} lead={t("start.project_lead")}>
              <ProjectStep look={lookOf(1)} />
            </Step>
            <Step number={3} isDone={done[2]} title={t("start.connect")} lead={t("start.connect_lead")}>
              <ConnectStep look={lookOf(2)} />
            </Step>
          </ol>
        </section>
      )}
    </>
  );
}

function Step({
  number,
  isDone = false,
  title,
  lead,
  children,
}: {
  number: number;
  isDone: boolean | undefined;
  title: string;
  lead: string;
  children: ComponentChildren;
}) {
  // A step that was done just now still shows its result, such as a key.
  const [wasDone] = useState(isDone);
  return (
    <li>
      <span class="mark" data-done={isDone || undefined} aria-hidden="true">
        {isDone ? <Icon name="check" /> : number}
      </span>
      <div class="stack">
        <div class="stack tight">
          <h2>
            {title}
            {isDone && <span class="visually-hidden"> ({t("start.step_done")})</span>}
          </h2>
          <p class="muted">{lead}</p>
        </div>
        {!wasDone && children}
      </div>
    </li>
  );
}

function ZoneStep({ zone, look }: { zone: string; look: Look }) {
  const [isSaved, setSaved] = useState(false);
  if (isSaved) return null;
  async function choose({ timezone = "" }: Values) {
    await call(api.PATCH("/settings/time", { body: { timezone } }));
    setSaved(true);
    await Promise.all([reloadSession(), reloadAccount("timeSettings")]);
    toast(t("saved"));
  }
  const suggested = zone === "UTC" ? browserZone() : zone;
  return (
    <Form onSubmit={choose} label={t("start.zone")}>
      <SelectField
        name="timezone"
        label={t("start.zone_label")}
        value={suggested}
        options={zoneNames(suggested).map((name) => [name, name.replaceAll("_", " ")])}
      />
      <div>
        <Submit look={look}>{t("start.zone_action")}</Submit>
      </div>
    </Form>
  );
}

function ProjectStep({ look }: { look: Look }) {
  const [created, setCreated] = useState("");
  if (created) return <p class="item-title">{created}</p>;
  async function create({ name = "" }: Values) {
    await call(api.POST("/projects", { body: { name } }));
    setCreated(name);
    await reloadAccount("projects");
  }
  return (
    <Form onSubmit={create} label={t("start.project")}>
      <TextField name="name" label={t("start.project_name")} maxLength={100} required />
      <div>
        <Submit look={look}>{t("start.project_action")}</Submit>
      </div>
    </Form>
  );
}

function ConnectStep({ look }: { look: Look }) {
  const [token, setToken] = useState<Schemas["CreatedPersonalToken"]>();
  const [kind, setKind] = useState<"editor" | "watcher">("editor");
  if (token)
    return (
      <div class="stack">
        <TokenOnce token={token} />
        <ol class="steps">
          {([1, 2, 3] as const).map((step) => (
            <li key={step}>{t(`start.${kind}_${step}`)}</li>
          ))}
        </ol>
        {kind === "watcher" && <Notice>{t("start.watcher_hint")}</Notice>}
      </div>
    );
  const create = async () => setToken(await createToken(t(`start.${kind}`), kind, 366));
  return (
    <Form onSubmit={create} label={t("start.connect")}>
      <div class="row">
        <Segments
          label={t("start.connect")}
          value={kind}
          options={[
            ["editor", t("start.editor")],
            ["watcher", t("start.watcher")],
          ]}
          onChange={setKind}
        />
      </div>
      <div class="row">
        <Submit look={look}>{t("start.connect_action")}</Submit>
      </div>
    </Form>
  );
}

function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset class="segments">
      <legend class="visually-hidden">{label}</legend>
      {options.map(([key, text]) => (
        <label key={key}>
          <input
            class="visually-hidden"
            type="radio"
            name="segment"
            checked={key === value}
            onChange={() => onChange(key)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
