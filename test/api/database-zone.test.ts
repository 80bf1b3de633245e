import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";
import { beat, keyOf, sendAll, unixTime } from "../support/heartbeats.ts";
import { afk, notAfk, watch } from "../support/watched.ts";

const AW = "/compat/aw/api/0";
const WAKATIME = "/compat/wakatime/v1/users/current";
/** Two days; clocks went back in Berlin on the second. */
const DAYS = ["2026-10-24", "2026-10-25", "2026-10-26"] as const;
const QUARTER = 900;

/** Stores activity and time entries on these days. */
async function liveThrough(api: TestApi, owner: { access: string }) {
  const token = owner.access;
  await api.call("PATCH", "/settings/time", { token, body: { timezone: "Europe/Berlin" } });
  const from = unixTime(`${DAYS[0]}T10:00:00Z`);
  const beats = Array.from({ length: 160 }, (_, nth) =>
    beat(from + QUARTER * nth, { project: nth % 3 ? "a" : "b", branch: "main" }),
  );
  await sendAll(api, await keyOf(api, owner, ["ingest"]), [
    ...beats,
    ...[0, 300, 600].map((second) => beat(unixTime("2026-08-31T21:55:00Z") + second)),
  ]);
  await watch(api, owner, {
    window: [
      [`${DAYS[0]}T20:00:00.123456Z`, `${DAYS[0]}T23:30:00Z`, { app: "Code", title: "a" }],
      [`${DAYS[1]}T00:15:00Z`, `${DAYS[1]}T02:45:00Z`, { app: "Mail", title: "b" }],
    ],
    afk: [
      [`${DAYS[0]}T20:00:00Z`, `${DAYS[1]}T01:00:00Z`, notAfk],
      [`${DAYS[1]}T01:00:00Z`, `${DAYS[1]}T01:20:00Z`, afk],
      [`${DAYS[1]}T01:20:00Z`, `${DAYS[1]}T03:00:00Z`, notAfk],
    ],
  });
  const rule = { field: "app", match: "equals", pattern: "mail", category: "Mail", productivity: 1 };
  await api.call("POST", "/activity/rules", { token, body: rule });
  for (const [started_at, ended_at] of [
    [`${DAYS[0]}T21:30:00Z`, `${DAYS[1]}T01:30:00Z`],
    [`${DAYS[1]}T22:30:00Z`, `${DAYS[1]}T23:30:00Z`],
  ]) {
    const body = { started_at, ended_at, description: "work" };
    expect((await api.call("POST", "/time-entries", { token, body })).status).toBe(201);
  }
}

const period = `${DAYS[0]}T00:00:00Z/${DAYS[2]}T00:00:00Z`;
const REQUESTS: [method: string, path: string, body?: object | string][] = [
  ["GET", `${WAKATIME}/summaries?start=${DAYS[0]}&end=${DAYS[2]}&project=a`],
  ["GET", `${WAKATIME}/summaries?start=2026-08-01&end=${DAYS[2]}`],
  ["GET", `${WAKATIME}/durations?date=${DAYS[1]}`],
  ["GET", `${WAKATIME}/heartbeats?date=${DAYS[1]}`],
  ["GET", `${WAKATIME}/projects`],
  ["GET", `${WAKATIME}`],
  ["GET", `${AW}/buckets`],
  ["GET", `${AW}/buckets/aw-watcher-window_laptop/events?start=${DAYS[0]}T22:00:00Z&end=${DAYS[1]}T01:00:00`],
  ["GET", `${AW}/buckets/aw-watcher-window_laptop/events/count?end=${DAYS[0]}T23:00:00Z`],
  [
    "POST",
    `${AW}/query`,
    { query: ['RETURN = query_bucket("aw-watcher-afk_laptop");'], timeperiods: [period] },
  ],
  ["GET", `${AW}/export`],
  ["GET", `/activity/summary?from=${DAYS[0]}&to=${DAYS[2]}`],
  ["POST", "/activity/entries", { from: `${DAYS[0]}T00:00:00Z`, to: `${DAYS[2]}T00:00:00Z`, dry_run: true }],
  ["GET", `/reports/summary?from=${DAYS[0]}&to=${DAYS[2]}&group=day,hour`],
  ["GET", `/reports/summary?from=${DAYS[0]}&to=${DAYS[2]}&group=week,weekday&timezone=Asia/Kathmandu`],
  ["GET", `/reports/summary?from=${DAYS[0]}&to=${DAYS[2]}&group=day,hour&include=activity`],
  ["GET", `/reports/timesheet?from=${DAYS[0]}&to=${DAYS[2]}`],
  ["GET", "/reports/heatmap?year=2026"],
  ["GET", `/reports/focus?from=${DAYS[0]}&to=${DAYS[2]}`],
  ["GET", "/time-entries"],
  ["GET", "/time-entries/export"],
];

/** Replaces the values that differ between two users with the same data: ids, and instants of the server. */
const withoutChance = (text: string) =>
  text
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi, "ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) =>
      Date.now() - Date.parse(instant) < 600_000 ? "NOW" : instant,
    );

async function answersIn(zone: string) {
  const api = await createTestApi();
  await api.moveDatabase(zone);
  const owner = await api.signUp();
  await liveThrough(api, owner);
  const answers: Record<string, string> = {};
  for (const [method, path, body] of REQUESTS) {
    const answer = await api.call(method, path, { token: owner.access, ...(body && { body }) });
    expect(answer.status, `${path}: ${answer.text}`).toBe(200);
    answers[`${method} ${path}`] = withoutChance(answer.text);
  }
  return answers;
}

let expected: Record<string, string>;
beforeAll(async () => {
  expected = await answersIn("UTC");
});

it.each(["Pacific/Apia", "America/New_York", "Australia/Lord_Howe"])(
  "returns identical responses when the time zone of the database is %s [ZONE-1]",
  async (zone) => {
    expect(await answersIn(zone)).toEqual(expected);
  },
);
