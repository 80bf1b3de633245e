import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { beat, keyOf, sendAll, unixTime } from "../../../support/heartbeats.ts";
import { instantAt, watch } from "../../../support/watched.ts";

/** test/e2e/oracle.test.ts checks the figures of these reports minute by minute. */

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Owner = Awaited<ReturnType<TestApi["signUp"]>>;

interface Sums {
  tracked_seconds: number;
  covered_seconds: number;
  activity_seconds?: number;
  entries: number;
}
interface Summary extends Sums {
  groups: (Sums & { keys: (string | null)[] })[];
  previous: Sums | null;
}

const HOUR = 3600;

const post = async (owner: { access: string }, path: string, body: object) => {
  const answer = await api.call<{ id: string }>("POST", path, { token: owner.access, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
};

async function reportOf<Report = Summary>(owner: { access: string }, path: string) {
  const answer = await api.call<Report>("GET", path, { token: owner.access });
  expect(answer.status, `${path}: ${answer.text}`).toBe(200);
  return answer.body;
}

/** Signs up a user with a day of activity: code from 9 to 12, of which an entry covers one hour, then a game, then an app without a rule. */
async function signUpWithDay() {
  const owner = await api.signUp();
  const engine = await post(owner, "/projects", { name: "Engine" });
  const notes = await post(owner, "/projects", { name: "Notes" });
  const rule = (pattern: string, gives: object) =>
    post(owner, "/activity/rules", { field: "app", match: "equals", pattern, ...gives });
  await rule("Code", { project_id: engine, productivity: 2 });
  await rule("Game", { productivity: -1 });
  await watch(api, owner, {
    window: [
      ["09:00", "12:00", { app: "Code" }],
      ["12:00", "13:00", { app: "Game" }],
      ["13:00", "14:00", { app: "Unknown" }],
    ],
  });
  await post(owner, "/time-entries", {
    started_at: instantAt("09:30"),
    ended_at: instantAt("10:30"),
    project_id: notes,
  });
  return { ...owner, engine, notes };
}

/** Reports with activity, on that day if they take a period. */
const REPORTS = [
  "/reports/summary?from=2026-01-05&include=activity",
  "/reports/timesheet?from=2026-01-05&include=activity",
  "/reports/heatmap?year=2026&month=1&include=activity",
  "/reports/today?include=activity",
  "/reports/focus?from=2026-01-05&include=activity",
  "/reports/streak?include=activity",
  "/goals/progress?include=activity",
];

describe("a report with activity", () => {
  it("counts activity without an entry, for the projects that rules assign, except distractions", async () => {
    const owner = await signUpWithDay();
    const { groups, ...sums } = await reportOf(owner, `${REPORTS[0]}&group=project`);
    const rest = (hours: number, activity: number, entries: number) => ({
      tracked_seconds: hours * HOUR,
      covered_seconds: hours * HOUR,
      activity_seconds: activity * HOUR,
      entries,
    });
    expect(sums).toMatchObject(rest(4, 3, 1));
    expect(Object.fromEntries(groups.map(({ keys: [key], ...group }) => [key, group]))).toMatchObject({
      [owner.engine]: rest(2, 2, 0),
      [owner.notes]: rest(1, 0, 1),
      null: rest(1, 1, 0),
    });
  });

  it("excludes activity unless it is requested", async () => {
    const owner = await signUpWithDay();
    const report = await reportOf(owner, "/reports/summary?from=2026-01-05&group=kind");
    const sums = { tracked_seconds: HOUR, covered_seconds: HOUR, entries: 1 };
    expect(report).toMatchObject({ ...sums, groups: [{ keys: ["work"], ...sums }] });
    expect(JSON.stringify(report)).not.toContain("activity");
  });

  it("filters activity by project, and excludes it when filtered by kind or billable", async () => {
    const owner = await signUpWithDay();
    const activityWith = async (filter: string) =>
      (await reportOf(owner, `${REPORTS[0]}&${filter}`)).activity_seconds;
    expect(await activityWith(`project_id=${owner.engine}`)).toBe(2 * HOUR);
    expect(await activityWith(`project_id=${owner.notes}`)).toBe(0);
    expect(await activityWith("billable=false")).toBe(3 * HOUR);
    expect(await activityWith("billable=true")).toBe(0);
    expect(await activityWith("kind=work")).toBe(0);
  });

  it("compares with the preceding period, and counts the same after activity became entries", async () => {
    const owner = await signUpWithDay();
    const before = await reportOf(owner, "/reports/summary?from=2026-01-06&include=activity");
    expect(before).toMatchObject({
      tracked_seconds: 0,
      activity_seconds: 0,
      previous: { tracked_seconds: 4 * HOUR, activity_seconds: 3 * HOUR, entries: 1 },
    });
    const body = { from: instantAt("00:00"), to: instantAt("23:59") };
    await api.call("POST", "/activity/entries", { token: owner.access, body });
    expect(await reportOf(owner, REPORTS[0] ?? "")).toMatchObject({
      covered_seconds: 4 * HOUR,
      activity_seconds: HOUR,
      entries: 3,
    });
  });

  it("returns the sum of its hours for a day, also on a change of clocks [ACTIVITY-4]", async () => {
    const owner = await api.signUp();
    const body = { timezone: "Australia/Lord_Howe" };
    await api.call("PATCH", "/settings/time", { token: owner.access, body });
    // From before midnight to after the next midnight, over a day of 24.5 hours.
    const from = unixTime("2026-04-04T12:53:20Z");
    const beats = Array.from({ length: 164 }, (_, nth) => beat(from + 601 * nth));
    await sendAll(api, await keyOf(api, owner, ["ingest"]), beats);
    await watch(api, owner, {
      window: [["2026-04-04T14:40:10Z", "2026-04-04T15:50:07Z", { app: "Code" }]],
      afk: [["2026-04-04T20:00:00Z", "2026-04-04T21:30:00Z", { status: "afk" }]],
    });
    await post(owner, "/time-entries", {
      started_at: "2026-04-05T02:20:00Z",
      ended_at: "2026-04-05T04:41:00Z",
    });
    const path = "/reports/summary?from=2026-04-05&include=activity&group=hour";
    const { groups, tracked_seconds, covered_seconds, activity_seconds } = await reportOf(owner, path);
    // The user was away from half past six to eight.
    expect(groups).toHaveLength(23);
    const sum = (field: "tracked_seconds" | "covered_seconds" | "activity_seconds") =>
      groups.reduce((total, group) => total + (group[field] ?? 0), 0);
    expect([sum("tracked_seconds"), sum("covered_seconds"), sum("activity_seconds")]).toEqual([
      tracked_seconds,
      covered_seconds,
      activity_seconds,
    ]);
    expect(activity_seconds).toBe(24.5 * HOUR - 1.5 * HOUR - 141 * 60);
  });

  it("counts activity again after its entry was deleted", async () => {
    const owner = await signUpWithDay();
    const body = { from: instantAt("00:00"), to: instantAt("23:59") };
    const made = await api.call<{ entries: { id: string }[] }>("POST", "/activity/entries", {
      token: owner.access,
      body,
    });
    for (const { id } of made.body.entries)
      await api.call("DELETE", `/time-entries/${id}`, { token: owner.access });
    expect(await reportOf(owner, REPORTS[0] ?? "")).toMatchObject({
      covered_seconds: 4 * HOUR,
      activity_seconds: 3 * HOUR,
    });
  });

  it.each(REPORTS)("takes one round trip, and requires the permission to read activity: %s", async (path) => {
    const owner = await signUpWithDay();
    expect(await api.roundTripsOf(() => reportOf(owner, path))).toBe(1);
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: owner.access,
      body: { name: "reports", scopes: ["reports:read", "goals:read"] },
    });
    expect((await api.call("GET", path, { token: body.token })).status).toBe(403);
    const without = path.replace(/[?&]include=activity/, "");
    expect((await api.call("GET", without, { token: body.token })).status).toBe(200);
  });

  it.each(REPORTS.filter((path) => /summary|timesheet|heatmap|focus/.test(path)))(
    "refuses other users' activity unless both permissions are granted: %s",
    async (path) => {
      const owner = await signUpWithDay();
      const admin = await api.signUp();
      await grantAdmin(admin);
      const lead = await api.signUpHolding("reports:read", "reports:read_any", "activity:read_any");
      const curious = await api.signUpHolding("reports:read", "activity:read", "activity:read_any");
      for (const target of [owner.id, "all"]) {
        const ask = async ({ access }: { access: string }) =>
          (await api.call("GET", `${path}&owner_id=${target}`, { token: access })).status;
        expect([target, await ask(admin), await ask(curious), await ask(lead)]).toEqual([
          target,
          403,
          403,
          200,
        ]);
      }
      const others = await reportOf<object>(lead, `${path}&owner_id=${owner.id}`);
      const own = await reportOf<object>(owner, path);
      expect(withoutNames(others)).toEqual(withoutNames(own));
    },
  );

  it("reports all users, and each of them separately", async () => {
    const [ada, eve] = [await signUpWithDay(), await signUpWithDay()];
    const lead = await api.signUpHolding("reports:read", "reports:read_any", "activity:read_any");
    const { groups } = await reportOf(lead, `${REPORTS[0]}&group=user&owner_id=all`);
    for (const { id } of [ada, eve])
      expect(groups.find(({ keys }) => keys[0] === id)).toMatchObject({
        covered_seconds: 4 * HOUR,
        activity_seconds: 3 * HOUR,
      });
  });

  it.each([
    ["/reports/summary?from=2026-01-01&to=2026-02-01", "query.to"],
    ["/reports/timesheet?from=2026-01-01&to=2026-02-01", "query.to"],
    ["/reports/focus?from=2026-01-01&to=2026-02-01", "query.to"],
    ["/reports/heatmap?year=2026", "query.month"],
  ])("rejects more than 31 days: %s", async (path, field) => {
    const owner = await api.signUp();
    await reportOf(owner, path);
    const { status, body } = await api.call<{ details: object[] }>("GET", `${path}&include=activity`, {
      token: owner.access,
    });
    expect(status).toBe(422);
    expect(body.details).toMatchObject([{ field }]);
  });

  it("looks back at most 31 days", async () => {
    const owner = await api.signUp();
    await post(owner, "/goals", {
      name: "An hour",
      period: "day",
      direction: "at_least",
      target_seconds: HOUR,
    });
    const at = (days: number, hours: number) =>
      new Date(Date.now() - days * 86_400_000 - hours * 3_600_000).toISOString();
    await watch(api, owner, {
      window: Array.from({ length: 40 }, (_, days) => [at(days, 26), at(days, 24), { app: "Code" }] as const),
    });
    const { goals } = await reportOf<{ goals: { previous: object[]; streak: { longest: number } }[] }>(
      owner,
      "/goals/progress?include=activity&periods=366",
    );
    expect(goals[0]?.previous.length).toBe(30);
    expect(goals[0]?.streak.longest).toBeGreaterThanOrEqual(29);
    const streak = await reportOf<{ longest: number }>(owner, "/reports/streak?include=activity");
    expect(streak.longest).toBeGreaterThanOrEqual(29);
    expect(streak.longest).toBeLessThanOrEqual(31);
  });
});

/** Grants a user the default role with the most permissions. */
async function grantAdmin(user: Owner) {
  const root = await api.signUpHolding("superuser");
  const { body: roles } = await api.call<{ id: string; name: string }[]>("GET", "/roles/", {
    token: root.access,
  });
  const body = { role_ids: roles.filter(({ name }) => name === "admin").map(({ id }) => id) };
  const { status } = await api.call("POST", `/auth/users/${user.id}/roles`, { token: root.access, body });
  expect(status).toBe(200);
}

/** Returns a report without the fields that depend on its reader and time. */
const withoutNames = (report: object) =>
  JSON.parse(JSON.stringify(report), (key, value) =>
    ["name", "labels", "as_of"].includes(key) ? undefined : value,
  );
