import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { ask, sendBatch, signUpWithKey, unixTime } from "../../../support/heartbeats.ts";
import { chance } from "../../../support/histories.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const STREAMS_OF_EACH = 50;
const IDLE_SECONDS = 900;
/** Zones whose clocks change during the streams. */
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Havana",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Auckland",
  "Africa/Casablanca",
];
const FIRST_DAY = "2025-08-05";

interface Beat {
  entity: string;
  project: string;
  /** Milliseconds, so that the oracle counts without fractions. */
  time: number;
}

/** Returns a stream of heartbeats, two days after the previous one: with pauses, clock steps and duplicates. */
function newStream(below: (limit: number) => number, nth: number): Beat[] {
  let time = 1000 * unixTime(`${FIRST_DAY}T20:00:00Z`) + 2 * 86_400_000 * nth + below(3_600_000);
  const beats = Array.from({ length: 5 + below(40) }, (): Beat => {
    const step = below(20);
    if (step === 0) time -= below(1_800_000);
    else if (step === 1) time += below(7_200_000);
    else if (step === 2) time += 1000 * IDLE_SECONDS + below(3) - 1;
    else time += below(600_000);
    return { entity: `/${below(3)}`, project: "abc".charAt(below(3)), time };
  });
  return [...beats, ...beats.filter(() => below(4) === 0)];
}

function shuffled<Item>(below: (limit: number) => number, items: Item[]): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(below(left.length), 1));
}

/** Returns a function for the local date of an instant, by the runtime's own time zones. */
function dateIn(zone: string) {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" });
  return (time: number) => format.format(time);
}

/**
 * Returns the milliseconds by day and project, counted differently from the database: heartbeat by heartbeat. A gap over midnight is
 * cut where a search finds the first millisecond of another date.
 * cut where a search finds the first millisecond of another date.
 */
function count(beats: Beat[], zone: string): Record<string, number> {
  const dateOf = dateIn(zone);
  const found: Record<string, number> = {};
  const add = ({ project }: Beat, from: number, to: number) => {
    const key = `${dateOf(from)} ${project}`;
    found[key] = (found[key] ?? 0) + (to - from);
  };
  const inOrder = beats.toSorted((one, other) => one.time - other.time);
  for (const [nth, beat] of inOrder.entries()) {
    const next = inOrder[nth + 1]?.time;
    if (next === undefined || next === beat.time || next - beat.time > 1000 * IDLE_SECONDS) continue;
    if (dateOf(beat.time) === dateOf(next - 1)) {
      add(beat, beat.time, next);
      continue;
    }
    let [before, after] = [beat.time, next - 1];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (dateOf(middle) === dateOf(beat.time)) before = middle;
      else after = middle;
    }
    add(beat, beat.time, after);
    add(beat, after, next);
  }
  return found;
}

interface Day {
  range: { date: string };
  grand_total: { total_seconds: number };
  projects: { name: string; total_seconds: number }[];
}

/** Returns the milliseconds by day and project, as the API reports them. */
async function reported(key: string, query: string): Promise<Record<string, number>> {
  const { data } = await ask<{ data: Day[] }>(api, key, `summaries?${query}`);
  return Object.fromEntries(
    data.flatMap(({ range, projects }) =>
      projects.map(({ name, total_seconds }) => [`${range.date} ${name}`, Math.round(1000 * total_seconds)]),
    ),
  );
}

const day = (offset: number) =>
  new Date(Date.parse(FIRST_DAY) + 86_400_000 * offset).toISOString().slice(0, 10);

it.each(Array.from({ length: 20 }, (_, seed) => ({ seed, zone: ZONES[seed % ZONES.length] ?? "UTC" })))(
  "reports fifty streams in $zone as an oracle does, in every way of counting ($seed) [ORACLE-2]",
  async ({ seed, zone }) => {
    const below = chance(seed);
    const { key, access, id } = await signUpWithKey(api);
    await api.call("PATCH", "/settings/time", { token: access, body: { timezone: zone } });
    const streams = Array.from({ length: STREAMS_OF_EACH }, (_, nth) => newStream(below, nth));
    // The server chooses the order of heartbeats at the same time, so the streams have one of each time.
    const beats = [...new Map(streams.flat().map((beat) => [beat.time, beat])).values()];
    const sent = shuffled(below, [...beats, ...beats.slice(0, 200)]).map(({ time, ...beat }) => ({
      ...beat,
      time: time / 1000,
    }));
    for (let from = 0; from < sent.length; from += 1000) {
      expect((await sendBatch(api, key, sent.slice(from, from + 1000))).status).toBe(201);
    }

    const expected = count(beats, zone);
    expect(Object.keys(expected).length).toBeGreaterThan(50);
    const last = 2 * STREAMS_OF_EACH + 1;
    const byHeartbeats: Record<string, number> = {};
    for (let from = 0; from <= last; from += 31) {
      const span = `start=${day(from)}&end=${day(Math.min(from + 30, last))}`;
      Object.assign(byHeartbeats, await reported(key, span));
    }
    expect(byHeartbeats).toEqual(expected);
    const whole = `start=${day(0)}&end=${day(last)}`;
    expect(await reported(key, whole)).toEqual(expected);

    // A filter selects, and does not change how time is counted.
    const ofOne = await reported(key, `${whole}&project=a`);
    expect(ofOne).toEqual(
      Object.fromEntries(Object.entries(expected).filter(([name]) => name.endsWith(" a"))),
    );

    // Queries by hour and by part add up to the whole.
    const total = Object.values(expected).reduce((sum, milliseconds) => sum + milliseconds, 0);
    for (const [width, step] of [
      ["1 hour", 3600],
      ["37 minutes", 2220],
    ] as const) {
      const { rows } = await api.db.execute<{ milliseconds: number }>(sql`
        select round(1000 * extract(epoch from sum(ends - starts)))::float8 as milliseconds
        from generate_series(${`${day(0)}T00:00:00Z`}::timestamptz, ${`${day(last + 1)}T00:00:00Z`}::timestamptz, ${width}::interval) as hour,
          heartbeat_stretches(${id}, hour, hour + make_interval(secs => ${step}), make_interval(secs => ${IDLE_SECONDS}))`);
      expect(rows[0]?.milliseconds, width).toBe(total);
    }
  },
);
