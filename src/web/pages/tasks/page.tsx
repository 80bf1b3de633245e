import { inScope, useScope } from "../../data/scope.ts";
import { useThings } from "../../things/data.ts";
import { ListPage } from "../../things/list-page.tsx";
import { PROJECTS, TASKS } from "../../things/sources.ts";
import { TASK_FIELDS } from "../../things/task-fields.tsx";
import { TaskLine } from "../../things/task-line.tsx";
import "../../styles/pages/things.css";

/** Renders the page of the tasks of all projects. */
export default function Tasks() {
  const projects = useThings(PROJECTS, inScope(useScope())).data?.items ?? [];
  return (
    <ListPage source={TASKS} fields={TASK_FIELDS} icon="task" views={["open", "done", "deleted"]}>
      {(task, view) => (
        <TaskLine
          task={task}
          project={projects.find(({ id }) => id === task.project_id)}
          isDeleted={view === "deleted"}
        />
      )}
    </ListPage>
  );
}
