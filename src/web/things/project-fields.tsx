import { inScope, scopeOf, useScope } from "../data/scope.ts";
import { t } from "../i18n/things/index.ts";
import { Checkbox, SelectField, TextField } from "../ui/field.tsx";
import { ColorField } from "./color.tsx";
import { useThings } from "./data.ts";
import type { Fields } from "./edit.tsx";
import { formatHours } from "./format.ts";
import { CLIENTS, type PROJECTS, type Project } from "./sources.ts";

/** The request that creates a project. */
type NewProject = Parameters<(typeof PROJECTS)["create"]>[0];

function ProjectFields({ project }: { project?: Project }) {
  const present = useScope();
  const scope = project ? scopeOf(project) : present;
  const clients = useThings(CLIENTS, { archived: false, ...inScope(scope) }).data?.items ?? [];
  const chosen = project?.client_id ?? "";
  // The client of the project may be archived.
  const isListed = chosen === "" || clients.some(({ id }) => id === chosen);
  return (
    <>
      <ColorField value={project?.color} />
      <div class="pair">
        <SelectField
          key={clients.length}
          name="client_id"
          label={t("project.client")}
          value={chosen}
          options={[
            ["", t("project.no_client")],
            ...(isListed ? [] : [[chosen, t("project.archived")] as const]),
            ...clients.map(({ id, name }) => [id, name] as const),
          ]}
        />
        <TextField
          name="estimate_hours"
          label={t("project.estimate")}
          hint={t("project.estimate_hint")}
          type="number"
          inputMode="decimal"
          min={0}
          max={500_000}
          step="any"
          defaultValue={project?.estimate_seconds == null ? "" : String(project.estimate_seconds / 3600)}
        />
      </div>
      {scope !== null && (
        <SelectField
          name="visibility"
          label={t("project.visibility")}
          value={project?.visibility ?? "organization"}
          options={[
            ["organization", t("project.visible_to_all")],
            ["members", t("project.visible_to_members")],
          ]}
        />
      )}
      <Checkbox
        name="is_billable"
        label={t("project.billable")}
        hint={t("project.billable_hint")}
        isTicked={project?.is_billable}
      />
    </>
  );
}

/** Fields that the forms of a project have. */
export const PROJECT_FIELDS: Fields<Project, NewProject> = {
  render: (project) => <ProjectFields project={project} />,
  read: ({ color, client_id, estimate_hours, visibility, is_billable }) => ({
    ...(color && { color }),
    ...(visibility && { visibility: visibility as "organization" | "members" }),
    client_id: client_id || null,
    estimate_seconds: estimate_hours ? Math.round(Number(estimate_hours) * 3600) : null,
    is_billable: is_billable !== undefined,
  }),
  describe: ({ is_billable, estimate_seconds }) =>
    [
      is_billable ? t("project.billable") : t("project.not_billable"),
      estimate_seconds !== null && `${t("project.progress")}: ${formatHours(estimate_seconds)}`,
    ]
      .filter(Boolean)
      .join(" · "),
};
