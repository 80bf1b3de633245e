import { and, eq, isNull, sql } from "drizzle-orm";
import { ERRORS } from "../core/errors.ts";
import type { Database } from "./client.ts";
import { SQLSTATES } from "./sqlstates.ts";
import { idempotencyKeys } from "./tables/idempotency-keys.ts";
import { type Due, type Progress, removeRows, type Spending } from "./work.ts";

/** Claim of an Idempotency-Key by the request that does the work for it. */
export interface Claim {
  owner: string;
  key: string;
  /** Fingerprints that identify a repeat of the request; the first is stored. */
  fingerprints: string[];
}

const { keyReused, keyInUse, answered } = SQLSTATES;

const REMEMBERED = "interval '24 hours'";

const STILL_RUNNING = ERRORS.IDEMPOTENCY_KEY_IN_USE.message;

/** Message for a request whose response was lost. */
export const ANSWER_LOST =
  "A request with this Idempotency-Key was started, and its response was lost. Check whether its work was done.";

/**
 * Returns the statements, with their parameters, that make `claim` in the transaction that does the work, so that both are committed or
 * rolled back together. They raise if the key is taken:
 *
 *   keyReused  by another request
 *   keyInUse   by this request, which is still running, or whose response was lost
 *   answered   by this request, which was answered: the message is the status and the sealed response
 *
 * The lock makes them raise immediately; with the unique key alone, they would wait for the end of the first transaction.
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
      // An existing row is past the time that keys are kept.
      `insert into idempotency_keys (owner, key, fingerprint) values ($1, $2, $3)
       on conflict (owner, key) do update
         set fingerprint = excluded.fingerprint, created_at = now(), status = null, sealed_answer = null`,
      [owner, key, fingerprints[0]],
    ],
  ];
}

type Key = Pick<Claim, "owner" | "key">;

/** Stores the response to the request that made a claim, unless its caller has lost access to records since then. */
export async function storeAnswer(db: Database, key: Key, answer: { status: number; sealedAnswer: string }) {
  await db
    .update(idempotencyKeys)
    .set(answer)
    .where(and(is(key), isNull(idempotencyKeys.status)));
}

/** Releases a key that was claimed by a request that was then refused. */
export async function releaseKey(db: Database, key: Key): Promise<void> {
  await db.delete(idempotencyKeys).where(and(is(key), isNull(idempotencyKeys.sealedAnswer)));
}

const OLD_KEYS: Due = {
  table: idempotencyKeys,
  at: sql`created_at`,
  before: sql`now() - ${sql.raw(REMEMBERED)}`,
};

/** Deletes keys that are past their retention. */
export const removeOldKeys = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, OLD_KEYS, spending);

const is = ({ owner, key }: Key) => and(eq(idempotencyKeys.owner, owner), eq(idempotencyKeys.key, key));
