import { and, asc, eq, not, type SQL, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { byNameOrAge, contains, selectPage } from "../../../database/keyset-pagination.ts";
import { isNamed } from "../../../database/named.ts";
import {
  requireAuthority,
  requireHolding,
  requireRestoring,
  requireThat,
  requireUnchanged,
  uuids,
} from "../../../database/preconditions.ts";
import { permissions, rolePermissions, roles } from "../../../database/tables/access.ts";
import { deleted, hasRequestedState, restored, touched } from "../../../database/tables/columns.ts";
import type { Tagged } from "../../../http/etag.ts";
import { publicPermission } from "../permissions/statements.ts";
import { listItem, publicRole } from "./statements.ts";

const SORT_KEYS = byNameOrAge(roles);

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  isDeleted?: boolean | undefined;
  q?: string | undefined;
}

/** Lists a page of the live roles, or of the deleted ones that can be restored. */
export function listRoles(db: Database, filter: Filter) {
  const where = and(
    hasRequestedState(roles, filter.isDeleted),
    filter.q === undefined ? undefined : contains(roles.name, filter.q),
  );
  return selectPage(
    db,
    { from: roles, columns: listItem, keys: SORT_KEYS, where },
    filter,
    requireRestoring(db, filter, "roles"),
  );
}

/** Finds a live role by id, or by name in any case. */
export async function findRole(db: Database, key: { id: string } | { name: string }) {
  const condition = "id" in key ? eq(roles.id, key.id) : isNamed(roles, key.name);
  return nest(await selectRole(db, condition));
}

interface Change {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

interface RoleChanges {
  name?: string | undefined;
  description?: string | null | undefined;
  permissionIds?: readonly string[] | undefined;
}

/** Inserts a role. It can only grant permissions that the caller holds. */
export async function insertRole(
  db: Database,
  actorId: string,
  { permissionIds = [], ...values }: RoleChanges & { name: string },
) {
  const id = crypto.randomUUID();
  const { role } = await batch(db, {
    created: db.insert(roles).values({ id, ...values }),
    preconditions: [requirePermissions(db, permissionIds), requireHoldingNew(db, actorId, id, permissionIds)],
    granted: addGrants(db, id, permissionIds),
    role: selectRole(db, eq(roles.id, id)),
  });
  return nest(role);
}

/** Updates a role. The caller must hold the permissions that are added, and the administrative permissions that the role already grants. */
export async function updateRole(db: Database, { actorId, id, expectedTags }: Change, changes: RoleChanges) {
  const { permissionIds, ...rest } = changes;
  const { role } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireAuthorityOver(db, actorId, id),
      requireUnchanged(db, sql`role_tag(${id})`, expectedTags),
      requirePermissions(db, permissionIds ?? []),
      requireHoldingNew(db, actorId, id, permissionIds ?? []),
    ],
    revoked: permissionIds === undefined ? doNothing(db) : removeGrantsExcept(db, id, permissionIds),
    granted: addGrants(db, id, permissionIds ?? []),
    touched: touch(db, id, rest),
    role: selectRole(db, eq(roles.id, id)),
  });
  return nest(role);
}

/** Adds a permission to a role. It is not an error if the role already grants it. */
export async function addPermission(db: Database, { actorId, id }: Change, permissionId: string) {
  const { role } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireAuthorityOver(db, actorId, id),
      requirePermissions(db, [permissionId]),
      requireHoldingNew(db, actorId, id, [permissionId]),
    ],
    granted: addGrants(db, id, [permissionId]),
    limit: requireGrantLimit(db, id),
    touched: touch(db, id, {}),
    role: selectRole(db, eq(roles.id, id)),
  });
  return nest(role);
}

/** Removes a permission from a role. The caller must hold the administrative permissions that the role grants. */
export async function removePermission(db: Database, { actorId, id }: Change, permissionId: string) {
  const isGranted = sql`exists (
    select from ${rolePermissions} where role_id = ${id} and permission_id = ${permissionId})`;
  const { role } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireAuthorityOver(db, actorId, id),
      requireThat(db, isGranted, "notFound", "The role does not grant this permission."),
    ],
    revoked: db
      .delete(rolePermissions)
      .where(and(eq(rolePermissions.roleId, id), eq(rolePermissions.permissionId, permissionId))),
    touched: touch(db, id, {}),
    role: selectRole(db, eq(roles.id, id)),
  });
  return nest(role);
}

/**
 * Marks a role as deleted, unless it is built in. Its users lose it. The caller must hold the administrative permissions that it grants.
 */
export async function deleteRole(db: Database, { actorId, id }: Change): Promise<void> {
  const isCustom = sql`(select builtin is null from ${roles} where id = ${id})`;
  await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireAuthorityOver(db, actorId, id),
      requireThat(db, isCustom, "ruleViolation", "A built-in role cannot be deleted."),
    ],
    removed: touch(db, id, deleted),
  });
}

