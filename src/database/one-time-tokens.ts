import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireEffect } from "./preconditions.ts";
import { oneTimeTokens } from "./tables/one-time-tokens.ts";
import { users } from "./tables/users.ts";
import { type Due, type Progress, removeRows, type Spending } from "./work.ts";

/** Purposes of mailed tokens. */
export type MailPurpose = Extract<
  (typeof oneTimeTokens.$inferSelect)["purpose"],
  "verify_email" | "review_access" | "reset_password"
>;

/** The stored part of a mailed token. */
export interface MailedToken {
  purpose: MailPurpose;
  hash: string;
  lifeSeconds: number;
}

/**
 * Returns the statement that locks a user, so that transactions with tokens of one user take turns. Put it first in a batch, to avoid
 * deadlocks. Of two tokens that are created concurrently, only the later one remains.
 */
export const lockUser = (db: Database, whose: SQL) =>
  db.select({ id: users.id }).from(users).where(whose).for("update");

/** Returns the statement that stores a token for each user that matches `whose`, bound to the current email. */
export const storeToken = (db: Database, token: MailedToken, whose: SQL) =>
  db.execute<{ user_id: string; email: string }>(sql`
    with kept as (
      ${tokenInsertion(token, sql`select ${users.id} as user_id, ${users.email} as email from ${users} where not ${users.isDeleted} and ${whose}`)}
      returning user_id, payload
    )
    select user_id, payload->>'email' as email from kept`);

/** Returns the insertion of a token for each row of `holders`, which selects `user_id` and the `email` that the token is bound to. */
export const tokenInsertion = ({ purpose, hash, lifeSeconds }: MailedToken, holders: SQL) => sql`
  insert into ${oneTimeTokens} (purpose, user_id, hash, payload, expires_at)
  select ${purpose}, user_id, ${hash}, jsonb_build_object('email', email), now() + make_interval(secs => ${lifeSeconds})
  from (${holders}) as holder`;

/** Returns the statement that deletes unused tokens for `purpose` of the users that match `whose`. */
export const voidTokens = (db: Database, purpose: MailPurpose, whose: SQL) =>
  db
    .delete(oneTimeTokens)
    .where(
      and(
        eq(oneTimeTokens.purpose, purpose),
        isNull(oneTimeTokens.usedAt),
        sql`${oneTimeTokens.userId} in (select ${users.id} from ${users} where ${whose})`,
      ),
    );

/** Returns the statement that uses up a valid token, or fails its batch with INVALID_ONE_TIME_TOKEN if the token is invalid. */
export const requireToken = (
  db: Database,
  token: Pick<MailedToken, "purpose" | "hash">,
  condition: SQL = sql`true`,
) => requireEffect(db, sql`(${useToken(token, condition)})`, "invalidOneTimeToken", "the token is not valid");

/** Returns the CTE `used`, which uses up a valid token and selects its user and the email that it was sent to. */
export const consumeToken = (token: Pick<MailedToken, "purpose" | "hash">) => sql`
  used as (${useToken(token, sql`true`)})`;

const useToken = (token: Pick<MailedToken, "purpose" | "hash">, condition: SQL) => sql`
  update ${oneTimeTokens} t set used_at = now() from ${users} u
  where ${isUsable(token)} and ${condition}
  returning t.user_id, u.email`;

/**
 * Returns the condition that the token `t` with `hash` is valid for the user `u`: unused, not expired, and sent to the user's
 * current email.
 */
export const isUsable = ({ purpose, hash }: Pick<MailedToken, "purpose" | "hash">) => sql`
  t.hash = ${hash} and t.purpose = ${purpose} and t.used_at is null and t.expires_at > now()
    and u.id = t.user_id and u.email = t.payload->>'email' and not u.is_deleted`;

const EXPIRED: Due = { table: oneTimeTokens, at: sql`expires_at`, before: sql`now()` };

/** Deletes expired tokens. */
export const removeExpiredTokens = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, EXPIRED, spending);
