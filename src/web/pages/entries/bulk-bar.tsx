import { useState } from "preact/hooks";
import type { ApiError } from "../../api/errors.ts";
import { useProjects, useTags } from "../../data/names.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { useScope } from "../../data/scope.ts";
import { t } from "../../i18n/entries/index.ts";
import { titleOf } from "../../timer/entry/names.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { keepFocus } from "../../ui/focus.ts";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { type BulkOutcome, changeAll, deleteAll, type Values } from "./bulk.ts";

interface BulkBarProps {
  selected: readonly Entry[];
  onClear: () => void;
}

/** Renders what can be done with the selected entries. */
export function BulkBar({ selected, onClear }: BulkBarProps) {
  const scope = useScope();
  const projects = useProjects(scope)?.filter(({ archived_at }) => archived_at === null) ?? [];
  const tags = useTags(scope) ?? [];
  const [project, setProject] = useState("");
  const [tag, setTag] = useState("");
  const [billable, setBillable] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const [failed, setFailed] = useState<BulkOutcome["failed"]>([]);

  async function change(work: () => Promise<BulkOutcome>) {
    if (isBusy) return;
    const giveFocus = keepFocus(document, "[data-selected] .entry-title", ".entry-title");
    setBusy(true);
    setError(undefined);
    try {
      const outcome = await work();
      setFailed(outcome.failed);
      if (outcome.failed.length > 0) return;
      onClear();
      giveFocus();
    } catch (thrown) {
      setError(toApiError(thrown));
    } finally {
      setBusy(false);
    }
  }

  /** Selects nothing, and gives the focus to an entry that was selected. */
  function clear() {
    const giveFocus = keepFocus(document, "[data-selected] .entry-title");
    onClear();
    giveFocus();
  }

  const valuesOf = ({ tag_ids }: Entry): Values => ({
    ...(project && { project_id: project === "none" ? null : project }),
    ...(tag && { tag_ids: [...new Set([...tag_ids, tag])] }),
    ...(billable && { is_billable: billable === "yes" }),
  });

  const options = (items: readonly { id: string; name: string }[]) =>
    items.map(({ id, name }) => [id, name] as const);
  return (
    <section class="bulk" aria-label={t("entries.bulk")}>
      <form
        class="bulk-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (project || tag || billable) void change(() => changeAll(selected, valuesOf));
        }}
      >
        <strong role="status">{t("entries.selected", { count: selected.length })}</strong>
        <Pick
          label={t("entries.set_project")}
          text={t("entries.project")}
          value={project}
          options={[["none", t("entries.no_project")], ...options(projects)]}
          onChange={setProject}
        />
        <Pick
          label={t("entries.add_tag")}
          text={t("entries.tag")}
          value={tag}
          options={options(tags)}
          onChange={setTag}
        />
        <Pick
          label={t("entries.set_billable")}
          text={t("entries.billing")}
          value={billable}
          options={[
            ["yes", t("entries.billable_yes")],
            ["no", t("entries.billable_no")],
          ]}
          onChange={setBillable}
        />
        <Button type="submit" look="primary" isBusy={isBusy}>
          {t("entries.apply")}
        </Button>
        <Button look="danger-quiet" isBusy={isBusy} onClick={() => void change(() => deleteAll(selected))}>
          {t("entries.delete")}
        </Button>
        <Button look="quiet" isIcon aria-label={t("entries.unselect")} onClick={clear}>
          <Icon name="close" />
        </Button>
      </form>
      {error && <ErrorNotice error={error} />}
      {failed.length > 0 && (
        <Notice kind="danger">
          <p>{t("entries.failed", { count: failed.length })}</p>
          <ul>
            {failed.slice(0, 10).map(({ entry, code }) => (
              <li key={entry.id}>
                {titleOf(entry)}: {t(`error.${code}` as "error.OFFLINE")}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </section>
  );
}

/** Renders a list of values to set. Nothing is set until the form is sent, since arrow keys change the choice. */
function Pick({
  label,
  text,
  value,
  options,
  onChange,
}: {
  label: string;
  /** Shown while no value is chosen. */
  text: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <select
      class="input"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{text}</option>
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
