import type { ComponentChildren } from "preact";
import { useProjects, useTags } from "../data/names.ts";
import { type Scope, useScope } from "../data/scope.ts";
import { t } from "../i18n/timer/index.ts";
import { keepFocus } from "../ui/focus.ts";
import { Icon } from "../ui/icon.tsx";
import { ProjectName } from "./entry/names.tsx";

/** Renders the name of a scope if one is given, and the project and the tags that were chosen, each with a button that removes it. The focus then goes to the next one or the field. */
export function Chips({
  scope,
  place,
  projectId,
  tagIds,
  onRemoveProject,
  onRemoveTag,
}: {
  scope: Scope;
  place?: string | undefined;
  projectId: string | null;
  tagIds: readonly string[];
  onRemoveProject: () => void;
  onRemoveTag: (id: string) => void;
}) {
  const present = useScope();
  const project = useProjects(scope)?.find(({ id }) => id === projectId);
  const tags = useTags(scope)?.filter(({ id }) => tagIds.includes(id)) ?? [];
  if (!place && !project && tags.length === 0) return <div class="chips" />;
  return (
    <div class="chips">
      {place && (
        <span class="badge" data-here={scope === present || undefined}>
          <span class="visually-hidden">{t("scope.label")} </span>
          <span class="clip">{place}</span>
        </span>
      )}
      {project && (
        <Chip label={t("timer.remove_project", { name: project.name })} onRemove={onRemoveProject}>
          <ProjectName project={project} />
        </Chip>
      )}
      {tags.map(({ id, name }) => (
        <Chip key={id} label={t("timer.remove_tag", { name })} onRemove={() => onRemoveTag(id)}>
          <span class="clip">#{name}</span>
        </Chip>
      ))}
    </div>
  );
}

function Chip({
  label,
  onRemove,
  children,
}: {
  label: string;
  onRemove: () => void;
  children: ComponentChildren;
}) {
  return (
    <span class="chip">
      {children}
      <button
        type="button"
        aria-label={label}
        onClick={(event) => {
          const around = event.currentTarget.closest("form, section") ?? document;
          const giveFocus = keepFocus(around, ".chip button", "[role=combobox]");
          onRemove();
          giveFocus();
        }}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
