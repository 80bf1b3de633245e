import { and, eq, isNull, sql } from "drizzle-orm";
import { ERRORS } from "../core/errors.ts";
import type { Database } from "./client.ts";
import { SQLSTATES } from "./sqlstates.ts";
import { idempotencyKeys } from "./tables/idempotency-keys.ts";
import { type Due, type Progress, removeRows, type Spending } from "./work.ts";

/** That a request is the one to be carried out for its owner's Idempotency-Key. */
export interface Claim {
  owner: string;
  key: string;
  /** What the request is known again by; the first is kept. */
  fingerprints: string[];
}

const { keyReused, keyInUse, answered } = SQLSTATES;

const REMEMBERED = "interval '24 hours'";

const STILL_RUNNING = ERRORS.IDEMPOTENCY_KEY_IN_USE.message;

/** What is said where the answer will not come any more. */
export const ANSWER_LOST =
  "The request with this Idempotency-Key was begun before, and its answer is lost. See whether it was done.";

/**
 * The statements, with their parameters, that make `claim` in the transaction that does the work: undone with it, and kept
 * with it. They stop the transaction where the key is taken:
 *
 *   keyReused  for another request
 *   keyInUse   for this request, which is being carried out, or whose answer is lost
 *   answered   for this request, which was answered: the message is the status and the sealed answer
 *
 * The lock makes them stop at once, where the unique key alone would let them wait for the first transaction's end.
 */
export function claimStatements({
  owner,
  key,
  fingerprints,
}: Claim): [text: string, parameters: unknown[]][] {
  return [
    [
      `select demand(pg_try_advisory_xact_lock(hashtextextended($1, 0)), '${keyInUse.code}', $2)`,
      [`idempotency ${owner} ${key}`, STILL_RUNNING],
    ],
    [
      `select demand(false,
                case when not $3::jsonb ? fingerprint then '${keyReused.code}' when sealed_answer is null then '${keyInUse.code}' else '${answered.code}' end,
                case when not $3::jsonb ? fingerprint then 'used for another request'
                     when sealed_answer is not null then status::text || ' ' || sealed_answer
                     when created_at > now() - interval '1 minute' then $4
                     else $5 end)
         from idempotency_keys where owner = $1 and key = $2 and created_at > now() - ${REMEMBERED}`,
      [owner, key, JSON.stringify(fingerprints), STILL_RUNNING, ANSWER_LOST],
    ],
    [
      // One that is there is older than keys are remembered.
      `insert into idempotency_keys (owner, key, fingerprint) values ($1, $2, $3)
       on conflict (owner, key) do update
         set fingerprint = excluded.fingerprint, created_at = now(), status = null, sealed_answer = null`,
      [owner, key, fingerprints[0]],
    ],
  ];
}

type Key = Pick<Claim, "owner" | "key">;

/** Keeps the answer to the request that made a claim. */
export async function keepAnswer(db: Database, key: Key, answer: { status: number; sealedAnswer: string }) {
  await db.update(idempotencyKeys).set(answer).where(is(key));
}

/** Gives a key free that was claimed for what was then refused. */
export async function releaseKey(db: Database, key: Key): Promise<void> {
  await db.delete(idempotencyKeys).where(and(is(key), isNull(idempotencyKeys.sealedAnswer)));
}

const OLD_KEYS: Due = {
  table: idempotencyKeys,
  at: sql`created_at`,
  before: sql`now() - ${sql.raw(REMEMBERED)}`,
};

/** Removes keys that are not remembered any more. */
export const removeOldKeys = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, OLD_KEYS, spending);

const is = ({ owner, key }: Key) => and(eq(idempotencyKeys.owner, owner), eq(idempotencyKeys.key, key));
