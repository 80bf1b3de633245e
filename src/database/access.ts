import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { users } from "./tables/users.ts";

/** What ends credentials, and calls `end_access` for it; closing and opening an account do so by a trigger. */
export type AccessEvent =
  | "password_change"
  | "password_and_tokens_change"
  | "password_reset"
  | "account_claimed"
  | "factors_reset"
  | "account_reviewed"
  | "account_disowned";

/** How many credentials of each kind ended. */
export interface EndedAccess {
  sessions: number;
  tokens: number;
  keys: number;
  feeds: number;
  passkeys: number;
  authenticators: number;
  recovery_codes: number;
}

/** A credential, as its owner knows it. */
export interface NamedCredential {
  name: string;
  /** ISO 8601, with an offset. */
  created_at: string;
}

/** What opens an account besides its password. */
export interface Access {
  /** The number of live sessions. */
  sessions: number;
  tokens: NamedCredential[];
  keys: NamedCredential[];
  feeds: NamedCredential[];
  passkeys: NamedCredential[];
  authenticator: boolean;
  /** The number of those that were not used. */
  recovery_codes: number;
}

/** The names of what ended when an account was closed. */
export interface ClosedAccess {
  tokens: string[];
  keys: string[];
  feeds: string[];
}

/**
 * The statement that ends the credentials that `event` ends, of the users that `whose` holds for, but the session with the id
 * `kept`. Which credentials each event ends, the database knows: see functions/access/access_rules.sql. Lock the users first.
 */
export const endAccess = (db: Database, event: AccessEvent | SQL, whose: SQL, kept?: string) =>
  db.execute<{ ended: EndedAccess }>(sql`
    select end_access(${users.id}, ${event}, ${kept ?? null}::uuid) as ended from ${users} where ${whose}`);

/** The statement that lists what opens the account with `userId`. */
export const selectAccess = (db: Database, userId: string) =>
  db.execute<{ access: Access }>(sql`select access_of(${userId}) as access`);

/** The statement that lists what ended when the account with `userId` was closed: to be read before it is opened. */
export const selectClosedAccess = (db: Database, userId: string) =>
  db.execute<{ closed: ClosedAccess }>(sql`select closed_access_of(${userId}) as closed`);
