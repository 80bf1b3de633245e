import { clients } from "../features/time/clients/routes.ts";
import { exports } from "../features/time/exports/routes.ts";
import { feeds } from "../features/time/feeds/routes.ts";
import { goals } from "../features/time/goals/routes.ts";
import { imports } from "../features/time/imports/routes.ts";
import { projectMembers } from "../features/time/project-members/routes.ts";
import { projectMoves } from "../features/time/projects/move/routes.ts";
import { projects } from "../features/time/projects/routes.ts";
import { reports } from "../features/time/reports/routes.ts";
import { settings } from "../features/time/settings/routes.ts";
import { tags } from "../features/time/tags/routes.ts";
import { tasks } from "../features/time/tasks/routes.ts";
import { timeEntries } from "../features/time/time-entries/routes.ts";
import { createRouter } from "../http/router.ts";

/** Routes of tracked time. */
export const time = createRouter()
  .route("/clients", clients)
  .route("/projects", projectMembers)
  .route("/projects", projects)
  .route("/projects", projectMoves)
  .route("/tasks", tasks)
  .route("/tags", tags)
  .route("/time-entries/export", exports)
  .route("/time-entries", timeEntries)
  .route("/", feeds)
  .route("/imports", imports)
  .route("/settings", settings)
  .route("/goals", goals)
  .route("/reports", reports);
