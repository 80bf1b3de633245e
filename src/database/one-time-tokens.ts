import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireEffect } from "./preconditions.ts";
import { oneTimeTokens } from "./tables/one-time-tokens.ts";
import { users } from "./tables/users.ts";
import { type Due, type Progress, removeRows, type Spending } from "./work.ts";

/** What mails carry tokens for. */
export type MailPurpose = Extract<
  (typeof oneTimeTokens.$inferSelect)["purpose"],
  "verify_email" | "review_access" | "reset_password"
>;

/** What is kept of a token that goes out by mail. */
export interface MailedToken {
  purpose: MailPurpose;
  hash: string;
  lifeSeconds: number;
}

/**
 * Makes those who handle the tokens of one user take turns. To be put first, so that no two wait for each other; of two
 * tokens made at the same time, too, only the later is left.
 */
export const lockUser = (db: Database, whose: SQL) =>
  db.select({ id: users.id }).from(users).where(whose).for("update");

/** The statement that keeps a token for each user that `whose` holds for, bound to the email that they have. */
export const keepToken = (db: Database, token: MailedToken, whose: SQL) =>
  db.execute<{ user_id: string; email: string }>(sql`
    with kept as (
      ${keepingToken(token, sql`select ${users.id} as user_id, ${users.email} as email from ${users} where not ${users.isDeleted} and ${whose}`)}
      returning user_id, payload
    )
    select user_id, payload->>'email' as email from kept`);

/** The part of a WITH that keeps a token for each row of `holders`, which selects `user_id` and the `email` that binds the token. */
export const keepingToken = ({ purpose, hash, lifeSeconds }: MailedToken, holders: SQL) => sql`
  insert into ${oneTimeTokens} (purpose, user_id, hash, payload, expires_at)
  select ${purpose}, user_id, ${hash}, jsonb_build_object('email', email), now() + make_interval(secs => ${lifeSeconds})
  from (${holders}) as holder`;

/** The statement that voids the tokens for `purpose` that the users that `whose` holds for have not used. */
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

/** Uses a good token up, and stops the batch it is in where there is none: INVALID_ONE_TIME_TOKEN. */
export const requireToken = (
  db: Database,
  token: Pick<MailedToken, "purpose" | "hash">,
  condition: SQL = sql`true`,
) => requireEffect(db, sql`(${useToken(token, condition)})`, "invalidOneTimeToken", "the token is not good");

/** The part `used` of a WITH that uses a good token up: whose it was, and the email that it was sent to. */
export const consumeToken = (token: Pick<MailedToken, "purpose" | "hash">) => sql`
  used as (${useToken(token, sql`true`)})`;

const useToken = (token: Pick<MailedToken, "purpose" | "hash">, condition: SQL) => sql`
  update ${oneTimeTokens} t set used_at = now() from ${users} u
  where ${isUsable(token)} and ${condition}
  returning t.user_id, u.email`;

/**
 * The conditions under which the token `t` with `hash` is good for the user `u`: not used, not too old, and sent to the
 * email that they still have.
 */
export const isUsable = ({ purpose, hash }: Pick<MailedToken, "purpose" | "hash">) => sql`
  t.hash = ${hash} and t.purpose = ${purpose} and t.used_at is null and t.expires_at > now()
    and u.id = t.user_id and u.email = t.payload->>'email' and not u.is_deleted`;

const EXPIRED: Due = { table: oneTimeTokens, at: sql`expires_at`, before: sql`now()` };

/** Removes tokens whose time is over. */
export const removeExpiredTokens = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, EXPIRED, spending);
