import { sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireEffect } from "./preconditions.ts";
import type { Failure } from "./sqlstates.ts";
import { oneTimeTokens } from "./tables/one-time-tokens.ts";

/** Seconds that an answered challenge is kept: longer than any challenge is valid, even if clocks differ. */
const KEPT_SECONDS = 3_600;

/**
 * Records that the passkey challenge with `hash` was answered, and rolls back the batch if it was answered before.
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
    "the challenge was already answered",
  );

/**
 * Returns the condition that the challenge with `hash` was answered. It distinguishes a repeated request from a request by a copy
 * of the authenticator.
 */
export const wasAnswered = (hash: string) =>
  sql<boolean>`exists (select from ${oneTimeTokens} where purpose = 'passkey_challenge' and hash = ${hash})`;
