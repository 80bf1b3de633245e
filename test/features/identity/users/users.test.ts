import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";
const as = (token: string) => ({
  get: (path: string, headers = {}) => api.call("GET", path, { token, headers }),
  post: (path: string, body?: unknown) => api.call("POST", path, { token, body }),
  put: (path: string, body: unknown, headers = {}) => api.call("PUT", path, { token, body, headers }),
  delete: (path: string) => api.call("DELETE", path, { token }),
});

describe("GET /auth/users", () => {
  it("pages by skip and limit, with the total and links", async () => {
    const own = await createTestApi();
    const admin = await own.signUpHolding("users:read");
    for (let i = 0; i < 6; i++) await own.signUp(`member-${i}`);
    const page = await own.call<{ username: string }[]>("GET", "/auth/users?skip=1&limit=2&sort=username", {
      token: admin.access,
    });
    expect(page.body.map(({ username }) => username)).toEqual(["member-1", "member-2"]);
    expect(page.headers.get("X-Total-Count")).toBe("7");
    expect(page.headers.get("Link")).toMatch(/^<\/auth\/users\?.*cursor=.*>; rel="next", <.*>; rel="prev"$/);
    expect(Object.keys(page.body[0] ?? {}).sort()).toEqual([
      "created_at",
      "email",
      "id",
      "is_active",
      "is_superuser",
      "username",
    ]);
  });

  it.each(["created_at", "-created_at", "username", "-username", "email", "-email"])(
    "pages by cursor in both directions in the order of %s, with each user once",
    async (sort) => {
      const own = await createTestApi();
      const admin = await own.signUpHolding("users:read");
      for (let i = 0; i < 6; i++) await own.signUp(`member-${i}`);
      // Equal sort keys must not lose or repeat users.
      await own.db.execute(sql`update users set created_at = '2026-01-01' where username <> 'member-3'`);
      const follow = async (start: string, relation: string) => {
        const pages: string[][] = [];
        let path: string | undefined = start;
        let last = start;
        while (path) {
          const answer: { body: { id: string }[]; headers: Headers } = await own.call<{ id: string }[]>(
            "GET",
            path,
            {
              token: admin.access,
            },
          );
          pages.push(answer.body.map(({ id }) => id));
          last = path;
          path = new RegExp(`<([^>]*)>; rel="${relation}"`).exec(answer.headers.get("Link") ?? "")?.[1];
        }
        return { pages, last };
      };
      const whole = await own.call<{ id: string }[]>("GET", `/auth/users?sort=${sort}`, {
        token: admin.access,
      });
      const { pages: forth, last } = await follow(`/auth/users?limit=2&sort=${sort}`, "next");
      expect(forth.flat()).toEqual(whole.body.map(({ id }) => id));
      const { pages: back } = await follow(last, "prev");
      expect(back.toReversed().flat()).toEqual(forth.flat());
    },
  );

  it("searches names and filters by active state, and takes wildcards literally [USER-5]", async () => {
    const own = await createTestApi();
    const admin = await own.signUpHolding("users:read");
    const { id } = await own.signUp("zoe_1");
    await own.signUp("zoeX2");
    await own.db.execute(sql`update users set is_active = false where id = ${id}`);
    const names = async (query: string) =>
      (
        await own.call<{ username: string }[]>("GET", `/auth/users?sort=username&${query}`, {
          token: admin.access,
        })
      ).body.map(({ username }) => username);
    expect(await names("q=ZOE")).toEqual(["zoe_1", "zoeX2"]);
    expect(await names("q=zoe_")).toEqual(["zoe_1"]);
    expect(await names("q=%25")).toEqual([]);
    expect(await names("q=zoe&is_active=false")).toEqual(["zoe_1"]);
    expect(await names("q=zoe&is_active=true")).toEqual(["zoeX2"]);
  });

  it.each([
    "limit=0",
    "limit=101",
    "limit=x",
    "skip=-1",
    "skip=1e99",
    "sort=password_hash",
    "cursor=xyz",
    "is_active=maybe",
  ])("rejects %s", async (query) => {
    const { status, body } = await as(root.access).get(`/auth/users?${query}`);
    expect(status).toBe(422);
    const field = `query.${query.split("=")[0]}`;
    expect(body.details).toContainEqual(expect.objectContaining({ field }));
  });

  it("leaves out deleted users", async () => {
    const deleted = await api.signUp();
    await as(root.access).delete(`/auth/users/${deleted.id}`);
    expect((await as(root.access).get(`/auth/users?q=${deleted.username}`)).body).toEqual([]);
    expect((await as(root.access).get(`/auth/users/${deleted.id}`)).body.error).toBe("RESOURCE_NOT_FOUND");
  });
});

