import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { whileEventsAreLocked } from "../../../support/locked-events.ts";

const AW = "/compat/aw/api/0";
const MAX_PART_BYTES = 1_000_000;
/** The longest title of an event. */
const LONGEST = "x".repeat(16_384 - '{"title":""}'.length);

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + 1000 * second).toISOString();

/** Creates a user with one bucket of `count` events of the maximum size. */
async function withLongEvents(count: number) {
  const { access: token, id: userId } = await api.signUp();
  await api.call("POST", `${AW}/buckets/long`, { token, body: bucket });
  await api.db.execute(sql`
    insert into activity_events (bucket_key, started_at, ended_at, data)
    select key, ${at(0)}::timestamptz + make_interval(secs => n), ${at(1)}::timestamptz + make_interval(secs => n),
           jsonb_build_object('title', ${LONGEST}::text)
      from activity_buckets, generate_series(0, ${count - 1}) as n where user_id = ${userId} and id = 'long'`);
  return { token, userId };
}

/** Returns the sizes in bytes of the parts of a response, and its whole body. */
async function partsOf(path: string, token: string) {
  const response = await api.open("GET", path, { token });
  const sizes: number[] = [];
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    sizes.push(part.byteLength);
    text += decoder.decode(part, { stream: true });
  }
  return { status: response.status, sizes, body: JSON.parse(text) };
}

describe("a response filled to its limits", () => {
  it.each(["/buckets/long/events", "/buckets/long/export", "/export"])(
    "comes in parts of at most a megabyte from %s",
    async (path) => {
      const { token } = await withLongEvents(300);
      const { sizes, body } = await partsOf(AW + path, token);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PART_BYTES);
      const events = Array.isArray(body) ? body : body.buckets.long.events;
      expect(events).toHaveLength(300);
    },
  );

  it("comes in parts of at most a megabyte from /buckets and /export, with a thousand full buckets", async () => {
    const { access: token, id: userId } = await api.signUp();
    await api.db.execute(sql`
      insert into activity_buckets (user_id, id, type, client, hostname, data)
      select ${userId}, 'b' || n, 't', 'c', 'h', jsonb_build_object('title', ${LONGEST}::text)
        from generate_series(1, 1000) as n`);
    for (const path of ["/buckets", "/export"]) {
      const { sizes, body } = await partsOf(AW + path, token);
      expect(Math.max(...sizes), path).toBeLessThanOrEqual(MAX_PART_BYTES);
      expect(Object.keys(body.buckets ?? body), path).toHaveLength(1000);
    }
  });

  it("comes in parts of at most a megabyte from /settings, even with old settings that exceed the limit", async () => {
    const { access: token, id: userId } = await api.signUp();
    await api.db.execute(sql`
      insert into activity_settings (user_id, key, value)
      select ${userId}, 'k' || n, to_jsonb(repeat('x', case when n = 7 then 900000 else 16000 end))
        from generate_series(1, 100) as n`);
    const { sizes, body } = await partsOf(`${AW}/settings`, token);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PART_BYTES);
    expect(Object.keys(body)).toHaveLength(100);
    expect(body.k7).toHaveLength(900_000);
    const data = await partsOf("/auth/me/data", token);
    expect(Math.max(...data.sizes)).toBeLessThanOrEqual(MAX_PART_BYTES);
    expect(data.body.activity_settings).toHaveLength(100);
  });

  it("comes in parts of at most a megabyte from /query", async () => {
    const { token } = await withLongEvents(300);
    const body = { query: ['RETURN = query_bucket("long");'], timeperiods: [`${at(0)}/${at(400)}`] };
    const response = await api.open("POST", `${AW}/query`, { token, body });
    let largest = 0;
    for await (const part of response.body ?? []) largest = Math.max(largest, part.byteLength);
    expect([response.status, largest < MAX_PART_BYTES]).toEqual([200, true]);
  });
});

