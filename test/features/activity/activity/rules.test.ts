import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Rule {
  id: string;
  position: number;
  pattern: string;
}
type Owner = Awaited<ReturnType<TestApi["signUp"]>>;

const RULE = { field: "app", match: "equals", pattern: "Code", category: "Programming", productivity: 2 };

const addRule = (owner: Owner, fields: object = {}) =>
  api.call<Rule & Record<string, unknown>>("POST", "/activity/rules", {
    token: owner.access,
    body: { ...RULE, ...fields },
  });

const patternsOf = async (owner: Owner) =>
  (await api.call<Rule[]>("GET", "/activity/rules", { token: owner.access })).body.map(
    ({ pattern }) => pattern,
  );

describe("a rule", () => {
  it("is appended, read, updated and deleted", async () => {
    const owner = await api.signUp();
    const first = await addRule(owner);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...RULE, owner_id: owner.id, position: 1, project_id: null });
    expect((await addRule(owner, { pattern: "Terminal" })).body.position).toBe(2);

    const path = `/activity/rules/${first.body.id}`;
    const read = await api.call("GET", path, { token: owner.access });
    expect(read.body).toEqual(first.body);

    const seen = { "If-Match": read.headers.get("ETag") ?? "" };
    const change = { token: owner.access, headers: seen, body: { category: null, match: "contains" } };
    const changed = await api.call("PATCH", path, change);
    expect(changed.body).toMatchObject({ category: null, match: "contains", productivity: 2, position: 1 });
    expect((await api.call("PATCH", path, change)).status).toBe(412);

    expect((await api.call("DELETE", path, { token: owner.access, headers: seen })).status).toBe(412);
    expect((await api.call("DELETE", path, { token: owner.access })).status).toBe(204);
    expect((await api.call("GET", path, { token: owner.access })).status).toBe(404);
    expect(await patternsOf(owner)).toEqual(["Terminal"]);
  });

  it("is hidden from other users, and rejects their projects", async () => {
    const [ada, eve] = [await api.signUp(), await api.signUp()];
    const { id } = (await addRule(ada)).body;
    const path = `/activity/rules/${id}`;
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const body = method === "PATCH" ? { pattern: "x" } : undefined;
      expect((await api.call(method, path, { token: eve.access, body })).status, method).toBe(404);
    }
    expect(await patternsOf(eve)).toEqual([]);
    const project = await api.call<{ id: string }>("POST", "/projects", {
      token: ada.access,
      body: { name: "Engine" },
    });
    expect((await addRule(ada, { project_id: project.body.id })).status).toBe(201);
    expect((await addRule(eve, { project_id: project.body.id })).status).toBe(404);
  });

  it.each([
    ["an unknown field", { field: "url" }],
    ["an unknown comparison", { match: "matches" }],
    ["an empty pattern", { pattern: " " }],
    ["a productivity over 2", { productivity: 3 }],
    ["a position", { position: 1 }],
  ])("rejects %s", async (_, fields) => {
    expect((await addRule(await api.signUp(), fields)).status).toBe(422);
  });

  it("refuses creation by an ingest token", async () => {
    const owner = await api.signUp();
    const made = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: owner.access,
      body: { name: "editor", scopes: ["ingest"] },
    });
    expect((await addRule({ ...owner, access: made.body.token })).status).toBe(403);
  });

  it("rejects more than 200 rules", async () => {
    const owner = await api.signUp();
    const { status } = await addRule(owner, { pattern: "first" });
    expect(status).toBe(201);
    await api.db.execute(sql`
      insert into activity_rules (owner_id, position, field, match, pattern)
      select ${owner.id}, n, 'app', 'equals', 'many' from generate_series(2, 200) as n`);
    expect((await addRule(owner)).body).toMatchObject({ error: "BUSINESS_LOGIC_ERROR" });
  });
});

describe("the order of rules", () => {
  const order = (owner: Owner, ids: string[]) =>
    api.call<Rule[]>("PUT", "/activity/rules/order", { token: owner.access, body: { rule_ids: ids } });

  it("changes as a whole", async () => {
    const owner = await api.signUp();
    const ids: string[] = [];
    for (const pattern of ["a", "b", "c"]) ids.push((await addRule(owner, { pattern })).body.id);
    const answer = await order(owner, ids.toReversed());
    expect(answer.body.map(({ pattern, position }) => [pattern, position])).toEqual([
      ["c", 1],
      ["b", 2],
      ["a", 3],
    ]);
    expect(await patternsOf(owner)).toEqual(["c", "b", "a"]);
  });

  it("rejects an order that does not name each rule exactly once", async () => {
    const [ada, eve] = [await api.signUp(), await api.signUp()];
    const [a, b] = [
      (await addRule(ada, { pattern: "a" })).body.id,
      (await addRule(ada, { pattern: "b" })).body.id,
    ];
    const others = (await addRule(eve)).body.id;
    for (const ids of [[a], [a, a], [a, b, b], [a, b, others], []])
      expect((await order(ada, ids)).body).toMatchObject({ error: "BUSINESS_LOGIC_ERROR" });
    expect(await patternsOf(ada)).toEqual(["a", "b"]);
  });
});
