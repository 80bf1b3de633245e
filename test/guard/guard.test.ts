import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { requestId } from "hono/request-id";
import { beforeAll, describe, expect, it } from "vitest";
import { expandWildcards } from "../../src/core/permissions.ts";
import { requireAll, requireAny, requirePermission, signedIn } from "../../src/guard/guard.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { renderError } from "../../src/http/error-response.ts";
import { readOrigin } from "../../src/http/middleware/origin.ts";
import { readSettings } from "../../src/http/middleware/settings.ts";
import { takeSteps } from "../../src/http/middleware/steps.ts";
import { body } from "../../src/http/openapi.ts";
import { createRouter } from "../../src/http/router.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const responses = { 200: { description: "Done" } };
const route = <Declared extends object>(path: string, declared: Declared) =>
  createRoute({ method: "get", path, responses, ...declared });

const who = async (c: Context<AppEnv>) => {
  const { rows } = await c.var.db.execute(sql`select actor() as id`);
  return c.json(rows, 200);
};

let handled = 0;

/** Routes with different declarations, whose handlers do nothing or a single write. */
// Some of its routes accept a key in the query, as routes do that ignore unknown parameters.
const app = createRouter({ ignoresUnknown: true });
app.use(requestId());
app.use(takeSteps(readSettings, readOrigin));
app.onError(renderError);
app.openapi(route("/signed-in", signedIn()), (c) => c.text("nothing"));
app.openapi(route("/permission", requirePermission("users:read")), (c) => c.text("nothing"));
app.openapi(route("/any", requireAny("users:read", "roles:read")), (c) => c.text("nothing"));
app.openapi(route("/all", requireAll(["users:read", "roles:read"])), (c) => c.text("nothing"));
app.openapi(route("/write", requirePermission("users:update")), async (c) => {
  handled++;
  await c.var.db.execute(sql`insert into roles (name) values ('written')`);
  return c.text("written");
});
app.openapi(route("/by-key", requirePermission("users:read", { acceptsApiKey: true })), who);
app.openapi(
  createRoute({
    method: "post",
    path: "/by-key",
    responses,
    ...requirePermission("users:read", { acceptsApiKey: true }),
  }),
  who,
);
app.openapi(
  createRoute({
    method: "post",
    path: "/body",
    responses,
    ...requirePermission("users:update"),
    request: { body: body(z.object({ name: z.string() })) },
  }),
  (c) => c.text("nothing"),
);

const ask = (path: string, token: string, init: RequestInit = {}) =>
  app.request(
    path,
    { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } },
    api.bindings,
  );

describe("a route's declaration", () => {
  it.each([
    ["/signed-in", [], 200],
    ["/permission", [], 403],
    ["/permission", ["users:read"], 200],
    ["/permission", ["users:*"], 200],
    ["/permission", ["*"], 200],
    ["/permission", ["users:update", "roles:read", "roles:*"], 403],
    ["/any", ["roles:read"], 200],
    ["/any", ["roles:*"], 200],
    ["/any", ["tasks:read"], 403],
    ["/all", ["users:read"], 403],
    ["/all", ["users:read", "roles:*"], 200],
    ["/all", ["*"], 200],
  ] as const)(
    "guards %s for a holder of %j with %i, although its handler checks nothing",
    async (path, names, status) => {
      const { access } = await api.signUpHolding(...names);
      expect((await ask(path, access)).status).toBe(status);
    },
  );

  it("names the missing alternatives without their wildcards", async () => {
    const { access } = await api.signUpHolding("tasks:read");
    const refusal = await (await ask("/any", access)).json();
    expect(refusal).toMatchObject({ missing: [["users:read", "roles:read"]] });
  });

  it("lets superusers through", async () => {
    const { access, id } = await api.signUpHolding();
    await api.db.execute(sql`update users set is_superuser = true where id = ${id}`);
    expect((await ask("/all", access)).status).toBe(200);
  });

  it("forbids the work itself, not only its response [GUARD-2]", async () => {
    const { access } = await api.signUpHolding("users:read");
    const before = handled;
    expect((await ask("/write", access)).status).toBe(403);
    expect(handled).toBe(before + 1);
    const { rows } = await api.db.execute(sql`select from roles where name = 'written'`);
    expect(rows).toHaveLength(0);
  });

  it("answers 403 before it validates the body", async () => {
    const { access } = await api.signUpHolding("users:read");
    const invalid = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
    expect((await ask("/body", access, invalid)).status).toBe(403);
    const { access: allowed } = await api.signUpHolding("users:update");
    expect((await ask("/body", allowed, invalid)).status).toBe(422);
  });

  it.each([
    ["the role is deleted", (role: string) => sql`update roles set is_deleted = true where id = ${role}`],
    [
      "the role is taken from the user",
      (role: string) => sql`delete from user_roles where role_id = ${role}`,
    ],
    [
      "the permission is taken from the role",
      (role: string) => sql`delete from role_permissions where role_id = ${role}`,
    ],
  ])("applies from the next request on when %s [GUARD-1]", async (_, change) => {
    const { access, roleId } = await api.signUpHolding("users:read");
    expect((await ask("/permission", access)).status).toBe(200);
    await api.db.execute(change(roleId));
    expect((await ask("/permission", access)).status).toBe(403);
  });

  it("appears in the OpenAPI document", () => {
    const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } });
    expect(document.paths?.["/all"]?.get).toMatchObject({
      security: [{ basic: [] }, { cookie: [] }, { bearer: [] }],
      "x-permissions": [["users:read"], ["roles:read"]],
    });
  });
});