describe("PUT /auth/users/{id}", () => {
  it("changes only the given fields", async () => {
    const user = await api.signUp();
    const { status, body } = await as(root.access).put(`/auth/users/${user.id}`, { first_name: "Ada" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: user.id, first_name: "Ada", username: user.username });
  });

  it("answers 404 for an unknown user, 409 for a taken name, 422 for fields that can't be set [USER-8]", async () => {
    const user = await api.signUp();
    const put = (id: string, body: object) => as(root.access).put(`/auth/users/${id}`, body);
    expect((await put(UNKNOWN_ID, { first_name: "x" })).body.error).toBe("RESOURCE_NOT_FOUND");
    expect((await put("7", { first_name: "x" })).status).toBe(422);
    expect((await put(user.id, { email: root.email })).body.error).toBe("EMAIL_ALREADY_EXISTS");
    expect((await put(user.id, { username: root.username })).body.error).toBe("USERNAME_ALREADY_EXISTS");
    expect((await put(user.id, { is_superuser: true })).status).toBe(422);
  });

  it("rejects an outdated If-Match", async () => {
    const user = await api.signUp();
    const path = `/auth/users/${user.id}`;
    const outdated = (await as(root.access).get(path)).headers.get("ETag") ?? "";
    expect(outdated).toMatch(/^"[0-9a-f]{32}"$/);
    const first = await as(root.access).put(path, { first_name: "Ada" }, { "If-Match": outdated });
    expect(first.status).toBe(200);
    const second = await as(root.access).put(path, { first_name: "Eve" }, { "If-Match": outdated });
    expect(second).toMatchObject({ status: 412, body: { error: "PRECONDITION_FAILED" } });
    expect((await as(root.access).get(path)).body.first_name).toBe("Ada");
    const put = (tag: string | null) => as(root.access).put(path, {}, { "If-Match": tag ?? "" });
    expect((await put(`"other", ${first.headers.get("ETag")}`)).status).toBe(200);
    expect((await put("*")).status).toBe(200);
    const { headers } = await as(root.access).get(path);
    expect((await put('W/"other"')).status).toBe(412);
    // A proxy that compresses the response weakens its tag.
    expect((await put(`W/${headers.get("ETag")}`)).status).toBe(200);
  });

  it("returns a tag that also changes with roles and their permissions", async () => {
    const user = await api.signUpHolding("tasks:read");
    const tag = async () => (await as(root.access).get(`/auth/users/${user.id}`)).headers.get("ETag");
    const before = await tag();
    const role = `/roles/${user.roleId}`;
    await as(root.access).put(role, { description: "changed" });
    const renamed = await tag();
    expect(renamed).not.toBe(before);
    await as(root.access).post(`${role}/permissions`, { permission_ids: [] });
    expect(await tag()).not.toBe(renamed);
  });
});

