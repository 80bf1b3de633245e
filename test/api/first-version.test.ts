import { beforeAll, describe, expect, it } from "vitest";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../support/api.ts";

/** Requests of a client of the FastAPI service, with the routes and bodies that it knows. */
let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

type Body = Record<string, unknown> & { id: string };

/** Creates a client that keeps cookies, as the old one did. */
function newClient() {
  const jar = new Map<string, string>();
  return async (method: string, path: string, body?: unknown) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = cookie === "" ? {} : { Cookie: cookie };
    const answer = await api.call<Body>(method, `/api/v1${path}`, { body, headers });
    for (const [name, { value }] of Object.entries(cookiesOf(answer))) {
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
}

const newAccount = () => {
  const username = `user-${crypto.randomUUID()}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
};

/** Creates a client that is signed in as `username`. */
async function signedIn(username: string, password = PASSWORD) {
  const client = newClient();
  const { status } = await client("POST", "/auth/login", { username, password });
  expect(status).toBe(200);
  return client;
}

describe("an account", () => {
  it("registers, signs in, is recognized by its cookie, and signs out [V1-1]", async () => {
    const client = newClient();
    const account = newAccount();
    const registered = await client("POST", "/auth/register", account);
    expect(registered.status).toBe(201);
    const { password, ...names } = account;
    expect(registered.body).toMatchObject({ ...names, id: expect.any(String) });
    expect(registered.text).not.toMatch(/hashed_password|argon2/);

    const login = await client("POST", "/auth/login", { username: account.username, password });
    expect(login.status).toBe(200);
    expect(login.body).toMatchObject({
      message: "Login successful",
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: "bearer",
      user: { username: account.username },
    });
    expect(login.headers.getSetCookie()).not.toEqual([]);

    const me = await client("GET", "/auth/me");
    expect(me).toMatchObject({ status: 200, body: names });
    const logout = await client("POST", "/auth/logout");
    expect(logout).toMatchObject({ status: 200, body: { message: "Logout successful" } });
    expect(await client("GET", "/auth/me")).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
  });

  it("causes an error with details when fields are missing [V1-2]", async () => {
    const answer = await newClient()("POST", "/auth/register", { username: "incomplete" });
    expect(answer).toMatchObject({ status: 422, body: { error: "VALIDATION_ERROR" } });
    const fields = (answer.body.details as { field: string }[]).map(({ field }) => field);
    expect(fields.sort()).toEqual(["body.email", "body.password"]);
  });

  it("continues with a refresh token in a body [V1-3]", async () => {
    const { refresh } = await api.signUp();
    const answer = await newClient()("POST", "/auth/refresh", { refresh_token: refresh });
    expect(answer).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String), token_type: "bearer" },
    });
    expect(await newClient()("POST", "/auth/refresh", { refresh_token: "invalid_token" })).toMatchObject({
      status: 401,
      body: { error: "INVALID_TOKEN" },
    });
  });

  it("changes its name and password, and signs in with them [V1-4]", async () => {
    const account = newAccount();
    await newClient()("POST", "/auth/register", account);
    const client = await signedIn(account.username);
    const username = `renamed-${crypto.randomUUID()}`;
    const renamed = await client("PUT", "/auth/me", { username });
    expect(renamed).toMatchObject({ status: 200, body: { username } });
    const next = "another horse, another battery";
    const passwords = { current_password: PASSWORD, new_password: next };
    expect((await client("PUT", "/auth/me/password", passwords)).status).toBe(200);
    expect((await client("POST", "/auth/logout")).status).toBe(200);
    await signedIn(username, next);
  });

  it("stops working when a superuser deactivates it, until its activation [V1-6]", async () => {
    const superuser = await signedIn(root.username);
    const { id } = await api.signUp();
    for (const [verb, isActive] of [
      ["deactivate", false],
      ["activate", true],
    ] as const) {
      const answer = await superuser("POST", `/auth/users/${id}/${verb}`);
      expect(answer).toMatchObject({ status: 200, body: { id, is_active: isActive } });
    }
  });
});

describe("a superuser", () => {
  it("lists users, roles and permissions, and others get 403 [V1-5]", async () => {
    const superuser = await signedIn(root.username);
    const other = await signedIn((await api.signUp()).username);
    for (const path of ["/auth/users", "/roles/", "/permissions/"]) {
      const { status, body } = await superuser("GET", path);
      expect(status).toBe(200);
      expect(Array.isArray(body) && body.length >= 2).toBe(true);
      expect(await other("GET", path)).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
    }
  });

  it("creates, reads, updates and deletes a role, and others get 403 [V1-7]", async () => {
    const superuser = await signedIn(root.username);
    const other = await signedIn((await api.signUp()).username);
    const role = { name: `editor-${crypto.randomUUID()}`.slice(0, 50), description: "Edits" };
    const refused = await other("POST", "/roles/", role);
    expect(refused).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
    const created = await superuser("POST", "/roles/", role);
    expect(created).toMatchObject({ status: 201, body: { ...role, id: expect.any(String) } });
    const path = `/roles/${created.body.id}`;
    const twice = await superuser("POST", "/roles/", role);
    expect(twice).toMatchObject({ status: 409, body: { error: "RESOURCE_ALREADY_EXISTS" } });
    const read = await superuser("GET", path);
    expect(read).toMatchObject({ status: 200, body: { id: created.body.id, name: role.name } });
    const changes = { name: `x${role.name}`.slice(0, 50), description: "Edits more" };
    expect(await superuser("PUT", path, changes)).toMatchObject({ status: 200, body: changes });
    expect((await superuser("DELETE", path)).status).toBe(204);
    const nothing = await superuser("GET", "/roles/00000000-0000-0000-0000-000000000000");
    expect(nothing).toMatchObject({ status: 404, body: { error: "RESOURCE_NOT_FOUND" } });
  });

  it("creates, reads, updates and deletes a permission, and others get 403 [V1-8]", async () => {
    const superuser = await signedIn(root.username);
    const other = await signedIn((await api.signUp()).username);
    const resource = `r${crypto.randomUUID()}`;
    const permission = { name: `${resource}:read`, resource, action: "read" };
    const refused = await other("POST", "/permissions/", permission);
    expect(refused).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
    const created = await superuser("POST", "/permissions/", permission);
    expect(created).toMatchObject({ status: 201, body: permission });
    const twice = await superuser("POST", "/permissions/", permission);
    expect(twice).toMatchObject({ status: 409, body: { error: "RESOURCE_ALREADY_EXISTS" } });
    const path = `/permissions/${created.body.id}`;
    const read = await superuser("GET", path);
    expect(read).toMatchObject({ status: 200, body: { id: created.body.id, name: permission.name } });
    const ofResource = await superuser("GET", `/permissions/resource/${resource}`);
    expect(ofResource).toMatchObject({ status: 200, body: [{ resource }] });
    const changes = { name: `${resource}:write`, resource, action: "write", description: "Writes" };
    expect(await superuser("PUT", path, changes)).toMatchObject({ status: 200, body: changes });
    expect((await superuser("DELETE", path)).status).toBe(204);
  });

  it("grants a role two permissions, and a user the role [V1-9]", async () => {
    const superuser = await signedIn(root.username);
    const { body: all } = await superuser("GET", "/permissions/resource/tasks");
    const ids = (all as unknown as Body[]).slice(0, 2).map(({ id }) => id);
    const role = (await superuser("POST", "/roles/", { name: crypto.randomUUID() })).body;
    const granted = await superuser("POST", `/roles/${role.id}/permissions`, { permission_ids: ids });
    expect(granted.status).toBe(200);
    expect(granted.body.permissions).toMatchObject(ids.map((id) => ({ id })));
    const { id } = await api.signUp();
    const assigned = await superuser("POST", `/auth/users/${id}/roles`, { role_ids: [role.id] });
    expect(assigned).toMatchObject({ status: 200, body: { id, roles: [{ id: role.id }] } });
  });
});
