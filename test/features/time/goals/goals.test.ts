import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours from UTC of a zone where it is between noon and one o'clock now, so that today has a past at any time of the test. */
const OFFSET = 12 - new Date().getUTCHours();
const ZONE = `Etc/GMT${OFFSET > 0 ? "-" : "+"}${Math.abs(OFFSET)}`;
const MIDNIGHT = Math.floor((Date.now() + OFFSET * HOUR) / DAY) * DAY - OFFSET * HOUR;
/** Returns the date in that zone, `daysAgo` days ago. */
const dateOf = (daysAgo: number) =>
  new Date(MIDNIGHT + OFFSET * HOUR - daysAgo * DAY).toISOString().slice(0, 10);

interface Goal {
  id: string;
  weekdays: number[];
  archived_at: string | null;
}
interface Progress {
  today: string;
  as_of: string;
  goals: {
    name: string;
    current: { from: string; to: string; covered_seconds: number; status: string };
    previous: { from: string; to: string; covered_seconds: number; status: string }[];
    streak: { current: number; longest: number };
  }[];
}

const call = <Body = Goal & { error: string }>(method: string, path: string, body?: object) =>
  api.call<Body>(method, path, { token: ada.access, ...(body && { body }) });
const make = async (path: string, body: object) => (await call("POST", path, body)).body.id;
const goal = (more: object = {}) =>
  make("/goals", { name: "goal", period: "day", direction: "at_least", target_seconds: 3600, ...more });
/** Creates an entry from one hour to another of a day. */
const worked = (daysAgo: number, from: number, to: number, more: object = {}) =>
  make("/time-entries", {
    started_at: new Date(MIDNIGHT - daysAgo * DAY + from * HOUR).toISOString(),
    ended_at: new Date(MIDNIGHT - daysAgo * DAY + to * HOUR).toISOString(),
    ...more,
  });
const progress = async (query = "") =>
  (await call<Progress>("GET", `/goals/progress?timezone=${encodeURIComponent(ZONE)}${query}`)).body;
const getOnlyGoal = async (query = "") => {
  const [first, ...others] = (await progress(query)).goals;
  expect(others).toEqual([]);
  if (!first) throw new Error("Expected a goal.");
  return first;
};

describe("a goal", () => {
  const body = { name: "Six hours", period: "day", direction: "at_least", target_seconds: 21_600 };

  it("applies to all work on every day by default", async () => {
    const { status, body: made } = await call("POST", "/goals", body);
    expect(status).toBe(201);
    expect(made).toMatchObject({
      ...body,
      weekdays: [0, 1, 2, 3, 4, 5, 6],
      client_id: null,
      project_id: null,
      task_id: null,
      tag_id: null,
      kind: null,
      archived_at: null,
    });
  });

  it("changes only the given fields, and not after another change", async () => {
    const { body: made, headers } = await call("POST", "/goals", { ...body, weekdays: [5, 1, 1] });
    expect(made.weekdays).toEqual([1, 5]);
    const change = (changes: object) =>
      api.call("PATCH", `/goals/${made.id}`, {
        token: ada.access,
        body: changes,
        headers: { "If-Match": headers.get("ETag") ?? "" },
      });
    expect((await change({ target_seconds: 60 })).body).toMatchObject({
      ...body,
      target_seconds: 60,
      weekdays: [1, 5],
    });
    expect((await change({ target_seconds: 120 })).status).toBe(412);
  });

  it("keeps its archive time when archived again, and gets a new one after being unarchived", async () => {
    const id = await goal();
    const archive = async (archived: boolean) =>
      (await call("PATCH", `/goals/${id}`, { archived })).body.archived_at;
    const first = await archive(true);
    expect(await archive(true)).toBe(first);
    expect(await archive(false)).toBeNull();
    expect(Date.parse((await archive(true)) ?? "")).toBeGreaterThan(Date.parse(first ?? ""));
  });

  it("is measured unless it is archived or deleted", async () => {
    const id = await goal();
    const measured = async () => (await progress()).goals.length;
    const archived = await call("PATCH", `/goals/${id}`, { archived: true });
    expect(archived.body.archived_at).not.toBeNull();
    expect(await measured()).toBe(0);
    expect((await call("GET", "/goals?archived=true")).body).toMatchObject([{ id }]);
    await call("PATCH", `/goals/${id}`, { archived: false });
    expect(await measured()).toBe(1);
    await call("DELETE", `/goals/${id}`);
    expect(await measured()).toBe(0);
    await call("POST", `/goals/${id}/restore`);
    expect(await measured()).toBe(1);
  });

  it.each(["client_id", "project_id", "task_id", "tag_id"])("rejects another user's %s", async (field) => {
    const eve = await api.signUp();
    const path = `/${field.replace("_id", "s")}`;
    const theirs = await api.call<{ id: string }>("POST", path, { token: eve.access, body: { name: "x" } });
    const about = { [field]: theirs.body.id };
    expect(await call("POST", "/goals", { ...body, ...about })).toMatchObject({
      status: 404,
      body: { error: "RESOURCE_NOT_FOUND" },
    });
    expect((await call("PATCH", `/goals/${await goal()}`, about)).status).toBe(404);
  });

  it("is hidden from other users, also in their progress", async () => {
    const id = await goal();
    const eve = await api.signUp();
    const ask = (path: string) => api.call<{ goals: object[] }>("GET", path, { token: eve.access });
    expect((await ask(`/goals/${id}`)).status).toBe(404);
    expect((await ask("/goals?owner_id=all")).status).toBe(403);
    expect((await ask("/goals/progress")).body.goals).toEqual([]);
  });

  it.each([
    { target_seconds: -1 },
    { target_seconds: 40 * 86_400 },
    { period: "year" },
    { weekdays: [] },
    { weekdays: [7] },
  ])("rejects %j", async (wrong) => {
    expect((await call("POST", "/goals", { ...body, ...wrong })).status).toBe(422);
  });
});

