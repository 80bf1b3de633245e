import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import {
  type Organization,
  reloadOrganizations,
  reloadWithout,
  useTaggedOrganization,
} from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";
import { normalizePath } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { describeError } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { weekdayName, zoneNames } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { TypedConfirmDialog } from "../../ui/typed-confirm.tsx";
import { Missing } from "../organization/missing.tsx";
import { withTaken } from "../organization/taken.ts";

/** Days on which weeks begin somewhere, Monday first. */
const WEEK_STARTS = [1, 2, 3, 4, 5, 6, 0];

/** Renders the settings of one organization, and the way to delete it, as far as the user's role allows. */
export default function OrganizationSettings() {
  const { path } = useLocation();
  // Until the next page has loaded, this one stays.
  const [id] = useState(() => normalizePath(path).split("/").at(-2) ?? "");
  const query = useTaggedOrganization(id);
  if (query.error instanceof ApiError && query.error.code === "RESOURCE_NOT_FOUND") return <Missing />;
  return (
    <Loaded query={query}>
      {({ data, tag }) => <Shown key={tag} organization={data} tag={tag} reload={query.refetch} />}
    </Loaded>
  );
}

function Shown({
  organization,
  tag,
  reload,
}: {
  organization: Organization;
  tag: string;
  reload: () => unknown;
}) {
  const { id, name, grants } = organization;
  const [isDeleting, setDeleting] = useState(false);
  const mayUpdate = grants.includes("organization:update");
  const mayDelete = grants.includes("organization:delete");
  return (
    <>
      <p class="small">
        <a href={`/app/organizations/${id}`}>{t("settings.back", { name })}</a>
      </p>
      <PageHead title={t("settings.title")} lead={name} />
      {mayUpdate && <Settings organization={organization} tag={tag} reload={reload} />}
      {mayDelete && (
        <Card
          title={t("settings.delete")}
          lead={t("settings.delete_lead")}
          isDanger
          action={
            <Button look="danger-quiet" onClick={() => setDeleting(true)}>
              {t("settings.delete")}
            </Button>
          }
        />
      )}
      {!mayUpdate && !mayDelete && <Notice kind="info">{t("settings.not_allowed")}</Notice>}
      {isDeleting && <Delete organization={organization} onClose={() => setDeleting(false)} />}
    </>
  );
}

function Settings({
  organization,
  tag,
  reload,
}: {
  organization: Organization;
  tag: string;
  reload: () => unknown;
}) {
  const { id, name, slug, timezone, week_start, currency } = organization;
  async function save(values: Values) {
    const params = { path: { organization_id: id }, header: { "If-Match": tag } };
    const body = {
      name: values.name?.trim() ?? "",
      slug: values.slug?.trim() ?? "",
      timezone: values.timezone ?? "",
      week_start: Number(values.week_start),
      currency: values.currency ?? "",
    };
    try {
      await withTaken("slug", t("settings.slug_taken"), () =>
        call(api.PUT("/organizations/{organization_id}", { params, body })),
      );
    } catch (thrown) {
      // Another member changed it: their version is shown.
      if (thrown instanceof ApiError && thrown.code === "PRECONDITION_FAILED") {
        toast(t("error.PRECONDITION_FAILED"));
        reload();
        return;
      }
      throw thrown;
    }
    toast(t("saved"));
    await reloadOrganizations();
  }
  return (
    <Card title={t("settings.general")} lead={t("settings.general_lead")}>
      <div class="card-body">
        <Form onSubmit={save} label={t("settings.general")}>
          <div class="pair">
            <TextField
              name="name"
              label={t("field.name")}
              maxLength={255}
              defaultValue={name}
              autocomplete="off"
              required
            />
            <TextField
              name="slug"
              label={t("settings.slug")}
              hint={t("settings.slug_hint")}
              maxLength={100}
              defaultValue={slug}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              required
            />
          </div>
          <SelectField
            name="timezone"
            label={t("settings.zone")}
            value={timezone}
            options={zoneNames(timezone).map((zone) => [zone, zone.replaceAll("_", " ")])}
          />
          <div class="pair">
            <SelectField
              name="week_start"
              label={t("settings.week_start")}
              value={String(week_start)}
              options={WEEK_STARTS.map((day) => [String(day), weekdayName(day)])}
            />
            <SelectField
              name="currency"
              label={t("settings.currency")}
              value={currency}
              options={currencies(currency)}
            />
          </div>
          <div class="row row-end">
            <Submit>{t("action.save")}</Submit>
          </div>
        </Form>
      </div>
    </Card>
  );
}

/** Returns all currencies that the browser knows, and the present one, with their names. */
function currencies(present: string): [string, string][] {
  const names = new Intl.DisplayNames(document.documentElement.lang, { type: "currency" });
  return [...new Set([present, ...Intl.supportedValuesOf("currency")])]
    .sort()
    .map((code) => [code, `${code} – ${names.of(code) ?? code}`]);
}

/** Renders the question before an organization is deleted, to be answered with its name. */
function Delete({
  organization: { id, name },
  onClose,
}: {
  organization: Organization;
  onClose: () => void;
}) {
  const { route } = useLocation();
  async function remove() {
    await call(api.DELETE("/organizations/{organization_id}", { params: { path: { organization_id: id } } }));
    route("/app/organizations", true);
    toast(t("settings.deleted", { name }), { label: t("settings.undo"), run: () => restore(id, name) });
    await reloadWithout(id);
  }
  return (
    <TypedConfirmDialog
      title={t("settings.delete_title", { name })}
      explanation={t("settings.delete_explain")}
      name={name}
      texts={{
        label: t("settings.confirm", { name }),
        mismatch: t("settings.mismatch"),
        action: t("settings.delete"),
      }}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}

async function restore(id: string, name: string): Promise<void> {
  try {
    await call(
      api.POST("/organizations/{organization_id}/restore", { params: { path: { organization_id: id } } }),
    );
    toast(t("settings.restored", { name }));
  } catch (thrown) {
    toast(describeError(toApiError(thrown)));
  }
  await reloadOrganizations();
}
