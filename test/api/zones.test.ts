import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";
import { signUpWithKey, WAKATIME } from "../support/heartbeats.ts";

let api: TestApi;
let ada: Awaited<ReturnType<TestApi["signUp"]>>;
let key: string;
beforeAll(async () => {
  api = await createTestApi();
  const owner = await signUpWithKey(api);
  ada = owner;
  key = owner.key;
});

interface Refusal {
  error?: string;
  details?: { field: string }[];
  timezone?: string;
}

const FILE = "Start date,Start time,End date,End time\n2026-07-01,12:00:00,2026-07-01,13:00:00\n";

/** Routes with a time zone parameter. */
const ROUTES = [
  "/reports/summary?from=2026-07-01",
  "/reports/timesheet?from=2026-07-01",
  "/reports/heatmap?year=2026",
  "/reports/focus?from=2026-07-01",
  "/reports/today?",
  "/reports/streak?",
  "/goals/progress?",
  "/activity/summary?from=2026-07-01",
  `${WAKATIME}/summaries?start=2026-07-01&end=2026-07-01`,
  `${WAKATIME}/summaries?range=Today`,
  `${WAKATIME}/stats/last_7_days?`,
  `${WAKATIME}/stats?`,
  `${WAKATIME}/statusbar/today?`,
  `${WAKATIME}/status_bar/today?`,
  `${WAKATIME}/all_time_since_today?`,
  `${WAKATIME}/durations?date=2026-07-01`,
  `${WAKATIME}/heartbeats?date=2026-07-01`,
];

const ask = (path: string, zone: string) =>
  api.call<Refusal>("GET", `${path}&timezone=${encodeURIComponent(zone)}`.replace("?&", "?"), {
    token: path.startsWith(WAKATIME) ? key : ada.access,
  });
const load = (zone: string, file = FILE) =>
  api.call<Refusal & { sample: { started_at: string }[] }>(
    "POST",
    `/imports?format=toggl&dry_run=true&timezone=${encodeURIComponent(zone)}`,
    { token: ada.access, body: file, headers: { "Content-Type": "text/csv" } },
  );
const choose = (timezone: string) =>
  api.call<Refusal>("PATCH", "/settings/time", { token: ada.access, body: { timezone } });
const outcomeOf = ({ status, body }: { status: number; body: Refusal }) => [status, body.details?.[0]?.field];

/** Names of runtimes, abbreviations and PostgreSQL files that are not time zones. */
const NO_ZONES = [
  ...[
    "AET",
    "AGT",
    "BET",
    "CAT",
    "CNT",
    "CTT",
    "ECT",
    "IET",
    "MIT",
    "NET",
    "PLT",
    "PNT",
    "PRT",
    "SST",
    "VST",
  ],
  ...[
    "ACT",
    "ART",
    "AST",
    "BST",
    "IST",
    "NST",
    "CEST",
    "PST",
    "Z",
    "US/Pacific-New",
    "Canada/East-Saskatchewan",
  ],
  ...["XYZ5", "EST5", "UTC+3", "GMT-5", "Factory", "localtime", "posixrules", "posix/CET", "right/UTC"],
  ...["Mars", "Europe", "Europe/", "+02:00", "-3", "now", ":CET", "Europe/Berlin ", "../CET", "a".repeat(64)],
];

describe.each(ROUTES)("GET %s", (path) => {
  it("rejects an unknown zone, and names the parameter", async () => {
    const status = path.startsWith(WAKATIME) ? 400 : 422;
    // Each route gets every fourth name, and each name reaches several routes.
    const names = NO_ZONES.filter((_, index) => (index + ROUTES.indexOf(path)) % 4 === 0);
    for (const name of names)
      expect(outcomeOf(await ask(path, name)), name).toEqual([status, "query.timezone"]);
  });

  it("accepts a zone in any case, and a zone whose name is also an abbreviation", async () => {
    for (const name of ["europe/berlin", "CET", "eet", "Asia/Calcutta", "EST5EDT", "Etc/GMT+5"])
      expect((await ask(path, name)).status, name).toBe(200);
  });
});

describe("an import, and the settings", () => {
  it.each(NO_ZONES)("rejects %s", async (name) => {
    expect(outcomeOf(await load(name))).toEqual([422, "query.timezone"]);
    expect(outcomeOf(await choose(name))).toEqual([422, "body.timezone"]);
  });
});

