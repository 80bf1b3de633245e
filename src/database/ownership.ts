import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireNamed } from "./preconditions.ts";
import { erasures } from "./tables/erasures.ts";

/** A table whose records have an owner, or the alias of one in a query. */
type Owned = { ownerId: SQLWrapper } | SQL;

/** The caller, and the owner whose records they request. */
export interface OwnerQuery {
  actorId: string;
  /** The caller (undefined), one user, or all users. */
  owner?: string | "all" | undefined;
  /** True for deleted records, which only users who may restore them can list. */
  isDeleted?: boolean | undefined;
}

/** Action on a record. Updating or deleting a record also requires the permission to read it. */
type Action = "read" | "update" | "delete";

const ownerOf = (owned: Owned) => ("ownerId" in owned ? owned.ownerId : sql`${owned}.owner_id`);

/*
 * Owners are compared only here and in the database's functions (functions/access/may_reach.sql); a lint rule refuses the comparison
 * elsewhere. A rule for records that several users share belongs here and in `may_reach`.
 */

/** Returns the condition that a record of `owned` belongs to the user `userId`. */
export const isOwnedBy = (owned: Owned, userId: SQL | string): SQL =>
  sql`${ownerOf(owned)} = ${userId}::uuid`;

/**
 * Returns the condition that the owner's account was erased. What is left of the owner's records, because other users' records refer to
 * them, can't be restored.
 */
export const isOfErasedOwner = (owned: Owned): SQL =>
  sql`exists (select from ${erasures} where ${erasures.userId} = ${ownerOf(owned)} and ${erasures.begunAt} is not null)`;

/** Returns the condition that a record of `owned` has the requested owner. `requireOwner` checks the permission for that. */
export const hasRequestedOwner = (owned: Owned, { actorId, owner = actorId }: OwnerQuery): SQL =>
  owner === "all" ? sql`true` : isOwnedBy(owned, owner);

/**
 * Returns the condition that a record of `owned` is within reach of the user `actorId`: the user's own, or any user's if the user holds
 * the permissions of `resource` for those. They are looked up once, and only if another user's record comes up.
 */
export const isWithinReach = (owned: Owned, actorId: string, resource: string, action: Action): SQL =>
  sql`(${isOwnedBy(owned, actorId)} or (select reaches_all(${actorId}, ${resource}, ${action})))`;

/** Returns the condition that the user `readerId` holds the permission to read `resource`, and has the record within reach. */
export const isReadableBy = (owned: Owned, readerId: string, resource: string): SQL =>
  sql`(select holds_all(${readerId}, ${`{${resource}:read}`}::text[])) and ${isWithinReach(owned, readerId, resource, "read")}`;

/** Returns the permissions that the requested list of `resource` needs, besides the permission to read the caller's own records. */
export function permissionsToList(
  { actorId, owner = actorId, isDeleted = false }: OwnerQuery,
  resource: string,
): string[] {
  const isForeign = owner !== actorId;
  return [
    ...(isDeleted ? [`${resource}:delete`] : []),
    ...(isForeign ? [`${resource}:read_any`] : []),
    ...(isForeign && isDeleted ? [`${resource}:delete_any`] : []),
  ];
}

/** Returns the statement that requires the permissions for the requested list; undefined if it needs none. */
export function requireOwner(db: Database, query: OwnerQuery, resource: string) {
  const names = permissionsToList(query, resource);
  if (names.length === 0) return undefined;
  const records = resource.replace("_", " ");
  const message = query.isDeleted
    ? `You cannot list deleted ${records}, because you cannot restore them.`
    : `You cannot read the ${records} of other users.`;
  return requireNamed(db, query.actorId, { names, message });
}
