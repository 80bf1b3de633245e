import { beforeAll, describe, expect, it } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { ask, beat, sendAll, signUpWithKey, unixTime, WAKATIME } from "../../../support/heartbeats.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Part {
  name: string;
  total_seconds: number;
  percent: number;
  digital: string;
  text: string;
}

interface Day {
  grand_total: { total_seconds: number; text: string; digital: string };
  range: { date: string; start: string; end: string; timezone: string };
  projects: Part[];
  languages: Part[];
  categories: Part[];
  editors: Part[];
  operating_systems: Part[];
  machines: Part[];
  dependencies: Part[];
  branches?: Part[];
  entities?: Part[];
}

interface Summaries {
  data: Day[];
  cumulative_total: { seconds: number; text: string };
  daily_average: { seconds: number; holidays: number; days_minus_holidays: number };
}

interface Stats {
  total_seconds: number;
  [name: string]: unknown;
}

interface AllTime {
  total_seconds: number;
  range: { start: string; start_date: string; end_date: string };
}

interface Leaders {
  data: object[];
  current_user: { running_total: { total_seconds: number } };
  [name: string]: unknown;
}

const summaries = (key: string, query: string) => ask<Summaries>(api, key, `summaries?${query}`);

/** Returns the seconds of each day. */
const secondsOf = ({ data }: Summaries) => data.map(({ grand_total }) => grand_total.total_seconds);

const secondsByName = (parts: Part[]) =>
  Object.fromEntries(parts.map(({ name, total_seconds }) => [name, total_seconds]));

/** Returns heartbeats at these seconds after noon, each with its own fields. */
const NOON = unixTime("2026-11-23T12:00:00Z");
const from = (start: number, ...beats: [seconds: number, fields?: object][]) =>
  beats.map(([seconds, fields]) => beat(start + seconds, fields));

async function keyAfter(heartbeats: object[], settings: object = {}) {
  const { key, access } = await signUpWithKey(api);
  const changed = await api.call("PATCH", "/settings/time", { token: access, body: settings });
  expect(changed.status).toBe(200);
  if (heartbeats.length > 0) await sendAll(api, key, heartbeats);
  return key;
}

const DAY = "start=2026-11-23&end=2026-11-23";