/** Restores a deleted role. Its previous users get it back, so the caller must hold the permissions that it grants. */
export async function restoreRole(db: Database, { actorId, id }: Change) {
  const isDeleted = sql`exists (select from ${roles} where id = ${id} and is_deleted)`;
  const { role } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireThat(db, isDeleted, "notFound", "Deleted role not found."),
      requireHolding(db, actorId, sql`grants_of_role(${id})`),
    ],
    restored: touch(db, id, restored),
    role: selectRole(db, eq(roles.id, id)),
  });
  return nest(role);
}

interface Defaults {
  permissions: { builtin: string; resource: string; action: string; description: string }[];
  roles: { builtin: string; name: string; description: string }[];
  grants: { role: string; permission: string }[];
}

/**
 * Inserts the defaults that never existed. Anything that an operator renamed, deleted or revoked stays as it is: rows are identified by
 * `builtin`, and a grant is added only if its role or permission is new. Concurrent seeding is safe. Returns the numbers of permissions
 * and roles added.
 */
export async function insertDefaults(db: Database, defaults: Defaults) {
  const { permissions: addedPermissions, roles: addedRoles } = await batch(db, {
    locked: db.execute(sql`select pg_advisory_xact_lock(hashtext('seed'))`),
    permissions: db.insert(permissions).values(defaults.permissions).onConflictDoNothing(),
    roles: db.insert(roles).values(defaults.roles).onConflictDoNothing(),
    grants: db.execute(sql`
      insert into ${rolePermissions} (role_id, permission_id)
      select r.id, p.id
      from jsonb_to_recordset(${JSON.stringify(defaults.grants)}::jsonb) as d(role text, permission text)
      join ${roles} r on r.builtin = d.role
      join ${permissions} p on p.builtin = d.permission
      where now()::timestamptz(3) in (r.created_at, p.created_at)
      on conflict do nothing`),
  });
  return { permissions: addedPermissions.rowCount, roles: addedRoles.rowCount };
}

const doNothing = (db: Database) => db.execute(sql`select`);

/** Locks the role, so that concurrent changes of it run one after the other. */
const lock = (db: Database, id: string) =>
  db.select({ id: roles.id }).from(roles).where(eq(roles.id, id)).for("update");

const requireLive = (db: Database, id: string) =>
  requireThat(
    db,
    sql`exists (select from ${roles} where id = ${id} and not is_deleted)`,
    "notFound",
    "Role not found.",
  );

const requirePermissions = (db: Database, ids: readonly string[]) =>
  requireThat(
    db,
    sql`(select count(*) = ${ids.length} from ${permissions} where id = any(${uuids(ids)}) and not is_deleted)`,
    "notFound",
    "Permission not found.",
  );

/** Requires that the caller holds the administrative permissions that the role grants. */
const requireAuthorityOver = (db: Database, actorId: string, id: string) =>
  requireAuthority(db, actorId, sql`grants_of_role(${id})`);

/** Requires that the caller holds the permissions that the role does not grant yet. */
const requireHoldingNew = (db: Database, actorId: string, id: string, permissionIds: readonly string[]) =>
  requireHolding(
    db,
    actorId,
    sql`(select coalesce(array_agg(name), '{}') from ${permissions} where id = any(${uuids(permissionIds)})
      and id not in (select permission_id from ${rolePermissions} where role_id = ${id}))`,
  );

const addGrants = (db: Database, id: string, permissionIds: readonly string[]) =>
  db.execute(sql`
    insert into ${rolePermissions} (role_id, permission_id)
    select ${id}, unnest(${uuids(permissionIds)}) on conflict do nothing`);

/** Maximum number of permissions of a role: one response contains all of them, and one audit event contains each change. */
const MAX_GRANTS = 2_000;

const requireGrantLimit = (db: Database, id: string) =>
  requireThat(
    db,
    sql`(select count(*) <= ${MAX_GRANTS} from ${rolePermissions} where role_id = ${id})`,
    "ruleViolation",
    `A role can grant at most ${MAX_GRANTS} permissions. Use a wildcard or another role.`,
  );

const removeGrantsExcept = (db: Database, id: string, permissionIds: readonly string[]) =>
  db.execute(sql`
    delete from ${rolePermissions} where role_id = ${id} and permission_id <> all(${uuids(permissionIds)})`);

const touch = (db: Database, id: string, changes: Record<string, unknown>) =>
  db
    .update(roles)
    .set({ ...changes, ...touched(roles) })
    .where(eq(roles.id, id));

/** Selects one row for each live permission of the live role, or one row without a permission. */
const selectRole = (db: Database, condition: SQL) =>
  db
    .select({ role: publicRole, tag: sql<string>`role_tag(${roles.id})`, permission: publicPermission })
    .from(roles)
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .leftJoin(permissions, and(eq(permissions.id, rolePermissions.permissionId), not(permissions.isDeleted)))
    .where(and(condition, not(roles.isDeleted)))
    .orderBy(asc(permissions.name));

type RoleRow = Awaited<ReturnType<typeof selectRole>>[number];

type Role = RoleRow["role"] & { permissions: NonNullable<RoleRow["permission"]>[] };

function nest(rows: RoleRow[]): Tagged<Role> | undefined {
  const [first] = rows;
  return (
    first && {
      tag: first.tag,
      value: { ...first.role, permissions: rows.flatMap(({ permission }) => permission ?? []) },
    }
  );
}
