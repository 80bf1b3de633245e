import { inScope, scopeOf, useScope } from "../data/scope.ts";
import { useSession } from "../data/session.ts";
import { t } from "../i18n/things/index.ts";
import { SelectField, TextField } from "../ui/field.tsx";
import { useThings } from "./data.ts";
import { dueAt } from "./due.ts";
import type { Fields } from "./edit.tsx";
import { dayIn } from "./format.ts";
import { PROJECTS, type TASKS, type Task } from "./sources.ts";

/** The request that creates a task. */
type NewTask = Parameters<(typeof TASKS)["create"]>[0];

/** Fields of a task that is not created on the page of its project. */
function TaskFields({ task }: { task?: Task }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const present = useScope();
  const scope = task ? scopeOf(task) : present;
  const projects = useThings(PROJECTS, { archived: false, ...inScope(scope) }).data?.items ?? [];
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
      <input type="hidden" name="zone" value={zone} />
      <input type="hidden" name="due_before" value={task?.due_at ?? ""} />
      <TextField
        name="due_on"
        label={t("task.due_label")}
        type="date"
        defaultValue={task?.due_at ? dayIn(Date.parse(task.due_at), zone) : ""}
      />
    </div>
  );
}

/** Fields that the forms of a task have. */
export const TASK_FIELDS: Fields<Task, NewTask> = {
  render: (task) => <TaskFields task={task} />,
  read: ({ project_id, due_on = "", zone = "UTC", due_before = "" }) => ({
    project_id: project_id || null,
    due_at: dueAt(due_on, zone, due_before),
  }),
};