describe("a gap between two heartbeats", () => {
  it.each<[string, [number, object?][], number]>([
    ["no heartbeats", [], 0],
    ["one heartbeat", [[0]], 0],
    ["two heartbeats within the idle timeout", [[0], [120]], 120],
    ["two heartbeats exactly one idle timeout apart", [[0], [900]], 900],
    ["two heartbeats more than the idle timeout apart", [[0], [900.001]], 0],
    ["two stretches with a pause", [[0], [60], [120], [2000], [2060]], 180],
    ["two heartbeats at the same time", [[0], [0, { entity: "b" }], [60]], 60],
    ["fractions of a second", [[0.25], [0.5], [1.125]], 0.875],
  ])("counts up to the idle timeout: %s", async (_, beats, seconds) => {
    const key = await keyAfter(from(NOON, ...beats));
    expect(secondsOf(await summaries(key, DAY))).toEqual([seconds]);
  });

  it("counts up to the idle timeout of the settings or of the request", async () => {
    const key = await keyAfter(from(NOON, [0], [100], [700]), { idle_timeout_seconds: 60 });
    expect(secondsOf(await summaries(key, DAY))).toEqual([0]);
    expect(secondsOf(await summaries(key, `${DAY}&timeout=2`))).toEqual([100]);
    expect(secondsOf(await summaries(key, `${DAY}&timeout=10`))).toEqual([700]);
  });

  it("counts for the earlier heartbeat, in any order of arrival [WAKA-8]", async () => {
    const beats = from(
      NOON,
      [0, { project: "a", language: "C" }],
      [60, { project: "b", language: "C" }],
      [200, { project: "a", language: null }],
      [210, { project: "a" }],
    );
    const key = await keyAfter([]);
    for (const heartbeat of [beats[2], beats[0], beats[3], beats[1]])
      await sendAll(api, key, [heartbeat ?? {}]);
    const [day] = (await summaries(key, DAY)).data;
    expect(secondsByName(day?.projects ?? [])).toEqual({ a: 70, b: 140 });
    expect(secondsByName(day?.languages ?? [])).toEqual({ C: 200, Other: 10 });
    expect(day?.projects[0]).toMatchObject({ name: "b", percent: 66.67, digital: "0:02:20", text: "2 mins" });
  });

  it("stays the same under every filter [WAKA-5]", async () => {
    const turns = Array.from({ length: 21 }, (_, n): [number, object] => [
      60 * n,
      { project: n % 2 ? "b" : "a" },
    ]);
    const key = await keyAfter(from(NOON, ...turns));
    const of = async (query: string) => secondsOf(await summaries(key, `${DAY}${query}`))[0];
    expect([await of(""), await of("&project=a"), await of("&project=b")]).toEqual([1200, 600, 600]);
    expect(await of("&project=none")).toBe(0);
  });

  it("is divided at midnight, in the requested time zone [WAKA-1]", async () => {
    // Midnight in Berlin, in winter.
    const start = unixTime("2026-11-22T23:00:00Z");
    const key = await keyAfter(from(start, [-100], [200], [300]), { timezone: "Europe/Berlin" });
    const query = "start=2026-11-22&end=2026-11-23";
    expect(secondsOf(await summaries(key, query))).toEqual([100, 300]);
    expect(secondsOf(await summaries(key, `${query}&timezone=UTC`))).toEqual([400, 0]);
    expect(secondsOf(await summaries(key, DAY))).toEqual([300]);
    expect(secondsOf(await summaries(key, "start=2026-11-22&end=2026-11-22"))).toEqual([100]);
  });

  it("counts on days of 23 and of 25 hours, and on no day that its time zone skipped [WAKA-2]", async () => {
    const every = (from: string, hours: number) =>
      Array.from({ length: 4 * hours + 1 }, (_, n) => beat(unixTime(from) + 900 * n));
    const berlin = await keyAfter(
      [...every("2026-03-28T23:00:00Z", 23), ...every("2026-10-24T22:00:00Z", 25)],
      {
        timezone: "Europe/Berlin",
      },
    );
    expect(secondsOf(await summaries(berlin, "start=2026-03-28&end=2026-03-30"))).toEqual([0, 23 * 3600, 0]);
    expect(secondsOf(await summaries(berlin, "start=2026-10-24&end=2026-10-26"))).toEqual([0, 25 * 3600, 0]);
    const apia = await keyAfter(every("2011-12-30T08:00:00Z", 4), { timezone: "Pacific/Apia" });
    const { data } = await summaries(apia, "start=2011-12-29&end=2011-12-31");
    expect(data.map(({ range, grand_total }) => [range.date, grand_total.total_seconds])).toEqual([
      ["2011-12-29", 2 * 3600],
      ["2011-12-31", 2 * 3600],
    ]);
  });
});

