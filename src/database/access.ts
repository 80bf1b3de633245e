import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { users } from "./tables/users.ts";

/** Events for which the API calls `end_access`. For closing and reopening an account, a trigger calls it. */
export type AccessEvent =
  | "password_change"
  | "password_and_tokens_change"
  | "password_reset"
  | "account_claimed"
  | "factors_reset"
  | "account_reviewed"
  | "account_disowned";

/** Number of ended credentials of each kind. */
export interface EndedAccess {
  sessions: number;
  tokens: number;
  keys: number;
  feeds: number;
  passkeys: number;
  authenticators: number;
  recovery_codes: number;
}

/** A credential, as its owner sees it. */
export interface NamedCredential {
  name: string;
  /** ISO 8601, with an offset. */
  created_at: string;
}

/** Credentials that open an account, besides its password. */
export interface Access {
  /** Number of live sessions. */
  sessions: number;
  tokens: NamedCredential[];
  keys: NamedCredential[];
  feeds: NamedCredential[];
  passkeys: NamedCredential[];
  authenticator: boolean;
  /** Number of unused recovery codes. */
  recovery_codes: number;
}

/** Names of the credentials that ended when an account was closed. */
export interface ClosedAccess {
  tokens: string[];
  keys: string[];
  feeds: string[];
}

/**
 * Returns the statement that ends credentials of the users that match `whose`, except the session with the id `kept`.
 * functions/access/access_rules.sql has the credentials that each event ends. Lock the users first.
 */
export const endAccess = (db: Database, event: AccessEvent | SQL, whose: SQL, kept?: string) =>
  db.execute<{ ended: EndedAccess }>(sql`
    select end_access(${users.id}, ${event}, ${kept ?? null}::uuid) as ended from ${users} where ${whose}`);

/** Returns the statement that lists the credentials of the account with `userId`. */
export const selectAccess = (db: Database, userId: string) =>
  db.execute<{ access: Access }>(sql`select access_of(${userId}) as access`);

/** Returns the statement that lists the credentials that the closing of an account ended. Run it before reopening the account. */
export const selectClosedAccess = (db: Database, userId: string) =>
  db.execute<{ closed: ClosedAccess }>(sql`select closed_access_of(${userId}) as closed`);
