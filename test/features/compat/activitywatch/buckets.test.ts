import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

const AW = "/compat/aw/api/0";

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await createTestApi();
  token = (await api.signUp()).access;
});

interface Event {
  id: number;
  timestamp: string;
  duration: number;
  data: Record<string, unknown>;
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString();
const event = (second: number, duration: number, data: object = { app: "Terminal" }) => ({
  timestamp: at(second),
  duration,
  data,
});

const get = <Body>(path: string, as = token) => api.call<Body>("GET", AW + path, { token: as });
const post = <Body>(path: string, body: unknown, as = token) =>
  api.call<Body>("POST", AW + path, { token: as, body });

/** Creates a bucket of the user. */
async function newBucket(as = token) {
  const id = `watcher_${crypto.randomUUID()}`;
  await post(`/buckets/${id}`, { client: "watcher", type: "currentwindow", hostname: "laptop" }, as);
  return id;
}

/** Lists the events of a bucket, oldest first: start in seconds, duration, and app. */
async function eventsIn(id: string, query = "") {
  const { body } = await get<Event[]>(`/buckets/${id}/events${query}`);
  return body
    .toReversed()
    .map(({ timestamp, duration, data }) => [
      Date.parse(timestamp) / 1000 - Date.parse(at(0)) / 1000,
      duration,
      data.app,
    ]);
}

describe("a bucket", () => {
  it("is created once", async () => {
    const id = `b-${crypto.randomUUID()}`;
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    expect(await post(`/buckets/${id}`, bucket)).toMatchObject({ status: 200, body: {} });
    expect(await post(`/buckets/${id}`, bucket)).toMatchObject({ status: 304, text: "" });
    const { body } = await get(`/buckets/${id}`);
    expect(body).toEqual({ id, ...bucket, data: {}, created: expect.any(String) });
  });

  it("gets the server's host name for !local", async () => {
    const id = `b-${crypto.randomUUID()}`;
    await post(`/buckets/${id}`, { client: "watcher", type: "currentwindow", hostname: "!local" });
    const { body } = await get(`/buckets/${id}`);
    expect(body).toMatchObject({ hostname: "api.test", data: { device_id: expect.any(String) } });
  });

  it("is listed by id, with the end of its newest event", async () => {
    const { access } = await api.signUp();
    const [empty, full] = [await newBucket(access), await newBucket(access)];
    await post(`/buckets/${full}/events`, [event(0, 5)], access);
    const { body } = await get<Record<string, { last_updated?: string }>>("/buckets/", access);
    expect(Object.keys(body).sort()).toEqual([empty, full].sort());
    expect(Date.parse(body[full]?.last_updated ?? "")).toBe(Date.parse(at(5)));
    expect(body[empty]).not.toHaveProperty("last_updated");
  });

  it("is deleted with its events", async () => {
    const id = await newBucket();
    await post(`/buckets/${id}/events`, [event(0, 5)]);
    expect(await api.call("DELETE", `${AW}/buckets/${id}?force=1`, { token })).toMatchObject({ status: 200 });
    for (const path of ["", "/events", "/events/count", "/events/1", "/export"]) {
      expect(await get(`/buckets/${id}${path}`), path).toMatchObject({ status: 404 });
    }
    expect(await api.call("DELETE", `${AW}/buckets/${id}`, { token })).toMatchObject({ status: 404 });
  });

  it("is rejected beyond a thousand", async () => {
    const { access, id: userId } = await api.signUp();
    await api.db.execute(sql`
      insert into activity_buckets (user_id, id, type, client, hostname)
      select ${userId}, 'b' || n, 't', 'c', 'h' from generate_series(1, 1000) as n`);
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    expect(await post("/buckets/one-more", bucket, access)).toMatchObject({ status: 400 });
    expect(await post("/buckets/b1", bucket, access)).toMatchObject({ status: 304 });
  });

  it("is hidden from other users", async () => {
    const id = await newBucket();
    const [{ id: eventId } = { id: 0 }] = (await post<Event[]>(`/buckets/${id}/events`, [event(0, 5)])).body;
    const other = await api.signUp();
    const own = await newBucket(other.access);
    for (const path of [`/buckets/${id}`, `/buckets/${id}/events`, `/buckets/${own}/events/${eventId}`]) {
      expect(await get(path, other.access), path).toMatchObject({ status: 404 });
    }
    const replacement = [{ ...event(0, 9), id: eventId }];
    expect(await post(`/buckets/${own}/events`, replacement, other.access)).toMatchObject({ status: 404 });
    expect(await eventsIn(id)).toEqual([[0, 5, "Terminal"]]);
  });
});

describe("an event", () => {
  it("is stored alone or with others, with its order and microseconds", async () => {
    const id = await newBucket();
    const exact = { timestamp: "2026-01-01T01:00:00.123456+01:00", duration: 0.000_001, data: { app: "b" } };
    await post(`/buckets/${id}/events`, event(-10, 1));
    const { body } = await post<Event[]>(`/buckets/${id}/events`, [event(5, 1), exact]);
    expect(body.map(({ timestamp }) => timestamp)).toEqual([
      "2026-01-01T00:00:05.000000Z",
      "2026-01-01T00:00:00.123456Z",
    ]);
    const { body: all } = await get<Event[]>(`/buckets/${id}/events`);
    expect(all.map(({ duration }) => duration)).toEqual([1, 0.000_001, 1]);
  });

  it("touches a period at both ends, and is cut to it", async () => {
    const id = await newBucket();
    await post(`/buckets/${id}/events`, [event(0, 10), event(20, 0), event(30, 3 * 86_400)]);
    expect(await eventsIn(id, `?start=${at(10)}&end=${at(20)}`)).toEqual([
      [10, 0, "Terminal"],
      [20, 0, "Terminal"],
    ]);
    // The event began more than a day before the period.
    expect(await eventsIn(id, `?start=${at(2 * 86_400)}&end=${at(2 * 86_400 + 60)}`)).toEqual([
      [2 * 86_400, 60, "Terminal"],
    ]);
    expect(await eventsIn(id, "?limit=1")).toEqual([[30, 3 * 86_400, "Terminal"]]);
    expect(await eventsIn(id, "?limit=-1")).toHaveLength(3);
  });

  it("is found at any duration", async () => {
    const id = await newBucket();
    const day = 86_400;
    await post(`/buckets/${id}/events`, [event(0, 1, { app: "Editor" })]);
    for (const last of [0, 1, 3, 40]) {
      await post(`/buckets/${id}/heartbeat?pulsetime=${100 * day}`, event(2 + last * day, 0));
    }
    // Replaced and imported events are found too.
    const [made] = (await post<Event[]>(`/buckets/${id}/events`, [event(10, 1, { app: "Mail" })])).body;
    await post(`/buckets/${id}/events`, [{ ...event(10, 60 * day, { app: "Mail" }), id: made?.id }]);
    const bucket = { type: "t", client: "c", hostname: "h", events: [event(20, 80 * day, { app: "Game" })] };
    await post("/import", { buckets: { [id]: bucket } });
    const appsAt = async (days: number) =>
      (await eventsIn(id, `?start=${at(days * day)}&end=${at(days * day + 1)}`)).map(([, , app]) => app);
    expect([await appsAt(30), await appsAt(59), await appsAt(79), await appsAt(90)]).toEqual([
      ["Terminal", "Mail", "Game"],
      ["Mail", "Game"],
      ["Game"],
      [],
    ]);
  });

  it("is listed newest first, in as many parts as needed", async () => {
    const id = await newBucket();
    const many = Array.from({ length: 2500 }, (_, second) => event(Math.floor(second / 3), 1));
    await post(`/buckets/${id}/events`, many);
    const startsOf = async (query: string) => (await eventsIn(id, query)).map(([start]) => start);
    const expected = many.map((_, second) => Math.floor(second / 3));
    expect(await startsOf("")).toEqual(expected);
    // A full part, with one event that ends where the others begin.
    expect(await startsOf(`?start=${at(501)}`)).toHaveLength(1000);
    expect(await startsOf("?limit=1700")).toEqual(expected.slice(-1700));
    expect(await startsOf(`?limit=2000&end=${at(699.5)}`)).toEqual(expected.slice(100, 2100));
    const trips = await api.roundTripsOf(() => get(`/buckets/${id}/events?limit=10`));
    expect(trips).toBe(1);
  });

  it("counts with either name of the bounds", async () => {
    const id = await newBucket();
    await post(`/buckets/${id}/events`, [event(0, 1), event(10, 1), event(20, 1)]);
    const count = async (query: string) => (await get<number>(`/buckets/${id}/events/count${query}`)).body;
    expect(await count("")).toBe(3);
    expect(await count(`?start=${at(5)}`)).toBe(2);
    expect(await count(`?starttime=${at(5)}&endtime=${at(15)}`)).toBe(1);
    expect(await count("?starttime=null&endtime=")).toBe(3);
    // The + of an offset becomes a space in a URL, unless it is written as %2B.
    const { status, body } = await get(`/buckets/${id}/events?start=2026-01-01T00:00:00 00:00`);
    expect([status, body]).toMatchObject([
      400,
      { details: [{ field: "query.start", message: expect.stringContaining("%2B") }] },
    ]);
  });

  it("keeps its place among events that start at the same time, also across parts", async () => {
    const id = await newBucket();
    const many = Array.from({ length: 2500 }, (_, nth) => event(5, 2500 - nth, { app: `${nth}` }));
    await post(`/buckets/${id}/events`, [
      event(9, 1, { app: "last" }),
      ...many,
      event(1, 1, { app: "first" }),
    ]);
    const { body } = await get<Event[]>(`/buckets/${id}/events`);
    expect(body.map(({ data }) => data.app)).toEqual(["last", ...many.map((_, nth) => String(nth)), "first"]);
    expect((await get<Event[]>(`/buckets/${id}/events?limit=2`)).body.map(({ data }) => data.app)).toEqual([
      "last",
      "0",
    ]);
  });

  it.each([
    ["2026-01-10 08:00:00+00:00", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10 08:00:00.5 +01:00", "2026-01-10T07:00:00.500000Z"],
    ["2026-01-10t08:00:00z", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10T08:00:00+0000", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10T08:00:00-0530", "2026-01-10T13:30:00.000000Z"],
    ["2026-01-10T08:00:00+01", "2026-01-10T07:00:00.000000Z"],
    ["2026-01-10T08:00Z", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10T08:00", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10T08", "2026-01-10T08:00:00.000000Z"],
    ["2026-01-10", "2026-01-10T00:00:00.000000Z"],
    ["20260110T080000,25Z", "2026-01-10T08:00:00.250000Z"],
    ["2026-01-10T08:00:00.123456789Z", "2026-01-10T08:00:00.123457Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"],
    ["2026-01-10T08:00:00+23:59", "2026-01-09T08:01:00.000000Z"],
    ["2024-02-29T23:59:59-00:00", "2024-02-29T23:59:59.000000Z"],
  ])("accepts the start %s", async (timestamp, expected) => {
    const id = await newBucket();
    const { status, body } = await post<Event[]>(`/buckets/${id}/events`, { ...event(0, 1), timestamp });
    expect([status, body[0]?.timestamp]).toEqual([200, expected]);
    const beat = await post<Event>(`/buckets/${id}/heartbeat?pulsetime=5`, { ...event(0, 1), timestamp });
    expect([beat.status, beat.body.timestamp]).toEqual([200, expected]);
    const query = `?start=${encodeURIComponent(timestamp)}&end=${encodeURIComponent(timestamp)}`;
    expect((await get<number>(`/buckets/${id}/events/count${query}`)).body).toBe(1);
  });

  it.each([
    "2026-02-29",
    "2026-1-10",
    "2026-0110",
    "2026-01-10T24:00:00Z",
    "2026-01-10T08:60Z",
    "2026-01-10T08:00:61Z",
    "2026-01-10T08:00:00+24:00",
    "2026-01-10T08:00:00+00:60",
    "2026-01-10Z",
    "2026-01-10_08:00:00",
    "10.01.2026",
    "0050-01-01",
    "2200-01-01",
    "now",
    "",
  ])("rejects the start %s", async (timestamp) => {
    const id = await newBucket();
    expect(await post(`/buckets/${id}/events`, { ...event(0, 1), timestamp })).toMatchObject({
      status: 400,
      body: { error: "BAD_REQUEST" },
    });
  });

  it("is read, replaced and deleted by id", async () => {
    const id = await newBucket();
    const [made] = (await post<Event[]>(`/buckets/${id}/events`, [event(0, 1)])).body;
    await post(`/buckets/${id}/events`, [{ ...event(3, 2, { app: "Editor" }), id: made?.id }]);
    expect(await eventsIn(id)).toEqual([[3, 2, "Editor"]]);
    expect(await get(`/buckets/${id}/events/${made?.id}`)).toMatchObject({ body: { duration: 2 } });
    const remove = () => api.call("DELETE", `${AW}/buckets/${id}/events/${made?.id}`, { token });
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404]);
  });

  it("is not stored if another event of its request is invalid", async () => {
    const id = await newBucket();
    const answer = await post(`/buckets/${id}/events`, [event(0, 1), { ...event(1, 1), id: 999_999_999 }]);
    expect(answer).toMatchObject({ status: 404 });
    expect(await eventsIn(id)).toEqual([]);
  });

  it("keeps its title, except characters that Postgres can't store", async () => {
    const id = await newBucket();
    const title = "a\u0000b\ud800c \\u0000 日本 😀";
    const { body } = await post<Event[]>(`/buckets/${id}/events`, [event(0, 1, { title })]);
    expect(body[0]?.data.title).toBe("a\ufffdb\ufffdc \\u0000 日本 😀");
  });

  it.each([
    ["no timestamp", { duration: 1, data: {} }],
    ["a negative duration", event(0, -1)],
    ["an endless duration", event(0, 1e12)],
    ["a time out of range", { ...event(0, 1), timestamp: "0001-01-01T00:00:00Z" }],
    ["data that is not an object", { ...event(0, 1), data: "app" }],
    ["data that is too long", event(0, 1, { title: "x".repeat(17_000) })],
    [
      "data that is nested too deeply",
      event(0, 1, JSON.parse(`{"a":${"[".repeat(5000)}${"]".repeat(5000)}}`)),
    ],
  ])("is rejected with %s", async (_, wrong) => {
    const id = await newBucket();
    expect(await post(`/buckets/${id}/events`, [event(0, 1), wrong])).toMatchObject({ status: 400 });
    expect(await eventsIn(id)).toEqual([]);
  });
});