describe("deactivating and deleting", () => {
  it("ends every session immediately, and activation restores none [USER-7]", async () => {
    const user = await api.signUp();
    const { status, body } = await as(root.access).post(`/auth/users/${user.id}/deactivate`);
    expect(status).toBe(200);
    expect(body.is_active).toBe(false);
    expect((await as(user.access).get("/auth/me")).body.error).toBe("INACTIVE_USER");
    expect((await api.call("POST", "/auth/refresh", { body: { refresh_token: user.refresh } })).status).toBe(
      403,
    );
    expect((await as(root.access).post(`/auth/users/${user.id}/activate`)).body.is_active).toBe(true);
    expect((await as(user.access).get("/auth/me")).body.error).toBe("INVALID_TOKEN");
    expect((await as((await api.signIn(user.username)).access).get("/auth/me")).status).toBe(200);
  });

  it("ends every session by PUT as well", async () => {
    const user = await api.signUp();
    await as(root.access).put(`/auth/users/${user.id}`, { is_active: false });
    await as(root.access).put(`/auth/users/${user.id}`, { is_active: true });
    expect((await as(user.access).get("/auth/me")).body.error).toBe("INVALID_TOKEN");
  });

  it("frees the names of a deleted user, whose account and roles can be restored", async () => {
    const user = await api.signUpHolding("tasks:read");
    expect((await as(root.access).delete(`/auth/users/${user.id}`)).status).toBe(204);
    expect((await as(user.access).get("/auth/me")).body.error).toBe("INVALID_TOKEN");
    expect((await as(root.access).delete(`/auth/users/${user.id}`)).status).toBe(404);
    const restored = await as(root.access).post(`/auth/users/${user.id}/restore`);
    expect(restored.body).toMatchObject({ id: user.id, roles: [{ id: user.roleId }] });
    expect((await as(user.access).get("/auth/me")).body.error).toBe("INVALID_TOKEN");
    expect((await as(root.access).post(`/auth/users/${user.id}/restore`)).status).toBe(404);
  });

  it.each([
    ["deactivated and activated", "POST", "/deactivate", "/activate"],
    ["deleted and restored", "DELETE", "", "/restore"],
  ])(
    "ends tokens, keys and feeds of an account that is %s, and lists them",
    async (_, method, closing, opening) => {
      const user = await api.signUp();
      const make = async <Made>(path: string, body: object) =>
        (await api.call<Made>("POST", path, { token: user.access, body })).body;
      const { token } = await make<{ token: string }>("/auth/tokens", {
        name: "export",
        scopes: ["tasks:read"],
      });
      await make("/auth/tokens", { name: "editor", scopes: ["ingest"], format: "wakatime" });
      const { url } = await make<{ url: string }>("/calendar-feeds", { name: "phone" });
      const feed = new URL(url).pathname;
      expect((await as(token).get("/auth/me")).status).toBe(200);
      expect((await api.call("GET", feed)).status).toBe(200);

      await api.call(method, `/auth/users/${user.id}${closing}`, { token: root.access });
      const opened = await as(root.access).post(`/auth/users/${user.id}${opening}`);
      const ended = { tokens: ["export"], keys: ["editor"], feeds: ["phone"] };
      expect([opened.status, opened.body.ended]).toEqual([200, ended]);
      const again = await as(root.access).post(`/auth/users/${user.id}/activate`);
      expect(again.body.ended).toEqual({ tokens: [], keys: [], feeds: [] });
      expect((await as(token).get("/auth/me")).body.error).toBe("INVALID_TOKEN");
      expect((await api.call("GET", feed)).status).toBe(404);
    },
  );

  it("answers 409 for restoring a user whose name is taken", async () => {
    const user = await api.signUp();
    await as(root.access).delete(`/auth/users/${user.id}`);
    await api.signUp(user.username);
    const { body } = await as(root.access).post(`/auth/users/${user.id}/restore`);
    expect(body.error).toMatch(/^(EMAIL|USERNAME)_ALREADY_EXISTS$/);
  });

  it("rejects the caller's own account [USER-3]", async () => {
    const admin = await api.signUpHolding("users:update", "users:delete");
    for (const answer of [
      await as(admin.access).delete(`/auth/users/${admin.id}`),
      await as(admin.access).post(`/auth/users/${admin.id}/deactivate`),
      await as(admin.access).put(`/auth/users/${admin.id}`, { is_active: false }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { error: "BUSINESS_LOGIC_ERROR" } });
    }
    expect((await as(admin.access).get("/auth/me")).status).toBe(200);
  });

  it("leaves one active superuser under concurrent requests [USER-4]", async () => {
    const own = await createTestApi();
    const supers = await Promise.all([1, 2, 3].map(() => own.signUpHolding("superuser")));
    const attempts = supers.flatMap(({ access: token }) =>
      supers.flatMap(({ id }) => [
        own.call("DELETE", `/auth/users/${id}`, { token }),
        own.call("POST", `/auth/users/${id}/deactivate`, { token }),
      ]),
    );
    await Promise.all(attempts);
    const { rows } = await own.db.execute(
      sql`select count(*)::int as left from users where is_superuser and is_active and not is_deleted`,
    );
    expect(rows[0]?.left).toBeGreaterThanOrEqual(1);
  });

  it("rejects removing the last superuser by SQL", async () => {
    const own = await createTestApi();
    const { id } = await own.signUpHolding("superuser");
    await expect(
      own.db.execute(sql`update users set is_superuser = false where id = ${id}`),
    ).rejects.toMatchObject({ cause: { code: "BUSINESS_LOGIC_ERROR" } });
  });

  it("lets only superusers act on a superuser", async () => {
    const admin = await api.signUpHolding("users:update", "users:delete", "roles:assign");
    const { id } = await api.signUpHolding("superuser");
    for (const answer of [
      await as(admin.access).put(`/auth/users/${id}`, { email: "mallory@example.com" }),
      await as(admin.access).delete(`/auth/users/${id}`),
      await as(admin.access).post(`/auth/users/${id}/deactivate`),
      await as(admin.access).post(`/auth/users/${id}/roles`, { role_ids: [] }),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { error: "PERMISSION_DENIED" } });
    }
    expect((await as(root.access).post(`/auth/users/${id}/deactivate`)).status).toBe(200);
  });
});

