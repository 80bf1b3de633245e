import { sql } from "drizzle-orm";
import ICAL from "ical.js";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

type Account = Awaited<ReturnType<TestApi["signUp"]>>;

interface Feed {
  id: string;
  name: string;
  last_read_at: string | null;
  url: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const newFeed = async ({ access }: Pick<Account, "access">) => {
  const options = { token: access, body: { name: "phone" } };
  const { body } = await api.call<Feed>("POST", "/calendar-feeds", options);
  return { ...body, path: new URL(body.url).pathname };
};
const feedsOf = async ({ access }: Account) =>
  (await api.call<Feed[]>("GET", "/calendar-feeds", { token: access })).body;
const read = (path: string, headers: Record<string, string> = {}) => api.call("GET", path, { headers });
const eventsIn = (text: string) =>
  new ICAL.Component(ICAL.parse(text))
    .getAllSubcomponents("vevent")
    .map((component) => String(component.getFirstPropertyValue("summary")));

async function addEntry({ access }: Pick<Account, "access">, description: string, daysAgo = 1) {
  const start = Date.now() - daysAgo * 86_400_000;
  const body = {
    description,
    started_at: new Date(start).toISOString(),
    ended_at: new Date(start + 3_600_000).toISOString(),
  };
  return (await api.call<{ id: string }>("POST", "/time-entries", { token: access, body })).body.id;
}

describe("a calendar feed", () => {
  it("opens at its URL without signing in", async () => {
    const ada = await api.signUp();
    await addEntry(ada, "notes");
    await addEntry(await api.signUp(), "other user's entry");
    const feed = await newFeed(ada);
    expect(feed.path).toMatch(/^\/feeds\/pcf_[\w-]{64}\.ics$/);
    const { status, headers, text } = await read(feed.path);
    expect([status, headers.get("Content-Type")]).toEqual([200, "text/calendar; charset=utf-8"]);
    expect(headers.get("Cache-Control")).toBe("private, no-cache");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(eventsIn(text)).toEqual(["notes"]);
    expect(text).toContain("X-WR-CALNAME:phone\r\n");
    expect((await api.call("HEAD", feed.path)).status).toBe(200);
  });

  it("has the live entries of the last year that have ended, oldest first", async () => {
    const ada = await api.signUp();
    const feed = await newFeed(ada);
    await addEntry(ada, "yesterday");
    await addEntry(ada, "last week", 7);
    await addEntry(ada, "two years ago", 730);
    await api.call("POST", "/time-entries/start", { token: ada.access, body: { description: "running" } });
    const deleted = await addEntry(ada, "deleted", 3);
    await api.call("DELETE", `/time-entries/${deleted}`, { token: ada.access });
    expect(eventsIn((await read(feed.path)).text)).toEqual(["last week", "yesterday"]);
  });

  it("streams more entries than one part holds", async () => {
    const ada = await api.signUp();
    const feed = await newFeed(ada);
    await api.db.execute(sql`
      insert into time_entries (owner_id, started_at, ended_at, description)
      select ${ada.id}, now() - n * interval '1 hour', now() - n * interval '59 minutes', 'entry ' || n
        from generate_series(1, 1500) as n`);
    expect(new Set(eventsIn((await read(feed.path)).text)).size).toBe(1500);
  });

  it("answers 304 until its content changes", async () => {
    const ada = await api.signUp();
    const { body: project } = await api.call<{ id: string }>("POST", "/projects", {
      token: ada.access,
      body: { name: "engine" },
    });
    const entry = await addEntry(ada, "");
    const patch = (path: string, body: object) => api.call("PATCH", path, { token: ada.access, body });
    await patch(`/time-entries/${entry}`, { project_id: project.id });
    const feed = await newFeed(ada);
    const seen = new Set<string>();
    const readOnce = async () => {
      const { headers, text } = await read(feed.path);
      const tag = headers.get("ETag") ?? "";
      expect(tag).toMatch(/^W\/"[0-9a-f]{32}"$/);
      const again = await read(feed.path, { "If-None-Match": tag });
      expect([again.status, again.text, again.headers.get("ETag")]).toEqual([304, "", tag]);
      expect(again.headers.get("Cache-Control")).toBe("private, no-cache");
      expect(await api.roundTripsOf(() => read(feed.path, { "If-None-Match": tag }))).toBe(1);
      seen.add(tag);
      return eventsIn(text);
    };
    expect(await readOnce()).toEqual(["engine"]);
    await patch(`/projects/${project.id}`, { name: "machine" });
    expect(await readOnce()).toEqual(["machine"]);
    await patch(`/time-entries/${entry}`, { description: "changed" });
    expect(await readOnce()).toEqual(["changed"]);
    await addEntry(ada, "new", 2);
    expect(await readOnce()).toEqual(["new", "changed"]);
    await api.call("DELETE", `/time-entries/${entry}`, { token: ada.access });
    expect(await readOnce()).toEqual(["new"]);
    expect(seen.size).toBe(5);
  });

  it("shows when it was last read, to the hour", async () => {
    const ada = await api.signUp();
    const feed = await newFeed(ada);
    expect(await feedsOf(ada)).toEqual([
      { id: feed.id, name: "phone", created_at: expect.any(String), last_read_at: null },
    ]);
    await read(feed.path);
    const [first] = await feedsOf(ada);
    expect(first?.last_read_at).not.toBeNull();
    await read(feed.path);
    expect(await feedsOf(ada)).toEqual([first]);
    await api.db.execute(
      sql`update calendar_feeds set last_read_at = last_read_at - interval '2 hours' where id = ${feed.id}`,
    );
    await read(feed.path);
    expect((await feedsOf(ada))[0]?.last_read_at).toSatisfy(
      (at: string) => at >= String(first?.last_read_at),
    );
  });
});

describe("the URL of a calendar feed", () => {
  const ends: [string, (ada: Account, feed: Feed) => Promise<unknown>][] = [
    [
      "the feed is deleted",
      ({ access }, { id }) => api.call("DELETE", `/calendar-feeds/${id}`, { token: access }),
    ],
    [
      "its owner is deactivated",
      ({ id }) => api.db.execute(sql`update users set is_active = false where id = ${id}`),
    ],
    [
      "its owner is deleted",
      ({ id }) => api.db.execute(sql`update users set is_deleted = true where id = ${id}`),
    ],
    [
      "its owner may no longer read their entries",
      ({ id }) => api.db.execute(sql`delete from user_roles where user_id = ${id}`),
    ],
  ];
  it.each(ends)("answers 404 after %s", async (_, end) => {
    const ada = await api.signUp();
    await addEntry(ada, "secret");
    const feed = await newFeed(ada);
    expect((await read(feed.path)).status).toBe(200);
    const { headers } = await read(feed.path);
    await end(ada, feed);
    const answer = await read(feed.path, { "If-None-Match": headers.get("ETag") ?? "" });
    expect([answer.status, (answer.body as { error?: string }).error]).toEqual([404, "RESOURCE_NOT_FOUND"]);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
  });

  it("answers 404 if the token is altered or combined with another", async () => {
    const [ada, eve] = [await api.signUp(), await api.signUp()];
    const [{ path }, other] = [await newFeed(ada), await newFeed(eve)];
    const ofAda = path.slice(0, "/feeds/pcf_".length + 21);
    const wrong = [
      path.replace(".ics", ""),
      path.replace(".ics", ".txt"),
      path.replace("pcf_", ""),
      path.replace("pcf_", "ptk_"),
      `${path}.ics`,
      path.replace(/.\.ics$/, (end) => (end.startsWith("A") ? "B.ics" : "A.ics")),
      ofAda + other.path.slice(ofAda.length),
      "/feeds/.ics",
    ];
    for (const target of wrong) expect((await read(target)).status, target).toBe(404);
  });
});

describe("the management of calendar feeds", () => {
  it("requires a session, recent authentication and time_entries:read to create one", async () => {
    const ada = await api.signUp();
    const token = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: ada.access,
      body: { name: "x", scopes: ["time_entries:read"] },
    });
    const create = async (access: string) =>
      (await api.call<{ error: string }>("POST", "/calendar-feeds", { token: access, body: { name: "x" } }))
        .body.error;
    expect(await create(token.body.token)).toBe("PERMISSION_DENIED");
    expect(await create((await api.signUpHolding("tasks:read")).access)).toBe("PERMISSION_DENIED");
    await api.db.execute(
      sql`update sessions set authenticated_at = now() - interval '1 day' where user_id = ${ada.id}`,
    );
    expect(await create(ada.access)).toBe("REAUTHENTICATION_REQUIRED");
  });