describe("a summary", () => {
  it("has each day with all dimensions", async () => {
    const key = await keyAfter(
      from(
        NOON,
        [0, { branch: "main", dependencies: ["hono", "zod"] }],
        [3600 * 0.2, { branch: "next", entity: "/b", dependencies: ["hono"], category: "writing tests" }],
        [3600 * 0.3, { is_write: true }],
        [3600 * 0.4, { project: "other" }],
      ),
    );
    const answer = await summaries(key, "start=2026-11-22&end=2026-11-23&branches=");
    expect(answer).toMatchObject({
      start: "2026-11-22T00:00:00.000Z",
      end: "2026-11-23T23:59:59.000Z",
      cumulative_total: { seconds: 1440, text: "24 mins", digital: "0:24", decimal: "0.40" },
      daily_average: { seconds: 1440, holidays: 1, days_minus_holidays: 1, days_including_holidays: 2 },
    });
    const [empty, day] = answer.data;
    expect(empty).toMatchObject({
      grand_total: { total_seconds: 0, text: "0 secs" },
      projects: [],
      categories: [],
    });
    expect(day?.range).toMatchObject({
      date: "2026-11-23",
      start: "2026-11-23T00:00:00.000Z",
      timezone: "UTC",
    });
    expect(secondsByName(day?.categories ?? [])).toEqual({ Coding: 1080, "Writing Tests": 360 });
    expect(secondsByName(day?.editors ?? [])).toEqual({ vim: 1440 });
    expect(secondsByName(day?.operating_systems ?? [])).toEqual({ Linux: 1440 });
    expect(secondsByName(day?.machines ?? [])).toEqual({ lovelace: 1440 });
    expect(secondsByName(day?.dependencies ?? [])).toEqual({ hono: 1080, zod: 720 });
    expect(day).not.toHaveProperty("branches");
    const [, ofProject] = (await summaries(key, "start=2026-11-22&end=2026-11-23&project=tracker")).data;
    expect(secondsByName(ofProject?.branches ?? [])).toEqual({ main: 720, next: 360, "Unknown Branch": 360 });
    expect(secondsByName(ofProject?.entities ?? [])).toEqual({ "/src/app.ts": 1080, "/b": 360 });
    expect(secondsOf(await summaries(key, `${DAY}&project=tracker&branches=main,none`))).toEqual([720]);
    expect(secondsOf(await summaries(key, `${DAY}&writes_only=true`))).toEqual([360]);
    expect(secondsOf(await summaries(key, `${DAY}&category=writing tests&editor=vim`))).toEqual([360]);
  });

  it.each([
    "",
    "start=2026-11-23",
    "end=2026-11-23",
    "start=today&end=yesterday",
    "start=2001-01-01&end=today",
    "start=today&end=tomorrow",
    "start=now&end=now",
    "range=2026-13",
    "range=20266",
    "start=2026-11-24&end=2026-11-23",
    "start=2025-01-01&end=2026-01-02",
    "range=last_century",
    "range=all_time",
    `${DAY}&timezone=Mars`,
    `${DAY}&timeout=0`,
    `${DAY}&timeout=x`,
    `${DAY}&writes_only=perhaps`,
  ])("rejects %j with 400", async (query) => {
    const { key } = await signUpWithKey(api);
    const path = `/compat/wakatime/v1/users/current/summaries?${query}`;
    const { status, body } = await api.call("GET", path, { token: key });
    expect(status).toBe(400);
    expect(["BAD_REQUEST", "BUSINESS_LOGIC_ERROR"]).toContain(body.error);
  });

  it("accepts 366 days, and instants as dates", async () => {
    const { key } = await signUpWithKey(api);
    expect((await summaries(key, "start=2024-01-01&end=2024-12-31")).data).toHaveLength(366);
    expect((await summaries(key, "start=2024-01-01T00:00:00Z&end=2024-01-02T23:59:59Z")).data).toHaveLength(
      2,
    );
  });

  it("has each day of a year once, in order, even where clocks skip midnight [WAKA-3]", async () => {
    const { key } = await signUpWithKey(api);
    for (const zone of ["America/Santiago", "America/Havana", "Africa/Casablanca"]) {
      const { data } = await summaries(key, `start=2024-04-29&end=2025-04-29&timezone=${zone}`);
      const dates = Array.from({ length: 366 }, (_, nth) => new Date(Date.UTC(2024, 3, 29 + nth)));
      expect(
        data.map(({ range }) => range.date),
        zone,
      ).toEqual(dates.map((date) => date.toISOString().slice(0, 10)));
      const starts = data.slice(1).map(({ range }) => Date.parse(range.start));
      expect(starts, zone).toEqual(data.slice(0, -1).map(({ range }) => Date.parse(range.end) + 1000));
    }
  });

  it("accepts every name of a period [WAKA-4]", async () => {
    const key = await keyAfter([], { week_start: 0 });
    const datesOf = async (range: string) => {
      const { data } = await summaries(key, `range=${encodeURIComponent(range)}`);
      return [data[0]?.range.date, data.at(-1)?.range.date];
    };
    const today = new Date(`${new Date().toISOString().slice(0, 10)}T00:00:00Z`);
    const day = (offset: number, start = today) =>
      new Date(start.getTime() + 86_400_000 * offset).toISOString().slice(0, 10);
    const month = (offset: number) =>
      new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, 1));
    const sunday = -today.getUTCDay();
    expect({
      Today: await datesOf("Today"),
      Yesterday: await datesOf("Yesterday"),
      "Last 7 Days": await datesOf("Last 7 Days"),
      last_7_days: await datesOf("last_7_days"),
      "Last 7 Days from Yesterday": await datesOf("Last 7 Days from Yesterday"),
      "Last 14 Days": await datesOf("Last 14 Days"),
      "Last 30 Days": await datesOf("Last 30 Days"),
      "This Week": await datesOf("This Week"),
      "Last Week": await datesOf("Last Week"),
      "This Month": await datesOf("This Month"),
      last_month: await datesOf("last_month"),
      "last 7  days FROM yesterday": await datesOf("last 7  days FROM yesterday"),
      week: await datesOf("week"),
      "30_days": await datesOf("30_days"),
      "2024": await datesOf("2024"),
      "2024-02": await datesOf("2024-02"),
      "This Year": await datesOf("This Year"),
    }).toEqual({
      Today: [day(0), day(0)],
      Yesterday: [day(-1), day(-1)],
      "Last 7 Days": [day(-6), day(0)],
      last_7_days: [day(-6), day(0)],
      "Last 7 Days from Yesterday": [day(-7), day(-1)],
      "Last 14 Days": [day(-13), day(0)],
      "Last 30 Days": [day(-29), day(0)],
      "This Week": [day(sunday), day(sunday + 6)],
      "Last Week": [day(sunday - 7), day(sunday - 1)],
      "This Month": [day(0, month(0)), day(-1, month(1))],
      last_month: [day(0, month(-1)), day(-1, month(0))],
      "last 7  days FROM yesterday": [day(-7), day(-1)],
      week: [day(sunday), day(sunday + 6)],
      "30_days": [day(-29), day(0)],
      "2024": ["2024-01-01", "2024-12-31"],
      "2024-02": ["2024-02-01", "2024-02-29"],
      "This Year": [`${today.getUTCFullYear()}-01-01`, `${today.getUTCFullYear()}-12-31`],
    });
  });

  it("accepts relative days as start and end, in the requested time zone", async () => {
    const { beats, start } = today();
    const key = await keyAfter([...beats, beat(start - 86_400), beat(start - 86_340)]);
    expect(secondsOf(await summaries(key, "start=today&end=today"))).toEqual([120]);
    expect(secondsOf(await summaries(key, "start=Yesterday&end=Today"))).toEqual([60, 120]);
    expect(secondsOf(await summaries(key, "start=yesterday&end=yesterday"))).toEqual([60]);
    const date = new Date(start * 1000).toISOString().slice(0, 10);
    expect(secondsOf(await summaries(key, `start=${date}&end=today`))).toEqual([120]);
    for (const timezone of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      const { data } = await summaries(key, `start=today&end=today&timezone=${timezone}`);
      const there = new Intl.DateTimeFormat("sv", { timeZone: timezone }).format(new Date());
      expect(data.map(({ range }) => range.date)).toEqual([there]);
    }
    const long = await summaries(
      key,
      `start=${new Date(1000 * (start - 364 * 86_400)).toISOString()}&end=today`,
    );
    expect(long.data).toHaveLength(365);
    const durations = await ask<{ data: unknown[] }>(api, key, "durations?date=today");
    expect(durations.data).toHaveLength(2);
    expect((await ask<{ data: unknown[] }>(api, key, "heartbeats?date=yesterday")).data).toHaveLength(2);
  });
});

