import { useProjects, useTags } from "../data/names.ts";
import type { Scope } from "../data/scope.ts";
import { t } from "../i18n/timer/index.ts";
import { ProjectName } from "./entry/names.tsx";
import type { Option, Suggestion } from "./suggestions.ts";

/** Renders the options of a field. The focus stays in the field, so that typing goes on. */
export function OptionList({
  id,
  scope,
  options,
  active,
  onChoose,
}: {
  id: string;
  scope: Scope;
  options: readonly Option[];
  active: number;
  onChoose: (option: Option) => void;
}) {
  return (
    <div class="options" id={id} role="listbox" aria-label={t("timer.options")} hidden={options.length === 0}>
      {options.map((option, index) => (
        <div
          key={option.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // The field must not lose the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(option)}
          onKeyDown={() => {}}
        >
          <Content option={option} scope={scope} />
        </div>
      ))}
    </div>
  );
}

function Content({ option, scope }: { option: Option; scope: Scope }) {
  switch (option.kind) {
    case "project":
      return <ProjectName project={option.project} />;
    case "tag":
      return <span>#{option.tag.name}</span>;
    case "new-project":
      return <span>{t("timer.create_project", { name: option.name })}</span>;
    case "new-tag":
      return <span>{t("timer.create_tag", { name: option.name })}</span>;
    case "entry":
      return <Suggested suggestion={option.suggestion} scope={scope} />;
  }
}

function Suggested({ suggestion, scope }: { suggestion: Suggestion; scope: Scope }) {
  const project = useProjects(scope)?.find(({ id }) => id === suggestion.project_id);
  const tags = useTags(scope)?.filter(({ id }) => suggestion.tag_ids.includes(id)) ?? [];
  return (
    <>
      <span class="clip">{suggestion.description || t("entry.untitled")}</span>
      {project && <ProjectName project={project} />}
      {tags.length > 0 && <span class="muted clip">{tags.map(({ name }) => `#${name}`).join(" ")}</span>}
    </>
  );
}
