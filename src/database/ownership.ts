import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireNamed } from "./preconditions.ts";

/** A table whose records have an owner, or the alias of one in a query. */
type Owned = { ownerId: SQLWrapper } | SQL;

/** Whose records a list is of: the caller's own, those of one other user, or those of all users. */
export type Owner = string | "all" | undefined;

/** Who asks for the records of which owner. */
export interface OwnerQuery {
  actorId: string;
  owner?: Owner;
}

/** What a user does to a record: changing or deleting a record takes the permission to read it too. */
type Action = "read" | "update" | "delete";

const ownerOf = (owned: Owned) => ("ownerId" in owned ? owned.ownerId : sql`${owned}.owner_id`);

/*
 * The only place that compares owners, beside the database's functions (functions/access/may_reach.sql): a lint rule refuses the
 * comparison elsewhere. A rule for records that several users share is to be written here, and in `may_reach`.
 */

/** Returns the condition that a record of `owned` belongs to the user `userId`. */
export const isOwnedBy = (owned: Owned, userId: SQL | string): SQL =>
  sql`${ownerOf(owned)} = ${userId}::uuid`;

/** Returns the condition that a record of `owned` is among those that the query asks for; `requireOwner` says whether it may. */
export const isAskedFor = (owned: Owned, { actorId, owner = actorId }: OwnerQuery): SQL =>
  owner === "all" ? sql`true` : isOwnedBy(owned, owner);

/**
 * Returns the condition that a record of `owned` is within reach of the user `actorId`: their own, or any user's if they hold
 * the permissions of `resource` for those. That is looked up once, and only if a record of another user comes up.
 */
export const isWithinReach = (owned: Owned, actorId: string, resource: string, action: Action): SQL =>
  sql`(${isOwnedBy(owned, actorId)} or (select reaches_all(${actorId}, ${resource}, ${action})))`;

/** Returns the condition that the user `readerId` holds the permission to read `resource`, and has the record within reach. */
export const isReadableBy = (owned: Owned, readerId: string, resource: string): SQL =>
  sql`(select holds_all(${readerId}, ${`{${resource}:read}`}::text[])) and ${isWithinReach(owned, readerId, resource, "read")}`;

/** Returns the permissions that it takes to list the records of `resource` that the query asks for, besides that to read one's own. */
export const neededToList = ({ actorId, owner = actorId }: OwnerQuery, resource: string): string[] =>
  owner === actorId ? [] : [`${resource}:read_any`];

/** Requires that the caller may list what the query asks for: undefined where they need no permission for it. */
export function requireOwner(db: Database, query: OwnerQuery, resource: string) {
  const names = neededToList(query, resource);
  if (names.length === 0) return undefined;
  const message = `You cannot read the ${resource.replace("_", " ")} of others.`;
  return requireNamed(db, query.actorId, { names, message });
}
