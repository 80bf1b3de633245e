import { sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireEffect } from "./preconditions.ts";
import type { Failure } from "./sqlstates.ts";
import { oneTimeTokens } from "./tables/one-time-tokens.ts";

/** Longer than any challenge is good, by clocks that differ, too. */
const KEPT_SECONDS = 3_600;

/**
 * Notes that the challenge to a passkey with `hash` is answered, and stops the batch it is in if it was answered before.
 */
export const requireUnanswered = (db: Database, hash: string, refusal: Failure) =>
  requireEffect(
    db,
    db
      .insert(oneTimeTokens)
      .values({
        purpose: "passkey_challenge",
        hash,
        usedAt: sql`now()`,
        expiresAt: sql`now() + make_interval(secs => ${KEPT_SECONDS})`,
      })
      .onConflictDoNothing()
      .returning({ id: oneTimeTokens.id }),
    refusal,
    "the challenge was answered before",
  );

/**
 * Whether the challenge with `hash` was answered, in a query: what is only sent again must not be taken for what a copy of
 * the authenticator made.
 */
export const wasAnswered = (hash: string) =>
  sql<boolean>`exists (select from ${oneTimeTokens} where purpose = 'passkey_challenge' and hash = ${hash})`;
