import type { BatchItem } from "drizzle-orm/batch";
import type { Database } from "./client.ts";

type Statement = BatchItem<"pg">;

type ResultOf<Work> = Work extends Statement
  ? Work["_"]["result"]
  : { [Place in keyof Work]: ResultOf<Work[Place]> };

type ResultsOf<Named> = { [Name in keyof Named]: ResultOf<Named[Name]> };

/**
 * Runs `statements` in one transaction and one round trip, in the order of the object's keys, and returns their results under the same
 * keys. A list of statements gives a list of results.
 */
export async function batch<const Named extends Record<string, Statement | readonly Statement[]>>(
  db: Database,
  statements: Named,
): Promise<ResultsOf<Named>> {
  const [first, ...others] = Object.values(statements).flat();
  const results: Iterator<unknown> = (first === undefined ? [] : await db.batch([first, ...others])).values();
  const next = () => results.next().value;
  const named = Object.entries(statements).map(([name, work]) => [
    name,
    Array.isArray(work) ? work.map(next) : next(),
  ]);
  return Object.fromEntries(named) as ResultsOf<Named>;
}
