import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { requestId } from "hono/request-id";
import { beforeAll, describe, expect, it } from "vitest";
import { renderError } from "../../src/core/error-response.ts";
import { requireAll, requireAny, requirePermission, signedIn } from "../../src/core/middleware/guard.ts";
import { readOrigin } from "../../src/core/middleware/origin.ts";
import { readSettings } from "../../src/core/middleware/settings.ts";
import { body } from "../../src/core/openapi.ts";
import { expandWildcards } from "../../src/core/permissions.ts";
import { createRouter } from "../../src/core/router.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const responses = { 200: { description: "Done" } };
const route = <Declared extends object>(path: string, declared: Declared) =>
  createRoute({ method: "get", path, responses, ...declared });

let handled = 0;

/** Routes of which each declares something else, and whose handlers do nothing, or one thing. */
const app = createRouter();
app.use(requestId());
app.use(readSettings);
app.use(readOrigin);
app.onError(renderError);
app.openapi(route("/signed-in", signedIn()), (c) => c.text("nothing"));
app.openapi(route("/permission", requirePermission("users:read")), (c) => c.text("nothing"));
app.openapi(route("/any", requireAny("users:read", "roles:read")), (c) => c.text("nothing"));
app.openapi(route("/all", requireAll("users:read", "roles:read")), (c) => c.text("nothing"));
app.openapi(route("/write", requirePermission("users:update")), async (c) => {
  handled++;
  await c.var.db.execute(sql`insert into roles (name) values ('written')`);
  return c.text("written");
});
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
  ] as const)("%s for a holder of %j: %i, though its handler asks nothing", async (path, names, status) => {
    const { access } = await api.signUpHolding(...names);
    expect((await ask(path, access)).status).toBe(status);
  });

  it("lets superusers through", async () => {
    const { access, id } = await api.signUpHolding();
    await api.db.execute(sql`update users set is_superuser = true where id = ${id}`);
    expect((await ask("/all", access)).status).toBe(200);
  });

  it("forbids the work itself, not only its answer", async () => {
    const { access } = await api.signUpHolding("users:read");
    const before = handled;
    expect((await ask("/write", access)).status).toBe(403);
    expect(handled).toBe(before + 1);
    const { rows } = await api.db.execute(sql`select from roles where name = 'written'`);
    expect(rows).toHaveLength(0);
  });

  it("answers 403 before it says what is wrong with a body", async () => {
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
  ])("holds from the next request on when %s", async (_, change) => {
    const { access, roleId } = await api.signUpHolding("users:read");
    expect((await ask("/permission", access)).status).toBe(200);
    await api.db.execute(change(roleId));
    expect((await ask("/permission", access)).status).toBe(403);
  });

  it("is in the OpenAPI document", () => {
    const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } });
    expect(document.paths?.["/all"]?.get).toMatchObject({
      security: [{ bearer: [] }, { basic: [] }, { cookie: [] }],
      "x-permissions": [["users:read"], ["roles:read"]],
    });
  });
});

describe("wildcards", () => {
  it("are expanded on the asking side", () => {
    expect(expandWildcards([["users:read"], ["tasks:read", "tasks:update"]])).toEqual([
      ["users:read", "users:*", "*"],
      ["tasks:read", "tasks:*", "*", "tasks:update"],
    ]);
  });
});
