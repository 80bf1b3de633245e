import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { signUpWithKey, WAKATIME } from "../../../support/heartbeats.ts";

interface Settings {
  timezone: string;
  week_start: number;
  day_start_minutes: number;
  idle_timeout_seconds: number;
  streak_threshold_seconds: number;
  allow_overlap: boolean;
  error: string;
  details: { field: string }[];
}

const DEFAULTS = {
  timezone: "UTC",
  week_start: 1,
  day_start_minutes: 0,
  idle_timeout_seconds: 900,
  streak_threshold_seconds: 900,
  allow_overlap: true,
};

let api: TestApi;
let ada: Awaited<ReturnType<typeof signUpWithKey>>;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(async () => {
  ada = await signUpWithKey(api);
});

const read = (token = ada.access) => api.call<Settings>("GET", "/settings/time", { token });
const change = (body: object, token = ada.access, headers = {}) =>
  api.call<Settings>("PATCH", "/settings/time", { token, body, headers });
const add = (started_at: string, ended_at: string) =>
  api.call<{ id: string; error: string }>("POST", "/time-entries", {
    token: ada.access,
    body: { started_at, ended_at },
  });

interface Summary {
  timezone: string;
  groups: { keys: string[]; tracked_seconds: number }[];
}
const summary = async (query: string, token = ada.access) =>
  (await api.call<Summary>("GET", `/reports/summary?${query}`, { token })).body;
/** Returns the days or weeks of a report, with their hours. */
const hoursBy = async (query: string, token = ada.access) =>
  (await summary(query, token)).groups.map(
    ({ keys, tracked_seconds }) => `${keys[0]}: ${tracked_seconds / 3600}`,
  );

