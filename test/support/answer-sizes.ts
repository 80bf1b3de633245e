import { sql } from "drizzle-orm";
import type { TestApi } from "./api.ts";

/** Maximum size of a response. */
export const MAX_ANSWER_BYTES = 10_000_000;
/** Maximum size of a part of a streamed response. */
export const MAX_PART_BYTES = 1_000_000;

/** Request whose response is measured. */
interface Measured {
  path: string;
  token?: string | undefined;
  headers?: Record<string, string>;
  method?: string;
  body?: unknown;
}

/**
 * Reason why the size of an operation's response is bounded, and how a test checks it. `fill` creates as much data as the documented
 * limits allow, with the longest legal items, and returns the request to send.
 */
export type SizeBound =
  /** The response has at most MAX_ANSWER_BYTES. */
  | { bounded: "as a whole"; fill: (api: TestApi) => Promise<Measured> }
  /** The request is rejected if the response would be larger. */
  | { bounded: "or refused"; fill: (api: TestApi) => Promise<Measured> }
  /** The response is streamed in parts of at most MAX_PART_BYTES, each read from the database on demand. */
  | { bounded: "in parts"; fill: (api: TestApi) => Promise<Measured> }
  /** The response has at most `items` items of at most `bytes` bytes each. */
  | { bounded: "by number"; items: number; bytes: number }
  /** The response is bounded by the body of one earlier request of the caller, or by other tests. */
  | { bounded: "elsewhere"; why: string };

/** Returns `units` UTF-16 units of the character that is longest as JSON: six bytes each. */
export const longestText = (units: number) => "\u0001".repeat(units);

/** Returns the maximum size as JSON of a text with `units` UTF-16 units. */
export const bytesOf = (units: number) => 6 * units;

/** Returns the bound of a page: a hundred items. */
export const page = (bytes: number): SizeBound => ({ bounded: "by number", items: 100, bytes });

/** Size of a record without its texts: ids, instants, numbers and names of fields. */
export const RECORD_BYTES = 1_000;

/** Returns a version of the slow function `create` that runs once for each API and then returns the same result. */
export function onceFor<Result>(create: (api: TestApi) => Promise<Result>): typeof create {
  const results = new WeakMap<TestApi, Promise<Result>>();
  return (api) => {
    const result = results.get(api) ?? create(api);
    results.set(api, result);
    return result;
  };
}

/** Bound of an account with its roles. */
export const WITH_ROLES: SizeBound = {
  bounded: "elsewhere",
  why: "administrators decide how many roles an account has, and each is bounded as in getRole",
};

/** Maximum size of an activity rule. */
export const RULE_BYTES = RECORD_BYTES + bytesOf(200 + 50);

/** Signs up a user with a page of the longest entries, which have a thousand tags each. */
export const signUpWithLongestEntries = onceFor((api) => signUpWithEntries(api, 100));

/** Signs up a user with enough of the longest entries for many parts of a streamed response. */
export const signUpWithSomeLongestEntries = onceFor((api) => signUpWithEntries(api, 25));

/** Signs up a user with `count` of the longest entries, which have a thousand tags each. */
async function signUpWithEntries(api: TestApi, count: number) {
  const ada = await api.signUp();
  await api.db.execute(sql`
    insert into tags (owner_id, name) select ${ada.id}, n || ${longestText(46)} from generate_series(1, 1000) n`);
  await api.db.execute(sql`
    with made as (
      insert into time_entries (owner_id, started_at, ended_at, description)
      select ${ada.id}, now() - (n || ' days')::interval, now() - (n || ' days')::interval + interval '1 hour', n || ${longestText(2990)}
      from generate_series(1, ${count}) n returning id)
    insert into time_entry_tags (entry_id, tag_id) select made.id, tags.id from made, tags where tags.owner_id = ${ada.id}`);
  return ada;
}