describe("a heartbeat", () => {
  /** Sends heartbeats one after the other: second, duration, pulsetime, app. */
  async function beats(id: string, ...list: [number, number, number, string?][]) {
    const answers = [];
    for (const [second, duration, pulsetime, app = "Terminal"] of list) {
      const path = `/buckets/${id}/heartbeat?pulsetime=${pulsetime}`;
      answers.push((await post<Event>(path, event(second, duration, { app }))).body);
    }
    return answers;
  }

  it.each<[string, [number, number, number, string?][], [number, number, string][]]>([
    [
      "extends an event in time",
      [
        [0, 1, 2],
        [2, 1, 2],
      ],
      [[0, 3, "Terminal"]],
    ],
    [
      "creates an event without a pulsetime",
      [
        [0, 1, 0],
        [2, 1, 0],
      ],
      [
        [0, 1, "Terminal"],
        [2, 1, "Terminal"],
      ],
    ],
    [
      "extends an event at the last moment",
      [
        [0, 1, 120],
        [120, 0, 119],
      ],
      [[0, 120, "Terminal"]],
    ],
    [
      "creates an event if it is too late",
      [
        [0, 1, 60],
        [120, 0, 60],
      ],
      [
        [0, 1, "Terminal"],
        [120, 0, "Terminal"],
      ],
    ],
    [
      "keeps the longer duration at the same start",
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
      [[0, 1, "Terminal"]],
    ],
    [
      "creates an event for other data",
      [
        [0, 1, 5, "a"],
        [0, 1, 5, "b"],
      ],
      [
        [0, 1, "b"],
        [0, 1, "a"],
      ],
    ],
    [
      "changes nothing inside an event",
      [
        [0, 9, 5],
        [3, 1, 5],
      ],
      [[0, 9, "Terminal"]],
    ],
    [
      "creates an event if it is older than all others",
      [
        [100, 1, 5],
        [0, 1, 5],
      ],
      [
        [0, 1, "Terminal"],
        [100, 1, "Terminal"],
      ],
    ],
    [
      "goes to its place if it is out of order",
      [
        [0, 1, 5],
        [100, 1, 5],
        [3, 1, 5],
      ],
      [
        [0, 4, "Terminal"],
        [100, 1, "Terminal"],
      ],
    ],
    [
      "creates one event if it is sent five times",
      [
        [0, 0, 10],
        [1, 0, 10],
        [2, 0, 10],
        [3, 0, 10],
        [4, 0, 10],
      ],
      [[0, 4, "Terminal"]],
    ],
  ])("%s [BUCKET-4]", async (_, sent, expected) => {
    const id = await newBucket();
    await beats(id, ...sent);
    expect(await eventsIn(id)).toEqual(expected);
  });

  it("returns the event that it extends", async () => {
    const id = await newBucket();
    const [first, second] = await beats(id, [0, 0, 10], [1, 0, 10]);
    expect(second).toEqual({ ...first, duration: 1 });
  });

  it("compares data regardless of the order of keys", async () => {
    const id = await newBucket();
    await post(`/buckets/${id}/heartbeat?pulsetime=5`, event(0, 0, { app: "a", title: "t" }));
    await post(`/buckets/${id}/heartbeat?pulsetime=5`, event(1, 0, { title: "t", app: "a" }));
    expect(await eventsIn(id)).toEqual([[0, 1, "a"]]);
  });

  it("creates one event if fifty equal heartbeats arrive concurrently [BUCKET-1]", async () => {
    const id = await newBucket();
    const path = `/buckets/${id}/heartbeat?pulsetime=5`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(path, event(0, 1))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await eventsIn(id)).toEqual([[0, 1, "Terminal"]]);
  });

  it("needs a bucket and a pulsetime", async () => {
    expect(await post("/buckets/none/heartbeat?pulsetime=5", event(0, 1))).toMatchObject({ status: 404 });
    const id = await newBucket();
    for (const query of ["", "?pulsetime=", "?pulsetime=soon", "?pulsetime=-1"]) {
      expect(await post(`/buckets/${id}/heartbeat${query}`, event(0, 1)), query).toMatchObject({
        status: 400,
      });
    }
  });
});

