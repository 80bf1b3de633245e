import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { ask, beat, sendAll, sendBatch, signUpWithKey, unixTime } from "../../../support/heartbeats.ts";
import { chance } from "../../../support/histories.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Part {
  name: string;
  total_seconds: number;
}
interface Day {
  grand_total: { total_seconds: number };
  range: { date: string };
  projects: Part[];
  languages: Part[];
  editors: Part[];
  branches?: Part[];
}

/** Returns some fields of each of these days that has any activity. */
function busyDays(days: Day[]) {
  const seconds = (parts: Part[] = []) =>
    Object.fromEntries(parts.map(({ name, total_seconds }) => [name, total_seconds]));
  return days
    .filter(({ grand_total }) => grand_total.total_seconds > 0)
    .map(({ range, grand_total, projects, languages, editors, branches }) => ({
      date: range.date,
      total: grand_total.total_seconds,
      projects: seconds(projects),
      languages: seconds(languages),
      editors: seconds(editors),
      branches: seconds(branches),
    }));
}

/** Requests a report of 62 days, which reads slots. */
async function longReport(key: string, query = "", on = api) {
  const { data } = await ask<{ data: Day[] }>(on, key, `summaries?start=2026-09-01&end=2026-11-01${query}`);
  return busyDays(data);
}

/** Requests the days of `longReport` month by month, which reads heartbeats. */
async function shortReports(key: string, query = "", on = api) {
  const months = [
    "start=2026-09-01&end=2026-09-30",
    "start=2026-10-01&end=2026-10-31",
    "start=2026-11-01&end=2026-11-01",
  ];
  const days = [];
  for (const month of months)
    days.push(...(await ask<{ data: Day[] }>(on, key, `summaries?${month}${query}`)).data);
  return busyDays(days);
}

/** Returns heartbeats of two months, in runs, with a change of clocks in between. */
function history(seed: number, count: number) {
  const below = chance(seed);
  const begin = unixTime("2026-08-31T18:00:00Z");
  let time = begin + below(86_400);
  return Array.from({ length: count }, () => {
    time += below(8) > 0 ? below(900_000) / 1000 : below(86_400);
    const project = ["a", "b", null][below(3)];
    return beat(begin + ((time - begin) % (63 * 86_400)), {
      project,
      language: ["C", "SQL", null][below(3)],
      editor: ["vim", "emacs"][below(2)],
      branch: ["main", "next", null][below(3)],
    });
  });
}

const slotsOf = async (id: string) => {
  const { rows } = await api.db.execute<{ slot: string; row: string }>(
    sql`select slot, ctid::text || xmin::text as row from heartbeat_slots where user_id = ${id} order by slot, project`,
  );
  return rows;
};

/** Returns the statistics of all time, without the time of the response. */
async function statsOf(own: TestApi, key: string) {
  const { data } = await ask<{ data: Record<string, unknown> }>(own, key, "stats/all_time");
  return { ...data, created_at: undefined, modified_at: undefined };
}

/** Returns the seconds of all time. */
async function allTimeOf(own: TestApi, key: string, query = "") {
  const path = `all_time_since_today${query}`;
  return (await ask<{ data: { total_seconds: number } }>(own, key, path)).data.total_seconds;
}

