import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface OwnPermissions {
  permissions: string[];
  is_superuser: boolean;
}

const mine = (token: string, headers: Record<string, string> = {}) =>
  api.call<OwnPermissions>("GET", "/auth/me/permissions", { token, headers });

describe("GET /auth/me/permissions", () => {
  it("lists the permissions that the user's roles grant, sorted and without duplicates", async () => {
    const user = await api.signUpHolding("users:read", "tasks:*", "Zebras:read", "projects:read");
    await api.db.execute(sql`
      insert into user_roles (user_id, role_id) select ${user.id}, id from roles where name = 'viewer'`);
    const answer = await mine(user.access);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      permissions: [
        "Zebras:read",
        "clients:read",
        "clients:read_any",
        "projects:read",
        "projects:read_any",
        "tags:read",
        "tags:read_any",
        "tasks:*",
        "tasks:read",
        "tasks:read_any",
        "users:read",
      ],
      is_superuser: false,
    });
  });

  it("is empty for a user without permissions, and * for a superuser", async () => {
    const [powerless, root] = [await api.signUpHolding(), await api.signUpHolding("superuser")];
    expect((await mine(powerless.access)).body).toEqual({ permissions: [], is_superuser: false });
    const { body } = await mine(root.access);
    expect(body.is_superuser).toBe(true);
    expect(body.permissions).toContain("*");
  });

  it.each([
    ["a role is deleted", (role: string) => sql`update roles set is_deleted = true where id = ${role}`],
    ["a role is taken away", (role: string) => sql`delete from user_roles where role_id = ${role}`],
    ["a role loses one", (role: string) => sql`delete from role_permissions where role_id = ${role}`],
    [
      "the user becomes a superuser",
      (role: string) => sql`update users set is_superuser = true
        where id = (select user_id from user_roles where role_id = ${role})`,
    ],
  ])("reflects immediately, with another tag, that %s", async (_, change) => {
    const user = await api.signUpHolding("tasks:read");
    const before = await mine(user.access);
    expect(before.body.permissions).toEqual(["tasks:read"]);
    await api.db.execute(change(user.roleId));
    const after = await mine(user.access, { "If-None-Match": before.headers.get("ETag") ?? "" });
    expect(after.status).toBe(200);
    expect(after.body).not.toEqual(before.body);
    expect(after.headers.get("ETag")).not.toBe(before.headers.get("ETag"));
  });

  it("has a tag that changes only with the permissions", async () => {
    const user = await api.signUpHolding("tasks:read");
    const tag = (await mine(user.access)).headers.get("ETag");
    await api.call("PUT", "/auth/me", { token: user.access, body: { first_name: "Ada" } });
    expect((await mine(user.access)).headers.get("ETag")).toBe(tag);
  });

  it("answers 304 for the current tag, without a body but with the usual headers", async () => {
    const user = await api.signUpHolding("tasks:read");
    const tag = (await mine(user.access)).headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"\w+"$/);
    for (const seen of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const answer = await mine(user.access, { "If-None-Match": seen });
      expect(answer).toMatchObject({ status: 304, text: "" });
      expect(answer.headers.get("ETag")).toBe(tag);
      expect(answer.headers.get("X-Request-ID")).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
    for (const seen of ['"other"', "", tag.replaceAll('"', "")]) {
      expect((await mine(user.access, { "If-None-Match": seen })).status).toBe(200);
    }
  });

  it("answers 401 or 403 and not 304 to a user who is signed out or deactivated", async () => {
    const user = await api.signUpHolding("tasks:read");
    const headers = { "If-None-Match": "*" };
    await api.db.execute(sql`update users set is_active = false where id = ${user.id}`);
    expect((await mine(user.access, headers)).status).toBe(403);
    await api.db.execute(sql`update users set is_active = true where id = ${user.id}`);
    await api.call("POST", "/auth/logout", { token: user.access });
    expect((await mine(user.access, headers)).status).toBe(401);
    expect((await api.call("GET", "/auth/me/permissions", { headers })).status).toBe(401);
  });
});

describe("the metadata", () => {
  it("lists every endpoint at the host of the request, without authentication", async () => {
    const { status, body } = await api.call<Record<string, string>>(
      "GET",
      "/.well-known/authzen-configuration",
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      policy_decision_point: "http://api.test",
      access_evaluation_endpoint: "http://api.test/access/v1/evaluation",
      access_evaluations_endpoint: "http://api.test/access/v1/evaluations",
      search_subject_endpoint: "http://api.test/access/v1/search/subject",
      search_resource_endpoint: "http://api.test/access/v1/search/resource",
      search_action_endpoint: "http://api.test/access/v1/search/action",
    });
    for (const [name, url] of Object.entries(body)) {
      if (!name.endsWith("_endpoint")) continue;
      expect((await api.call("POST", new URL(url).pathname, { body: {} })).status).toBe(401);
    }
  });
});

describe("round trips", () => {
  const EVALUATION = "/access/v1/evaluation";
  const BATCH = "/access/v1/evaluations";
  const question = (id: string) => ({
    subject: { type: "user", id },
    action: { name: "read" },
    resource: { type: "tasks", id: "*" },
  });

  it.each([
    ["GET /auth/me/permissions", 1, (token: string) => mine(token)],
    ["GET /auth/me/permissions, 304", 1, (token: string) => mine(token, { "If-None-Match": "*" })],
    ...["subject", "resource", "action"].map(
      (what) =>
        [
          `POST /access/v1/search/${what}`,
          1,
          (token: string, id: string) =>
            api.call("POST", `/access/v1/search/${what}`, { token, body: question(id) }),
        ] as const,
    ),
    [
      "POST /access/v1/evaluation, about the caller",
      1,
      (token: string, id: string) => api.call("POST", EVALUATION, { token, body: question(id) }),
    ],
    [
      "POST /access/v1/evaluation, about another user",
      1,
      (token: string, _: string, other: string) =>
        api.call("POST", EVALUATION, { token, body: question(other) }),
    ],
    [
      "POST /access/v1/evaluations of 100",
      1,
      (token: string, id: string, other: string) => {
        const evaluations = Array.from({ length: 100 }, (_, index) => question(index % 2 ? id : other));
        return api.call("POST", BATCH, { token, body: { evaluations } });
      },
    ],
    [
      "POST /access/v1/evaluations of no question",
      1,
      (token: string) => api.call("POST", BATCH, { token, body: { evaluations: [{}] } }),
    ],
    [
      "POST /access/v1/evaluation, rejected as invalid",
      1,
      (token: string) => api.call("POST", EVALUATION, { token, body: {} }),
    ],
    [
      "GET /.well-known/authzen-configuration",
      0,
      () => api.call("GET", "/.well-known/authzen-configuration"),
    ],
  ] as const)("takes as few as expected: %s: %i", async (_, trips, work) => {
    const [user, other] = [await api.signUpHolding("authz:check"), await api.signUpHolding()];
    let status = 0;
    const made = await api.roundTripsOf(async () => {
      ({ status } = await work(user.access, user.id, other.id));
    });
    expect(made).toBe(trips);
    expect([200, 304, 400]).toContain(status);
  });
});
