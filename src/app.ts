import { methodNotAllowed } from "hono/method-not-allowed";
import { activity } from "./features/activity/routes.ts";
import { activityRules } from "./features/activity-rules/routes.ts";
import { activityWatch } from "./features/activitywatch/routes.ts";
import { audit } from "./features/audit/routes.ts";
import { auth } from "./features/auth/routes.ts";
import { authz, myPermissions } from "./features/authz/routes.ts";
import { clients } from "./features/clients/routes.ts";
import { docs } from "./features/docs/routes.ts";
import { email } from "./features/email/routes.ts";
import { emailChange } from "./features/email-change/routes.ts";
import { erasure } from "./features/erasure/routes.ts";
import { exports } from "./features/exports/routes.ts";
import { factors } from "./features/factors/routes.ts";
import { feeds } from "./features/feeds/routes.ts";
import { goals } from "./features/goals/routes.ts";
import { service } from "./features/health/routes.ts";
import { imports } from "./features/imports/routes.ts";
import { jwks } from "./features/jwks/routes.ts";
import { passkeySignIn } from "./features/passkey-sign-in/routes.ts";
import { passkeys } from "./features/passkeys/routes.ts";
import { passwords } from "./features/passwords/routes.ts";
import { permissions } from "./features/permissions/routes.ts";
import { personalData } from "./features/personal-data/routes.ts";
import { projects } from "./features/projects/routes.ts";
import { reports } from "./features/reports/routes.ts";
import { roles } from "./features/roles/routes.ts";
import { secondFactor } from "./features/second-factor/routes.ts";
import { sessions, userSessions } from "./features/sessions/routes.ts";
import { settings } from "./features/settings/routes.ts";
import { tags } from "./features/tags/routes.ts";
import { tasks } from "./features/tasks/routes.ts";
import { timeEntries } from "./features/time-entries/routes.ts";
import { tokens } from "./features/tokens/routes.ts";
import { users } from "./features/users/routes.ts";
import { wakaTime } from "./features/wakatime/routes.ts";
import { renderError, renderMethodNotAllowed, renderNotFound } from "./http/error-response.ts";
import { crossOrigin } from "./http/middleware/cross-origin.ts";
import { deferWork } from "./http/middleware/defer.ts";
import { requireKnownHost } from "./http/middleware/known-host.ts";
import { readOrigin } from "./http/middleware/origin.ts";
import { assignRequestId, echoRequestId } from "./http/middleware/request-id.ts";
import { requestLog } from "./http/middleware/request-log.ts";
import { securityHeaders } from "./http/middleware/security-headers.ts";
import { readSettings } from "./http/middleware/settings.ts";
import { documentConfig, registerSecuritySchemes, withPermissionsInWords } from "./http/openapi.ts";
import { createRouter } from "./http/router.ts";

/** Where clients of WakaTime find what they know from there. */
const WAKATIME = "/compat/wakatime/v1";

const base = createRouter({ getPath: pathOf });

base.use(assignRequestId);
base.use("/access/*", echoRequestId);
base.use(securityHeaders);
base.use(readSettings);
base.use(readOrigin);
base.use(deferWork);
base.use(requestLog);
base.use(requireKnownHost);
base.use(crossOrigin({ open: [WAKATIME] }));
base.use(methodNotAllowed({ app: base, onMethodNotAllowed: renderMethodNotAllowed }));
base.onError(renderError);
base.notFound(renderNotFound);
registerSecuritySchemes(base.openAPIRegistry);

/** The whole API. Its type is the typed client's: `hc<AppType>(url)`. */
export const app = base
  .route("/", service)
  .route("/", jwks)
  .route("/auth", auth)
  .route("/auth/login/second-factor", secondFactor)
  .route("/auth/login/passkey", passkeySignIn)
  .route("/auth/sessions", sessions)
  .route("/auth/tokens", tokens)
  .route("/auth/email", email)
  .route("/auth/email", emailChange)
  .route("/auth/password", passwords)
  .route("/auth/passkeys", passkeys)
  .route("/auth/me/data", personalData)
  .route("/auth", factors)
  .route("/auth/users", users)
  .route("/auth/users", userSessions)
  .route("/auth/users", erasure)
  .route("/roles", roles)
  .route("/permissions", permissions)
  .route("/audit", audit)
  .route("/", myPermissions)
  .route("/", authz)
  .route("/clients", clients)
  .route("/projects", projects)
  .route("/tasks", tasks)
  .route("/tags", tags)
  .route("/time-entries/export", exports)
  .route("/time-entries", timeEntries)
  .route("/", feeds)
  .route("/imports", imports)
  .route("/settings", settings)
  .route("/goals", goals)
  .route("/reports", reports)
  .route("/activity/rules", activityRules)
  .route("/activity", activity)
  .route(WAKATIME, wakaTime)
  .route("/compat/aw/api/0", activityWatch)
  .route(
    "/",
    docs(() => withPermissionsInWords(base.getOpenAPI31Document(documentConfig))),
  );

export type AppType = typeof app;

/** `/api/v1/…` is another name of `/…`, for the clients of the first version; a slash at the end means nothing. */
function pathOf(request: Request): string {
  const { pathname } = new URL(request.url);
  return pathname.replace(/^\/api\/v1(?=\/|$)/, "").replace(/\/+$/, "") || "/";
}