describe("a report of many days", () => {
  it.each([
    ["UTC", 1],
    ["Europe/Berlin", 2],
    ["Asia/Kathmandu", 3],
    ["Australia/Lord_Howe", 4],
    ["America/St_Johns", 5],
  ])("equals reports of few days in %s, even after late heartbeats", async (zone, seed) => {
    const { key, access } = await signUpWithKey(api);
    await api.call("PATCH", "/settings/time", { token: access, body: { timezone: zone } });
    const all = history(seed, 900);
    for (const [nth, part] of [all.slice(0, 500), all.slice(500, 800), all.slice(800)].entries()) {
      await sendAll(api, key, part);
      expect(await longReport(key), `after part ${nth}`).toEqual(await shortReports(key));
    }
    for (const query of [
      "&project=a",
      "&language=SQL",
      "&editor=vim&project=b",
      "&project=none",
      "&branches=x",
      "&project=a&branches=main",
      "&branches=main,next",
    ]) {
      expect(await longReport(key, query), query).toEqual(await shortReports(key, query));
    }
  });

  it("follows the idle timeout and the day boundary of the settings and of the request", async () => {
    const { key, access } = await signUpWithKey(api);
    await sendAll(api, key, history(6, 600));
    const usual = await longReport(key);
    const allTime = () => allTimeOf(api, key, "?project=a");
    const usualTime = await allTime();
    const times: number[] = [];
    expect(await longReport(key, "&timeout=5")).toEqual(await shortReports(key, "&timeout=5"));
    expect(await longReport(key, "&timeout=5")).not.toEqual(usual);
    for (const body of [
      { idle_timeout_seconds: 300 },
      { day_start_minutes: 240 },
      { day_start_minutes: 7 },
    ]) {
      await api.call("PATCH", "/settings/time", { token: access, body });
      expect(await longReport(key), JSON.stringify(body)).toEqual(await shortReports(key));
      times.push(await allTime());
    }
    // For the total of all days their boundaries don't matter.
    expect(times).toEqual([times[0], times[0], times[0]]);
    expect(times[0]).toBeLessThan(usualTime);
    await api.call("PATCH", "/settings/time", {
      token: access,
      body: { idle_timeout_seconds: 900, day_start_minutes: 0 },
    });
    expect(await longReport(key)).toEqual(usual);
    expect(await allTime()).toBe(usualTime);
  });

  it("stays the same in every time zone of the database", async () => {
    const own = await createTestApi();
    const { key, access } = await signUpWithKey(own);
    const settings = { timezone: "Asia/Kathmandu" };
    await own.call("PATCH", "/settings/time", { token: access, body: settings });
    await sendAll(own, key, history(14, 600));
    const zones = ["UTC", "America/New_York", "Australia/Lord_Howe"];
    const answers = [];
    for (const zone of zones) {
      await own.moveDatabase(zone);
      await own.db.execute(sql`update heartbeat_states set built_until = null, idle_seconds = null`);
      answers.push({
        long: await ask(own, key, "summaries?start=2026-09-01&end=2026-11-01"),
        short: await ask(own, key, "summaries?start=2026-10-01&end=2026-10-31&project=a"),
        week: await ask(own, key, "summaries?range=last_week"),
        stats: await statsOf(own, key),
        whole: await ask(own, key, "all_time_since_today"),
        projects: await ask(own, key, "projects"),
        stretches: await ask(own, key, "durations?date=2026-10-05"),
      });
    }
    const [first, ...others] = answers;
    expect(others).toEqual([first, first]);
  });

  it("equals reports of few days while no slots can be built", async () => {
    const own = await createTestApi();
    const { key } = await signUpWithKey(own);
    await sendAll(own, key, history(7, 300));
    await longReport(key, "", own);
    // Simulates another transaction that locks the state of every user.
    await own.db.execute(
      sql`create or replace function build_slots(p_user uuid, p_most int) returns boolean language sql as 'select false'`,
    );
    await sendAll(own, key, history(8, 200));
    const days = await shortReports(key, "", own);
    expect(await longReport(key, "", own)).toEqual(days);
    const { key: built } = await signUpWithKey(api);
    await sendAll(api, built, [...history(7, 300), ...history(8, 200)]);
    expect(await allTimeOf(own, key)).toBe(await allTimeOf(api, built));
  });
});

/** Limits each request and each step of maintenance to `most` heartbeats, in place of a hundred thousand. */
async function limitWork({ db }: TestApi, name: "build_slots" | "prune_heartbeats", most: number) {
  const [before, parameters, returns] =
    name === "build_slots"
      ? ["p_user", "p_user uuid", "boolean"]
      : ["p_user, p_since", "p_user uuid, p_since timestamptz", "bigint"];
  await db.execute(
    sql.raw(`
      do $$ begin
        alter function ${name} rename to ${name}_of_many;
        create function ${name}(${parameters}, p_most int) returns ${returns} language sql as
          'select ${name}_of_many(${before}, least(p_most, ${most}))';
      end $$`),
  );
}