describe("the time settings", () => {
  it("has default values until the user saves settings", async () => {
    const { status, body } = await read();
    expect([status, body]).toEqual([200, DEFAULTS]);
  });

  it.each([
    ["timezone", "Europe/Berlin"],
    ["week_start", 0],
    ["week_start", 6],
    ["day_start_minutes", 1],
    ["day_start_minutes", 1439],
    ["idle_timeout_seconds", 60],
    ["idle_timeout_seconds", 3600],
    ["streak_threshold_seconds", 1],
    ["streak_threshold_seconds", 86_400],
    ["allow_overlap", false],
  ])("stores %s as %j, and keeps the others", async (field, value) => {
    const { status, body } = await change({ [field]: value });
    expect([status, body]).toEqual([200, { ...DEFAULTS, [field]: value }]);
    expect((await read()).body).toEqual(body);
  });

  it("keeps the values of earlier updates, also in an empty update", async () => {
    await change({ timezone: "Asia/Kathmandu", allow_overlap: false });
    await change({ week_start: 0 });
    const { status, body } = await change({});
    const saved = { ...DEFAULTS, timezone: "Asia/Kathmandu", allow_overlap: false, week_start: 0 };
    expect([status, body]).toEqual([200, saved]);
  });

  it.each([
    ["timezone", "Mars/Olympus"],
    ["timezone", "+02:00"],
    ["timezone", ""],
    ["timezone", null],
    ["week_start", -1],
    ["week_start", 7],
    ["day_start_minutes", -1],
    ["day_start_minutes", 1440],
    ["day_start_minutes", 0.5],
    ["idle_timeout_seconds", 59],
    ["idle_timeout_seconds", 3601],
    ["streak_threshold_seconds", 0],
    ["streak_threshold_seconds", 86_401],
    ["allow_overlap", "false"],
    ["color", "#1f77b4"],
  ])("rejects %s %j with the rest of the update, and names the field", async (field, value) => {
    const others = field === "week_start" ? { allow_overlap: false } : { week_start: 3 };
    const { status, body } = await change({ ...others, [field]: value });
    expect([status, body.error, body.details[0]?.field]).toEqual([422, "VALIDATION_ERROR", `body.${field}`]);
    expect((await read()).body).toEqual(DEFAULTS);
  });

  it("returns a zone as the IANA database writes it", async () => {
    expect((await change({ timezone: "america/new_york" })).body.timezone).toBe("America/New_York");
  });

  it("stores settings for each user", async () => {
    const eve = await api.signUp();
    await change({ timezone: "Europe/Berlin" });
    await change({ week_start: 3 }, eve.access);
    expect((await read()).body).toEqual({ ...DEFAULTS, timezone: "Europe/Berlin" });
    expect((await read(eve.access)).body).toEqual({ ...DEFAULTS, week_start: 3 });
  });

  it("requires a signed-in user, but no permission", async () => {
    const guest = await api.signUpHolding();
    expect([
      (await read(guest.access)).status,
      (await change({ week_start: 0 }, guest.access)).status,
    ]).toEqual([200, 200]);
    const answers = [
      await api.call("GET", "/settings/time"),
      await api.call("PATCH", "/settings/time", { body: { week_start: 0 } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});

describe("the ETag of the time settings", () => {
  const changeIf = (tag: string | null, body: object) => change(body, ada.access, { "If-Match": tag ?? "" });

  it("accepts one of two updates of the defaults", async () => {
    const tag = (await read()).headers.get("ETag");
    const [first, second] = [
      await changeIf(tag, { week_start: 0 }),
      await changeIf(tag, { allow_overlap: false }),
    ];
    expect([first.status, second.status, second.body.error]).toEqual([200, 412, "PRECONDITION_FAILED"]);
    expect((await read()).body).toEqual({ ...DEFAULTS, week_start: 0 });
  });

  it("stays valid until the next update", async () => {
    const changed = await change({ week_start: 0 });
    const tag = changed.headers.get("ETag");
    expect((await read()).headers.get("ETag")).toBe(tag);
    const next = await changeIf(tag, { week_start: 2 });
    expect(next.status).toBe(200);
    expect(next.headers.get("ETag")).not.toBe(tag);
    expect((await changeIf(tag, { week_start: 3 })).status).toBe(412);
    expect((await read()).body.week_start).toBe(2);
  });
});

describe("an update of the time settings", () => {
  const NIGHT = "from=2026-06-30&to=2026-07-03&group=day";

  it("shifts the days of reports to the new zone, also in the past", async () => {
    await add("2026-07-01T21:00:00Z", "2026-07-02T01:00:00Z");
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 3", "2026-07-02: 1"]);
    await change({ timezone: "Europe/Berlin" });
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 1", "2026-07-02: 3"]);
    await change({ timezone: "America/New_York" });
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 4"]);
  });

  it("affects only reports without an explicit zone", async () => {
    await change({ timezone: "Europe/Berlin" });
    expect((await summary("from=2026-07-01")).timezone).toBe("Europe/Berlin");
    expect((await summary("from=2026-07-01&timezone=Asia/Tokyo")).timezone).toBe("Asia/Tokyo");
  });

  it("moves hours before the day boundary to the day before", async () => {
    await add("2026-07-01T21:00:00Z", "2026-07-02T05:00:00Z");
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 3", "2026-07-02: 5"]);
    await change({ day_start_minutes: 240 });
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 7", "2026-07-02: 1"]);
  });

  it("shifts the weeks of reports to the first weekday", async () => {
    await add("2026-07-05T08:00:00Z", "2026-07-05T09:00:00Z");
    await add("2026-07-06T08:00:00Z", "2026-07-06T09:00:00Z");
    const weeks = () => hoursBy("from=2026-07-01&to=2026-07-10&group=week");
    expect(await weeks()).toEqual(["2026-06-29: 1", "2026-07-06: 1"]);
    await change({ week_start: 0 });
    expect(await weeks()).toEqual(["2026-07-05: 2"]);
  });

  it("changes which days count for a streak", async () => {
    await add("2026-07-01T08:00:00Z", "2026-07-01T08:15:00Z");
    await add("2026-07-02T08:00:00Z", "2026-07-02T08:14:59Z");
    const longest = async () =>
      (await api.call<{ longest: number }>("GET", "/reports/streak", { token: ada.access })).body.longest;
    expect(await longest()).toBe(1);
    await change({ streak_threshold_seconds: 899 });
    expect(await longest()).toBe(2);
    await change({ streak_threshold_seconds: 901 });
    expect(await longest()).toBe(0);
  });

  it("changes how long a heartbeat counts", async () => {
    const time = Date.parse("2026-07-01T08:00:00Z") / 1000;
    const beats = [time, time + 1200].map((at) => ({ entity: "/src/app.ts", type: "file", time: at }));
    const sent = await api.call("POST", `${WAKATIME}/heartbeats.bulk`, { token: ada.key, body: beats });
    expect(sent.status).toBe(201);
    const active = async () => {
      const path = "/activity/summary?from=2026-07-01";
      const { body } = await api.call<{ active_seconds: number }>("GET", path, { token: ada.access });
      return body.active_seconds;
    };
    expect(await active()).toBe(0);
    await change({ idle_timeout_seconds: 1200 });
    expect(await active()).toBe(1200);
  });

  it("rejects new overlap, and keeps existing overlap", async () => {
    const overlapping = (hour: number) => add(`2026-07-01T0${hour}:00:00Z`, `2026-07-01T0${hour}:30:00Z`);
    const statuses = [await overlapping(7), await overlapping(7)].map(({ status }) => status);
    expect(statuses).toEqual([201, 201]);
    await change({ allow_overlap: false });
    expect(await hoursBy("from=2026-07-01&group=day")).toEqual(["2026-07-01: 1"]);
    expect((await overlapping(8)).status).toBe(201);
    const refused = await overlapping(8);
    expect([refused.status, refused.body.error]).toEqual([409, "TIME_CONFLICT"]);
    await change({ allow_overlap: true });
    expect((await overlapping(8)).status).toBe(201);
  });

  it("affects the reports that its user reads, also about other users", async () => {
    await add("2026-07-01T21:00:00Z", "2026-07-02T01:00:00Z");
    const lead = await api.signUpHolding("reports:read", "reports:read_any");
    await change({ timezone: "Europe/Berlin" }, lead.access);
    expect(await hoursBy(`${NIGHT}&owner_id=${ada.id}`, lead.access)).toEqual([
      "2026-07-01: 1",
      "2026-07-02: 3",
    ]);
    expect(await hoursBy(NIGHT)).toEqual(["2026-07-01: 3", "2026-07-02: 1"]);
  });
});