/** Returns heartbeats that end a few minutes ago, or that begin with the day if it is younger. */
function today() {
  const now = Date.now() / 1000;
  const start = Math.max(now - 600, Math.floor(now / 86_400) * 86_400 + 1);
  return { start, beats: from(start, [0, { project: "early" }], [60], [120]) };
}

describe("current activity", () => {
  it("returns today's summary for the status bar", async () => {
    const key = await keyAfter(today().beats);
    const { data, cached_at } = await ask<{ cached_at: string; data: Day }>(api, key, "statusbar/today");
    expect(data.grand_total).toMatchObject({ total_seconds: 120, text: "2 mins", digital: "0:02" });
    expect(data.categories).toMatchObject([{ name: "Coding", total_seconds: 120 }]);
    expect(Math.abs(Date.parse(cached_at) - Date.now())).toBeLessThan(60_000);
    const empty = await ask<{ data: Day }>(api, await keyAfter([]), "statusbar/today");
    expect(empty.data).toMatchObject({ categories: [], grand_total: { text: "0 secs" } });
    const elsewhere = await ask<{ data: Day }>(api, key, "status_bar/today");
    expect(elsewhere.data).toEqual(data);
  });

  it("adds up the days of a year and of a month", async () => {
    const key = await keyAfter([
      ...from(unixTime("2024-12-31T23:50:00Z"), [0], [300]),
      ...from(unixTime("2025-01-01T00:00:00Z"), [0], [60, { language: null }], [180]),
      ...from(unixTime("2025-03-31T23:59:00Z"), [0], [60]),
      ...from(unixTime("2025-11-30T10:00:00Z"), [0], [30]),
    ]);
    const of = async (range: string) => (await ask<{ data: Stats }>(api, key, `stats/${range}`)).data;
    expect(await of("2024")).toMatchObject({ total_seconds: 600, start: "2024-01-01T00:00:00.000Z" });
    expect(await of("2025")).toMatchObject({
      range: "2025",
      human_readable_range: "2025",
      start: "2025-01-01T00:00:00.000Z",
      end: "2025-12-31T23:59:59.000Z",
      is_including_today: false,
      total_seconds: 150,
      total_seconds_including_other_language: 270,
      days_including_holidays: 365,
      days_minus_holidays: 3,
      best_day: { date: "2025-01-01", total_seconds: 180, text: "3 mins" },
    });
    expect(await of("2025-03")).toMatchObject({
      human_readable_range: "March 2025",
      total_seconds: 60,
      days_including_holidays: 31,
      holidays: 30,
    });
    expect(await of("2025-02")).toMatchObject({ total_seconds: 0, best_day: null, daily_average: 0 });
    expect(await of("2199")).toMatchObject({ days_including_holidays: 0, holidays: 0 });
    for (const range of ["2025-00", "2025-13", "1899", "2200", "25", "all"]) {
      const path = `/compat/wakatime/v1/users/current/stats/${range}`;
      expect((await api.call("GET", path, { token: key })).status, range).toBe(400);
    }
  });

  it("separates time in unknown languages as WakaTime does, and has all fields that clients read", async () => {
    const { beats, start } = today();
    const key = await keyAfter([
      ...beats,
      beat(start + 180, { language: null, dependencies: ["hono"] }),
      beat(start + 240),
    ]);
    const { data } = await ask<{ data: Stats }>(api, key, "stats");
    expect(data).toMatchObject({
      range: "last_7_days",
      is_including_today: true,
      total_seconds: 180,
      human_readable_total: "3 mins",
      total_seconds_including_other_language: 240,
      human_readable_total_including_other_language: "4 mins",
      daily_average: 180,
      human_readable_daily_average: "3 mins",
      daily_average_including_other_language: 240,
      human_readable_daily_average_including_other_language: "4 mins",
      timeout: 15,
      writes_only: false,
      is_stuck: false,
      is_already_updating: false,
      dependencies: [{ name: "hono", total_seconds: 60 }],
      machines: [{ name: "lovelace", machine_name_id: "lovelace" }],
    });
    const later = await ask<{ data: Stats }>(
      api,
      key,
      "stats?is_including_today=true&timeout=2&writes_only=false",
    );
    expect(later.data).toMatchObject({ total_seconds: 180, timeout: 2 });
  });

  it("returns the statistics of each named period", async () => {
    const { beats, start } = today();
    const key = await keyAfter([...from(start - 40 * 86_400, [0], [300]), ...beats]);
    const statsOf = async (range: string) =>
      (
        await ask<{ data: { total_seconds: number; projects: Part[]; [name: string]: unknown } }>(
          api,
          key,
          `stats/${range}`,
        )
      ).data;
    expect(await statsOf("last_7_days")).toMatchObject({
      total_seconds: 120,
      daily_average: 120,
      days_including_holidays: 7,
      status: "ok",
      human_readable_total: "2 mins",
      range: "last_7_days",
    });
    expect(secondsByName((await statsOf("last_7_days")).projects)).toEqual({ early: 60, tracker: 60 });
    for (const range of ["last_6_months", "last_year", "all_time"]) {
      expect(await statsOf(range), range).toMatchObject({
        total_seconds: 420,
        days_minus_holidays: 2,
        daily_average: 210,
      });
    }
    expect((await statsOf("last_30_days")).total_seconds).toBe(120);
    const all = await ask(api, key, "all_time_since_today");
    expect(all).toMatchObject({ data: { total_seconds: 420, text: "7 mins", is_up_to_date: true } });
    const some = await ask(api, key, "all_time_since_today?project=early");
    expect(some).toMatchObject({ data: { total_seconds: 60 } });
    expect(await ask(api, await keyAfter([]), "all_time_since_today")).toMatchObject({
      data: { total_seconds: 0 },
    });
  });

  it.each<[string, object, string, string]>([
    ["at noon", {}, "2026-11-25T12:00:00Z", "2026-11-25"],
    ["as a day begins", {}, "2026-11-25T00:00:00Z", "2026-11-25"],
    ["as a day ends", {}, "2026-11-25T23:59:00Z", "2026-11-25"],
    [
      "in the night, with a day that starts at four",
      { day_start_minutes: 240 },
      "2026-11-25T03:59:00Z",
      "2026-11-24",
    ],
    ["as their day begins", { day_start_minutes: 240 }, "2026-11-25T04:00:00Z", "2026-11-25"],
    [
      "within the quarter of an hour in which a day begins",
      { day_start_minutes: 7 },
      "2026-11-25T00:08:00Z",
      "2026-11-25",
    ],
    ["before it does", { day_start_minutes: 7 }, "2026-11-25T00:06:00Z", "2026-11-24"],
    ["west of UTC", { timezone: "America/Los_Angeles" }, "2026-11-25T07:59:00Z", "2026-11-24"],
    ["far east of it", { timezone: "Pacific/Kiritimati" }, "2026-11-25T10:00:00Z", "2026-11-26"],
  ])("begins all time on the day of the first heartbeat: %s", async (_, settings, first, date) => {
    const key = await keyAfter(
      [beat(unixTime(first)), beat(unixTime(first) + 30), beat(unixTime(first) + 3600)],
      settings,
    );
    const expected = async () => {
      const { data } = await ask<{ data: AllTime }>(api, key, "all_time_since_today");
      expect(data).toMatchObject({ total_seconds: 30, range: { start_date: date, start_text: date } });
      const stats = (await ask<{ data: Stats }>(api, key, "stats/all_time")).data;
      const [month, day, year] = new Date(date)
        .toUTCString()
        .replace(/^\w+, (\d+) (\w+) (\d+).*/, "$2 $1 $3")
        .split(" ");
      const age = Math.round((Date.parse(data.range.end_date) - Date.parse(date)) / 86_400_000) + 1;
      expect(stats).toMatchObject({
        start: data.range.start,
        days_including_holidays: age,
        holidays: age - 1,
        human_readable_range: `since ${month} ${day} ${year}`,
      });
    };
    await expected();
    // Again only from slots, once they are built.
    await maintain(api.settings);
    await expected();
  });

  it("returns the caller's profile and last activity", async () => {
    const { key, id, username, email } = await signUpWithKey(api);
    const before = await ask<{ data: object }>(api, key, "");
    expect(before.data).toMatchObject({
      id,
      username,
      email,
      timezone: "UTC",
      last_heartbeat_at: null,
      last_project: null,
    });
    await sendAll(api, key, from(NOON, [0], [10, { project: "last" }]));
    const after = await ask<{ data: object }>(api, key, "");
    expect(after.data).toMatchObject({
      last_heartbeat_at: "2026-11-23T12:00:10.000Z",
      last_project: "last",
      last_plugin: expect.stringMatching(/^wakatime\/.* vim-wakatime\/11.1.1$/),
      last_plugin_name: "vim-wakatime",
    });
  });

  it("shows the caller's names, or else the username", async () => {
    const { key, username, access } = await signUpWithKey(api);
    const names = async () => {
      const { data } = await ask<{ data: { full_name: string; display_name: string } }>(api, key, "");
      return [data.full_name, data.display_name];
    };
    expect(await names()).toEqual([username, username]);
    await api.call("PUT", "/auth/me", { token: access, body: { first_name: "Ada", last_name: "Lovelace" } });
    expect(await names()).toEqual(["Ada Lovelace", "Ada Lovelace"]);
  });
});

