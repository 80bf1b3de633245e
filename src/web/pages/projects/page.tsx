import { inScope, useScope } from "../../data/scope.ts";
import { t } from "../../i18n/things/index.ts";
import { Swatch } from "../../things/color.tsx";
import { useThings } from "../../things/data.ts";
import { formatHours } from "../../things/format.ts";
import { ListPage } from "../../things/list-page.tsx";
import { Progress } from "../../things/progress.tsx";
import { PROJECT_FIELDS } from "../../things/project-fields.tsx";
import { useProjectTimes } from "../../things/reports.ts";
import { CLIENTS, PROJECTS, type Project } from "../../things/sources.ts";
import "../../styles/pages/things.css";

/** Renders the page of the projects, with their time of the last twelve months. */
export default function Projects() {
  const scope = useScope();
  const clients = useThings(CLIENTS, inScope(scope)).data?.items ?? [];
  const times = useProjectTimes(scope);
  return (
    <ListPage
      source={PROJECTS}
      fields={PROJECT_FIELDS}
      icon="folder"
      views={["active", "archived", "deleted"]}
    >
      {(project, view) => (
        <ProjectLine
          project={project}
          isLinked={view !== "deleted"}
          client={clients.find(({ id }) => id === project.client_id)?.name}
          seconds={times && (times.get(project.id) ?? 0)}
        />
      )}
    </ListPage>
  );
}

function ProjectLine({
  project: { id, name, color, is_billable: isBillable, estimate_seconds: estimate },
  client,
  seconds,
  isLinked,
}: {
  project: Project;
  client: string | undefined;
  /** Time of the last twelve months, once it is known. */
  seconds: number | undefined;
  isLinked: boolean;
}) {
  return (
    <div class="thing">
      <div class="item-title">
        <Swatch color={color} />
        {isLinked ? <a href={`/app/projects/${id}`}>{name}</a> : name}
      </div>
      <div class="facts">
        {client && <span>{client}</span>}
        {/* Keeps the place of the time. */}
        {seconds === undefined && <span>{"\u00a0"}</span>}
        {seconds !== undefined && estimate !== null && <Progress seconds={seconds} estimate={estimate} />}
        {seconds !== undefined && estimate === null && (
          <span title={t("project.year")}>{formatHours(seconds)}</span>
        )}
        {isBillable && <span>{t("project.billable")}</span>}
      </div>
    </div>
  );
}