describe("stored data", () => {
  it("is measured as the database writes it: 1e308 has 309 digits", async () => {
    const { access: token } = await api.signUp();
    await api.call("POST", `${AW}/buckets/b`, { token, body: bucket });
    const data = { numbers: Array.from({ length: 1000 }, () => 1e308) };
    const event = { timestamp: at(0), duration: 1, data };
    expect(await api.call("POST", `${AW}/buckets/b/events`, { token, body: [event] })).toMatchObject({
      status: 400,
    });
    expect(await api.call("POST", `${AW}/settings/s`, { token, body: JSON.stringify(data) })).toMatchObject({
      status: 400,
    });
  });

  it("has settings of at most 16 KiB", async () => {
    const { access: token } = await api.signUp();
    const save = (length: number) =>
      api.call("POST", `${AW}/settings/s`, { token, body: JSON.stringify("x".repeat(length - 2)) });
    expect([(await save(16_384)).status, (await save(16_385)).status]).toEqual([200, 400]);
    expect((await api.call("GET", `${AW}/settings/s`, { token })).text).toHaveLength(16_384);
  });

  it("has at most a thousand buckets, imported ones included", async () => {
    const { access: token } = await api.signUp();
    const buckets = (from: number, count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, n) => [`b${from + n}`, { ...bucket, events: [] }]),
      );
    const add = (from: number, count: number) =>
      api.call("POST", `${AW}/import`, { token, body: { buckets: buckets(from, count) } });
    const count = async () => Object.keys((await api.call("GET", `${AW}/buckets`, { token })).body).length;
    expect(await add(0, 1001)).toMatchObject({
      status: 400,
      body: { details: [{ field: "body.buckets", message: "must have at most 1000 buckets" }] },
    });
    expect(await count()).toBe(0);
    expect(await add(0, 1000)).toMatchObject({ status: 200 });
    // Existing buckets may be imported again.
    expect(await add(0, 1000)).toMatchObject({ status: 200 });
    expect(await add(1000, 1)).toMatchObject({ status: 400, body: { error: "BUSINESS_LOGIC_ERROR" } });
    expect(await count()).toBe(1000);
  });

  it("is limited by the database itself", async () => {
    const { id: userId } = await api.signUp();
    const insert = (table: "buckets" | "settings", count: number) =>
      table === "buckets"
        ? api.db.execute(sql`insert into activity_buckets (user_id, id, type, client, hostname)
            select ${userId}, 'b' || n, 't', 'c', 'h' from generate_series(1, ${count}::int) as n on conflict do nothing`)
        : api.db.execute(sql`insert into activity_settings (user_id, key, value)
            select ${userId}, 'k' || n, '1' from generate_series(1, ${count}::int) as n on conflict do nothing`);
    await insert("buckets", 1000);
    await insert("settings", 100);
    await expect(insert("buckets", 1001)).rejects.toThrow();
    await expect(insert("settings", 101)).rejects.toThrow();
  });
});

describe("a query that reads much data", () => {
  it("is rejected if it reads more than 32 MB, even of data that compresses well", async () => {
    const { token } = await withLongEvents(2100);
    const body = {
      query: ['RETURN = sum_durations(query_bucket("long"));'],
      timeperiods: [`${at(0)}/${at(9999)}`],
    };
    expect(await api.call("POST", `${AW}/query`, { token, body })).toMatchObject({
      status: 400,
      body: { error: "BUSINESS_LOGIC_ERROR" },
    });
    const less = { ...body, timeperiods: [`${at(0)}/${at(999)}`] };
    expect(await api.call("POST", `${AW}/query`, { token, body: less })).toMatchObject({ status: 200 });
  });

  it("rejects concurrent queries with 429 and Retry-After", async () => {
    const { token } = await withLongEvents(600);
    const body = {
      query: ['RETURN = sum_durations(query_bucket("long"));'],
      timeperiods: [`${at(0)}/${at(9999)}`],
    };
    const ask = () => api.call("POST", `${AW}/query`, { token, body });
    const answers = await whileEventsAreLocked(api.db, () => Promise.all([ask(), ask(), ask()]));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await ask()).status).toBe(200);
  });
});