describe("the list of leaders", () => {
  const leaders = async (key: string, query = "") => {
    const { status, body } = await api.call<Leaders>("GET", `/compat/wakatime/v1/leaders${query}`, {
      token: key,
    });
    expect(status).toBe(200);
    return body;
  };

  it("has only the caller, regardless of the activity of others", async () => {
    const { beats, start } = today();
    await keyAfter(beats);
    const key = await keyAfter([...beats, ...from(start, [180, { language: "SQL" }], [240])]);
    const { data, current_user, ...rest } = await leaders(key);
    expect(rest).toMatchObject({ page: 1, total_pages: 1, language: null, range: { name: "last_7_days" } });
    expect(data).toHaveLength(1);
    expect(current_user).toMatchObject(data[0] ?? {});
    expect(current_user).toMatchObject({
      rank: 1,
      running_total: {
        total_seconds: 240,
        human_readable_total: "4 mins",
        daily_average: 240,
        languages: [
          { name: "TypeScript", total_seconds: 180 },
          { name: "SQL", total_seconds: 60 },
        ],
      },
      user: { email: null },
    });
    expect((await leaders(key, "?language=SQL&cache=false")).current_user.running_total.total_seconds).toBe(
      60,
    );
    expect((await leaders(key, "?page=2")).data).toEqual([]);
  });

  it("is hidden from a key that may only send", async () => {
    const { key } = await signUpWithKey(api, ["ingest"]);
    expect((await api.call("GET", "/compat/wakatime/v1/leaders", { token: key })).status).toBe(403);
  });
});