describe("a slot", () => {
  it("is built in several parts, and leaves reports correct after each part", async () => {
    const own = await createTestApi();
    await limitWork(own, "build_slots", 60);
    const { key, access } = await signUpWithKey(own);
    await sendAll(own, key, history(13, 900));
    const other = await signUpWithKey(api);
    await sendAll(api, other.key, history(13, 900));
    for (const idle_timeout_seconds of [900, 300]) {
      const body = { idle_timeout_seconds };
      await own.call("PATCH", "/settings/time", { token: access, body });
      await api.call("PATCH", "/settings/time", { token: other.access, body });
      const days = await shortReports(key, "", own);
      const total = await allTimeOf(api, other.key);
      for (let part = 0; part < 4; part++) {
        expect(await longReport(key, "", own)).toEqual(days);
        expect(await allTimeOf(own, key)).toBe(total);
      }
      // Maintenance builds the rest.
      expect(await maintain(own.settings)).toMatchObject({ slots_built: 1 });
      expect(await maintain(own.settings)).toMatchObject({ slots_built: 0 });
      expect(await longReport(key, "", own)).toEqual(days);
      expect(await allTimeOf(own, key)).toBe(total);
    }
  });

  it("is built even if it has more heartbeats than a step handles", async () => {
    const own = await createTestApi();
    await limitWork(own, "build_slots", 5);
    const { key } = await signUpWithKey(own);
    const start = unixTime("2026-09-20T12:00:00Z");
    await sendAll(
      own,
      key,
      Array.from({ length: 60 }, (_, n) => beat(start + 30 * n)),
    );
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 1 });
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 0 });
    expect(await allTimeOf(own, key)).toBe(30 * 59);
  });

  it("is built by a report of many days, and rebuilt only if heartbeats arrive in it (storage)", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, history(9, 600));
    expect(await slotsOf(id)).toEqual([]);
    await longReport(key);
    const before = await slotsOf(id);
    expect(before.length).toBeGreaterThan(100);
    const late = unixTime("2026-09-20T12:07:00Z");
    await sendAll(api, key, [beat(late), beat(late + 60)]);
    await longReport(key);
    const after = await slotsOf(id);
    const known = new Set(before.map(({ row }) => row));
    const changed = after
      .filter(({ row }) => !known.has(row))
      .map(({ slot }) => new Date(slot).getTime() / 1000);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((slot) => Math.abs(slot - late) < 2700)).toBe(true);
    // Sending heartbeats again changes nothing.
    await sendAll(api, key, [beat(late), beat(late + 60)]);
    await longReport(key);
    expect(await slotsOf(id)).toEqual(after);
  });

  it("stays unchanged by current heartbeats", async () => {
    const own = await createTestApi();
    const { key } = await signUpWithKey(own);
    await sendAll(own, key, history(10, 100));
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 1 });
    await sendAll(own, key, [beat(Date.now() / 1000 - 60), beat(Date.now() / 1000)]);
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 0 });
  });

  it("is built by maintenance for a user without slots", async () => {
    const own = await createTestApi();
    const [one, other, late] = [await signUpWithKey(own), await signUpWithKey(own), await signUpWithKey(own)];
    for (const { key } of [one, other]) await sendAll(own, key, history(11, 50));
    await sendAll(own, late.key, [beat(Date.now() / 1000)]);
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 2, heartbeats_removed: 0 });
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 0 });
    await sendAll(own, one.key, [beat(unixTime("2026-09-20T12:00:00Z"))]);
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 1 });
  });
});

describe("a heartbeat", () => {
  it("is kept for HEARTBEAT_RETENTION_DAYS, and its time in totals forever", async () => {
    const own = await createTestApi({ HEARTBEAT_RETENTION_DAYS: "100" });
    const { key, access } = await signUpWithKey(own);
    const now = Date.now() / 1000;
    const ago = (days: number) => now - 86_400 * days;
    const run = (start: number) => [beat(start), beat(start + 60), beat(start + 300)];
    await sendAll(own, key, [...run(ago(150)), ...run(ago(120)), ...run(ago(99)), ...run(ago(1))]);
    const totals = async () => ({
      all: await allTimeOf(own, key),
      early: (
        await ask<{ data: Day[] }>(own, key, `summaries?start=${date(ago(151))}&end=${date(ago(149))}`)
      ).data.reduce((sum, { grand_total }) => sum + grand_total.total_seconds, 0),
    });
    const before = await totals();
    expect(before).toEqual({ all: 1200, early: 300 });
    expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 6 });
    expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 0 });
    expect(await totals()).toEqual(before);
    const refused = await sendBatch(own, key, [beat(ago(120) + 400), beat(ago(99) + 400)]);
    expect(refused.body.responses).toMatchObject([
      [{ errors: { time: ["must be within the retention period of heartbeats"] } }, 400],
      [{}, 201],
    ]);
    expect(await totals()).toEqual({ ...before, all: 1300 });
    interface Data {
      heartbeats: { entity: string }[];
      heartbeat_sums: { slot: string; seconds: number; project: string }[];
      heartbeat_projects: { project: string; first_at: string }[];
    }
    const { body } = await own.call<Data>("GET", "/auth/me/data", { token: access });
    expect(body.heartbeats).toHaveLength(7);
    expect(body.heartbeat_sums.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(600);
    expect([body.heartbeat_sums[0]?.project, body.heartbeat_sums[0]?.slot.slice(0, 10)]).toEqual([
      "tracker",
      date(ago(150)),
    ]);
    expect(body.heartbeat_projects).toMatchObject([{ project: "tracker" }]);
  });
});

