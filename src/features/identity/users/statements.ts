import { and, asc, eq, not, type SQL, sql } from "drizzle-orm";
import { hasRankOver, heldBy } from "../../../database/authority.ts";
import type { Database } from "../../../database/client.ts";
import { pendingEmail } from "../../../database/email-changes.ts";
import { requireAuthority, requireThat } from "../../../database/preconditions.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../../database/tables/access.ts";
import { users } from "../../../database/tables/users.ts";
import type { Tagged } from "../../../http/etag.ts";
import { publicPermission } from "../../access/permissions/statements.ts";
import { publicRole } from "../../access/roles/statements.ts";

/** Columns of a user in a list. Only the auth folder selects the password hash. */
export const listItem = {
  id: users.id,
  username: users.username,
  email: users.email,
  is_active: users.isActive,
  is_superuser: users.isSuperuser,
  created_at: users.createdAt,
};

const publicUser = {
  ...listItem,
  first_name: users.firstName,
  last_name: users.lastName,
  pending_email: pendingEmail,
  updated_at: users.updatedAt,
};

/** An administrator's operation on a user. */
export interface Administration {
  /** The administrator. */
  actorId: string;
  /** The user that the operation is on. */
  id: string;
  /** Tags of the versions that the caller expects the user to have. */
  expectedTags?: readonly string[] | undefined;
}

/** Returns the condition that selects the live user with `id`. */
export const isLive = (id: string) => and(eq(users.id, id), not(users.isDeleted));

/** Selects the live user with `id` and their tag. */
export const selectUser = (db: Database, id: string) =>
  db
    .select({ user: publicUser, tag: sql<string>`user_tag(${users.id})` })
    .from(users)
    .where(isLive(id));

/** Selects one row for each permission of each role of the user; a role without permissions has one row without a permission. */
export const selectGrants = (db: Database, userId: string) =>
  db
    .select({ role: publicRole, permission: publicPermission })
    .from(userRoles)
    .innerJoin(roles, and(eq(roles.id, userRoles.roleId), not(roles.isDeleted)))
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .leftJoin(permissions, and(eq(permissions.id, rolePermissions.permissionId), not(permissions.isDeleted)))
    .where(eq(userRoles.userId, userId))
    .orderBy(asc(roles.name), asc(roles.id), asc(permissions.name));

type UserRow = Awaited<ReturnType<typeof selectUser>>[number];

type Grant = Awaited<ReturnType<typeof selectGrants>>[number];

type Role = Grant["role"] & { permissions: NonNullable<Grant["permission"]>[] };

/** Combines the results of `selectUser` and `selectGrants`; undefined without a user. */
export function withRoles(
  [found]: UserRow[],
  grants: Grant[],
): Tagged<UserRow["user"] & { roles: Role[] }> | undefined {
  const byRole = Map.groupBy(grants, ({ role }) => role.id);
  const nested = [...byRole.values()].flatMap(([first, ...rest]) =>
    first
      ? { ...first.role, permissions: [first, ...rest].flatMap(({ permission }) => permission ?? []) }
      : [],
  );
  return found && { tag: found.tag, value: { ...found.user, roles: nested } };
}

/** Locks a user, so that concurrent changes of the user or their sessions run one after another. */
export const lock = (db: Database, id: string) =>
  db
    .select({ email: users.email, isActive: users.isActive })
    .from(users)
    .where(eq(users.id, id))
    .for("update");

/** Requires that there is a live user with `id`. */
export const requireLive = (db: Database, id: string) =>
  requireThat(
    db,
    sql`exists (select from ${users} where id = ${id} and not is_deleted)`,
    "notFound",
    "User not found.",
  );

/** Returns the condition on `users` that the account is active and still has the password that was verified. */
export const isActiveWithPassword = ({ userId, passwordHash }: { userId: string; passwordHash: string }) =>
  sql`id = ${userId} and password_hash = ${passwordHash} and is_active and not is_deleted`;

/** Requires a superuser to act on a superuser: otherwise changing a superuser's email would be a way to become one. */
export const requireRank = (db: Database, actorId: string, id: string) =>
  requireThat(db, hasRankOver(actorId, id), "forbidden", "Only a superuser can act on a superuser.");

/** Requires that the user `actorId` holds every administrative permission that the user `id` holds, unless `exempt` holds. */
export const requireAuthorityOver = (db: Database, actorId: string, id: string, exempt?: SQL) =>
  requireAuthority(db, actorId, heldBy(id), exempt);
