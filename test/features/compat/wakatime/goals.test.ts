import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { ask, keyOf, signUpWithKey, WAKATIME } from "../../../support/heartbeats.ts";
import { foundOrganization, join, leave } from "../../../support/organization-members.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Goal {
  id: string;
  title: string;
  chart_data: {
    actual_seconds: number;
    actual_seconds_text: string;
    range: { date: string; start: string; end: string; text: string; timezone: string };
    range_status: string;
    range_status_reason: string;
  }[];
  [name: string]: unknown;
}

type Person = Awaited<ReturnType<typeof signUpWithKey>>;

async function createRecord(person: { access: string }, path: string, body: object) {
  const made = await api.call<{ id: string }>("POST", path, { token: person.access, body });
  expect(made.status, made.text).toBe(201);
  return made.body.id;
}

const goals = async ({ key }: Person) => (await ask<{ data: Goal[] }>(api, key, "goals")).data;

const DAY = 86_400_000;

/** Returns a time entry of `minutes`, from noon of the day `daysAgo`. */
const timeEntry = (daysAgo: number, minutes: number, more: object = {}) => {
  const noon = Math.floor(Date.now() / DAY) * DAY - DAY * daysAgo + DAY / 2;
  const [started_at, ended_at] = [noon, noon + 60_000 * minutes].map((at) => new Date(at).toISOString());
  return { started_at, ended_at, ...more };
};

const dateOf = (daysAgo: number) => new Date(Date.now() - DAY * daysAgo).toISOString().slice(0, 10);

