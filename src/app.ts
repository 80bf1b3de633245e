import { docs } from "./features/platform/docs/routes.ts";
import { service } from "./features/platform/health/routes.ts";
import { jwks } from "./features/platform/jwks/routes.ts";
import { web } from "./features/platform/web/routes.ts";
import { describeRequirements, documentConfig } from "./http/openapi.ts";
import { access } from "./parts/access.ts";
import { activity } from "./parts/activity.ts";
import { createBase } from "./parts/base.ts";
import { compat } from "./parts/compat.ts";
import { identity } from "./parts/identity.ts";
import { organizationRoutes } from "./parts/organizations.ts";
import { time } from "./parts/time.ts";

const base = createBase();

/** The whole API. The typed client uses its type: `hc<AppType>(url)`. The Worker loads it in parts (`parts/load.ts`). */
export const app = base
  .route("/", service)
  .route("/", identity)
  .route("/", jwks)
  .route("/", access)
  .route("/", time)
  .route("/", organizationRoutes)
  .route("/", activity)
  .route("/", compat)
  .route("/", web)
  .route("/", docs(describeApi));

export type AppType = typeof app;

/** Returns the OpenAPI document of the whole API. */
export async function describeApi(): Promise<object> {
  return describeRequirements(base.getOpenAPI31Document(documentConfig));
}
