import { sql } from "drizzle-orm";
import type { TestApi } from "./api.ts";

/** Maximum size of a response. Parts of a stream may have a tenth of it. */
export const MAX_ANSWER_BYTES = 10_000_000;
export const MAX_PART_BYTES = 1_000_000;

interface Asked {
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
export type Row =
  /** The response has at most MAX_ANSWER_BYTES. */
  | { bounded: "as a whole"; fill: (api: TestApi) => Promise<Asked> }
  /** A request for a longer response is refused. */
  | { bounded: "or refused"; fill: (api: TestApi) => Promise<Asked> }
  /** The response is streamed in parts of at most MAX_PART_BYTES, which are read on demand. */
  | { bounded: "in parts"; fill: (api: TestApi) => Promise<Asked> }
  /** The response has at most this number of items of this size. */
  | { bounded: "by number"; items: number; bytes: number }
  /** The response is bounded by the body of one earlier request of the caller, or by other tests. */
  | { bounded: "elsewhere"; why: string };

/** Returns `units` UTF-16 units of the character that is longest as JSON: six bytes each. */
export const longest = (units: number) => "\u0001".repeat(units);

/** Returns the maximum size as JSON of a text with `units` UTF-16 units. */
export const bytesOf = (units: number) => 6 * units;

/** Returns the bound of a page: a hundred items. */
export const page = (bytes: number): Row => ({ bounded: "by number", items: 100, bytes });

/** Size of a record without its texts: ids, instants, numbers and names of fields. */
export const RECORD_BYTES = 1_000;

/** Returns a function that calls the slow `make` only once for each API. */
export function onceFor<Made>(make: (api: TestApi) => Promise<Made>): typeof make {
  const made = new WeakMap<TestApi, Promise<Made>>();
  return (api) => {
    const known = made.get(api) ?? make(api);
    made.set(api, known);
    return known;
  };
}

/** Bound of an account with its roles. */
export const WITH_ROLES: Row = {
  bounded: "elsewhere",
  why: "an account has the roles that administrators gave it, each as getRole",
};

/** Maximum size of an activity rule. */
export const RULE_BYTES = RECORD_BYTES + bytesOf(200 + 50);

/** Signs up a user with a page of the longest entries, which have a thousand tags each. */
export const signUpTaggingAll = onceFor(async (api) => {
  const ada = await api.signUp();
  await api.db.execute(sql`
    insert into tags (owner_id, name) select ${ada.id}, n || ${longest(46)} from generate_series(1, 1000) n`);
  await api.db.execute(sql`
    with made as (
      insert into time_entries (owner_id, started_at, ended_at, description)
      select ${ada.id}, now() - (n || ' days')::interval, now() - (n || ' days')::interval + interval '1 hour', n || ${longest(2990)}
      from generate_series(1, 100) n returning id)
    insert into time_entry_tags (entry_id, tag_id) select made.id, tags.id from made, tags where tags.owner_id = ${ada.id}`);
  return ada;
});
