import { activityWatch } from "../features/compat/activitywatch/routes.ts";
import { wakaTime } from "../features/compat/wakatime/routes.ts";
import { createRouter } from "../http/router.ts";
import { WAKATIME } from "./base.ts";

/** Routes for clients of other programs. */
export const compat = createRouter().route(WAKATIME, wakaTime).route("/compat/aw/api/0", activityWatch);