describe("a goal", () => {
  it("has WakaTime's form, with the periods up to now in order", async () => {
    const person = await signUpWithKey(api);
    const project_id = await createRecord(person, "/projects", { name: "Tracker" });
    await createRecord(person, "/time-entries", timeEntry(3, 30, { project_id }));
    await createRecord(person, "/time-entries", timeEntry(2, 90, { project_id }));
    await createRecord(person, "/time-entries", timeEntry(2, 60));
    await createRecord(person, "/time-entries", timeEntry(1, 60, { project_id }));
    const target = { period: "day", direction: "at_least", target_seconds: 3600 };
    const id = await createRecord(person, "/goals", { name: "An hour of it", ...target, project_id });
    const [goal, ...others] = await goals(person);
    expect(others).toEqual([]);
    expect(goal).toMatchObject({
      id,
      type: "coding",
      title: "An hour of it",
      delta: "day",
      seconds: 3600,
      status: "pending",
      status_percent_calculated: 100,
      average_status: "success",
      cumulative_status: "fail",
      range_text: `from ${dateOf(3)} until ${dateOf(0)}`,
      projects: ["Tracker"],
      languages: [],
      ignore_days: [],
      is_inverse: false,
      is_enabled: true,
      modified_at: null,
      owner: { id: person.id, username: person.username, full_name: person.username },
    });
    expect(
      goal?.chart_data.map(({ actual_seconds, actual_seconds_text, range, range_status }) =>
        [range.date, actual_seconds, actual_seconds_text, range_status].join(),
      ),
    ).toEqual([
      `${dateOf(3)},1800,30 mins,fail`,
      `${dateOf(2)},5400,1 hr 30 mins,success`,
      `${dateOf(1)},3600,1 hr,success`,
      `${dateOf(0)},0,0 secs,pending`,
    ]);
    expect(goal?.chart_data[1]).toMatchObject({
      goal_seconds: 3600,
      goal_seconds_text: "1 hr",
      range: {
        start: `${dateOf(2)}T00:00:00.000Z`,
        end: `${dateOf(2)}T23:59:59.000Z`,
        text: dateOf(2),
        timezone: "UTC",
      },
      range_status_reason: "1 hr 30 mins, which is 30 mins more than the goal",
      range_status_reason_short: "1 hr 30 mins of 1 hr",
    });
    expect(goal?.chart_data[0]?.range_status_reason).toBe("30 mins, which is 30 mins less than the goal");
    expect(goal?.chart_data[2]?.range_status_reason).toBe("1 hr, which is just the goal");
  });

  it("counts the owner's days, in the owner's time zone", async () => {
    const person = await signUpWithKey(api);
    const settings = { timezone: "Asia/Kathmandu", day_start_minutes: 240, week_start: 0 };
    await api.call("PATCH", "/settings/time", { token: person.access, body: settings });
    const target = { direction: "at_most", target_seconds: 3600 };
    await createRecord(person, "/goals", { name: "Few weeks", period: "week", ...target });
    await createRecord(person, "/goals", { name: "Months", period: "month", ...target });
    await createRecord(person, "/time-entries", timeEntry(300, 30));
    for (const { chart_data, is_inverse } of await goals(person)) {
      expect(is_inverse).toBe(true);
      expect(chart_data).toHaveLength(8);
      for (const [nth, { range, range_status }] of chart_data.entries()) {
        // Four in the morning in Kathmandu.
        expect(range.start).toMatch(/T22:15:00\.000Z$/);
        expect(range).toMatchObject({
          text: expect.stringContaining(`from ${range.date} until `),
          timezone: "Asia/Kathmandu",
        });
        expect(range_status).toBe(nth < 7 ? "success" : "pending");
        const next = chart_data[nth + 1]?.range.start;
        if (next) expect(Date.parse(range.end) + 1000).toBe(Date.parse(next));
      }
    }
  });

  it("lists the weekdays that it ignores, and has no periods on them", async () => {
    const person = await signUpWithKey(api);
    const today = new Date().getUTCDay();
    const weekdays = [(today + 6) % 7];
    const target = { period: "day", direction: "at_least", target_seconds: 60, weekdays };
    await createRecord(person, "/goals", { name: "Weekly", ...target });
    await createRecord(person, "/time-entries", timeEntry(60, 30));
    await createRecord(person, "/time-entries", timeEntry(1, 30));
    const [goal] = await goals(person);
    const names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    expect(goal).toMatchObject({
      status: "ignored",
      average_status: "fail",
      ignore_days: names.filter((_, day) => !weekdays.includes(day)),
    });
    expect(goal?.chart_data.map(({ range }) => range.date)).toEqual([
      ...[43, 36, 29, 22, 15, 8, 1].map(dateOf),
      dateOf(0),
    ]);
  });

  it("is returned by its id, for an editor that shows today's progress", async () => {
    const person = await signUpWithKey(api);
    await createRecord(person, "/time-entries", timeEntry(1, 30));
    const target = { period: "day", direction: "at_least", target_seconds: 60 };
    const id = await createRecord(person, "/goals", { name: "One", ...target });
    await createRecord(person, "/goals", { name: "Two", ...target });
    const { data, cached_at } = await ask<{ data: Goal; cached_at: string }>(api, person.key, `goals/${id}`);
    expect(data).toEqual((await goals(person))[0]);
    expect(data.chart_data.at(-1)).toMatchObject({ actual_seconds_text: "0 secs" });
    expect(Math.abs(Date.parse(cached_at) - Date.now())).toBeLessThan(60_000);
  });

  it("is only visible to its owner, and not visible once it is archived or deleted", async () => {
    const [person, other] = [await signUpWithKey(api), await signUpWithKey(api)];
    const target = { period: "day", direction: "at_least", target_seconds: 60 };
    const ids = [
      await createRecord(person, "/goals", { name: "One", ...target }),
      await createRecord(person, "/goals", { name: "Two", ...target }),
    ];
    const status = async (key: string, id: string, user = "current") =>
      (await api.call("GET", `/compat/wakatime/v1/users/${user}/goals/${id}`, { token: key })).status;
    for (const id of ids) {
      expect(await status(person.key, id)).toBe(200);
      expect(await status(person.key, id, person.username)).toBe(200);
      expect(await status(other.key, id)).toBe(404);
      expect(await status(other.key, id, person.id)).toBe(404);
    }
    expect(await goals(other)).toEqual([]);
    const [archived, deleted] = ids;
    await api.call("PATCH", `/goals/${archived}`, { token: person.access, body: { archived: true } });
    await api.call("DELETE", `/goals/${deleted}`, { token: person.access });
    for (const id of ids) expect(await status(person.key, id)).toBe(404);
    expect(await status(person.key, crypto.randomUUID())).toBe(404);
    expect(await status(person.key, "none")).toBe(400);
    expect(await goals(person)).toEqual([]);
  });

  it("has the name of its project only while the owner may read the project", async () => {
    const person = await signUpWithKey(api);
    const { id: organization, owner } = await foundOrganization(api);
    await join(api, organization, person.id, "member");
    const project_id = await createRecord(owner, "/projects", {
      name: "Engine",
      organization_id: organization,
    });
    const goal = { period: "day", direction: "at_least", target_seconds: 3600 };
    await createRecord(person, "/goals", { name: "An hour of it", ...goal, project_id });
    expect(await goals(person)).toMatchObject([{ projects: ["Engine"] }]);
    await leave(api, organization, person.id);
    expect(await goals(person)).toMatchObject([{ title: "An hour of it", projects: [] }]);
  });

  it("requires the permissions to read goals and reports, not that to read activity", async () => {
    const person = await signUpWithKey(api);
    const statusFor = async (...scopes: string[]) => {
      const token = await keyOf(api, person, scopes);
      return (await api.call("GET", `${WAKATIME}/goals`, { token })).status;
    };
    expect(await statusFor("read")).toBe(200);
    expect(await statusFor("goals:read", "reports:read")).toBe(200);
    expect(await statusFor("goals:read")).toBe(403);
    expect(await statusFor("activity:read")).toBe(403);
    expect(await statusFor("ingest")).toBe(403);
  });
});
