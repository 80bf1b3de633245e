import { methodNotAllowed } from "hono/method-not-allowed";
import { renderError, renderMethodNotAllowed, renderNotFound } from "../http/error-response.ts";
import { crossOrigin } from "../http/middleware/cross-origin.ts";
import { deferWork } from "../http/middleware/defer.ts";
import { requireKnownHost } from "../http/middleware/known-host.ts";
import { readOrigin } from "../http/middleware/origin.ts";
import { assignRequestId, echoRequestId } from "../http/middleware/request-id.ts";
import { requestLog } from "../http/middleware/request-log.ts";
import { securityHeaders } from "../http/middleware/security-headers.ts";
import { readSettings } from "../http/middleware/settings.ts";
import { takeSteps } from "../http/middleware/steps.ts";
import { registerSecuritySchemes } from "../http/openapi.ts";
import { pathOf } from "../http/path.ts";
import { createRouter } from "../http/router.ts";

/** Base path of the routes for WakaTime's clients. */
export const WAKATIME = "/compat/wakatime/v1";

/** Creates an app without routes: the middleware that every request passes, in this order, and the answers to errors. */
export function createBase() {
  const base = createRouter({ getPath: pathOf });
  base.use("/access/*", echoRequestId);
  base.use(securityHeaders);
  base.use(takeSteps(assignRequestId, readSettings, readOrigin));
  base.use(deferWork);
  base.use(requestLog);
  base.use(requireKnownHost);
  base.use(crossOrigin({ open: [WAKATIME] }));
  base.use(methodNotAllowed({ app: base, onMethodNotAllowed: renderMethodNotAllowed }));
  base.onError(renderError);
  base.notFound(renderNotFound);
  registerSecuritySchemes(base.openAPIRegistry);
  return base;
}
