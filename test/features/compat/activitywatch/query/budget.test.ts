import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget } from "../../../../../src/features/compat/activitywatch/query/budget.ts";
import { evaluate } from "../../../../../src/features/compat/activitywatch/query/evaluate.ts";
import { parseQuery, QueryError } from "../../../../../src/features/compat/activitywatch/query/parser.ts";
import { Regexes } from "../../../../../src/features/compat/activitywatch/query/regex/regex.ts";
import { jsonPartsOf, payForJson } from "../../../../../src/features/compat/activitywatch/query/results.ts";
import {
  QueryEvent,
  sizeOf,
  sizeOfShared,
} from "../../../../../src/features/compat/activitywatch/query/values.ts";
import {
  COSTLY_EXPRESSIONS,
  COSTLY_QUERIES,
  MORE_COSTLY_QUERIES,
  SHARING_QUERIES,
} from "../../../../support/costly-queries.ts";
import { daysOfWindows, desktopQuery, type WatcherEvent } from "../../../../support/desktop-query.ts";
import { programsOn } from "../../../../support/query-programs.ts";

/** The budgets that docs/security.md names. */
const MAX_STEPS = 40_000_000;
const MAX_REGEX_STEPS = 24_000_000;
const MAX_BYTES = 80_000_000;
/** Number of programs for each seed, and the first seed. */
const PROGRAMS = 60;
const RUNS = Number(process.env.QUERY_RUNS ?? PROGRAMS);
const SEED = Number(process.env.QUERY_SEED ?? 20_261_130);
const SEEDS = Array.from({ length: Math.ceil(RUNS / PROGRAMS) }, (_, nth) => SEED + nth);

/** A budget that records the most bytes in use at a time, and the steps that were granted. */
class WatchedBudget extends Budget {
  largest = 0;
  #granted = 0;

  get granted() {
    return this.#granted;
  }

  override spend(steps: number) {
    super.spend(steps);
    this.#granted += steps;
  }

  override hold(bytes: number) {
    super.hold(bytes);
    this.largest = Math.max(this.largest, this.used.bytes);
  }
}

const eventsOf = (seen: WatcherEvent[]) =>
  seen.map(
    ([start, duration, data], nth) =>
      new QueryEvent(1000 * start, 1000 * (start + duration), data, nth, sizeOfShared(data)),
  );

/** Runs a query on events. Returns its result for the last period, as JSON, and the budget; or the message of its error. */
function run(query: string, events: Record<string, QueryEvent[]>, periods = 1) {
  const budget = new WatchedBudget();
  const buckets = Object.keys(events).map((id) => ({ id, hostname: "laptop" }));
  const regexes = new Regexes(budget);
  const source = {
    start: "2026-01-01T00:00:00Z",
    end: "2026-02-01T00:00:00Z",
    buckets,
    bucketIds: Object.keys(events),
    eventsOf: (id: string) => events[id] ?? [],
    regexes,
    budget,
  };
  try {
    const statements = parseQuery(query);
    for (let nth = 1; nth < periods; nth++) evaluate(statements, source);
    const result = evaluate(statements, source);
    payForJson(budget, result);
    const parts = [...jsonPartsOf(result)];
    return { parts, result, budget, regexes };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { refusal: error.message, budget, regexes };
  }
}

describe("a costly query", () => {
  it.each(Object.entries({ ...COSTLY_QUERIES, ...MORE_COSTLY_QUERIES }))(
    "stops within its budget: %s",
    (_, query) => {
      const { refusal, budget } = run(query, {});
      expect(refusal).toMatch(/too much work|too deeply/);
      expect(budget.granted).toBeLessThanOrEqual(MAX_STEPS);
      expect(budget.largest).toBeLessThanOrEqual(MAX_BYTES);
    },
  );
});

describe("a costly expression", () => {
  it.each(Object.entries(COSTLY_EXPRESSIONS))("stops within its budget: %s", async (_, query) => {
    const { refusal, regexes } = await inTime(() => run(query, {}));
    expect(refusal).toBeUndefined();
    expect(regexes.unusable.map(({ reason }) => reason)).toContainEqual(
      expect.stringMatching(/too much work|too large/),
    );
    expect(regexes.usedSteps).toBeLessThanOrEqual(MAX_REGEX_STEPS);
  });
});

describe("an expression with nested counts of an empty part", () => {
  it.each([
    "(?:(?:(?:){10000}){10000}){10000}",
    "(?:(?:(?:a){0}){10000}){10000}",
    "(?:(?:(?=a){10000}){10000}){10000}",
    "(?:(?:(?i){10000}){10000}){10000}",
    "((?:(?:){10000}){10000})\\1",
  ])("stays within its budget: %s", async (regex) => {
    const rule = JSON.stringify({ type: "regex", regex });
    const query = `RETURN=categorize([{"start":0,"end":1,"data":{"k":"x"}}],[[["A"],${rule}]]);`;
    const { refusal, regexes } = await inTime(() => run(query, {}));
    expect(refusal).toBeUndefined();
    expect(regexes.usedSteps).toBeLessThanOrEqual(MAX_REGEX_STEPS);
  });
});

/**
 * A step takes at most 50 nanoseconds, so all steps take 2 seconds. Work without a limit would take minutes. The ceiling is between them,
 * for a machine on which each core runs several tests and servers.
 * for a machine on which each core has several tests and servers to run.
 */
