import { type Project, useProjects, useTags } from "../../data/names.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { scopeOf } from "../../data/scope.ts";
import { t } from "../../i18n/timer/index.ts";
import { shownColor } from "../../ui/color.ts";

/** Renders the name of a project with a dot in its color. */
export const ProjectName = ({ project }: { project: Pick<Project, "name" | "color"> }) => (
  <span class="project-name">
    <svg class="dot" viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
      <circle cx="4" cy="4" r="4" fill={shownColor(project.color)} />
    </svg>
    <span class="clip">{project.name}</span>
  </span>
);

/** Renders the project of an entry, if it has one. */
export function EntryProject({ entry }: { entry: Pick<Entry, "project_id" | "organization_id"> }) {
  const projects = useProjects(scopeOf(entry));
  if (entry.project_id === null || !projects) return null;
  const project = projects.find(({ id }) => id === entry.project_id);
  return project ? (
    <ProjectName project={project} />
  ) : (
    <span class="muted">{t("entry.unknown_project")}</span>
  );
}

/** Renders the tags of an entry. */
export function EntryTags({ entry }: { entry: Pick<Entry, "tag_ids" | "organization_id"> }) {
  const tags = useTags(scopeOf(entry));
  if (!tags) return null;
  const names = entry.tag_ids.map((id) => tags.find((tag) => tag.id === id)?.name ?? t("entry.unknown_tag"));
  return (
    <>
      {names.map((name) => (
        <span key={name} class="tag">
          #{name}
        </span>
      ))}
    </>
  );
}

/** Returns the title of an entry. */
export const titleOf = (entry: Pick<Entry, "description">): string =>
  entry.description || t("entry.untitled");
