import { and, eq, not, type SQL, sql } from "drizzle-orm";
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
} from "../../../database/preconditions.ts";
import { permissions } from "../../../database/tables/access.ts";
import { deleted, hasRequestedState, restored, touched } from "../../../database/tables/columns.ts";
import type { Tagged } from "../../../http/etag.ts";
import { publicPermission } from "./statements.ts";

type PermissionRow = Awaited<ReturnType<typeof selectPermission>>[number];

type Parts = Pick<typeof permissions.$inferInsert, "resource" | "action" | "description">;

const SORT_KEYS = byNameOrAge(permissions);

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  isDeleted?: boolean | undefined;
  q?: string | undefined;
  resource?: string | undefined;
}

/** Lists a page of the live permissions, or of the deleted ones that can be restored. */
export function listPermissions(db: Database, filter: Filter) {
  const where = and(
    hasRequestedState(permissions, filter.isDeleted),
    filter.q === undefined ? undefined : contains(permissions.name, filter.q),
    filter.resource === undefined ? undefined : eq(permissions.resource, filter.resource),
  );
  return selectPage(
    db,
    { from: permissions, columns: publicPermission, keys: SORT_KEYS, where },
    filter,
    requireRestoring(db, filter, "permissions"),
  );
}

/** Finds a live permission by id, or by name in any case. */
export async function findPermission(
  db: Database,
  key: { id: string } | { name: string },
): Promise<Tagged<PermissionRow["value"]> | undefined> {
  const condition = "id" in key ? isLive(key.id) : isNamed(permissions, key.name);
  const [found] = await selectPermission(db, condition);
  return found;
}

/** Inserts a permission. It grants nothing until a role has it. */
export async function insertPermission(db: Database, parts: Parts) {
  const id = crypto.randomUUID();
  const { permission } = await batch(db, {
    created: db.insert(permissions).values({ id, ...parts }),
    permission: selectPermission(db, isLive(id)),
  });
  return permission[0];
}

interface Change {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

/**
 * Updates a permission. Roles that have it then grant its new name, so the caller must hold that name, and the administrative
 * permissions of these roles.
 */
export async function updatePermission(
  db: Database,
  { actorId, id, expectedTags }: Change,
  changes: { [Field in keyof Parts]?: Parts[Field] | undefined },
) {
  const { resource, action } = changes;
  const name = resource === "*" ? "*" : `${resource}:${action}`;
  const isRenamed = resource !== undefined && action !== undefined;
  const { permission } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireAuthorityOver(db, actorId, id),
      requireUnchanged(db, tagOf(id), expectedTags),
      requireHolding(
        db,
        actorId,
        isRenamed
          ? sql`(select array_agg(${name}::text) from ${permissions} where id = ${id} and name <> ${name})`
          : NOTHING,
      ),
    ],
    changed: db
      .update(permissions)
      .set({ ...changes, ...touched(permissions) })
      .where(eq(permissions.id, id)),
    permission: selectPermission(db, isLive(id)),
  });
  return permission[0];
}

/**
 * Marks a permission as deleted. The roles that have it no longer grant it, so the caller must hold their administrative permissions.
 */
export async function deletePermission(db: Database, { actorId, id }: Change): Promise<void> {
  await batch(db, {
    locked: lock(db, id),
    preconditions: [requireLive(db, id), requireAuthorityOver(db, actorId, id)],
    removed: db
      .update(permissions)
      .set({ ...deleted, ...touched(permissions) })
      .where(eq(permissions.id, id)),
  });
}

/** Restores a deleted permission. The roles that had it grant it again, so the caller must hold it by a wildcard. */
export async function restorePermission(db: Database, { actorId, id }: Change) {
  const { permission } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireThat(
        db,
        sql`exists (select from ${permissions} where id = ${id} and is_deleted)`,
        "notFound",
        "Deleted permission not found.",
      ),
      requireHolding(db, actorId, sql`(select array_agg(name) from ${permissions} where id = ${id})`),
      requireAuthorityOver(db, actorId, id),
    ],
    restored: db
      .update(permissions)
      .set({ ...restored, ...touched(permissions) })
      .where(eq(permissions.id, id)),
    permission: selectPermission(db, isLive(id)),
  });
  return permission[0];
}

/**
 * Requires that the caller holds the permission itself, if it is administrative, and the administrative permissions of the roles that
 * have it.
 */
const requireAuthorityOver = (db: Database, actorId: string, id: string) =>
  requireAuthority(db, actorId, sql`grants_with_permission(${id})`);

const NOTHING = sql`'{}'::text[]`;

const isLive = (id: string) => and(eq(permissions.id, id), not(permissions.isDeleted));

const tagOf = (id: string) => sql`(select version::text from ${permissions} where id = ${id})`;

/** Locks the permission, so that concurrent changes of it run one after the other. */
const lock = (db: Database, id: string) =>
  db.select({ id: permissions.id }).from(permissions).where(eq(permissions.id, id)).for("update");

const requireLive = (db: Database, id: string) =>
  requireThat(
    db,
    sql`exists (select from ${permissions} where id = ${id} and not is_deleted)`,
    "notFound",
    "Permission not found.",
  );

const selectPermission = (db: Database, condition: SQL | undefined) =>
  db
    .select({ value: publicPermission, tag: sql<string>`${permissions.version}::text` })
    .from(permissions)
    .where(condition);
