import { useMayOn } from "../data/organizations.ts";
import { scopeOf } from "../data/scope.ts";
import { useSession } from "../data/session.ts";
import { t } from "../i18n/things/index.ts";
import { formatDay } from "../ui/format.ts";
import { finishThing } from "./changes.ts";
import { Swatch } from "./color.tsx";
import { dayIn } from "./format.ts";
import { type Project, TASKS, type Task } from "./sources.ts";

/** Renders a task with the box that ticks it. */
export function TaskLine({
  task,
  project,
  isDeleted = false,
  isManager = false,
}: {
  task: Task;
  project?: Project;
  isDeleted?: boolean;
  /** Set if the user manages the task's project in its organization. */
  isManager?: boolean;
}) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const mayUpdate = useMayOn(scopeOf(task))("tasks:update", task.owner_id) || isManager;
  const { name, done_at: doneAt, due_at: dueAt } = task;
  const isOverdue = dueAt !== null && dayIn(Date.parse(dueAt), zone) < dayIn(Date.now(), zone);
  return (
    <div class="task-line">
      <input
        type="checkbox"
        aria-label={t("task.done_one", { name })}
        checked={doneAt !== null}
        disabled={isDeleted || !mayUpdate}
        onChange={(event) => void finishThing(TASKS, task, event.currentTarget.checked)}
      />
      <div class="thing">
        <div class="item-title" data-done={doneAt !== null || undefined}>
          {name}
        </div>
        <div class="facts">
          {project && (
            <span class="row">
              <Swatch color={project.color} />
              {project.name}
            </span>
          )}
          {doneAt && <span>{t("task.done_at", { day: formatDay(doneAt, zone) })}</span>}
          {dueAt && !doneAt && (
            <span class={isOverdue ? "overdue" : undefined}>
              {t(isOverdue ? "task.overdue" : "task.due", { day: formatDay(dueAt, zone) })}
            </span>
          )}
        </div>
      </div>
    </div>
  );
}