it("removes heartbeats in parts, and keeps their time", async () => {
  const own = await createTestApi({ HEARTBEAT_RETENTION_DAYS: "150" });
  await limitWork(own, "prune_heartbeats", 25);
  const { key, access } = await signUpWithKey(own);
  const now = Date.now() / 1000;
  const runs = Array.from({ length: 60 }, (_, n) => now - 86_400 * (200.5 - n));
  await sendAll(
    own,
    key,
    runs.flatMap((start) => [beat(start), beat(start + 60, { branch: "old" }), beat(start + 300)]),
  );
  const before = await allTimeOf(own, key);
  expect(before).toBe(60 * 300);
  const { heartbeats_removed: removed } = await maintain(own.settings);
  expect(removed).toBeGreaterThan(3 * 25);
  expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 0 });
  const { body } = await own.call<{ heartbeats: object[] }>("GET", "/auth/me/data", { token: access });
  expect(body.heartbeats).toHaveLength(3 * 60 - removed);
  expect(await allTimeOf(own, key)).toBe(before);
  const found = await ask<{ data: Day[] }>(
    own,
    key,
    `summaries?start=${date(now - 86_400 * 210)}&end=${date(now - 86_400 * 10)}&project=tracker`,
  );
  const branches = busyDays(found.data).reduce((sum, day) => sum + (day.branches.old ?? 0), 0);
  expect(branches).toBe(60 * 240);
});

describe("the list of projects", () => {
  const projectsOf = async (key: string, own = api) => {
    const { data } = await ask<{
      data: { name: string; first_heartbeat_at: string; last_heartbeat_at: string }[];
    }>(own, key, "projects");
    return data.map(({ name, first_heartbeat_at, last_heartbeat_at }) =>
      [name, first_heartbeat_at, last_heartbeat_at].join(),
    );
  };

  it("is the same with and without slots, even with one heartbeat", async () => {
    const own = await createTestApi();
    const { key } = await signUpWithKey(own);
    await sendAll(own, key, [
      beat(unixTime("2026-09-20T12:00:00.250Z"), { project: "one" }),
      beat(unixTime("2026-09-21T12:00:00Z"), { project: "two" }),
      beat(unixTime("2026-09-22T12:00:00Z"), { project: null }),
      beat(unixTime("2026-09-23T12:00:00.5Z"), { project: "one" }),
    ]);
    const expected = [
      "one,2026-09-20T12:00:00.250Z,2026-09-23T12:00:00.500Z",
      "two,2026-09-21T12:00:00.000Z,2026-09-21T12:00:00.000Z",
    ];
    expect(await projectsOf(key, own)).toEqual(expected);
    await maintain(own.settings);
    expect(await projectsOf(key, own)).toEqual(expected);
    const today = new Date(Date.now() - 60_000);
    await sendAll(own, key, [
      beat(today.getTime() / 1000, { project: "two" }),
      beat(unixTime("2026-09-19T12:00:00Z"), { project: "three" }),
    ]);
    const then = [
      `two,2026-09-21T12:00:00.000Z,${today.toISOString()}`,
      ...expected.slice(0, 1),
      "three,2026-09-19T12:00:00.000Z,2026-09-19T12:00:00.000Z",
    ];
    expect(await projectsOf(key, own)).toEqual(then);
    await maintain(own.settings);
    expect(await projectsOf(key, own)).toEqual(then);
  });

  it("keeps projects whose heartbeats are removed", async () => {
    const own = await createTestApi({ HEARTBEAT_RETENTION_DAYS: "100" });
    const { key } = await signUpWithKey(own);
    const old = Date.now() / 1000 - 86_400 * 150;
    await sendAll(own, key, [beat(old, { project: "old" })]);
    const before = await projectsOf(key, own);
    expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 1 });
    expect(await projectsOf(key, own)).toEqual(before);
    expect(before).toHaveLength(1);
  });
});

const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

it("deletes heartbeats and all data derived from them with their user (storage)", async () => {
  const { key, id } = await signUpWithKey(api);
  await sendAll(api, key, history(12, 100));
  await longReport(key);
  const left = async () => {
    const { rows } = await api.db.execute<{ count: number }>(sql`
      select (select count(*) from heartbeats where user_id = ${id}) + (select count(*) from heartbeat_slots where user_id = ${id})
        + (select count(*) from heartbeat_projects where user_id = ${id})
        + (select count(*) from heartbeat_states where user_id = ${id}) + (select count(*) from heartbeat_agents where user_id = ${id}) as count`);
    return Number(rows[0]?.count);
  };
  expect(await left()).toBeGreaterThan(100);
  await api.db.execute(sql`delete from users where id = ${id}`);
  expect(await left()).toBe(0);
});
