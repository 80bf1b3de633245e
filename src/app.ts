import { methodNotAllowed } from "hono/method-not-allowed";
import { audit } from "./features/access/audit/routes.ts";
import { authz, myPermissions } from "./features/access/authz/routes.ts";
import { permissions } from "./features/access/permissions/routes.ts";
import { roles } from "./features/access/roles/routes.ts";
import { activity } from "./features/activity/activity/routes.ts";
import { activityRules } from "./features/activity/activity-rules/routes.ts";
import { activityWatch } from "./features/compat/activitywatch/routes.ts";
import { wakaTime } from "./features/compat/wakatime/routes.ts";
import { auth } from "./features/identity/auth/routes.ts";
import { email } from "./features/identity/email/routes.ts";
import { emailChange } from "./features/identity/email-change/routes.ts";
import { factors } from "./features/identity/factors/routes.ts";
import { secondFactor } from "./features/identity/factors/sign-in/routes.ts";
import { passkeys } from "./features/identity/passkeys/routes.ts";
import { passkeySignIn } from "./features/identity/passkeys/sign-in/routes.ts";
import { passwords } from "./features/identity/passwords/routes.ts";
import { sessions, userSessions } from "./features/identity/sessions/routes.ts";
import { tokens } from "./features/identity/tokens/routes.ts";
import { users } from "./features/identity/users/routes.ts";
import { docs } from "./features/platform/docs/routes.ts";
import { erasure } from "./features/platform/erasure/routes.ts";
import { service } from "./features/platform/health/routes.ts";
import { jwks } from "./features/platform/jwks/routes.ts";
import { personalData } from "./features/platform/personal-data/routes.ts";
import { clients } from "./features/time/clients/routes.ts";
import { exports } from "./features/time/exports/routes.ts";
import { feeds } from "./features/time/feeds/routes.ts";
import { goals } from "./features/time/goals/routes.ts";
import { imports } from "./features/time/imports/routes.ts";
import { projects } from "./features/time/projects/routes.ts";
import { reports } from "./features/time/reports/routes.ts";
import { settings } from "./features/time/settings/routes.ts";
import { tags } from "./features/time/tags/routes.ts";
import { tasks } from "./features/time/tasks/routes.ts";
import { timeEntries } from "./features/time/time-entries/routes.ts";
import { renderError, renderMethodNotAllowed, renderNotFound } from "./http/error-response.ts";
import { crossOrigin } from "./http/middleware/cross-origin.ts";
import { deferWork } from "./http/middleware/defer.ts";
import { requireKnownHost } from "./http/middleware/known-host.ts";
import { readOrigin } from "./http/middleware/origin.ts";
import { assignRequestId, echoRequestId } from "./http/middleware/request-id.ts";
import { requestLog } from "./http/middleware/request-log.ts";
import { securityHeaders } from "./http/middleware/security-headers.ts";
import { readSettings } from "./http/middleware/settings.ts";
import { describeRequirements, documentConfig, registerSecuritySchemes } from "./http/openapi.ts";
import { createRouter } from "./http/router.ts";

/** Base path of the routes for WakaTime's clients. */
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

/** The whole API. The typed client uses its type: `hc<AppType>(url)`. */
export const app = base
  .route("/", service)
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
  .route("/", jwks)
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
    docs(() => describeRequirements(base.getOpenAPI31Document(documentConfig))),
  );

export type AppType = typeof app;

/** Returns the path to route by. `/api/v1/…` is an alias of `/…` for clients of the first version; a trailing slash is ignored. */
function pathOf(request: Request): string {
  const { pathname } = new URL(request.url);
  return pathname.replace(/^\/api\/v1(?=\/|$)/, "").replace(/\/+$/, "") || "/";
}
