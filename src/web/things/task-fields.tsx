import { useSession } from "../data/session.ts";
import { t } from "../i18n/things/index.ts";
import { SelectField, TextField } from "../ui/field.tsx";
import { useThings } from "./data.ts";
import type { Fields } from "./edit.tsx";
import { dayIn } from "./format.ts";
import { PROJECTS, type TASKS, type Task } from "./sources.ts";

/** The request that creates a task. */
type NewTask = Parameters<(typeof TASKS)["create"]>[0];

/** Fields of a task that is not created on the page of its project. */
function TaskFields({ task }: { task?: Task }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const projects = useThings(PROJECTS, { archived: false }).data?.items ?? [];
  const chosen = task?.project_id ?? "";
  // The project of the task may be archived.
  const isListed = chosen === "" || projects.some(({ id }) => id === chosen);
  return (
    <div class="pair">
      <SelectField
        key={projects.length}
        name="project_id"
        label={t("task.project")}
        value={chosen}
        options={[
          ["", t("task.no_project")],
          ...(isListed ? [] : [[chosen, t("project.archived")] as const]),
          ...projects.map(({ id, name }) => [id, name] as const),
        ]}
      />
      <TextField
        name="due_on"
        label={t("task.due_label")}
        type="date"
        defaultValue={task?.due_at ? dayIn(Date.parse(task.due_at), zone) : ""}
      />
    </div>
  );
}

/** Fields that the forms of a task have. A day is due at its noon in UTC, which is that day in all zones but the easternmost. */
export const TASK_FIELDS: Fields<Task, NewTask> = {
  render: (task) => <TaskFields task={task} />,
  read: ({ project_id, due_on }) => ({
    project_id: project_id || null,
    due_at: due_on ? `${due_on}T12:00:00Z` : null,
  }),
};
