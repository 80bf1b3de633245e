import { and, eq, not, type SQL, sql } from "drizzle-orm";
import { hasRankOver, heldBy } from "../../../database/authority.ts";
import type { Database } from "../../../database/client.ts";
import { callFunction } from "../../../database/connection.ts";
import { requireAuthority, requireThat } from "../../../database/preconditions.ts";
import { users } from "../../../database/tables/users.ts";
import type { Tagged } from "../../../http/etag.ts";

/** Columns of a user in a list. Only the auth folder selects the password hash. */
export const listItem = {
  id: users.id,
  username: users.username,
  email: users.email,
  is_active: users.isActive,
  is_superuser: users.isSuperuser,
  created_at: users.createdAt,
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

/** A user in the API. Instants are texts in ISO 8601. */
interface Account {
  id: string;
  username: string;
  email: string;
  is_active: boolean;
  is_superuser: boolean;
  created_at: string;
  first_name: string | null;
  last_name: string | null;
  pending_email: string | null;
  updated_at: string | null;
  roles: Role[];
}

interface Role {
  id: string;
  name: string;
  description: string | null;
  created_at: string;
  updated_at: string | null;
  permissions: GrantedPermission[];
}

interface GrantedPermission {
  id: string;
  name: string;
  resource: string;
  action: string;
  description: string | null;
  created_at: string;
  updated_at: string | null;
}

/** Returns the live user with `id`, with their live roles and the live permissions of these; undefined if it does not exist. */
export const findAccount = async (db: Database, id: string): Promise<Tagged<Account> | undefined> =>
  (await callFunction<Tagged<Account> | null>(db, "account_of", id)) ?? undefined;

/** Selects what `findAccount` returns, for a batch. */
export const selectAccount = (db: Database, id: string) =>
  db.execute<{ account: Tagged<Account> | null }>(sql`select account_of(${id}) as account`);

/** Returns the account that `selectAccount` selected. */
export const accountIn = ({ rows }: { rows: { account: Tagged<Account> | null }[] }) =>
  rows[0]?.account ?? undefined;

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
