import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { afk, instantAt, notAfk, watch } from "../../../support/watched.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Owner = Awaited<ReturnType<TestApi["signUp"]>>;

interface Entry {
  id: string | null;
  project_id: string | null;
  description: string;
  started_at: string;
  ended_at: string;
}

const code = { app: "Code", title: "app.ts" };
const mail = { app: "Thunderbird", title: "Inbox" };
const game = { app: "Game", title: "Game" };

/** Signs up a user with a rule that assigns code to a project, and a rule for mail. */
async function signUpWithRules() {
  const owner = await api.signUp();
  const send = async (path: string, body: object) =>
    (await api.call<{ id: string }>("POST", path, { token: owner.access, body })).body.id;
  const project = await send("/projects", { name: "Engine", is_billable: true });
  await send("/activity/rules", {
    field: "app",
    match: "equals",
    pattern: "Code",
    category: "Programming",
    project_id: project,
  });
  await send("/activity/rules", { field: "app", match: "equals", pattern: "Thunderbird", category: "Mail" });
  return { ...owner, project };
}

const make = (owner: Owner, body: object = {}) =>
  api.call<{ entries: Entry[] }>("POST", "/activity/entries", {
    token: owner.access,
    body: { from: instantAt("00:00"), to: instantAt("23:59"), ...body },
  });

/** Returns the times of entries on that day, and their descriptions. */
const timesOf = (entries: Entry[]) =>
  entries.map(({ started_at, ended_at, description }) => [
    started_at.slice(11, 19),
    ended_at.slice(11, 19),
    description,
  ]);

async function entriesOf(owner: Owner) {
  const { body } = await api.call<(Entry & { is_billable: boolean; source: string })[]>(
    "GET",
    "/time-entries?sort=started_at",
    { token: owner.access },
  );
  return body;
}

const work = (owner: Owner, from: string, to: string | null) =>
  api.call<{ id: string }>("POST", "/time-entries", {
    token: owner.access,
    body: { started_at: instantAt(from), ended_at: to && instantAt(to), description: "by hand" },
  });

