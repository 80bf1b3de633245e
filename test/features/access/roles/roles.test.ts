import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const NOTHING = "00000000-0000-0000-0000-000000000000";
const call = (method: string, path: string, body?: unknown, token = root.access, headers = {}) =>
  api.call<Record<string, unknown> & { id: string }>(method, path, { token, body, headers });
const unique = () => `role-${crypto.randomUUID()}`.slice(0, 50);
const idsOf = async (...names: string[]) =>
  Promise.all(names.map(async (name) => (await call("GET", `/permissions/name/${name}`)).body.id));
const grantsOf = (body: Record<string, unknown>) =>
  (body.permissions as { name: string }[]).map(({ name }) => name);

describe("a role", () => {
  it("is created, read by id and name, updated and deleted", async () => {
    const name = unique();
    const created = await call("POST", "/roles/", {
      name,
      description: "d",
      permission_ids: await idsOf("tasks:read"),
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      name,
      description: "d",
      updated_at: null,
      permissions: [{ name: "tasks:read" }],
    });
    const { id } = created.body;
    expect((await call("GET", `/roles/${id}`)).body).toEqual(created.body);
    expect((await call("GET", `/roles/name/${name.toUpperCase()}`)).body.id).toBe(id);
    const renamed = await call("PUT", `/roles/${id}`, { name: `${name}2`.slice(-50), description: null });
    expect(renamed.body).toMatchObject({ description: null, permissions: [{ name: "tasks:read" }] });
    expect((await call("DELETE", `/roles/${id}`)).status).toBe(204);
    expect((await call("GET", `/roles/${id}`)).body.error).toBe("RESOURCE_NOT_FOUND");
    expect((await call("DELETE", `/roles/${id}`)).status).toBe(404);
  });

  it("is listed in pages, at /roles and /roles/", async () => {
    for (const path of ["/roles", "/roles/", "/api/v1/roles/"]) {
      const { status, headers, body } = await call("GET", `${path}?q=vie&limit=1`);
      expect(status).toBe(200);
      expect(headers.get("X-Total-Count")).toBe("1");
      expect(body).toEqual([
        {
          id: expect.any(String),
          name: "viewer",
          description: expect.any(String),
          created_at: expect.any(String),
        },
      ]);
    }
  });

  it("answers 404 for unknown ids, and changes nothing [ROLE-2]", async () => {
    const name = unique();
    const missing = await call("POST", "/roles", { name, permission_ids: [NOTHING] });
    expect(missing).toMatchObject({ status: 404, body: { error: "RESOURCE_NOT_FOUND" } });
    expect((await call("GET", `/roles/name/${name}`)).status).toBe(404);
    expect((await call("GET", `/roles/${NOTHING}`)).body.error).toBe("RESOURCE_NOT_FOUND");
    expect((await call("PUT", `/roles/${NOTHING}`, { name })).status).toBe(404);
    expect((await call("POST", `/roles/${NOTHING}/restore`)).status).toBe(404);
  });

  it("has a unique name ignoring case; a deletion frees the name, and a restore onto a taken one answers 409 [ROLE-1]", async () => {
    const name = unique();
    const first = await call("POST", "/roles", { name });
    const conflict = await call("POST", "/roles", { name: name.toUpperCase() });
    expect(conflict).toMatchObject({ status: 409, body: { error: "RESOURCE_ALREADY_EXISTS" } });
    await call("DELETE", `/roles/${first.body.id}`);
    const second = await call("POST", "/roles", { name });
    expect(second.status).toBe(201);
    expect((await call("POST", `/roles/${first.body.id}/restore`)).body.error).toBe(
      "RESOURCE_ALREADY_EXISTS",
    );
    await call("DELETE", `/roles/${second.body.id}`);
    expect((await call("POST", `/roles/${first.body.id}/restore`)).body).toMatchObject({
      id: first.body.id,
      name,
    });
  });

  it("resists deletion if it is built in", async () => {
    for (const name of ["admin", "user", "viewer"]) {
      const { id } = (await call("GET", `/roles/name/${name}`)).body;
      expect(await call("DELETE", `/roles/${id}`)).toMatchObject({
        status: 400,
        body: { error: "BUSINESS_LOGIC_ERROR" },
      });
    }
  });

  it("grants the permissions that are set, added and removed", async () => {
    const { id } = (await call("POST", "/roles", { name: unique() })).body;
    const [read = "", update = ""] = await idsOf("tasks:read", "tasks:update");
    const set = await call("POST", `/roles/${id}/permissions`, { permission_ids: [read, read] });
    expect(grantsOf(set.body)).toEqual(["tasks:read"]);
    for (let i = 0; i < 2; i++) {
      const added = await call("POST", `/roles/${id}/permissions/${update}`);
      expect(added.status).toBe(200);
      expect(grantsOf(added.body)).toEqual(["tasks:read", "tasks:update"]);
    }
    expect(grantsOf((await call("DELETE", `/roles/${id}/permissions/${read}`)).body)).toEqual([
      "tasks:update",
    ]);
    expect((await call("DELETE", `/roles/${id}/permissions/${read}`)).status).toBe(404);
    expect((await call("POST", `/roles/${id}/permissions/${NOTHING}`)).status).toBe(404);
    expect((await call("POST", `/roles/${id}/permissions`, {})).status).toBe(422);
  });

  it("rejects a stale If-Match", async () => {
    const created = await call("POST", "/roles", { name: unique() });
    const path = `/roles/${created.body.id}`;
    const seen = { "If-Match": created.headers.get("ETag") ?? "" };
    const answers = await Promise.all(
      ["a", "b", "c"].map((description) => call("PUT", path, { description }, root.access, seen)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const [permission] = await idsOf("tasks:read");
    const { headers } = await call("GET", path);
    await call("POST", `${path}/permissions/${permission}`);
    const stale = { "If-Match": headers.get("ETag") ?? "" };
    expect((await call("PUT", path, { description: "d" }, root.access, stale)).status).toBe(412);
  });
});

describe("a caller who does not hold a permission", () => {
  const everyWay =
    "roles:create roles:update roles:delete roles:read permissions:create permissions:update".split(" ");

  it("fails to grant it by a new role, a changed one, or one by one, even in their own role [ROLE-7]", async () => {
    const actor = await api.signUpHolding(...everyWay);
    const [held = "", wanted = "", wildcard = ""] = [
      ...(await idsOf("roles:read", "users:delete")),
      (await call("POST", "/permissions", { resource: "users", action: "*" })).body.id,
    ];
    const as = (method: string, path: string, body?: unknown) => call(method, path, body, actor.access);
    expect((await as("POST", "/roles", { name: unique(), permission_ids: [held] })).status).toBe(201);
    for (const permission of [wanted, wildcard]) {
      for (const answer of [
        await as("POST", "/roles", { name: unique(), permission_ids: [held, permission] }),
        await as("PUT", `/roles/${actor.roleId}`, { permission_ids: [held, permission] }),
        await as("POST", `/roles/${actor.roleId}/permissions`, { permission_ids: [permission] }),
        await as("POST", `/roles/${actor.roleId}/permissions/${permission}`),
      ]) {
        expect(answer).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
      }
    }
    const { body } = await as("GET", `/roles/${actor.roleId}`);
    expect(grantsOf(body).sort()).toEqual([...everyWay].sort());
  });

  it("fails to gain it by renaming a permission of their role", async () => {
    const actor = await api.signUpHolding(...everyWay, "odd:job");
    const [id] = await idsOf("odd:job");
    const rename = (resource: string, action: string) =>
      call("PUT", `/permissions/${id}`, { resource, action }, actor.access);
    expect((await rename("users", "purge")).status).toBe(403);
    expect((await rename("roles", "*")).status).toBe(403);
    expect((await rename("*", "*")).status).toBe(403);
    expect((await call("GET", `/permissions/${id}`)).body.name).toBe("odd:job");
    expect((await call("PUT", `/permissions/${id}`, { description: "x" }, actor.access)).status).toBe(200);
  });

  it("fails to gain it by restoring a role or a permission", async () => {
    const rich = await api.signUpHolding("users:delete");
    const actor = await api.signUpHolding("roles:delete", "permissions:delete");
    await call("DELETE", `/roles/${rich.roleId}`);
    expect((await call("POST", `/roles/${rich.roleId}/restore`, undefined, actor.access)).status).toBe(403);
    expect((await call("POST", `/roles/${rich.roleId}/restore`)).status).toBe(200);

    const own = await api.signUpHolding("gone:soon", "permissions:delete");
    const [id] = await idsOf("gone:soon");
    await call("DELETE", `/permissions/${id}`);
    expect((await call("POST", `/permissions/${id}/restore`, undefined, own.access)).status).toBe(403);
    expect((await call("POST", `/permissions/${id}/restore`)).status).toBe(200);
  });

  it("grants it with a wildcard that includes it", async () => {
    const actor = await api.signUpHolding("roles:*", "tasks:*");
    const [task, user] = await idsOf("tasks:read", "users:read");
    const create = (id: string | undefined) =>
      call("POST", "/roles", { name: unique(), permission_ids: [id] }, actor.access);
    expect((await create(task)).status).toBe(201);
    expect((await create(user)).status).toBe(403);
  });
});
