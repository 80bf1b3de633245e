import { useEffect } from "preact/hooks";
import type { Code } from "../api/errors.ts";
import { useProjects, useTags } from "../data/names.ts";
import { type Change, type Entry, type EntryValues, valuesOf } from "../data/outbox/changes.ts";
import { discard, retry } from "../data/outbox/outbox.ts";
import { type Scope, scopeOf } from "../data/scope.ts";
import { useSession } from "../data/session.ts";
import { t } from "../i18n/timer/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { describeError } from "../ui/error-notice.tsx";
import { formatMoment } from "../ui/format.ts";
import { titleOf } from "./entry/names.tsx";

/** Renders the changes that could not be saved, each with its remedies. */
export function OutboxDialog({ changes, onClose }: { changes: readonly Change[]; onClose: () => void }) {
  useEffect(() => {
    if (changes.length === 0) onClose();
  }, [changes.length]);
  return (
    <Dialog title={t("outbox.title")} onClose={onClose} look="wide">
      {changes.map((change) => (
        <section key={change.key} class="stack" aria-label={nameOf(change)}>
          <h3>{nameOf(change)}</h3>
          {change.problem?.theirs ? (
            <Conflict change={change} theirs={change.problem.theirs} />
          ) : (
            <Refused change={change} />
          )}
        </section>
      ))}
      <div class="row row-end">
        <Button onClick={onClose}>{t("outbox.close")}</Button>
      </div>
    </Dialog>
  );
}

/** Returns the title of a change, such as `Change: Notes`. */
function nameOf({ work, problem }: Change): string {
  const known = "entry" in work ? work.entry : "base" in work ? work.base : problem?.theirs;
  return known ? `${t(`outbox.${work.do}`)}: ${titleOf(known)}` : t(`outbox.${work.do}`);
}

function Refused({ change }: { change: Change }) {
  const { code = "", message = "", fields = {} } = change.problem ?? {};
  return (
    <>
      <p>{describeError({ code: code as Code, message, fields })}</p>
      <div class="row">
        <Button onClick={() => void retry(change)}>{t("outbox.try_again")}</Button>
        <Button look="danger-quiet" onClick={() => void discard(change)}>
          {t("outbox.discard")}
        </Button>
      </div>
    </>
  );
}

function Conflict({ change, theirs }: { change: Change; theirs: Entry }) {
  const values = valuesOf(change);
  const show = useShow(scopeOf(theirs));
  const fields = Object.keys(values) as (keyof EntryValues)[];
  return (
    <>
      <p>{t("outbox.conflict")}</p>
      <table class="versions">
        <thead>
          <tr>
            <th scope="col">{t("outbox.field")}</th>
            <th scope="col">{t("outbox.mine")}</th>
            <th scope="col">{t("outbox.theirs")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{labelOf(field)}</th>
              <td>{show(field, values)}</td>
              <td>{show(field, theirs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="row">
        <Button look="primary" onClick={() => void retry(change, { do: "edit", base: theirs, values })}>
          {t("outbox.keep_mine")}
        </Button>
        <Button onClick={() => void discard(change)}>{t("outbox.keep_theirs")}</Button>
      </div>
    </>
  );
}

function labelOf(field: keyof EntryValues): string {
  const labels = {
    description: t("entry.description"),
    project_id: t("entry.project"),
    task_id: t("entry.task"),
    tag_ids: t("entry.tags"),
    started_at: t("entry.start"),
    ended_at: t("entry.end"),
    is_billable: t("entry.billable"),
  };
  return labels[field];
}

/** Returns the function that writes a field of a version of an entry in a scope. */
function useShow(scope: Scope) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const projects = useProjects(scope);
  const tags = useTags(scope);
  return (field: keyof EntryValues, { [field]: value }: Partial<EntryValues>): string => {
    if (field === "project_id")
      return projects?.find(({ id }) => id === value)?.name ?? t("entry.no_project");
    if (field === "tag_ids")
      return (tags ?? [])
        .flatMap(({ id, name }) => ((value as string[]).includes(id) ? [`#${name}`] : []))
        .join(" ");
    if (field === "is_billable") return value ? t("outbox.yes") : t("outbox.no");
    if (field === "started_at" || field === "ended_at")
      return value ? formatMoment(String(value), zone) : t("entry.running");
    return String(value ?? "");
  };
}
