import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { summarize } from "../../../../src/features/time/reports/repository.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await api.signUp();
});

const make = async (path: string, body: object) =>
  (await api.call<{ id: string }>("POST", path, { body, token: ada.access })).body.id;
const worked = (from: string, to: string, more: object = {}) =>
  make("/time-entries", { started_at: from, ended_at: to, ...more });
const zone = (timezone: string, more: object = {}) =>
  api.call("PATCH", "/settings/time", { token: ada.access, body: { timezone, ...more } });

interface Group {
  keys: (string | null)[];
  labels: (string | null)[];
  tracked_seconds: number;
  covered_seconds: number;
  entries: number;
}
interface Summary extends Group {
  groups: Group[];
  previous: Group & { from: string; to: string };
}
const summary = async (query: string) =>
  (await api.call<Summary>("GET", `/reports/summary?${query}`, { token: ada.access })).body;
const hoursBy = async (query: string) =>
  (await summary(query)).groups.map(
    ({ keys, tracked_seconds }) => `${keys.join(" ")} ${tracked_seconds / 3600}`,
  );

describe("GET /reports/summary", () => {
  it("cuts entries at the viewer's midnights [REPORT-2]", async () => {
    await zone("Europe/Berlin");
    await worked("2026-07-01T20:30:00Z", "2026-07-02T01:00:00Z");
    expect(await hoursBy("from=2026-07-01&to=2026-07-03&group=day")).toEqual([
      "2026-07-01 1.5",
      "2026-07-02 3",
    ]);
  });

  it.each(["2027-01-15T12:00:00Z", "2027-07-15T12:00:00Z"])(
    "cuts days by the offset on each day, as of %s [REPORT-1]",
    async (now) => {
      await zone("Europe/Berlin");
      await worked("2026-07-01T22:30:00Z", "2026-07-01T23:00:00Z");
      await worked("2026-01-01T22:30:00Z", "2026-01-01T23:30:00Z");
      const on = async (from: string) =>
        (await summarize(api.db, { actorId: ada.id, from, to: from, now: new Date(now) }, []))
          .tracked_seconds;
      expect([await on("2026-07-01"), await on("2026-07-02")]).toEqual([0, 1800]);
      expect([await on("2026-01-01"), await on("2026-01-02")]).toEqual([1800, 1800]);
    },
  );

  it("counts elapsed time rather than the difference of local times [REPORT-6]", async () => {
    await zone("Europe/Berlin");
    await worked("2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00");
    await worked("2025-10-26T01:30:00+02:00", "2025-10-26T03:30:00+01:00");
    expect((await summary("from=2026-03-29")).tracked_seconds).toBe(3600);
    expect((await summary("from=2025-10-26")).tracked_seconds).toBe(3 * 3600);
  });

  it("returns the sum of its hours for a day [REPORT-8]", async () => {
    await zone("Australia/Lord_Howe");
    await worked("2026-04-04T10:07:00Z", "2026-04-05T19:11:00Z");
    await worked("2026-04-04T14:59:30Z", "2026-04-04T15:00:30Z");
    const { groups, tracked_seconds, covered_seconds } = await summary("from=2026-04-05&group=hour");
    const sum = (field: "tracked_seconds" | "covered_seconds") =>
      groups.reduce((total, group) => total + group[field], 0);
    expect(groups).toHaveLength(24);
    expect([sum("tracked_seconds"), sum("covered_seconds")]).toEqual([tracked_seconds, covered_seconds]);
    expect(covered_seconds).toBe(24.5 * 3600);
  });

  it("uses the viewer's day boundary", async () => {
    await zone("UTC", { day_start_minutes: 240 });
    await worked("2026-07-02T01:00:00Z", "2026-07-02T05:00:00Z");
    expect(await hoursBy("from=2026-07-01&to=2026-07-02&group=day")).toEqual([
      "2026-07-01 3",
      "2026-07-02 1",
    ]);
  });

  it.each([
    ["Europe/Berlin", "2026-03-29", 23],
    ["Europe/Berlin", "2026-10-25", 25],
    ["Australia/Lord_Howe", "2026-10-04", 23.5],
    ["Australia/Lord_Howe", "2026-04-05", 24.5],
    ["America/Havana", "2026-11-01", 25],
    ["Atlantic/Azores", "2025-10-26", 25],
    ["Asia/Amman", "2021-10-29", 25],
    ["America/Santiago", "2026-09-06", 23],
    ["Asia/Kathmandu", "2026-05-05", 24],
    ["Pacific/Apia", "2011-12-30", 0],
  ])("gives the day in %s on %s its %d hours [REPORT-3]", async (timezone, day, hours) => {
    await zone(timezone);
    await worked("2011-12-01T00:00:00Z", "2026-11-20T00:00:00Z");
    expect((await summary(`from=${day}&to=${day}`)).covered_seconds / 3600).toBe(hours);
  });

  it.each([
    ["clocks skip the day boundary, to the minute", "America/Santiago", "2026-09-06", 15, 23.25],
    ["a zone skips a day, and the day boundary is in the night", "Pacific/Apia", "2011-12-30", 240, 4],
    ["clocks are put back by three hours over midnight", "Antarctica/Casey", "2010-03-05", 0, 27],
  ])("begins the day correctly if %s [REPORT-4]", async (_, timezone, day, day_start_minutes, hours) => {
    await zone(timezone, { day_start_minutes });
    await worked("2010-01-01T00:00:00Z", "2026-11-20T00:00:00Z");
    expect((await summary(`from=${day}&to=${day}`)).covered_seconds / 3600).toBe(hours);
  });

  it("omits a day that a zone skipped", async () => {
    await zone("Pacific/Apia");
    await worked("2011-12-30T08:00:00Z", "2011-12-30T12:00:00Z");
    expect(await hoursBy("from=2011-12-28&to=2012-01-01&group=day")).toEqual([
      "2011-12-29 2",
      "2011-12-31 2",
    ]);
  });

  it("finds today while clocks repeat the hour before the day boundary [REPORT-5]", async () => {
    await zone("America/Havana", { day_start_minutes: 30 });
    // The day began at 04:30, and clocks were put back at 05:00.
    await worked("2025-11-02T04:20:00Z", "2025-11-02T05:05:00Z");
    const today = await summarize(api.db, { actorId: ada.id, now: new Date("2025-11-02T05:10:00Z") }, []);
    expect(today.tracked_seconds).toBe(35 * 60);
  });

  it("reads entries of the day before in every zone of the database", async () => {
    await worked("2011-12-30T20:00:00Z", "2011-12-31T04:00:00Z");
    try {
      for (const databaseZone of ["Pacific/Apia", "UTC"]) {
        await api.moveDatabase(databaseZone);
        expect(await summary("from=2011-12-31&to=2011-12-31&timezone=UTC")).toMatchObject({
          tracked_seconds: 4 * 3600,
        });
      }
    } finally {
      await api.moveDatabase("UTC");
    }
  });

  it("counts overlap twice in tracked time, and once in covered time", async () => {
    await worked("2026-07-01T08:00:00Z", "2026-07-01T10:00:00Z");
    await worked("2026-07-01T09:00:00Z", "2026-07-01T11:00:00Z");
    await worked("2026-07-01T09:30:00Z", "2026-07-01T09:45:00Z");
    expect(await summary("from=2026-07-01&group=day")).toMatchObject({
      tracked_seconds: 4.25 * 3600,
      covered_seconds: 3 * 3600,
      entries: 3,
      groups: [{ covered_seconds: 3 * 3600 }],
    });
  });

  it("counts an entry with two tags in both groups, and once in the total [REPORT-9]", async () => {
    const tag_ids = [await make("/tags", { name: "a" }), await make("/tags", { name: "b" })];
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", { tag_ids });
    await worked("2026-07-01T10:00:00Z", "2026-07-01T11:00:00Z");
    const { groups, tracked_seconds } = await summary("from=2026-07-01&group=tag");
    expect(groups.map(({ labels, tracked_seconds }) => [labels[0], tracked_seconds])).toEqual(
      expect.arrayContaining([
        ["a", 3600],
        ["b", 3600],
        [null, 3600],
      ]),
    );
    expect(tracked_seconds).toBe(7200);
  });

  it("groups by two groups, and returns their names", async () => {
    const client_id = await make("/clients", { name: "Royal Society" });
    const project_id = await make("/projects", { name: "Engine", client_id });
    const task_id = await make("/tasks", { name: "Notes", project_id });
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", { task_id });
    const labelled = async (group: string) =>
      (await summary(`from=2026-07-01&group=${group}`)).groups[0]?.labels;
    expect(await labelled("day,project")).toEqual(["2026-07-01", "Engine"]);
    expect(await labelled("client,task")).toEqual(["Royal Society", "Notes"]);
    expect(await labelled("user,kind")).toEqual([ada.username, "work"]);
    expect(await labelled("month,weekday")).toEqual(["2026-07", "Wednesday"]);
  });

  it("begins weeks on the viewer's first weekday, also around New Year [REPORT-7]", async () => {
    await worked("2025-12-28T10:00:00Z", "2025-12-28T11:00:00Z");
    await worked("2026-01-02T10:00:00Z", "2026-01-02T11:00:00Z");
    const query = "from=2025-12-20&to=2026-01-05&group=week";
    expect(await hoursBy(query)).toEqual(["2025-12-22 1", "2025-12-29 1"]);
    expect(await hoursBy(`${query}&week_start=0`)).toEqual(["2025-12-28 2"]);
  });

  it("counts hours by local clocks, including a repeated hour", async () => {
    await zone("Asia/Kathmandu");
    await worked("2026-07-01T00:00:00Z", "2026-07-01T01:00:00Z");
    expect(await hoursBy("from=2026-07-01&group=hour")).toEqual(["05 0.25", "06 0.75"]);
    await zone("Europe/Berlin");
    await worked("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z");
    expect(await hoursBy("from=2026-10-25&group=hour")).toEqual(["02 2"]);
  });

  it("compares with the preceding period of the same length", async () => {
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z");
    await worked("2026-06-29T23:00:00Z", "2026-06-30T01:00:00Z");
    expect((await summary("from=2026-07-01&to=2026-07-01")).previous).toEqual({
      from: "2026-06-30",
      to: "2026-06-30",
      tracked_seconds: 3600,
      covered_seconds: 3600,
      entries: 1,
    });
  });

  it("omits the preceding period if compare is false", async () => {
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z");
    expect(await summary("from=2026-07-01&compare=false")).toMatchObject({
      tracked_seconds: 3600,
      previous: null,
    });
  });

  it("counts a running entry until as_of", async () => {
    const from = new Date(Date.now() - 600_000).toISOString();
    await make("/time-entries/start", { started_at: from });
    const { body } = await api.call<Summary & { as_of: string }>(
      "GET",
      `/reports/summary?from=${from.slice(0, 10)}&to=2026-12-31`,
      {
        token: ada.access,
      },
    );
    expect(body.tracked_seconds).toBe(Math.floor((Date.parse(body.as_of) - Date.parse(from)) / 1000));
  });

  it("rounds once: a thousand times 0.4 seconds are 400 [REPORT-10]", async () => {
    const items = Array.from({ length: 1000 }, (_, index) => ({
      do: "create",
      values: {
        started_at: new Date(Date.UTC(2026, 6, 1) + index * 1000).toISOString(),
        ended_at: new Date(Date.UTC(2026, 6, 1) + index * 1000 + 400).toISOString(),
      },
    }));
    await api.call("POST", "/time-entries/bulk", { body: { items }, token: ada.access });
    expect((await summary("from=2026-07-01")).tracked_seconds).toBe(400);
  });

  it("refuses other users' time without the permission", async () => {
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z");
    const eve = await api.signUp();
    const lead = await api.signUpHolding("reports:read", "reports:read_any");
    const ask = async (owner: string, token: string) => {
      const { status, body } = await api.call<Summary>(
        "GET",
        `/reports/summary?from=2026-07-01&owner_id=${owner}`,
        { token },
      );
      return [status, body.tracked_seconds];
    };
    expect(await ask(ada.id, eve.access)).toEqual([403, undefined]);
    expect(await ask("all", eve.access)).toEqual([403, undefined]);
    expect(await ask(ada.id, lead.access)).toEqual([200, 3600]);
  });

  it("returns names of other users' records only to callers who may read them", async () => {
    const client_id = await make("/clients", { name: "Royal Society" });
    const project_id = await make("/projects", { name: "Engine", client_id });
    const tag_ids = [await make("/tags", { name: "deep" })];
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", { project_id, tag_ids });
    const names = async (...held: string[]) => {
      const lead = await api.signUpHolding("reports:read", "reports:read_any", ...held);
      const label = async (group: string) => {
        const path = `/reports/summary?from=2026-07-01&owner_id=${ada.id}&group=${group}`;
        return (await api.call<Summary>("GET", path, { token: lead.access })).body.groups[0]?.labels[0];
      };
      const sheet = await api.call<{ rows: { name: string | null }[] }>(
        "GET",
        `/reports/timesheet?from=2026-07-01&owner_id=${ada.id}`,
        { token: lead.access },
      );
      return [
        await label("client"),
        await label("project"),
        await label("tag"),
        await label("user"),
        sheet.body.rows[0]?.name,
      ];
    };
    expect(await names()).toEqual([null, null, null, null, null]);
    expect(await names("projects:read", "tags:read_any")).toEqual([null, null, null, null, null]);
    expect(await names("projects:*")).toEqual([null, "Engine", null, null, "Engine"]);
    expect(await names("clients:*", "tags:*", "users:read")).toEqual([
      "Royal Society",
      null,
      "deep",
      ada.username,
      null,
    ]);
  });

  it("returns nothing of other users when filtered by their records", async () => {
    const project_id = await make("/projects", { name: "Engine" });
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", { project_id });
    const eve = await api.signUp();
    const path = `/reports/summary?from=2026-07-01&group=project&project_id=${project_id}`;
    const { status, body } = await api.call("GET", path, { token: eve.access });
    expect([status, body]).toEqual([200, expect.objectContaining({ tracked_seconds: 0, groups: [] })]);
  });

  it.each([
    "from=2026-07-02&to=2026-07-01",
    "from=2020-01-01&to=2026-01-01",
    "to=2026-01-01",
    "group=a",
    "timezone=Mars/Base",
  ])("refuses %s", async (query) => {
    const { status } = await api.call("GET", `/reports/summary?${query}`, { token: ada.access });
    expect(status).toBe(422);
  });
});