describe("a setting", () => {
  it("accepts any JSON, and plain strings", async () => {
    const { access } = await api.signUp();
    expect((await get("/settings/classes", access)).text).toBe("null");
    await post("/settings/classes", [{ name: ["Work"] }], access);
    await api.call("POST", `${AW}/settings/startOfDay`, {
      token: access,
      body: "04:00",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    await post("/settings/startOfDay", JSON.stringify("05:00"), access);
    expect((await get("/settings", access)).body).toEqual({
      classes: [{ name: ["Work"] }],
      startOfDay: "05:00",
    });
  });

  it.each([
    "[1, 2]",
    "123",
    "true",
    "null",
    '{"a":1}',
    '"twice"',
    "",
    ["[1]", { a: "null" }],
    { a: "123", b: ["true"] },
    null,
    0,
    false,
  ])("returns %j unchanged", async (value) => {
    const { access } = await api.signUp();
    await post("/settings/k", JSON.stringify(value), access);
    expect((await get("/settings/k", access)).text).toBe(JSON.stringify(value));
    expect((await get("/settings", access)).body).toEqual({ k: value });
    const { body } = await api.call("GET", "/auth/me/data", { token: access });
    expect(body.activity_settings).toMatchObject([{ id: "k", value }]);
  });

  it("is deleted, whether or not it exists", async () => {
    const { access } = await api.signUp();
    await post("/settings/k", 1, access);
    const forget = () => api.call("DELETE", `${AW}/settings/k`, { token: access });
    expect([await forget(), await forget()]).toMatchObject([
      { status: 200, body: {} },
      { status: 200, body: {} },
    ]);
    expect((await get("/settings", access)).body).toEqual({});
  });

  it("is rejected beyond a hundred", async () => {
    const { access, id: userId } = await api.signUp();
    await api.db.execute(sql`
      insert into activity_settings (user_id, key, value)
      select ${userId}, 'k' || n, '1' from generate_series(1, 100) as n`);
    expect(await post("/settings/another", 1, access)).toMatchObject({ status: 400 });
    expect(await post("/settings/k1", 2, access)).toMatchObject({ status: 200 });
    expect((await get("/settings/k1", access)).body).toBe(2);
  });

  it("has a name of at most 127 characters", async () => {
    expect(await post(`/settings/${"k".repeat(128)}`, 1)).toMatchObject({ status: 400 });
    expect(await post(`/settings/${"k".repeat(127)}`, 1)).toMatchObject({ status: 200 });
  });
});

describe("an export", () => {
  it("changes nothing when it is imported again, by any user [BUCKET-2]", async () => {
    const id = await newBucket();
    await post(`/buckets/${id}/events`, [
      event(0, 10),
      event(0, 5),
      event(20, 1, { app: "Editor", title: '"日"' }),
    ]);
    const { text, headers } = await get(`/buckets/${id}/export`);
    expect(headers.get("Content-Disposition")).toContain(`aw-bucket-export_${id}.json`);
    const other = await api.signUp();
    for (const _ of [1, 2]) expect(await post("/import", text, other.access)).toMatchObject({ status: 200 });
    const form = new FormData();
    form.set("buckets.json", new File([text], "buckets.json"));
    const multipart = new Response(form);
    await api.call("POST", `${AW}/import`, {
      token: other.access,
      body: new TextDecoder().decode(await multipart.arrayBuffer()),
      headers: { "Content-Type": multipart.headers.get("Content-Type") ?? "" },
    });
    const all = await get<{ buckets: Record<string, { events: Event[] }> }>("/export", other.access);
    const strip = (events: Event[] = []) =>
      events.map(({ id: _, ...rest }) => rest).toSorted((a, b) => b.duration - a.duration);
    expect(strip(all.body.buckets[id]?.events)).toEqual(strip(JSON.parse(text).buckets[id].events));
  });

  it("contains more events than fit into one part, of one or many buckets", async () => {
    const { access } = await api.signUp();
    const counts = [1500, 0, 500, 1000, 0];
    const ids: string[] = [];
    for (const count of counts) {
      const id = await newBucket(access);
      ids.push(id);
      await post(
        `/buckets/${id}/events`,
        Array.from({ length: count }, (_, second) => event(second, 1)),
        access,
      );
    }
    const { body } = await get<{ buckets: Record<string, { events: Event[] }> }>("/export", access);
    expect(Object.keys(body.buckets)).toEqual(ids);
    for (const [nth, id] of ids.entries()) {
      const starts = body.buckets[id]?.events.map(({ timestamp }) => Date.parse(timestamp));
      expect(starts, id).toEqual(
        Array.from({ length: counts[nth] ?? 0 }, (_, second) => Date.parse(at(second))),
      );
      const one = await get<typeof body>(`/buckets/${id}/export`, access);
      expect(one.body.buckets, id).toEqual({ [id]: body.buckets[id] });
    }
  });

  it.each([
    ["2019-03-02T10:11:12.500000+00:00", "2019-03-02T10:11:12.500Z"],
    ["2019-03-02 10:11:12+01:00", "2019-03-02T09:11:12.000Z"],
    ["2190-01-01T00:00:00Z", undefined],
    ["then", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("sets a bucket's creation time from %s", async (created, expected) => {
    const { access } = await api.signUp();
    const bucket = { type: "t", client: "c", hostname: "h", created };
    const before = Date.now();
    await post("/import", { buckets: { imported: { ...bucket, events: [event(0, 1)] } } }, access);
    await post("/buckets/made", bucket, access);
    for (const id of ["imported", "made"]) {
      const { body } = await get<{ created: string }>(`/buckets/${id}`, access);
      if (expected) expect(body.created, id).toBe(expected);
      else expect(Date.parse(body.created), id).toBeGreaterThanOrEqual(before - 1000);
    }
  });

  it("keeps the order of events that start at the same time", async () => {
    const { access } = await api.signUp();
    const events = ["z", "a", "m"].map((app) => event(0, 1, { app }));
    await post("/import", { buckets: { b: { type: "t", client: "c", hostname: "h", events } } }, access);
    const { body } = await get<Event[]>("/buckets/b/events", access);
    expect(body.map(({ data }) => data.app)).toEqual(["z", "a", "m"]);
  });

  it("is accepted as JSON that was encoded twice [BUCKET-6]", async () => {
    const { access } = await api.signUp();
    const bucket = { type: "t", client: "c", hostname: "h", events: [event(0, 1)] };
    const twice = JSON.stringify(JSON.stringify({ buckets: { twice: bucket } }));
    const headers = { "Content-Type": "text/plain;charset=UTF-8" };
    const answer = await api.call("POST", `${AW}/import`, { token: access, body: twice, headers });
    expect(answer).toMatchObject({ status: 200 });
    expect((await get("/buckets/twice/events/count", access)).body).toBe(1);
  });

  it("has a name that is valid for a file", async () => {
    const { access } = await api.signUp();
    await post(
      `/buckets/${encodeURIComponent("a'b (ü)")}`,
      { client: "c", type: "t", hostname: "h" },
      access,
    );
    const { headers } = await get(`/buckets/${encodeURIComponent("a'b (ü)")}/export`, access);
    expect(headers.get("Content-Disposition")).toBe(
      "attachment; filename=\"aw-bucket-export_a_b____.json\"; filename*=UTF-8''aw-bucket-export_a%27b%20%28%C3%BC%29.json",
    );
    const all = await get("/export", access);
    expect(all.headers.get("Content-Disposition")).toContain('attachment; filename="aw-buckets-export.json"');
  });

  it("is imported without its invalid events, which are listed [BUCKET-3]", async () => {
    const { access } = await api.signUp();
    const good = [event(0, 1), event(10, 1, { app: "Editor" })];
    const wrong = [{ duration: 1, data: {} }, event(1, -1), event(2, 1, { url: "x".repeat(17_000) }), null];
    const bucket = { type: "t", client: "c", hostname: "h" };
    const buckets = {
      mixed: { ...bucket, events: [wrong[0], good[0], wrong[1], wrong[2], good[1], wrong[3]] },
      // Servers write unknown values as null.
      bare: { id: null, type: "t", client: null, hostname: null, data: null, events: [event(0, 1)] },
      wrong: { ...bucket, events: wrong },
    };
    interface Report {
      refused: number;
      details: { field: string; message: string }[];
    }
    const { status, body } = await post<Report>("/import", { buckets }, access);
    expect([status, body.refused]).toEqual([200, 8]);
    expect(body.details.map(({ field }) => field)).toEqual([
      "body.buckets.mixed.events.0.timestamp",
      "body.buckets.mixed.events.2.duration",
      "body.buckets.mixed.events.3.data",
      "body.buckets.mixed.events.5",
      "body.buckets.wrong.events.0.timestamp",
      "body.buckets.wrong.events.1.duration",
      "body.buckets.wrong.events.2.data",
      "body.buckets.wrong.events.3",
    ]);
    const found = await get<Record<string, { hostname: string }>>("/buckets", access);
    expect(found.body).toMatchObject({ mixed: bucket, bare: { client: "unknown", hostname: "unknown" } });
    const countIn = async (id: string) => (await get(`/buckets/${id}/events/count`, access)).body;
    expect([await countIn("mixed"), await countIn("bare"), await countIn("wrong")]).toEqual([2, 1, 0]);
    const again = await post<Report>("/import", { buckets }, access);
    expect([again.body, await countIn("mixed")]).toEqual([body, 2]);
    const many = { ...bucket, events: Array.from({ length: 150 }, () => null) };
    const long = await post<Report>("/import", { buckets: { many } }, access);
    expect([long.body.refused, long.body.details.length]).toEqual([150, 100]);
  });

  it("is rejected whole if it exceeds the limits of an import", async () => {
    const { access } = await api.signUp();
    const bucket = { type: "t", client: "c", hostname: "h" };
    const buckets = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`b${n}`, bucket]));
    const zeros = `{"buckets":{"a":{"type":"t","client":"c","hostname":"h","events":[${"0,".repeat(100_000)}0]}}}`;
    const lists = `{"buckets":{"a":{"events":[${"[],".repeat(1_000_000)}0]}}}`;
    for (const [body, message] of [
      [{ buckets }, "must have at most 1000 buckets"],
      [zeros, "must have at most 100000 events in total; import one bucket at a time"],
    ])
      expect(await post("/import", body, access)).toMatchObject({
        status: 400,
        body: { details: [{ field: "body.buckets", message }] },
      });
    const answer = await post<{ message: string }>("/import", lists, access);
    expect([answer.status, answer.body.message]).toEqual([
      400,
      expect.stringContaining("more than 1000000 values"),
    ]);
    expect((await get("/buckets", access)).body).toEqual({});
  });

  it("is rejected whole if it is malformed", async () => {
    const bucket = { type: "t", client: "c", hostname: "h", events: [event(0, 1)] };
    const { access } = await api.signUp();
    for (const buckets of [
      { good: bucket, bad: { ...bucket, events: {} } },
      { good: bucket, bad: { type: 1 } },
    ])
      expect(await post("/import", { buckets }, access)).toMatchObject({ status: 400 });
    expect(await post("/import", "{", access)).toMatchObject({ status: 400 });
    expect((await get("/buckets", access)).body).toEqual({});
  });
});

describe("a personal token", () => {
  async function tokenOf(...scopes: string[]) {
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token,
      body: { name: "watcher", scopes },
    });
    return body.token;
  }

  const withHeader = (value: string, path = "/buckets") =>
    api.call("GET", AW + path, { headers: { Authorization: value } });

  it("is accepted as Bearer, and as either part of Basic", async () => {
    const text = await tokenOf("activity:read");
    for (const value of [`Bearer ${text}`, `Basic ${btoa(`watcher:${text}`)}`, `Basic ${btoa(`${text}:`)}`]) {
      expect(await withHeader(value), value.slice(0, 6)).toMatchObject({ status: 200 });
    }
    for (const value of [`Basic ${btoa("watcher:secret")}`, "Basic ===", `Basic ${btoa(text)}x`, "Basic"]) {
      expect(await withHeader(value), value).toMatchObject({ status: 401 });
    }
  });

  it("reads nothing if it may only write [BUCKET-7]", async () => {
    const writer = await tokenOf("activity:create");
    const id = await newBucket(writer);
    expect(await post(`/buckets/${id}/heartbeat?pulsetime=5`, event(0, 1), writer)).toMatchObject({
      status: 200,
    });
    for (const path of ["/buckets", `/buckets/${id}`, `/buckets/${id}/events`, "/export", "/settings"]) {
      expect(await get(path, writer), path).toMatchObject({ status: 403 });
    }
    expect(await post(`/buckets/${id}/events`, [{ ...event(0, 9), id: 1 }], writer)).toMatchObject({
      status: 403,
    });
  });

  it("is rejected if a browser sends it by itself as Basic from a page of another origin", async () => {
    const text = await tokenOf("activity:create");
    const answer = await api.call("POST", `${AW}/buckets/b`, {
      body: { client: "c", type: "t", hostname: "h" },
      headers: { Authorization: `Basic ${btoa(`watcher:${text}`)}`, "Sec-Fetch-Site": "cross-site" },
    });
    expect(answer).toMatchObject({ status: 403 });
  });
});