it("lists the durations of a day in order", async () => {
  const key = await keyAfter(
    from(
      NOON,
      [0, { branch: "main" }],
      [60, { branch: "main", language: "SQL" }],
      [120, { project: "b" }],
      [180, { branch: "main" }],
      [240],
      [5000, { project: "b" }],
      [5060],
    ),
  );
  interface Durations {
    data: { time: number; duration: number; project: string; language?: string }[];
    branches: string[];
  }
  const inOrder = ({ data }: Durations) =>
    data.map(({ time, duration, project, language }) => [time - NOON, duration, project, language].join());
  const by = (query: string) => ask<Durations>(api, key, `durations?date=2026-11-23${query}`);
  const all = await by("&branches=");
  expect(inOrder(all)).toEqual(["0,120,tracker,", "120,60,b,", "180,60,tracker,", "5000,60,b,"]);
  expect(all.branches).toEqual(["main"]);
  expect(inOrder(await by("&project=b"))).toEqual(["120,60,b,", "5000,60,b,"]);
  expect(inOrder(await by("&slice_by=language"))[1]).toBe("60,60,tracker,SQL");
});

it("divides durations by every slice of WakaTime's clients", async () => {
  const dependencies = ["hono", "zod"];
  const key = await keyAfter(
    from(
      NOON,
      [0, { dependencies, machine: "one" }],
      [60, { dependencies, machine: "two" }],
      [120, { machine: "two", operating_system: "Mac" }],
      [180],
    ),
  );
  const by = async (slice: string) => {
    const query = `durations?date=2026-11-23&slice_by=${slice}`;
    const { data } = await ask<{ data: Record<string, unknown>[] }>(api, key, query);
    return data.map((stretch) => [stretch.duration, stretch[slice]]);
  };
  expect(await by("machine")).toEqual([
    [60, "one"],
    [120, "two"],
  ]);
  expect(await by("os")).toEqual([
    [120, "Linux"],
    [60, "Mac"],
  ]);
  expect(await by("dependencies")).toEqual([
    [120, dependencies],
    [60, []],
  ]);
  for (const slice of ["project", "branch", "language", "category", "editor", "entity"])
    expect(await by(slice), slice).toEqual([[180, expect.toSatisfy((name) => name !== undefined)]]);
});