describe("GET /goals/progress", () => {
  it("counts overlap once, breaks not at all, and a running entry until as_of", async () => {
    await goal();
    await worked(0, 1, 3);
    await worked(0, 2, 4);
    await worked(0, 5, 6, { kind: "break" });
    await make("/time-entries/start", { started_at: new Date(MIDNIGHT + 12 * HOUR - HOUR).toISOString() });
    const { as_of, today, goals } = await progress();
    const running = Date.parse(as_of) - (MIDNIGHT + 11 * HOUR);
    expect(today).toBe(dateOf(0));
    expect(goals[0]?.current).toEqual({
      from: dateOf(0),
      to: dateOf(0),
      covered_seconds: 3 * 3600 + Math.floor(running / 1000),
      status: "met",
    });
  });

  it("is on track while the share of the target is at least the share of the period", async () => {
    await goal({ name: "a", target_seconds: 2 * 3600 });
    await goal({ name: "b", target_seconds: 6 * 3600 });
    await worked(0, 1, 3, { kind: "focus" });
    await worked(0, 3, 4, { kind: "break" });
    await goal({ name: "c", target_seconds: 3 * 3600 });
    const statuses = (await progress()).goals.map(({ name, current }) => `${name} ${current.status}`);
    expect(statuses).toEqual(["a met", "b behind", "c on_track"]);
  });

  it("marks an at_most goal as missed when it is exceeded, and as met after the period", async () => {
    await goal({ direction: "at_most", kind: "break" });
    await worked(2, 1, 3, { kind: "break" });
    await worked(1, 1, 2, { kind: "break" });
    expect(await getOnlyGoal()).toMatchObject({
      current: { covered_seconds: 0, status: "on_track" },
      previous: [
        { from: dateOf(1), covered_seconds: 3600, status: "met" },
        { from: dateOf(2), covered_seconds: 7200, status: "missed" },
      ],
      streak: { current: 1, longest: 1 },
    });
    await worked(0, 1, 2.5, { kind: "break" });
    expect(await getOnlyGoal()).toMatchObject({
      current: { status: "missed" },
      streak: { current: 0, longest: 1 },
    });
  });

  it("counts only time that matches all fields of the goal", async () => {
    const client_id = await make("/clients", { name: "Royal Society" });
    const project_id = await make("/projects", { name: "Engine", client_id });
    const task_id = await make("/tasks", { name: "Notes", project_id });
    const tag_id = await make("/tags", { name: "deep" });
    await worked(0, 0, 1, { project_id });
    await worked(0, 1, 3, { task_id });
    await worked(0, 3, 6, { tag_ids: [tag_id] });
    await worked(0, 6, 10, { kind: "focus", project_id, tag_ids: [tag_id] });
    await goal({ name: "a", client_id });
    await goal({ name: "b", project_id });
    await goal({ name: "c", task_id });
    await goal({ name: "d", tag_id });
    await goal({ name: "e", kind: "focus" });
    await goal({ name: "f", client_id, tag_id, kind: "work" });
    const hours = (await progress()).goals.map(({ current }) => current.covered_seconds / 3600);
    expect(hours).toEqual([7, 7, 2, 7, 4, 0]);
  });

  it("counts consecutive periods, which an undecided period does not break", async () => {
    await goal();
    for (const daysAgo of [1, 2, 4, 5, 6]) await worked(daysAgo, 8, 9);
    expect(await getOnlyGoal()).toMatchObject({
      current: { status: "behind" },
      previous: [1, 2, 3, 4, 5, 6].map((daysAgo) => ({
        from: dateOf(daysAgo),
        status: daysAgo === 3 ? "missed" : "met",
      })),
      streak: { current: 2, longest: 3 },
    });
    await worked(0, 8, 9);
    expect((await getOnlyGoal()).streak).toEqual({ current: 3, longest: 3 });
    expect((await getOnlyGoal("&periods=1")).previous).toHaveLength(1);
    expect((await getOnlyGoal("&periods=0")).previous).toEqual([]);
  });

  it("skips the days on which the goal does not apply", async () => {
    const weekday = new Date(dateOf(0)).getUTCDay();
    const yesterday = (weekday + 6) % 7;
    await goal({ weekdays: [yesterday] });
    for (const daysAgo of [1, 8, 15]) await worked(daysAgo, 8, 9);
    expect(await getOnlyGoal()).toMatchObject({
      current: { from: dateOf(0), status: "off" },
      previous: [{ from: dateOf(1) }, { from: dateOf(8) }, { from: dateOf(15) }],
      streak: { current: 3, longest: 3 },
    });
  });

  it("measures weeks from the viewer's first weekday, and months", async () => {
    await goal({ period: "week", name: "a" });
    await goal({ period: "month", name: "b" });
    const weekStart = (new Date(dateOf(0)).getUTCDay() + 5) % 7;
    await worked(2, 8, 9);
    await worked(3, 8, 11);
    const [week, month] = (await progress(`&week_start=${weekStart}`)).goals;
    expect(week).toMatchObject({
      current: { from: dateOf(2), to: dateOf(-4), covered_seconds: 3600, status: "met" },
      previous: [{ from: dateOf(9), to: dateOf(3), covered_seconds: 3 * 3600 }],
      streak: { current: 2 },
    });
    const first = `${dateOf(0).slice(0, 7)}-01`;
    const last = new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)), 0));
    expect(month?.current).toMatchObject({ from: first, to: last.toISOString().slice(0, 10) });
  });

  it("answers in time for nine goals and ten years of entries", async () => {
    const days = 3_600;
    await api.db.execute(sql`
      insert into time_entries (owner_id, started_at, ended_at, kind, source)
      select ${ada.id}, at, at + interval '1 hour', kind, 'manual'
      from generate_series(1, ${days}::int) as days_ago, (values ('work', 8), ('focus', 10)) as kinds (kind, hour),
        lateral (select ${new Date(MIDNIGHT).toISOString()}::timestamptz + make_interval(hours => hour - 24 * days_ago) as at) as time`);
    for (const period of ["day", "week", "month"])
      for (const kind of ["work", "focus", null]) await goal({ name: `${period} of ${kind}`, period, kind });
    const { goals } = await progress();
    expect(goals).toHaveLength(9);
    for (const { streak } of goals.filter(({ name }) => name.startsWith("day")))
      expect(streak).toEqual({ current: days, longest: days });
  });

  it("returns zero for a user without entries, in one round trip", async () => {
    await goal();
    expect(await getOnlyGoal()).toMatchObject({
      current: { covered_seconds: 0 },
      previous: [],
      streak: { current: 0 },
    });
    expect(await api.roundTripsOf(() => progress())).toBe(1);
  });
});
