import { sql } from "drizzle-orm";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import moment from "moment-timezone";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LocalDatabase } from "../../src/cli/local/local-database.ts";
import { openCopy } from "../support/data-templates.ts";
import { loadLocalDriver } from "../support/neon-driver.ts";

const { neon } = await loadLocalDriver();

const [FIRST, LAST] = [Date.UTC(1970, 0, 2), Date.UTC(2037, 11, 31)];
const MINUTE = 60_000;
const DAY = 86_400_000;
/** Day boundaries in minutes after midnight: midnight, and a time that clocks may show twice or skip. */
const DAY_STARTS = [0, 150];

let database: LocalDatabase;
let db: NeonHttpDatabase;
beforeAll(async () => {
  database = await openCopy("migrated");
  db = drizzle(neon(database.url));
});
afterAll(() => database?.close());

/**
 * A zone in moment-timezone, which has its own form of the IANA database. Both it and PGlite have the same version of that database;
 * after an upgrade of only one of them, zones with changed rules differ.
 */
interface Known {
  /** Returns the local time at an instant, as if it were UTC. */
  shown: (instant: number) => number;
  /** Instants at which clocks change. */
  changes: number[];
}

function knownOf(name: string): Known {
  const zone = moment.tz.zone(name);
  if (!zone) throw new Error(`moment-timezone has no ${name}.`);
  return {
    shown: (instant) => instant - Math.round(zone.utcOffset(instant) * MINUTE),
    changes: zone.untils.filter((instant) => instant > FIRST && instant < LAST),
  };
}

/** Returns the first instant at which the clocks of a zone show the time `wanted` of a day, or a later one. */
function startOf({ shown, changes }: Known, wanted: number): number {
  const near = changes.filter((change) => Math.abs(change - wanted) < 3 * DAY);
  const edges = [wanted - 2 * DAY, ...near, wanted + 2 * DAY];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const start = Math.max(from, from + wanted - shown(from));
    if (start < (edges[index + 1] ?? from)) return start;
  }
  throw new Error("no such day");
}

/** Returns the names that both know. Names that only one knows belong to no place, or are its own. */
const namesOfBoth = async () => {
  const { rows } = await db.execute<{ name: string }>(
    sql`select name from pg_timezone_names where is_zone(name)`,
  );
  const known = new Set(moment.tz.names());
  return rows
    .map(({ name }) => name)
    .filter((name) => known.has(name))
    .sort();
};

it("has every zone of a runtime or moment-timezone, except abbreviations", async () => {
  const wanted = [...new Set([...Intl.supportedValuesOf("timeZone"), ...moment.tz.names()])];
  const { rows } = await db.execute<{ name: string }>(sql`
    select name from jsonb_array_elements_text(${JSON.stringify(wanted)}::jsonb) as name where not is_zone(name)`);
  expect(rows.map(({ name }) => name)).toEqual([]);
});

it("returns the local time of every zone just before and at each change of clocks, for every form of name", async () => {
  const wrong: string[] = [];
  for (const name of await namesOfBoth()) {
    const { shown, changes } = knownOf(name);
    const instants = [FIRST, ...changes.flatMap((change) => [change - 1000, change]), LAST];
    const { rows } = await db.execute<{ at: number; local: number }>(sql`
      select at::float8, extract(epoch from to_timestamp(at / 1000) at time zone (':' || ${name}::text)) * 1000 as local
      from unnest(${`{${instants.join(",")}}`}::float8[]) as at`);
    const different = rows.filter(({ at, local }) => Number(local) !== shown(Number(at)));
    wrong.push(...different.map(({ at }) => `${name} ${new Date(Number(at)).toISOString()}`));
  }
  expect(wrong).toEqual([]);
});

it("begins days around each change of clocks at the local day boundary, in every distinct zone", async () => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const name of await namesOfBoth()) {
    const known = knownOf(name);
    const { changes, shown } = known;
    const clocks = JSON.stringify([changes, [FIRST, ...changes].map((at) => shown(at) - at)]);
    if (seen.has(clocks)) continue;
    seen.add(clocks);
    const days = [
      ...new Set(changes.flatMap((change) => [-1, 0, 1].map((by) => Math.floor(shown(change) / DAY) + by))),
    ];
    const { rows } = await db.execute<{ day: number; minutes: number; start: number }>(sql`
      select day, minutes, extract(epoch from starts) * 1000 as start
      from unnest(${`{${days.join(",")}}`}::int[]) as day, unnest(${`{${DAY_STARTS.join(",")}}`}::int[]) as minutes,
        lateral (select starts from day_starts(date '1970-01-01' + day, date '1970-01-01' + day, ${name}, minutes)) as started`);
    for (const { day, minutes, start } of rows) {
      const expected = startOf(known, Number(day) * DAY + Number(minutes) * MINUTE);
      if (Number(start) !== expected)
        wrong.push(
          `${name} day ${day} ${minutes}: ${new Date(Number(start)).toISOString()} for ${new Date(expected).toISOString()}`,
        );
    }
  }
  expect(seen.size).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});
