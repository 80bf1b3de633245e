import { useState } from "preact/hooks";
import { useMay } from "../../data/organizations.ts";
import { inScope, scopeOf } from "../../data/scope.ts";
import { t } from "../../i18n/things/index.ts";
import { useThings } from "../../things/data.ts";
import { CreateDialog } from "../../things/edit.tsx";
import { type Project, TASKS } from "../../things/sources.ts";
import { TaskLine } from "../../things/task-line.tsx";
import { Button } from "../../ui/button.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";

/** Renders the tasks of a project: first those to do. */
export function Tasks({ project, isManager }: { project: Project; isManager: boolean }) {
  const scope = scopeOf(project);
  const tasks = useThings(TASKS, { project_id: project.id, ...inScope(scope) });
  const mayCreate = useMay(scope)("tasks:create") || isManager;
  const [isCreating, setCreating] = useState(false);
  return (
    <Card
      title={t("project.tasks")}
      lead={t("project.tasks_lead")}
      action={mayCreate && <Button onClick={() => setCreating(true)}>{t("tasks.create")}</Button>}
    >
      <Loaded query={tasks}>
        {({ items }) => (
          <ul class="list things">
            {items.length === 0 && <li class="muted">{t("project.tasks_empty")}</li>}
            {[...items]
              .sort((one, other) => Number(one.done_at !== null) - Number(other.done_at !== null))
              .map((task) => (
                <li key={task.id}>
                  <TaskLine task={task} isManager={isManager} />
                </li>
              ))}
          </ul>
        )}
      </Loaded>
      {isCreating && (
        <CreateDialog
          source={TASKS}
          fields={{}}
          initial={{ project_id: project.id, ...inScope(scope) }}
          onClose={() => setCreating(false)}
        />
      )}
    </Card>
  );
}
