import { activity as reports } from "../features/activity/activity/routes.ts";
import { activityRules } from "../features/activity/activity-rules/routes.ts";
import { createRouter } from "../http/router.ts";

/** Routes of tracked activity. */
export const activity = createRouter().route("/activity/rules", activityRules).route("/activity", reports);