describe("a route that accepts API keys", () => {
  async function keyOf(owner: { access: string }, scopes = ["full"]) {
    const body = { name: "editor", scopes, format: "wakatime" };
    const made = await api.call<{ id: string; token: string }>("POST", "/auth/tokens", {
      token: owner.access,
      body,
    });
    return made.body;
  }
  const send = (query: string, authorization?: string, init: RequestInit = {}) =>
    app.request(
      `/by-key${query}`,
      { ...init, headers: { ...init.headers, ...(authorization && { Authorization: authorization }) } },
      api.bindings,
    );

  it("resolves a key's owner in one round trip, from each place where a request can carry the key", async () => {
    const owner = await api.signUpHolding("users:read");
    const { token: key } = await keyOf(owner);
    const ways: [string, string?][] = [
      ["", `Basic ${btoa(key)}`],
      ["", `Basic ${btoa(`${key}:`)}`],
      ["", `Basic ${btoa(`:${key}`)}`],
      ["", `Basic ${btoa(`username:${key}`)}`],
      ["", `Bearer ${key}`],
      ["", `Bearer ${btoa(key)}`],
      [`?api_key=${key}`],
    ];
    for (const way of ways) {
      const trips = await api.roundTripsOf(async () => {
        const answer = await send(...way);
        expect([answer.status, await answer.json()], way.join()).toEqual([200, [{ id: owner.id }]]);
      });
      expect(trips).toBe(1);
    }
    for (const authorization of [`Bearer ${owner.access}`]) {
      expect(await (await send("", authorization)).json()).toEqual([{ id: owner.id }]);
    }
  });

  it("rejects a malformed header instead of ignoring it", async () => {
    const { token: key } = await keyOf(await api.signUpHolding("users:read"));
    for (const authorization of [
      key,
      `Token ${key}`,
      "Basic",
      "Basic ===",
      `Basic ${btoa("other")}`,
      "Bearer x",
    ]) {
      const trips = await api.roundTripsOf(async () => {
        expect((await send(`?api_key=${key}`, authorization)).status, authorization).toBe(401);
      });
      expect(trips).toBe(0);
    }
  });

  it.each([
    ["none", ""],
    ["an empty one", "?api_key="],
    ["one in capitals", `?api_key=WAKA_${crypto.randomUUID()}`],
    ["one without its beginning", `?api_key=${crypto.randomUUID()}`],
    ["an unknown one", `?api_key=waka_${crypto.randomUUID()}`],
  ])("rejects %s", async (_, query) => {
    expect((await send(query)).status).toBe(401);
  });

  it("ignores personal tokens in the query, and the cookie next to an invalid key", async () => {
    const owner = await api.signUpHolding("users:read");
    const body = { name: "script", scopes: ["full"] };
    const made = await api.call("POST", "/auth/tokens", { token: owner.access, body });
    expect((await send(`?api_key=${made.body.token}`)).status).toBe(401);
    const cookie = { headers: { Cookie: `access_token=${owner.access}` } };
    expect((await send("?api_key=x", undefined, cookie)).status).toBe(401);
    expect((await send("", undefined, cookie)).status).toBe(200);
  });

  it("limits a key to its scopes, its owner's permissions, and the lifetimes of both", async () => {
    const owner = await api.signUpHolding("users:read");
    const statusOf = async (key: string) => (await send(`?api_key=${key}`)).status;
    expect(await statusOf((await keyOf(owner, ["ingest"])).token)).toBe(403);
    const { token: suspended } = await keyOf(owner, ["read"]);
    expect(await statusOf(suspended)).toBe(200);
    await api.db.execute(sql`update users set is_active = false where id = ${owner.id}`);
    expect(await statusOf(suspended)).toBe(403);
    await api.db.execute(sql`update users set is_active = true where id = ${owner.id}`);
    expect(await statusOf(suspended)).toBe(401);
    const { access } = await api.signIn(owner.username);
    const { token: key, id } = await keyOf({ access }, ["read"]);
    expect(await statusOf(key)).toBe(200);
    await api.db.execute(sql`delete from user_roles where user_id = ${owner.id}`);
    expect(await statusOf(key)).toBe(403);
    await api.call("DELETE", `/auth/tokens/${id}`, { token: access });
    expect(await statusOf(key)).toBe(401);
    const { rows } = await api.db.execute(sql`select last_used_at from personal_tokens where id = ${id}`);
    expect(rows).toEqual([{ last_used_at: expect.anything() }]);
  });

  it("rejects cookies from pages of other origins, and accepts keys from any page", async () => {
    const { token: key } = await keyOf(await api.signUpHolding("users:read"));
    const from = { method: "POST", headers: { "Sec-Fetch-Site": "cross-site" } };
    expect((await send("", `Basic ${btoa(key)}`, from)).status).toBe(403);
    expect((await send(`?api_key=${key}`, undefined, from)).status).toBe(200);
    expect((await send("", `Bearer ${key}`, from)).status).toBe(200);
  });
});

describe("wildcards", () => {
  it("expands wildcards of the required permissions", () => {
    expect(expandWildcards([["users:read"], ["tasks:read", "tasks:update"]])).toEqual([
      ["users:read", "users:*", "*"],
      ["tasks:read", "tasks:*", "*", "tasks:update"],
    ]);
  });
});
