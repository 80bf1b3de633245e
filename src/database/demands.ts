import { type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";

const CODES = { forbidden: "PT003", againstTheRules: "PT004", notFound: "PT005", changedMeanwhile: "PT006" };

/**
 * A statement that stops the batch it is in, and so undoes it, unless `condition` holds when its turn comes. `message` is
 * what the client is told.
 */
export const demand = (db: Database, condition: SQL, refusal: keyof typeof CODES, message: string) =>
  db.execute(sql`select demand(${condition}, ${CODES[refusal]}, ${message})`);

/** Demands that the user `actorId` holds all of `names`, an SQL expression of type text[]. */
export const demandHolding = (db: Database, actorId: string, names: SQL) =>
  demand(
    db,
    sql`holds_all(${actorId}, ${names})`,
    "forbidden",
    "You cannot grant a permission that you do not hold.",
  );

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

/** `ids` as an SQL expression of type uuid[]. */
export const uuids = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::uuid[]`;