describe("an organization", () => {
  const make = (timezone: string) =>
    api.call<Refusal & { id: string }>("POST", "/organizations", {
      token: ada.access,
      body: { name: "Engines", timezone },
    });

  it("rejects names other than those of time zones, when it is created and when it is changed", async () => {
    const { body: made } = await make("europe/berlin");
    expect(made.timezone).toBe("Europe/Berlin");
    for (const name of [
      "BST",
      "EST5",
      "UTC+3",
      "Factory",
      "right/UTC",
      "Europe/",
      "Mars",
      "Europe/Berlin ",
    ]) {
      expect(outcomeOf(await make(name)), name).toEqual([422, "body.timezone"]);
      const changed = await api.call<Refusal>("PUT", `/organizations/${made.id}`, {
        token: ada.access,
        body: { timezone: name },
      });
      expect(outcomeOf(changed), name).toEqual([422, "body.timezone"]);
    }
  });

  it.each(["CET", "MST", "Etc/GMT+5"])(
    "stores %s, which is also an abbreviation or a rule, as a zone",
    async (name) => {
      expect((await make(name.toLowerCase())).body.timezone).toBe(name);
    },
  );
});

describe("a name that is also an abbreviation", () => {
  it.each([
    ["CET", "10:00"],
    ["MET", "10:00"],
    ["EET", "09:00"],
    ["WET", "11:00"],
    ["EST", "17:00"],
    ["MST", "19:00"],
    ["HST", "22:00"],
  ])("means the zone: noon in July by %s is %s UTC", async (name, time) => {
    expect((await load(name)).body.sample[0]?.started_at).toBe(`2026-07-01T${time}:00.000Z`);
    expect((await choose(name)).body.timezone).toBe(name);
  });

  it("splits days by the clocks of the zone", async () => {
    const eve = await api.signUp();
    await api.call("POST", "/time-entries", {
      token: eve.access,
      body: { started_at: "2026-06-30T21:30:00Z", ended_at: "2026-06-30T22:30:00Z" },
    });
    const { body } = await api.call<{ groups: { labels: string[]; tracked_seconds: number }[] }>(
      "GET",
      "/reports/summary?from=2026-06-30&to=2026-07-01&group=day,hour&timezone=CET",
      { token: eve.access },
    );
    expect(body.groups.map(({ labels, tracked_seconds }) => [...labels, tracked_seconds])).toEqual([
      ["2026-06-30", "23:00", 1800],
      ["2026-07-01", "00:00", 1800],
    ]);
  });
});

describe("the settings", () => {
  it.each([
    ["europe/berlin", "Europe/Berlin"],
    ["ASIA/CALCUTTA", "Asia/Calcutta"],
    ["etc/gmt+5", "Etc/GMT+5"],
    ["utc", "UTC"],
  ])("stores %s as %s, and leaves the rest of the transaction unchanged", async (given, kept) => {
    expect((await choose(given)).body.timezone).toBe(kept);
    const { rows } = await api.db.execute<{ zone: string; before: string; after: string }>(sql`
      select current_setting('timezone') as before, zone_name(${given}) as zone, current_setting('timezone') as after`);
    expect(rows[0]).toMatchObject({ zone: kept, after: rows[0]?.before });
  });

  it("names the settings in the errors of routes that need a zone the database no longer has", async () => {
    const eve = await api.signUp();
    await api.call("PATCH", "/settings/time", { token: eve.access, body: { timezone: "UTC" } });
    await api.db.execute(sql`update time_settings set timezone = 'Old/Name' where user_id = ${eve.id}`);
    const { status, body } = await api.call<Refusal>("GET", "/reports/streak", { token: eve.access });
    expect(outcomeOf({ status, body })).toEqual([422, "settings.timezone"]);
    const file = { token: eve.access, body: FILE, headers: { "Content-Type": "text/csv" } };
    expect(outcomeOf(await api.call<Refusal>("POST", "/imports?format=toggl", file))).toEqual([
      422,
      "settings.timezone",
    ]);
    expect((await api.call("GET", "/reports/streak?timezone=UTC", { token: eve.access })).status).toBe(200);
  });
});