describe("POST /auth/users/{id}/roles", () => {
  const assign = (token: string, id: string, ...roleIds: string[]) =>
    as(token).post(`/auth/users/${id}/roles`, { role_ids: roleIds });

  it("replaces the roles, with effect from the next request [USER-1]", async () => {
    const reader = await api.signUpHolding("roles:read");
    const user = await api.signUp();
    expect((await as(user.access).get("/roles")).status).toBe(403);
    const { body } = await assign(root.access, user.id, reader.roleId, reader.roleId);
    expect(body.roles).toMatchObject([{ id: reader.roleId }]);
    expect((await as(user.access).get("/roles")).status).toBe(200);
    expect((await assign(root.access, user.id)).body.roles).toEqual([]);
    expect((await as(user.access).get("/roles")).status).toBe(403);
  });

  it("changes nothing for an unknown user or role [USER-2]", async () => {
    const reader = await api.signUpHolding("roles:read");
    const user = await api.signUp();
    expect((await assign(root.access, UNKNOWN_ID, reader.roleId)).body.message).toMatch(/^User not found/);
    expect((await assign(root.access, user.id, reader.roleId, UNKNOWN_ID)).body.message).toMatch(
      /^Role not found/,
    );
    expect((await as(user.access).get("/auth/me")).body.roles).toMatchObject([{ name: "user" }]);
  });

  it("rejects roles whose permissions the caller does not hold, also for the caller", async () => {
    const assigner = await api.signUpHolding("roles:assign", "tasks:read");
    const poor = await api.signUpHolding("tasks:read");
    const rich = await api.signUpHolding("tasks:read", "users:delete");
    const everything = await api.signUpHolding("*");
    const user = await api.signUp();
    expect((await assign(assigner.access, user.id, poor.roleId)).status).toBe(200);
    for (const [id, roleId] of [
      [user.id, rich.roleId],
      [assigner.id, rich.roleId],
      [assigner.id, everything.roleId],
    ] as const) {
      expect(await assign(assigner.access, id, assigner.roleId, roleId)).toMatchObject({
        status: 403,
        body: { error: "PERMISSION_DENIED", message: expect.stringMatching(/hold/) },
      });
    }
    const { body } = await as(user.access).get("/auth/me");
    expect(body.roles).toMatchObject([{ id: poor.roleId }]);
  });

  it("keeps roles that the user has, even if the caller does not hold their permissions", async () => {
    const assigner = await api.signUpHolding("roles:assign", "tasks:read");
    const poor = await api.signUpHolding("tasks:read");
    const rich = await api.signUpHolding("tasks:delete");
    const { status, body } = await assign(assigner.access, rich.id, rich.roleId, poor.roleId);
    expect(status).toBe(200);
    expect(body.roles).toHaveLength(2);
    const administrator = await api.signUpHolding("users:delete");
    expect((await assign(assigner.access, administrator.id, administrator.roleId)).status).toBe(403);
  });
});
