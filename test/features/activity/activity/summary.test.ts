import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { beat, keyOf, sendBatch, unixTime } from "../../../support/heartbeats.ts";
import { afk, instantAt, notAfk, watch } from "../../../support/watched.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Owner = Awaited<ReturnType<TestApi["signUp"]>>;

interface Report {
  active_seconds: number;
  unclassified_seconds: number;
  pulse: number | null;
  days: { day: string; active_seconds: number; unclassified_seconds: number; pulse: number | null }[];
  groups: {
    category: string | null;
    project_id: string | null;
    active_seconds: number;
    pulse: number | null;
  }[];
  rules: { id: string | null; active_seconds: number }[];
  unclassified: { app: string; domain: string; project: string; active_seconds: number }[];
}

const HOUR = 3600;
const code = { app: "Code", title: "app.ts" };
const mail = { app: "Thunderbird", title: "Inbox" };
const firefox = { app: "firefox", title: "Docs - Mozilla Firefox" };

const rule = (field: string, pattern: string, gives: object = {}, match = "equals") => ({
  field,
  match,
  pattern,
  ...gives,
});

const DAY = { from: "2026-01-05" };

async function summaryOf(owner: Owner, query: Record<string, string> = DAY) {
  const answer = await api.call<Report>("GET", `/activity/summary?${new URLSearchParams(query)}`, {
    token: owner.access,
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

async function dryRun(owner: Owner, rules?: object[], query: object = DAY) {
  const body = { ...query, rules };
  const answer = await api.call<Report>("POST", "/activity/rules/dry-run", { token: owner.access, body });
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

/** Sends heartbeats at these times, of the project `tracker`. */
async function beats(owner: Owner, times: string[], fields: object = {}) {
  const key = await keyOf(api, owner, ["ingest"]);
  const { status, text } = await sendBatch(
    api,
    key,
    times.map((time) => beat(unixTime(instantAt(time)), fields)),
  );
  expect(status, text).toBe(201);
}

describe("the activity of a day", () => {
  it("is empty without events or heartbeats", async () => {
    expect(await summaryOf(await api.signUp())).toEqual({
      from: "2026-01-05",
      to: "2026-01-05",
      timezone: "UTC",
      active_seconds: 0,
      unclassified_seconds: 0,
      pulse: null,
      days: [],
      groups: [],
      rules: [],
      unclassified: [],
    });
  });

  it("counts windows while the user was present", async () => {
    const owner = await api.signUp();
    await watch(api, owner, {
      window: [
        ["09:00", "10:00", code],
        ["10:00", "11:00", mail],
      ],
      afk: [
        ["08:00", "09:30", notAfk],
        ["09:30", "10:15", afk],
        ["10:15", "10:45", notAfk],
      ],
    });
    const { active_seconds, unclassified } = await summaryOf(owner);
    expect(active_seconds).toBe(HOUR);
    expect(unclassified).toEqual([
      { app: "Code", domain: "", project: "", active_seconds: HOUR / 2 },
      { app: "Thunderbird", domain: "", project: "", active_seconds: HOUR / 2 },
    ]);
  });

  it("counts whole windows of a machine without a watcher for presence", async () => {
    const owner = await api.signUp();
    await watch(api, owner, { window: [["09:00", "10:00", code]] }, "desktop");
    await watch(api, owner, { afk: [["09:00", "10:00", afk]] }, "laptop");
    expect((await summaryOf(owner)).active_seconds).toBe(HOUR);
  });

  it("counts simultaneous windows of two machines once [ACTIVITY-7]", async () => {
    const owner = await api.signUp();
    await watch(api, owner, { window: [["09:00", "10:00", code]] }, "desktop");
    await watch(api, owner, { window: [["09:30", "10:30", mail]] }, "laptop");
    const { active_seconds, unclassified } = await summaryOf(owner);
    expect(active_seconds).toBe(1.5 * HOUR);
    expect(unclassified.map(({ app, active_seconds: seconds }) => [app, seconds])).toEqual([
      ["Code", HOUR],
      ["Thunderbird", HOUR / 2],
    ]);
  });

  it("has the site of a tab while its browser was in front", async () => {
    const owner = await api.signUp();
    await watch(api, owner, {
      window: [
        ["09:00", "09:30", firefox],
        ["09:30", "10:00", code],
        ["10:00", "10:30", firefox],
      ],
      web: [
        ["09:00", "09:10", { url: "https://www.Example.com:8443/a?b", title: "A" }],
        ["09:10", "10:30", { url: "https://docs.example.org/", title: "B" }],
      ],
    });
    const { active_seconds, unclassified } = await summaryOf(owner);
    expect(active_seconds).toBe(1.5 * HOUR);
    expect(unclassified.map(({ app, domain, active_seconds: seconds }) => [app, domain, seconds])).toEqual([
      ["firefox", "docs.example.org", 3000],
      ["Code", "", 1800],
      ["firefox", "example.com", 600],
    ]);
  });

  it.each([
    ["https://www.example.com", "example.com"],
    ["HTTP://Ada:secret@Docs.Example.COM:8443/a@b?c=d://e#f", "docs.example.com"],
    ["https://example.com?q=https://example.org/", "example.com"],
    ["https://example.com#www.example.org", "example.com"],
    ["https://www.www.example.com/", "www.example.com"],
    ["file:///home/ada/notes.txt", ""],
    ["about:blank", ""],
    ["nothing", ""],
  ])("extracts the site of %s: %s", async (url, site) => {
    const owner = await api.signUp();
    await watch(api, owner, { window: [["09:00", "09:30", { ...firefox, url }]] });
    const { unclassified } = await summaryOf(owner);
    expect(unclassified.map(({ domain }) => domain)).toEqual([site]);
  });

  it("counts heartbeats by the idle timeout, and once together with a window [ACTIVITY-8]", async () => {
    const owner = await api.signUp();
    await watch(api, owner, { window: [["09:05", "09:20", code]] });
    await beats(owner, ["09:00", "09:10", "09:25", "09:41"]);
    const { active_seconds, unclassified } = await summaryOf(owner);
    expect(active_seconds).toBe(25 * 60);
    expect(unclassified.map(({ app, project, active_seconds: seconds }) => [app, project, seconds])).toEqual([
      ["Code", "tracker", 15 * 60],
      ["vim", "tracker", 10 * 60],
    ]);
  });

  it("excludes gaps between heartbeats while a watcher reports absence", async () => {
    const owner = await api.signUp();
    await watch(api, owner, {
      afk: [
        ["09:00", "09:03", notAfk],
        ["09:03", "09:09", afk],
        ["09:09", "09:30", notAfk],
      ],
    });
    await beats(owner, ["09:00", "09:10"]);
    expect((await summaryOf(owner)).active_seconds).toBe(4 * 60);
    await watch(api, owner, { afk: [["09:04", "09:05", notAfk]] }, "desktop");
    expect((await summaryOf(owner)).active_seconds).toBe(5 * 60);
  });

  it("is cut at the ends of days in the given zone [ACTIVITY-1]", async () => {
    const owner = await api.signUp();
    await watch(api, owner, { window: [["22:00", "23:30", code]] });
    const query = { from: "2026-01-05", to: "2026-01-06", timezone: "Europe/Berlin" };
    expect((await summaryOf(owner, query)).days).toEqual([
      { day: "2026-01-05", active_seconds: HOUR, unclassified_seconds: HOUR, pulse: null },
      { day: "2026-01-06", active_seconds: HOUR / 2, unclassified_seconds: HOUR / 2, pulse: null },
    ]);
    expect((await summaryOf(owner, { from: "2026-01-06", timezone: "Europe/Berlin" })).active_seconds).toBe(
      HOUR / 2,
    );
  });

  it.each([
    ["2026-03-29", "Europe/Berlin", 23, "2026-03-28T20:00:00Z", "2026-03-30T02:00:00Z"],
    ["2026-10-25", "Europe/Berlin", 25, "2026-10-24T20:00:00Z", "2026-10-26T03:00:00Z"],
    ["2026-10-04", "Australia/Lord_Howe", 23.5, "2026-10-03T10:00:00Z", "2026-10-04T16:00:00Z"],
    ["2026-04-05", "Australia/Lord_Howe", 24.5, "2026-04-04T10:00:00Z", "2026-04-05T16:00:00Z"],
    // Clocks show midnight twice.
    ["2026-11-01", "America/Havana", 25, "2026-11-01T00:00:00Z", "2026-11-02T08:00:00Z"],
  ])(
    "covers all of %s in %s, which has %s hours, and the rest of the adjacent days [ACTIVITY-2]",
    async (day, timezone, hours, from, to) => {
      const owner = await api.signUp();
      await watch(api, owner, { window: [[from, to, code]], afk: [[from, to, notAfk]] });
      const dayAt = (days: number) =>
        new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
      const whole = await summaryOf(owner, { from: dayAt(-1), to: dayAt(1), timezone });
      expect(whole.active_seconds).toBe((Date.parse(to) - Date.parse(from)) / 1000);
      expect(whole.days.map((each) => each.day)).toEqual([dayAt(-1), day, dayAt(1)]);
      expect(whole.days[1]?.active_seconds).toBe(hours * HOUR);
      for (const each of whole.days) {
        const single = await summaryOf(owner, { from: each.day, timezone });
        expect(single.active_seconds, each.day).toBe(each.active_seconds);
      }
    },
  );

  it("counts elapsed time across a change of clocks [ACTIVITY-3]", async () => {
    const owner = await api.signUp();
    const [from, away1, away2, to] = ["00:30", "00:50", "01:20", "02:00"].map(
      (time) => `2026-03-29T${time}:00Z`,
    );
    if (!from || !away1 || !away2 || !to) throw new Error("Expected four times.");
    // From 01:30 to 04:00 in Berlin, where clocks went from 02:00 to 03:00.
    await watch(api, owner, {
      window: [[from, to, code]],
      afk: [
        [from, away1, notAfk],
        [away1, away2, afk],
        [away2, to, notAfk],
      ],
    });
    const query = { from: "2026-03-29", timezone: "Europe/Berlin" };
    expect((await summaryOf(owner, query)).active_seconds).toBe(HOUR);
  });

  it("is equal for a day with and without the days before it [ACTIVITY-5]", async () => {
    const owner = await api.signUp();
    const window = (from: string, to: string, data: object) =>
      [`2026-01-${from}:00Z`, `2026-01-${to}:00Z`, data] as const;
    // The window that began first continues into the next day.
    await watch(api, owner, { window: [window("04T20:00", "05T02:00", code)] }, "desktop");
    await watch(api, owner, { window: [window("04T19:00", "05T03:00", mail)] }, "laptop");
    await watch(api, owner, { window: [window("04T23:00", "05T01:00", firefox)] }, "tablet");
    const apps = ({ unclassified }: Report) =>
      unclassified.map(({ app, active_seconds }) => [app, active_seconds]);
    expect(apps(await summaryOf(owner))).toEqual([["Thunderbird", 3 * HOUR]]);
    expect(apps(await summaryOf(owner, { from: "2026-01-04", to: "2026-01-05" }))).toEqual([
      ["Thunderbird", 8 * HOUR],
    ]);
  });

  it("rounds once: a thousand times 0.4 seconds are 400 [ACTIVITY-6]", async () => {
    const owner = await api.signUp();
    const start = Date.parse(instantAt("09:00"));
    const window = Array.from({ length: 1000 }, (_, nth) => {
      const [from, to] = [0, 400].map((ms) => new Date(start + 1000 * nth + ms).toISOString());
      return [from ?? "", to ?? "", { app: nth % 2 ? "Code" : "Mail" }] as const;
    });
    await watch(api, owner, { window });
    const { active_seconds, days, unclassified } = await summaryOf(owner);
    expect([active_seconds, days[0]?.active_seconds]).toEqual([400, 400]);
    expect(unclassified.map(({ active_seconds: seconds }) => seconds)).toEqual([200, 200]);
  });

  it("excludes other users' activity", async () => {
    const [ada, eve] = [await api.signUp(), await api.signUp()];
    await watch(api, ada, { window: [["09:00", "10:00", code]] });
    await beats(ada, ["11:00", "11:10"]);
    expect((await summaryOf(eve)).active_seconds).toBe(0);
  });

  it.each(["from=2026-01-05&to=2026-01-04", "from=2026-01-01&to=2026-02-01", "to=2026-01-05", "from=today"])(
    "rejects %s",
    async (query) => {
      const { access } = await api.signUp();
      expect((await api.call("GET", `/activity/summary?${query}`, { token: access })).status).toBe(422);
    },
  );
});

describe("rules", () => {
  /** Signs up a user with an hour of code, half an hour of mail and a quarter of an hour of a game. */
  async function signUpWithMorning() {
    const owner = await api.signUp();
    await watch(api, owner, {
      window: [
        ["09:00", "10:00", code],
        ["10:00", "10:30", mail],
        ["10:30", "10:45", { app: "2048", title: "100% _fun_" }],
      ],
    });
    return owner;
  }

  it("classifies activity by the first matching rule only", async () => {
    const owner = await signUpWithMorning();
    const rules = [
      rule("title", "APP.TS", { category: "Programming", productivity: 2 }),
      rule("app", "code", { category: "Other", productivity: -2 }),
      rule("app", "thunderbird", { category: "Mail", productivity: 0 }),
    ];
    const report = await dryRun(owner, rules);
    expect(report).toMatchObject({ active_seconds: 6300, unclassified_seconds: 900 });
    expect(report.rules).toEqual([
      { id: null, active_seconds: HOUR },
      { id: null, active_seconds: 0 },
      { id: null, active_seconds: HOUR / 2 },
    ]);
    expect(report.groups).toEqual([
      { category: "Programming", project_id: null, active_seconds: HOUR, pulse: 100 },
      { category: "Mail", project_id: null, active_seconds: HOUR / 2, pulse: 50 },
    ]);
    expect(report.unclassified.map(({ app }) => app)).toEqual(["2048"]);
    // 25 · (4 · 3600 + 2 · 1800) / 5400
    expect(report.pulse).toBe(83.3);
    expect((await summaryOf(owner)).unclassified_seconds).toBe(6300);
  });

  it.each([
    ["equals", "100% _fun_", 900],
    ["equals", "100% _fun", 0],
    ["contains", "% _F", 900],
    ["contains", "%", 900],
    ["contains", "_", 900],
    ["contains", "a%s", 0],
    ["starts_with", "100", 900],
    ["starts_with", "_", 0],
    ["ends_with", "FUN_", 900],
    ["ends_with", "%", 0],
    ["ends_with", "more than the title 100% _fun_", 0],
    ["starts_with", "\\", 0],
  ])("compares whether a title %s %s", async (match, pattern, seconds) => {
    const owner = await signUpWithMorning();
    const { rules } = await dryRun(owner, [rule("title", pattern, {}, match)]);
    expect(rules).toEqual([{ id: null, active_seconds: seconds }]);
  });

  it("matches sites, and projects of editors", async () => {
    const owner = await api.signUp();
    await watch(api, owner, {
      window: [["09:00", "09:30", firefox]],
      web: [["09:00", "09:10", { url: "https://mail.example.com/", title: "A" }]],
    });
    await beats(owner, ["09:20", "09:25"]);
    const { rules } = await dryRun(owner, [
      rule("domain", ".example.com", { category: "Mail" }, "ends_with"),
      rule("project", "Tracker", { category: "Programming" }),
    ]);
    expect(rules.map(({ active_seconds }) => active_seconds)).toEqual([600, 300]);
  });

  it("applies saved rules to the summary, in their order", async () => {
    const owner = await signUpWithMorning();
    const project = await api.call<{ id: string }>("POST", "/projects", {
      token: owner.access,
      body: { name: "Engine" },
    });
    const ids: string[] = [];
    for (const body of [
      rule("app", "o", { category: "All" }, "contains"),
      rule("app", "Code", { project_id: project.body.id, productivity: 1 }),
    ]) {
      const made = await api.call<{ id: string }>("POST", "/activity/rules", { token: owner.access, body });
      ids.push(made.body.id);
    }
    const before = await summaryOf(owner);
    expect(before.groups).toEqual([{ category: "All", project_id: null, active_seconds: HOUR, pulse: null }]);
    expect(before.rules).toEqual([
      { id: ids[0], active_seconds: HOUR },
      { id: ids[1], active_seconds: 0 },
    ]);
    await api.call("PUT", "/activity/rules/order", {
      token: owner.access,
      body: { rule_ids: ids.toReversed() },
    });
    const after = await summaryOf(owner);
    expect(after.groups).toEqual([
      { category: null, project_id: project.body.id, active_seconds: HOUR, pulse: 75 },
    ]);
    expect(after).toEqual(await dryRun(owner));
    await api.call("DELETE", `/activity/rules/${ids[1]}`, { token: owner.access });
    expect((await summaryOf(owner)).rules).toEqual([{ id: ids[0], active_seconds: HOUR }]);
  });
});
