import { type SQL, sql } from "drizzle-orm";
import { ORGANIZATION_ROLES } from "../../../core/organization-permissions.ts";

const MEMBER_ROLES = `{${Object.keys(ORGANIZATION_ROLES).join(",")}}`;

/** Returns the condition that a live `role` is one of the organization: a custom one, or a built-in one that members have. */
export const isRoleOf = (role: SQL, organizationId: SQL | string): SQL => sql`not ${role}.is_deleted and (
  ${role}.organization_id = ${organizationId} or ${role}.builtin = any(${MEMBER_ROLES}::text[]))`;
