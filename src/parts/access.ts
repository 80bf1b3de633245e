import { audit } from "../features/access/audit/routes.ts";
import { authz, myPermissions } from "../features/access/authz/routes.ts";
import { permissions } from "../features/access/permissions/routes.ts";
import { roles } from "../features/access/roles/routes.ts";
import { createRouter } from "../http/router.ts";

/** Routes of roles, permissions, the audit log and decisions. */
export const access = createRouter()
  .route("/roles", roles)
  .route("/permissions", permissions)
  .route("/audit", audit)
  .route("/", myPermissions)
  .route("/", authz);