it("lists the projects that heartbeats name, the most recent first", async () => {
  const key = await keyAfter(from(NOON, [0], [10, { project: "Other" }], [20, { project: null }], [30]));
  const projects = async (query: string) =>
    (
      await ask<{ data: { name: string; first_heartbeat_at: string; last_heartbeat_at: string }[] }>(
        api,
        key,
        `projects${query}`,
      )
    ).data;
  expect(await projects("")).toMatchObject([
    {
      name: "tracker",
      first_heartbeat_at: "2026-11-23T12:00:00.000Z",
      last_heartbeat_at: "2026-11-23T12:00:30.000Z",
    },
    { name: "Other" },
  ]);
  expect((await projects("?q=oth")).map(({ name }) => name)).toEqual(["Other"]);
});

it("returns empty lists for data that is not kept", async () => {
  const { key } = await signUpWithKey(api);
  const post = (path: string) =>
    api.call("POST", `/compat/wakatime/v1${path}`, { token: key, body: { entity: "a" } });
  expect((await post("/users/current/file_experts")).body).toEqual({ data: [] });
  expect((await post("/plugins/errors")).status).toBe(201);
  expect((await api.call("GET", "/compat/wakatime/v1/users/current/orgs", { token: key })).status).toBe(404);
});

describe("a report of more than a week", () => {
  const read = (token: string, path: string) => api.call("GET", `${WAKATIME}/${path}`, { token });
  const statusesOf = async (key: string, paths: string[]) =>
    (await Promise.all(paths.map((path) => read(key, path)))).map(({ status }) => status);
  const LONG = [
    "summaries?start=2026-01-01&end=2026-01-08",
    "summaries?range=last_14_days",
    "stats/last_30_days",
    "stats/last_year",
  ];
  const SHORT = [
    "summaries?start=2026-01-01&end=2026-01-07",
    "summaries?range=this_week",
    "stats/last_7_days",
    "statusbar/today",
    "all_time_since_today",
    "durations?date=2026-01-01",
  ];

  it.each(LONG)("runs one at a time for each account: %s", async (path) => {
    const [one, other] = [await signUpWithKey(api), await signUpWithKey(api)];
    const mine = statusesOf(one.key, [path, ...LONG]);
    expect(await statusesOf(other.key, [path])).toEqual([200]);
    expect(await mine).toEqual([200, 429, 429, 429, 429]);
    const { status, headers } = await read(one.key, path);
    expect([status, headers.get("Retry-After")]).toEqual([200, null]);
  });

  it("delays neither shorter reports nor the all-time total", async () => {
    const { key } = await signUpWithKey(api);
    expect(await statusesOf(key, ["stats/last_year", ...SHORT])).toEqual([200, ...SHORT.map(() => 200)]);
  });

  it.each(["summaries?range=constructor", "summaries?start=x&end=y", "stats/toString", "summaries"])(
    "gets 400 for an invalid period: %s",
    async (path) => {
      const { key } = await signUpWithKey(api);
      expect(await statusesOf(key, [path, path])).toEqual([400, 400]);
    },
  );
});
