import { sql } from "drizzle-orm";
import type { TestApi } from "./api.ts";

/** Answers may not be longer; parts of what is streamed not than a tenth. */
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
 * Why an operation's answer is bounded, and how a test sees it. `fill` makes as much as the documented limits allow, of the longest legal
 * items, and says what to ask for then.
 */
export type Row =
  /** It is one answer of at most MAX_ANSWER_BYTES. */
  | { bounded: "as a whole"; fill: (api: TestApi) => Promise<Asked> }
  /** It is refused where it would be longer. */
  | { bounded: "or refused"; fill: (api: TestApi) => Promise<Asked> }
  /** It comes in parts of at most MAX_PART_BYTES, each read when it is asked for. */
  | { bounded: "in parts"; fill: (api: TestApi) => Promise<Asked> }
  /** So many items of so many bytes are the most that there can be. */
  | { bounded: "by number"; items: number; bytes: number }
  /** By what one request of the caller's own held, in its body, or by tests of its own. */
  | { bounded: "elsewhere"; why: string };

/** So many UTF-16 units of what takes most bytes as JSON: six each. */
export const longest = (units: number) => "\u0001".repeat(units);

/** The bytes of text of so many UTF-16 units as JSON, at most. */
export const bytesOf = (units: number) => 6 * units;

/** Those of a page: a hundred. */
export const page = (bytes: number): Row => ({ bounded: "by number", items: 100, bytes });

/** The bytes of a record beside its text: ids, instants, numbers and names of fields. */
export const RECORD_BYTES = 1_000;

/** `make`, whose result each API has one of: it takes long. */
export function onceFor<Made>(make: (api: TestApi) => Promise<Made>): typeof make {
  const made = new WeakMap<TestApi, Promise<Made>>();
  return (api) => {
    const known = made.get(api) ?? make(api);
    made.set(api, known);
    return known;
  };
}

/** Those of an account with its roles. */
export const WITH_ROLES: Row = {
  bounded: "elsewhere",
  why: "an account has the roles that administrators gave it, each as getRole",
};

/** The bytes of an activity rule at most. */
export const RULE_BYTES = RECORD_BYTES + bytesOf(200 + 50);

/** Somebody with a page of the longest entries: of a thousand tags each. */
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
