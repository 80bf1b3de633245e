import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { toBase64Url } from "../../src/core/security/encoding.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

const LISTS = ["/auth/users", "/roles", "/permissions", "/permissions/resource/tasks"];

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  // All records have the same instant, so time does not determine their order.
  await api.db.execute(sql`
    insert into users (username, email, password_hash)
    select 'many-' || n, 'many-' || n || '@example.com', 'none' from generate_series(1, 130) as n`);
  await api.db.execute(sql`insert into roles (name) select 'many-' || n from generate_series(1, 130) as n`);
  await api.db.execute(sql`
    insert into permissions (resource, action) select 'tasks', 'many-' || n from generate_series(1, 130) as n`);
});

/** Returns the name to sort by. */
const nameOf = (path: string) => (path === "/auth/users" ? "username" : "name");
const list = (path: string, query = "") =>
  api.call<{ id: string }[]>("GET", path + query, { token: root.access });
const refusal = (path: string, query: string) =>
  api.call<{ error: string; details: object[] }>("GET", path + query, { token: root.access });

describe.each(LISTS)("%s", (path) => {
  it("returns at most 100 items, and the total [LIST-1]", async () => {
    const { status, body, headers } = await list(path);
    expect(status).toBe(200);
    expect(body).toHaveLength(100);
    expect(Number(headers.get("X-Total-Count"))).toBeGreaterThan(130);
    expect(headers.get("X-Total-Count-Exact")).toBe("true");
    expect(headers.get("Link")).toContain('rel="next"');
  });

  it("returns every item once over pages of skip and limit [LIST-2]", async () => {
    const total = Number((await list(path)).headers.get("X-Total-Count"));
    const seen: string[] = [];
    for (let skip = 0; skip < total; skip += 40) {
      seen.push(...(await list(path, `?skip=${skip}&limit=40`)).body.map(({ id }) => id));
    }
    expect(seen).toHaveLength(total);
    expect(new Set(seen).size).toBe(total);
    expect((await list(path)).body.map(({ id }) => id)).toEqual(seen.slice(0, 100));
  });

  it("returns the total of a page beyond the end, which has no items", async () => {
    const total = (await list(path)).headers.get("X-Total-Count");
    const { status, body, headers } = await list(path, "?skip=10000000");
    expect([status, body, headers.get("X-Total-Count")]).toEqual([200, [], total]);
    expect(headers.get("X-Total-Count-Exact")).toBe("true");
  });

  it.each([
    "limit=-1",
    "limit=0",
    "limit=101",
    "limit=99999999999999999999",
    "limit=1.5",
    "limit=all",
    "skip=-1",
    "skip=99999999999999999999",
    "skip=NaN",
  ])("rejects %s [LIST-3]", async (query) => {
    const { status, body } = await refusal(path, `?${query}`);
    expect(status).toBe(422);
    const field = `query.${query.split("=")[0]}`;
    expect(body.details).toContainEqual(expect.objectContaining({ field }));
  });

  it.each([
    ["created_at", "not a time"],
    ["-created_at", "2026-13-45"],
    [nameOf(path), "a\u0000"],
  ])("rejects a forged cursor: by %s, %j", async (sort, key) => {
    const parts = JSON.stringify([sort.replace("-", ""), key, crypto.randomUUID(), false]);
    const cursor = toBase64Url(new TextEncoder().encode(parts));
    expect((await refusal(path, `?sort=${sort}&cursor=${cursor}`)).status).toBe(422);
  });

  it("rejects the cursor of another order", async () => {
    const { headers } = await list(path, `?sort=${nameOf(path)}&limit=1`);
    const [, cursor] = /cursor=([\w-]+)/.exec(headers.get("Link") ?? "") ?? [];
    expect((await refusal(path, `?sort=created_at&cursor=${cursor}`)).status).toBe(422);
  });
});

it("counts up to 10,000 items, and says whether there are more", async () => {
  const own = await createTestApi();
  const { access } = await own.signUpHolding("superuser");
  const totalOf = async (query = "") => {
    const { headers } = await own.call("GET", `/audit?action=boat.sailed${query}`, { token: access });
    return [headers.get("X-Total-Count"), headers.get("X-Total-Count-Exact")];
  };
  const sail = (count: number) =>
    own.db.execute(sql`
      insert into audit_events (action, target_type, details)
      select 'boat.sailed', 'boat', '{}' from generate_series(1, ${count})`);
  expect(await totalOf()).toEqual(["0", "true"]);
  await sail(10_000);
  expect(await totalOf()).toEqual(["10000", "true"]);
  await sail(1);
  expect(await totalOf("&limit=1")).toEqual(["10000", "false"]);
  const { headers } = await own.call("GET", "/audit?action=boat.sailed&skip=10000", { token: access });
  expect(headers.get("Link")).not.toContain('rel="next"');
});

it("returns a total of 0 for a filter that matches no record, in one round trip", async () => {
  const trips = await api.roundTripsOf(async () => {
    const { body, headers } = await list("/auth/users", "?q=absent");
    expect([body, headers.get("X-Total-Count")]).toEqual([[], "0"]);
  });
  expect(trips).toBe(1);
});
