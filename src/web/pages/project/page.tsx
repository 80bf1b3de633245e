import { useQuery } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../../api/errors.ts";
import { queries } from "../../data/client.ts";
import { useMayOn } from "../../data/organizations.ts";
import { type Scope, scopeOf, useScope } from "../../data/scope.ts";
import { t } from "../../i18n/things/index.ts";
import { normalizePath } from "../../paths.ts";
import { useScopeName } from "../../scope/names.ts";
import { Swatch } from "../../things/color.tsx";
import { EditForm } from "../../things/edit.tsx";
import { PROJECT_FIELDS } from "../../things/project-fields.tsx";
import { PROJECTS, type Project } from "../../things/sources.ts";
import { Button } from "../../ui/button.tsx";
import { keepFocus } from "../../ui/focus.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Entries } from "./entries.tsx";
import { People, useIsManager } from "./people.tsx";
import { Tasks } from "./tasks.tsx";
import { Time } from "./time.tsx";
import "../../styles/pages/things.css";

/** Renders the page of one project: its time, its tasks and its latest entries. */
export default function ProjectPage() {
  const { path } = useLocation();
  // Until the next page has loaded, this one stays.
  const [id] = useState(() => normalizePath(path).split("/").at(-1) ?? "");
  const query = useQuery(
    { queryKey: ["projects", "one", id], queryFn: () => PROJECTS.read(id).then(({ data }) => data) },
    queries,
  );
  if (query.error instanceof ApiError && query.error.code === "RESOURCE_NOT_FOUND") return <Missing />;
  return <Loaded query={query}>{(project) => <Shown project={project} />}</Loaded>;
}

function Shown({ project }: { project: Project }) {
  const [isEdited, setEdited] = useState(false);
  const scope = scopeOf(project);
  const isManager = useIsManager(project);
  const mayUpdate = useMayOn(scope)("projects:update", project.owner_id) || isManager;

  /** Closes the form, and gives the focus to the button that opened it. */
  function close() {
    const giveFocus = keepFocus(document, "[data-edit]");
    setEdited(false);
    giveFocus();
  }

  return (
    <>
      <p class="small">
        <a href="/app/projects">{t("project.all")}</a>
      </p>
      <div class="page-top">
        <div class="row project-title">
          <Swatch color={project.color} />
          <PageHead title={project.name} />
          {project.is_billable && <span class="badge">{t("project.billable")}</span>}
          <Place scope={scope} />
          {project.archived_at && <span class="badge">{t("project.archived")}</span>}
        </div>
        {mayUpdate && !isEdited && (
          <Button data-edit onClick={() => setEdited(true)}>
            <Icon name="edit" />
            {t("things.edit")}
          </Button>
        )}
      </div>
      {isEdited && (
        <section class="card" aria-label={t("things.edit")}>
          <div class="card-body">
            <EditForm source={PROJECTS} fields={PROJECT_FIELDS} item={project} onClose={close} />
          </div>
        </section>
      )}
      <Time project={project} />
      <Tasks project={project} isManager={isManager} />
      <Entries project={project} />
      {mayUpdate && <People project={project} isManager={isManager} />}
    </>
  );
}

/** Renders the name of the project's scope if the app shows records of another one. */
function Place({ scope }: { scope: Scope }) {
  const present = useScope();
  const name = useScopeName(scope);
  return name && scope !== present ? <span class="badge">{name}</span> : null;
}

const Missing = () => (
  <div class="stack">
    <PageHead title={t("project.missing")} lead={t("project.missing_lead")} />
    <p class="row">
      <a href="/app/projects?show=deleted">{t("project.deleted_list")}</a>
      <a href="/app/projects">{t("project.all")}</a>
    </p>
  </div>
);