describe("the other reports", () => {
  it("returns a timesheet of projects by days", async () => {
    const project_id = await make("/projects", { name: "Engine" });
    await worked("2026-07-01T08:00:00Z", "2026-07-01T09:00:00Z", { project_id });
    await worked("2026-07-03T08:00:00Z", "2026-07-03T10:00:00Z");
    const { body } = await api.call("GET", "/reports/timesheet?from=2026-07-01&to=2026-07-03", {
      token: ada.access,
    });
    expect(body).toMatchObject({
      days: [{ tracked_seconds: 3600 }, { day: "2026-07-02", tracked_seconds: 0 }, { tracked_seconds: 7200 }],
      rows: expect.arrayContaining([
        { project_id, name: "Engine", tracked_seconds: 3600, days: [3600, 0, 0] },
        { project_id: null, name: null, tracked_seconds: 7200, days: [0, 0, 7200] },
      ]),
    });
  });

  it("returns a heatmap with every day of the year", async () => {
    await worked("2024-02-29T08:00:00Z", "2024-02-29T09:00:00Z");
    const { body } = await api.call<{ days: object[] }>("GET", "/reports/heatmap?year=2024", {
      token: ada.access,
    });
    expect(body.days).toHaveLength(366);
    expect(body.days[59]).toEqual({ day: "2024-02-29", covered_seconds: 3600 });
  });

  it("ends a streak with a missed yesterday, but not with a missed today [REPORT-11]", async () => {
    const at = (daysAgo: number) => {
      const noon = new Date(new Date().setUTCHours(0, 0, 0, 0) - daysAgo * 86_400_000).getTime();
      return worked(new Date(noon).toISOString(), new Date(noon + 3_600_000).toISOString());
    };
    const streak = async () => {
      const { body } = await api.call<Record<string, unknown>>("GET", "/reports/streak", {
        token: ada.access,
      });
      return [body.current, body.longest, body.counted_today];
    };
    expect(await streak()).toEqual([0, 0, false]);
    for (const day of [1, 2, 3, 10, 11, 12, 13]) await at(day);
    expect(await streak()).toEqual([3, 4, false]);
  });

  it("counts days for a streak from the threshold, in the viewer's zone [REPORT-12]", async () => {
    const day = new Date(new Date().setUTCHours(0, 0, 0, 0) - 3 * 86_400_000).getTime();
    const at = (hours: number) => new Date(day + hours * 3_600_000).toISOString();
    await worked(at(1), at(2));
    await worked(at(20), at(20.5));
    const longest = async (query: string, threshold: number) => {
      await zone("UTC", { streak_threshold_seconds: threshold });
      const { body } = await api.call<{ longest: number }>("GET", `/reports/streak${query}`, {
        token: ada.access,
      });
      return body.longest;
    };
    expect(await longest("", 5400)).toBe(1);
    expect(await longest("", 5401)).toBe(0);
    // In New York the first hour was on the evening before.
    expect(await longest("?timezone=America/New_York", 5400)).toBe(0);
    expect(await longest("?timezone=America/New_York", 1800)).toBe(2);
  });

  it("counts focus sessions of 25 minutes, across gaps of two minutes", async () => {
    await worked("2026-07-01T08:00:00Z", "2026-07-01T08:20:00Z");
    await worked("2026-07-01T08:21:00Z", "2026-07-01T08:40:00Z");
    await worked("2026-07-01T09:00:00Z", "2026-07-01T09:20:00Z", { kind: "focus", planned_seconds: 1200 });
    const { body } = await api.call("GET", "/reports/focus?from=2026-07-01", { token: ada.access });
    expect(body).toMatchObject({
      focus_seconds: 39 * 60,
      sessions: 1,
      longest_seconds: 39 * 60,
      switches_per_hour: 0,
      planned: 1,
      completed: 1,
    });
  });

  it("counts one focus session across midnight and across overlap", async () => {
    const project_id = await make("/projects", { name: "Engine" });
    const planned_seconds = 4 * 3600;
    await worked("2026-07-01T22:00:00Z", "2026-07-02T02:00:00Z", { project_id, planned_seconds });
    await worked("2026-07-01T23:00:00Z", "2026-07-01T23:10:00Z");
    const focus = async (query: string) =>
      (await api.call("GET", `/reports/focus?${query}`, { token: ada.access })).body;
    expect(await focus("from=2026-07-01&to=2026-07-02")).toMatchObject({
      focus_seconds: 4 * 3600,
      sessions: 1,
      switches_per_hour: 0.25,
    });
    expect(await focus("from=2026-07-01")).toMatchObject({
      focus_seconds: 2 * 3600,
      planned: 1,
      completed: 1,
    });
  });

  it("measures a focus session without overlapping work on another project", async () => {
    const project_id = await make("/projects", { name: "Engine" });
    await worked("2026-07-01T08:00:00Z", "2026-07-01T12:00:00Z");
    await worked("2026-07-01T09:00:00Z", "2026-07-01T09:20:00Z", { project_id });
    await worked("2026-07-01T10:00:00Z", "2026-07-01T10:20:00Z", { project_id });
    const { body } = await api.call("GET", "/reports/focus?from=2026-07-01", { token: ada.access });
    expect(body).toMatchObject({ focus_seconds: 4 * 3600, sessions: 1, longest_seconds: 4 * 3600 });
  });

  it("returns today's summary in one round trip", async () => {
    const trips = await api.roundTripsOf(() => api.call("GET", "/reports/today", { token: ada.access }));
    expect(trips).toBe(1);
  });
});