  it("hides feeds from other users, and never stores or shows their tokens again", async () => {
    const [ada, eve] = [await api.signUp(), await api.signUp()];
    const feed = await newFeed(ada);
    expect(await feedsOf(eve)).toEqual([]);
    const remove = async (account: Account) =>
      (await api.call("DELETE", `/calendar-feeds/${feed.id}`, { token: account.access })).status;
    expect(await remove(eve)).toBe(404);
    const { rows } = await api.db.execute(
      sql`select f::text as row from calendar_feeds f where id = ${feed.id}`,
    );
    const secret = /pcf_([\w-]+)/.exec(feed.url)?.[1] ?? "";
    expect(JSON.stringify([rows, await feedsOf(ada)])).not.toContain(secret);
    expect([await remove(ada), await remove(ada)]).toEqual([204, 404]);
    expect(await feedsOf(ada)).toEqual([]);
    const { rows: events } = await api.db.execute(sql`
      select action, actor_id = ${ada.id} as is_own from audit_events where details->>'feed_id' = ${feed.id} order by occurred_at`);
    expect(events).toEqual([
      { action: "feed.created", is_own: true },
      { action: "feed.revoked", is_own: true },
    ]);
  });
});

it("keeps URLs and tokens of feeds out of the log [FEED-1]", async () => {
  const lines: string[] = [];
  for (const level of ["debug", "info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
  const logging = await createTestApi({ LOG_LEVEL: "debug" });
  lines.length = 0;
  const secret = "pcf_SECRET-SECRET";
  const targets = [
    `/feeds/${secret}.ics`,
    `/api/v1/feeds/${secret}.ics/`,
    `/Feeds/${secret}`,
    `//feeds/${secret}`,
    `/x/${secret}`,
    `/feeds/SECRET/x`,
  ];
  for (const target of targets) await logging.call("GET", target);
  expect(lines).toHaveLength(targets.length);
  expect(lines.join()).not.toContain("SECRET");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ path: "/feeds/***", message: "GET /feeds/*** 404" });
});
