import { organizationEvents } from "../features/organizations/audit/routes.ts";
import { departments, organizationDepartments } from "../features/organizations/departments/routes.ts";
import { invitations, organizationInvitations } from "../features/organizations/invitations/routes.ts";
import { members } from "../features/organizations/members/routes.ts";
import { organizations } from "../features/organizations/organizations/routes.ts";
import { organizationRoles } from "../features/organizations/roles/routes.ts";
import { teams } from "../features/organizations/teams/routes.ts";
import { createRouter } from "../http/router.ts";

/** Routes of organizations, their members, roles, invitations, departments and teams. */
export const organizationRoutes = createRouter()
  // First, so that no path below an id takes the slug of an organization with the name of that path.
  .route("/organizations", organizations)
  .route("/organizations", members)
  .route("/organizations", organizationRoles)
  .route("/organizations", organizationEvents)
  .route("/organizations", organizationInvitations)
  .route("/organizations", organizationDepartments)
  .route("/invitations", invitations)
  .route("/departments", departments)
  .route("/teams", teams);