const CEILING_MS = 30_000;

/** Returns the result of `work`, and expects that it ends in time. The clock of a Worker advances only during I/O. */
async function inTime<Result>(work: () => Result): Promise<Result> {
  await scheduler.wait(1);
  const before = Date.now();
  const result = work();
  await scheduler.wait(1);
  expect(Date.now() - before).toBeLessThan(CEILING_MS);
  return result;
}

/** Events with which an account may try to cause work. */
const HOSTILE_EVENTS = {
  ...Object.fromEntries(Array.from({ length: 900 }, (_, nth) => [`${"a".repeat(250)}${nth}`, []])),
  [`${"a".repeat(120)}999`]: [],
  seen: eventsOf(Array.from({ length: 20_000 }, (_, nth): WatcherEvent => [nth, 1, { k: nth, t: `${nth}` }])),
  hosts: eventsOf(
    Array.from({ length: 300 }, (_, nth): WatcherEvent => {
      const host = Array.from({ length: 5000 }, (_, at) => String.fromCodePoint(0x4e00 + nth + at));
      return [nth, 1, { url: `http://${host.join("")}/` }];
    }),
  ),
};

describe("a query with shared long values", () => {
  it.each(Object.entries(SHARING_QUERIES))(
    "stops before it costs much: %s",
    async (_, { query, periods }) => {
      expect(query.length).toBeLessThanOrEqual(50_000);
      const { refusal, budget } = await inTime(() => run(query, HOSTILE_EVENTS, periods));
      expect(refusal).toMatch(/too much work/);
      expect(budget.largest).toBeLessThanOrEqual(MAX_BYTES);
    },
  );

  it.each(["categorize", "tag"])("ignores rules without an expression at no cost in %s", async (name) => {
    const query = `r=["t",{}];c=[${Array(20_000).fill("r").join()}];e=query_bucket("seen");${`x=${name}(e,c);`.repeat(5)}RETURN=1;`;
    expect((await inTime(() => run(query, HOSTILE_EVENTS))).result).toBe(1);
  });
});

describe("the query of the desktop page", () => {
  it("is answered for a month of 2,500 different windows a day", () => {
    const seen = daysOfWindows(30, 2500);
    const events = {
      window: eventsOf(seen.window),
      afk: eventsOf(seen.afk),
      web: eventsOf(seen.web),
    };
    const { parts, refusal, budget } = run(
      desktopQuery((kind) => kind),
      events,
    );
    expect(refusal).toBeUndefined();
    const result = JSON.parse(parts?.join("") ?? "");
    expect(result.window.title_events).toHaveLength(100);
    expect(result.window.cat_events.length).toBeGreaterThan(1);
    expect(result.browser.domains).toHaveLength(100);
    expect(result.window.duration).toBeGreaterThan(0);
    // The rest is left for longer titles and more rules.
    expect(budget.granted).toBeLessThan(0.6 * MAX_STEPS);
  });

  it("is answered for a year of 400 windows a day, of which a twentieth are new", () => {
    const seen = daysOfWindows(365, 400);
    /** Returns events whose repeated data is in memory once. */
    const again = (events: WatcherEvent[]) =>
      eventsOf(
        events.map(([start, duration], nth) => [
          start,
          duration,
          events[nth % (events.length / 20)]?.[2] ?? {},
        ]),
      );
    const { refusal, budget } = run(
      desktopQuery((kind) => kind),
      { window: again(seen.window), afk: eventsOf(seen.afk), web: again(seen.web) },
    );
    expect(refusal).toBeUndefined();
    expect(budget.granted).toBeLessThan(0.9 * MAX_STEPS);
    expect(budget.largest).toBeLessThan(0.9 * MAX_BYTES);
  });
});

const EVENTS = {
  window: eventsOf(daysOfWindows(1, 300).window),
  afk: eventsOf(daysOfWindows(1, 300).afk),
  long: eventsOf(
    Array.from(
      { length: 200 },
      (_, nth): WatcherEvent => [nth, 400, { app: "a".repeat(nth), title: "x".repeat(4000) }],
    ),
  ),
  deep: eventsOf([[0, 1, { app: JSON.parse(`${"[".repeat(19)}${"]".repeat(19)}`), status: [] }]]),
};

describe("any program", () => {
  it.each(SEEDS)("stays within its budgets, or is rejected (QUERY_SEED=%d)", async (seed) => {
    const counts = { answered: 0, refused: 0 };
    await fc.assert(
      fc.property(programsOn(Object.keys(EVENTS)), (program) => {
        const { parts, result, refusal, budget, regexes } = run(program, EVENTS);
        expect(regexes.usedSteps).toBeLessThanOrEqual(MAX_REGEX_STEPS);
        expect(budget.granted).toBeLessThanOrEqual(MAX_STEPS);
        expect(budget.largest).toBeLessThanOrEqual(MAX_BYTES);
        if (refusal === undefined) {
          counts.answered++;
          const text = parts.join("");
          expect(JSON.parse(text)).toHaveLength(6);
          // The estimated size is at least the real size.
          expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(sizeOf(result).bytes);
        } else counts.refused++;
      }),
      { seed, numRuns: PROGRAMS },
    );
    expect(counts.answered).toBeGreaterThan(PROGRAMS / 10);
  });
});