describe("turning activity into time entries", () => {
  it("creates one entry from each stretch that rules match, once", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, {
      window: [
        ["09:00", "09:30", code],
        ["09:30", "09:31", game],
        ["09:31", "10:00", code],
        ["10:00", "10:30", mail],
        ["10:30", "11:30", game],
      ],
      afk: [
        ["09:00", "10:20", notAfk],
        ["10:20", "10:25", afk],
        ["10:25", "11:30", notAfk],
      ],
    });
    const preview = (await make(owner, { dry_run: true })).body.entries;
    expect(timesOf(preview)).toEqual([
      ["09:00:00", "10:00:00", "Programming"],
      ["10:00:00", "10:20:00", "Mail"],
      ["10:25:00", "10:30:00", "Mail"],
    ]);
    expect(preview.map(({ id }) => id)).toEqual([null, null, null]);
    expect(await entriesOf(owner)).toEqual([]);

    const made = (await make(owner)).body.entries;
    expect(made.map((entry) => ({ ...entry, id: null }))).toEqual(preview);
    const kept = await entriesOf(owner);
    expect(kept.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    expect(kept[0]).toMatchObject({ project_id: owner.project, is_billable: true, source: "activity" });
    expect(kept[1]).toMatchObject({ project_id: null, is_billable: false });

    expect((await make(owner)).body.entries).toEqual([]);
    expect(await entriesOf(owner)).toEqual(kept);
  });

  it("excludes the time of other entries", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, { window: [["09:00", "12:00", code]] });
    await work(owner, "09:30", "10:00");
    await work(owner, "11:00", "11:00");
    await work(owner, "11:30", null);
    const { entries } = (await make(owner)).body;
    expect(timesOf(entries)).toEqual([
      ["09:00:00", "09:30:00", "Programming"],
      ["10:00:00", "11:30:00", "Programming"],
    ]);
  });

  it("ends a stretch at a gap that contains an entry", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, {
      window: [
        ["09:00", "09:30", code],
        ["09:40", "10:00", code],
      ],
    });
    await work(owner, "09:33", "09:36");
    const wide = { max_gap_seconds: 3600 };
    expect((await make(owner, { ...wide, dry_run: true })).body.entries).toHaveLength(2);
    const [entry] = await entriesOf(owner);
    await api.call("DELETE", `/time-entries/${entry?.id}`, { token: owner.access });
    expect(timesOf((await make(owner, wide)).body.entries)).toEqual([
      ["09:00:00", "10:00:00", "Programming"],
    ]);
  });

  it("creates entries from new activity, and none again that were deleted or changed [ACTIVITY-9]", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, {
      window: [
        ["09:00", "10:00", code],
        ["10:00", "10:30", mail],
      ],
    });
    const [first, second] = (await make(owner)).body.entries;
    await api.call("DELETE", `/time-entries/${first?.id}`, { token: owner.access });
    await api.call("PATCH", `/time-entries/${second?.id}`, {
      token: owner.access,
      body: { description: "Letters" },
    });
    await watch(api, owner, { window: [["10:30", "11:00", mail]] });
    expect(timesOf((await make(owner)).body.entries)).toEqual([["10:30:00", "11:00:00", "Mail"]]);
    expect(timesOf(await entriesOf(owner))).toEqual([
      ["10:00:00", "10:30:00", "Letters"],
      ["10:30:00", "11:00:00", "Mail"],
    ]);
  });

  it("creates no entry again from activity whose entry its owner moved", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, { window: [["09:00", "11:00", code]] });
    const [made] = (await make(owner)).body.entries;
    const path = `/time-entries/${made?.id}`;
    for (const [from, to] of [
      ["09:00", "09:30"],
      ["13:00", "14:00"],
    ] as const) {
      const times = { started_at: instantAt(from), ended_at: instantAt(to) };
      expect((await api.call("PATCH", path, { token: owner.access, body: times })).status).toBe(200);
      expect((await make(owner)).body.entries).toEqual([]);
    }
    // The activity before and after the entry is new.
    await watch(api, owner, { window: [["08:00", "11:30", code]] }, "desktop");
    await watch(api, owner, { window: [["12:30", "14:30", code]] });
    expect(timesOf((await make(owner)).body.entries)).toEqual([
      ["08:00:00", "09:00:00", "Programming"],
      ["11:00:00", "11:30:00", "Programming"],
      ["12:30:00", "13:00:00", "Programming"],
      ["14:00:00", "14:30:00", "Programming"],
    ]);
  });

  it("creates each entry once for concurrent requests [ACTIVITY-10]", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, { window: [["09:00", "10:00", code]] });
    const answers = await Promise.all(Array.from({ length: 5 }, () => make(owner)));
    expect(answers.map(({ status }) => status)).toEqual([200, 429, 429, 429, 429]);
    expect(answers.flatMap(({ status, body }) => (status === 200 ? body.entries : []))).toHaveLength(1);
    expect((await make(owner)).body.entries).toEqual([]);
    expect(await entriesOf(owner)).toHaveLength(1);
  });

  it("follows the setting not to allow overlap", async () => {
    const owner = await signUpWithRules();
    await api.call("PATCH", "/settings/time", { token: owner.access, body: { allow_overlap: false } });
    await watch(api, owner, { window: [["09:00", "10:00:00.0007", code]] });
    await make(owner);
    expect(await entriesOf(owner)).toHaveLength(1);
    expect((await work(owner, "09:30", "09:40")).body).toMatchObject({ error: "TIME_CONFLICT" });
  });

  it("omits deleted projects and stretches that are too short", async () => {
    const owner = await signUpWithRules();
    await watch(api, owner, {
      window: [
        ["09:00", "09:10", code],
        ["09:10", "09:14", mail],
      ],
    });
    await api.db.execute(sql`update projects set is_deleted = true where id = ${owner.project}`);
    const { entries } = (await make(owner)).body;
    expect(entries).toMatchObject([{ project_id: null, description: "Programming" }]);
    expect(timesOf((await make(owner, { min_seconds: 60 })).body.entries)).toEqual([
      ["09:10:00", "09:14:00", "Mail"],
    ]);
  });

  it.each([
    { to: instantAt("00:00") },
    { to: "2026-01-12T00:00:01Z" },
    { min_seconds: 59 },
    { max_gap_seconds: 3601 },
    { from: "2026-01-05" },
    { from: "\r\n\t" },
  ])("rejects %j", async (body) => {
    expect((await make(await api.signUp(), body)).status).toBe(422);
  });

  it("requires the permissions to create entries and to read activity", async () => {
    const owner = await signUpWithRules();
    for (const scopes of [["activity:read"], ["time_entries:create"]]) {
      const made = await api.call<{ token: string }>("POST", "/auth/tokens", {
        token: owner.access,
        body: { name: "program", scopes },
      });
      expect((await make({ ...owner, access: made.body.token })).status).toBe(403);
    }
  });
});
