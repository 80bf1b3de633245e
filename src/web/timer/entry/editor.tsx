import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useProjects, useTags } from "../../data/names.ts";
import type { Entry, EntryValues } from "../../data/outbox/changes.ts";
import { scopeOf } from "../../data/scope.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/timer/index.ts";
import { Button } from "../../ui/button.tsx";
import { Chips } from "../chips.tsx";
import { DescriptionField } from "../description-field.tsx";
import { asWritten, understand } from "../text.ts";
import { TimeFields } from "./time-fields.tsx";
import { changeText, problemsOf, type Texts, textsOf, timesOf } from "./times.ts";

export interface EditorProps {
  entry: Entry;
  /** Called with the fields that were changed. The fields stay until the caller closes them. */
  onSave: (values: Partial<EntryValues>) => Promise<unknown>;
  onClose: () => void;
  isNew?: boolean;
}

/** Returns the fields of `values` that differ from the entry. With another project, the server would decide whether the entry is billable. */
function changed(entry: Entry, values: EntryValues): Partial<EntryValues> {
  const isMoved = entry.project_id !== values.project_id;
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) =>
        (isMoved && name === "is_billable") ||
        JSON.stringify(entry[name as keyof EntryValues]) !== JSON.stringify(value),
    ),
  );
}

/** Renders the fields of an entry, in its place in the list. */
export function Editor({ entry, onSave, onClose, isNew = false }: EditorProps) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const scope = scopeOf(entry);
  const projects = useProjects(scope) ?? [];
  const tags = useTags(scope) ?? [];
  const before = {
    start: Date.parse(entry.started_at),
    end: entry.ended_at === null ? null : Date.parse(entry.ended_at),
  };
  const [description, setDescription] = useState(entry.description);
  const [projectId, setProjectId] = useState(entry.project_id);
  const [tagIds, setTagIds] = useState(entry.tag_ids);
  const [isBillable, setBillable] = useState(entry.is_billable);
  const isTicked = useRef(false);
  // The browser reports a changed field and the sending of the form together, before the next render.
  const texts = useRef<Texts>(textsOf(before, zone));
  const [shown, setShown] = useState(texts.current);
  const [isTried, setTried] = useState(false);
  const isSaving = useRef(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();

  useEffect(() => form.current?.querySelector<HTMLElement>("input")?.focus(), []);

  function change(name: keyof Texts, value: string) {
    texts.current = changeText(texts.current, name, value, before, zone);
    setShown(texts.current);
  }

  function chooseProject(project: string | null) {
    setProjectId(project);
    setBillable(projects.find((other) => other.id === project)?.is_billable ?? false);
    isTicked.current = false;
  }

  function addTag(tag: string) {
    if (tag) setTagIds([...new Set([...tagIds, tag])]);
  }

  async function save() {
    if (isSaving.current) return;
    const times = timesOf(texts.current, before, zone);
    setTried(true);
    if (!times) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    // An unchanged text keeps its meaning.
    const understood =
      description === entry.description ? asWritten(description) : understand(description, projects, tags);
    const project = understood.projectId ?? projectId;
    const named = projects.find(({ id }) => id === understood.projectId && id !== projectId);
    const values: EntryValues = {
      description: understood.description,
      project_id: project,
      task_id: project === entry.project_id ? entry.task_id : null,
      tag_ids: [...new Set([...tagIds, ...understood.tagIds])],
      is_billable: named && !isTicked.current ? named.is_billable : isBillable,
      started_at: times.start === before.start ? entry.started_at : new Date(times.start).toISOString(),
      ended_at:
        times.end === before.end
          ? entry.ended_at
          : times.end === null
            ? null
            : new Date(times.end).toISOString(),
    };
    isSaving.current = true;
    await onSave(isNew ? values : changed(entry, values));
    isSaving.current = false;
  }

  return (
    <form
      ref={form}
      class="editor"
      aria-label={isNew ? t("entry.add_title") : t("entry.edit_title")}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div class="field">
        <label for={`${id}-description`}>{t("entry.description")}</label>
        <DescriptionField
          id={`${id}-description`}
          scope={scope}
          value={description}
          label={t("entry.description")}
          onInput={setDescription}
          onProject={(project, text) => {
            chooseProject(project);
            setDescription(text);
          }}
          onTag={(tag, text) => {
            addTag(tag);
            setDescription(text);
          }}
          onEnter={() => void save()}
        />
      </div>
      <div class="editor-names">
        <div class="field">
          <label for={`${id}-project`}>{t("entry.project")}</label>
          <select
            id={`${id}-project`}
            class="input"
            value={projectId ?? ""}
            onChange={(event) => chooseProject(event.currentTarget.value || null)}
          >
            <option value="">{t("entry.no_project")}</option>
            {projects
              .filter((project) => project.archived_at === null || project.id === projectId)
              .map((project) => (
                <option key={project.id} value={project.id}>
                  {project.name}
                </option>
              ))}
          </select>
        </div>
        <div class="field">
          <label for={`${id}-tag`}>{t("entry.tags")}</label>
          <select
            id={`${id}-tag`}
            class="input"
            value=""
            onChange={(event) => addTag(event.currentTarget.value)}
          >
            <option value="">{t("entry.add_tag")}</option>
            {tags
              .filter((tag) => !tagIds.includes(tag.id))
              .map((tag) => (
                <option key={tag.id} value={tag.id}>
                  {tag.name}
                </option>
              ))}
          </select>
        </div>
      </div>
      {tagIds.length > 0 && (
        <Chips
          scope={scope}
          projectId={null}
          tagIds={tagIds}
          onRemoveProject={() => {}}
          onRemoveTag={(tag) => setTagIds(tagIds.filter((other) => other !== tag))}
        />
      )}
      <TimeFields id={id} texts={shown} problems={isTried ? problemsOf(shown) : []} onChange={change} />
      <div class="row editor-foot">
        <div class="check">
          <input
            id={`${id}-billable`}
            type="checkbox"
            checked={isBillable}
            onChange={(event) => {
              setBillable(event.currentTarget.checked);
              isTicked.current = true;
            }}
          />
          <label for={`${id}-billable`}>{t("entry.billable")}</label>
        </div>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" look="primary">
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}
