import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { sessions } from "./entities/sessions.ts";

const CODES = {
  forbidden: "PT003",
  againstTheRules: "PT004",
  notFound: "PT005",
  changedMeanwhile: "PT006",
  tooLongAgo: "PT008",
  ended: "PT001",
  taken: "PT011",
  invalidCode: "PT013",
  invalidPasskey: "PT014",
};

/** What a batch is stopped with. */
export type Refusal = keyof typeof CODES;

/**
 * A statement that stops the batch it is in, and so undoes it, unless `condition` holds when its turn comes. `message` is
 * what the client is told.
 */
export const demand = (db: Database, condition: SQL, refusal: Refusal, message: string) =>
  db.execute(sql`select demand(${condition}, ${CODES[refusal]}, ${message})`);

/** A change that stops the batch it is in unless it changes a row. */
export const demandEffect = (db: Database, change: SQLWrapper, refusal: Refusal, message: string) =>
  db.execute(sql`
    with change as ${change}
    select demand(exists (select from change), ${CODES[refusal]}, ${message})`);

/** Demands that the user `actorId` holds all of `names`, an SQL expression of type text[]. */
export const demandHolding = (
  db: Database,
  actorId: string,
  names: SQL,
  message = "You cannot grant a permission that you do not hold.",
) => demand(db, sql`holds_all(${actorId}, ${names})`, "forbidden", message);

/** Demands that the tag of what is to be changed is among those that the client has seen; none asks for nothing. */
export const demandUnchanged = (db: Database, tag: SQL, seen: readonly string[] | undefined) =>
  demand(
    db,
    seen === undefined
      ? sql`true`
      : sql`${tag} in (select jsonb_array_elements_text(${JSON.stringify(seen)}::jsonb))`,
    "changedMeanwhile",
    "It was changed meanwhile.",
  );

/** In which session a user must have proved who they are, and how many seconds ago at most. */
export interface RecentProof {
  sessionId: string;
  maxAgeSeconds: number;
}

/** Demands recent proof of who the user is (RFC 9470) unless `exempt` holds: where not all that a route does needs it. */
export const demandRecentProof = (db: Database, { sessionId, maxAgeSeconds }: RecentProof, exempt: SQL) =>
  demand(
    db,
    sql`${exempt} or exists (
      select from ${sessions} where id = ${sessionId}
        and authenticated_at >= now() - make_interval(secs => ${maxAgeSeconds}))`,
    "tooLongAgo",
    "too long since the user proved who they are",
  );

/** `ids` as an SQL expression of type uuid[]. */
export const uuids = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::uuid[]`;
