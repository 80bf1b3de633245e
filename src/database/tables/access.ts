import { type SQL, sql } from "drizzle-orm";
import { index, pgTable, primaryKey, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { baseColumns, instant } from "./columns.ts";
import { foldCase, inOrderOfNames } from "./names.ts";
import { users } from "./users.ts";

/**
 * Defines the column with the name under which the seed created a row; null for rows of administrators. It stays when the row is renamed
 * or deleted, so that the seed never reverts such a change.
 */
const builtin = () => text("builtin").unique();

/** Named sets of permissions. */
export const roles = pgTable(
  "roles",
  {
    ...baseColumns,
    builtin: builtin(),
    name: text("name").notNull(),
    description: text("description"),
  },
  (roles) => [
    uniqueIndex("roles_name_key").on(foldCase(roles.name)).where(sql`not ${roles.isDeleted}`),
    index("roles_by_name").on(inOrderOfNames(roles.name), roles.id).where(sql`not ${roles.isDeleted}`),
  ],
);

/** Permissions: an action on a resource. A `*` stands for every action, or for every resource. */
export const permissions = pgTable(
  "permissions",
  {
    ...baseColumns,
    builtin: builtin(),
    resource: text("resource").notNull(),
    action: text("action").notNull(),
    /** `resource:action`, or `*` for everything: computed, so that it can't disagree with its parts. */
    name: text("name")
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`case when ${permissions.resource} = '*' and ${permissions.action} = '*' then '*' else ${permissions.resource} || ':' || ${permissions.action} end`,
      ),
    description: text("description"),
  },
  (permissions) => [
    uniqueIndex("permissions_name_key")
      .on(foldCase(permissions.name))
      .where(sql`not ${permissions.isDeleted}`),
    index("permissions_by_name")
      .on(inOrderOfNames(permissions.name), permissions.id)
      .where(sql`not ${permissions.isDeleted}`),
    index("permissions_resource").on(permissions.resource),
  ],
);

/** Roles of users. */
export const userRoles = pgTable(
  "user_roles",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    assignedAt: instant("assigned_at").notNull().defaultNow(),
  },
  (userRoles) => [
    primaryKey({ columns: [userRoles.userId, userRoles.roleId] }),
    index("user_roles_role").on(userRoles.roleId),
  ],
);

/** Permissions of roles. */
export const rolePermissions = pgTable(
  "role_permissions",
  {
    roleId: uuid("role_id")
      .notNull()
      .references(() => roles.id, { onDelete: "cascade" }),
    permissionId: uuid("permission_id")
      .notNull()
      .references(() => permissions.id, { onDelete: "cascade" }),
    grantedAt: instant("granted_at").notNull().defaultNow(),
  },
  (rolePermissions) => [
    primaryKey({ columns: [rolePermissions.roleId, rolePermissions.permissionId] }),
    index("role_permissions_permission").on(rolePermissions.permissionId),
  ],
);
