import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const register = (fields: object) => api.call("POST", "/auth/register", { body: fields });
const fresh = () => {
  const username = `user-${crypto.randomUUID()}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
};

describe("POST /auth/register", () => {
  it("creates an account with the default role, and returns no hash [REGISTER-1]", async () => {
    const account = fresh();
    const { status, body, text } = await register(account);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      username: account.username,
      email: account.email,
      first_name: null,
      last_name: null,
      is_active: true,
      is_superuser: false,
      updated_at: null,
      roles: [{ name: "user", updated_at: null }],
    });
    const [role] = body.roles as { permissions: { name: string }[] }[];
    expect(role?.permissions.map(({ name }) => name)).toEqual([
      ...["create", "delete", "read", "update"].map((action) => `activity:${action}`),
      ...["create", "delete", "read", "update"].map((action) => `clients:${action}`),
      ...["create", "delete", "read", "update"].map((action) => `goals:${action}`),
      "organizations:create",
      ...["create", "delete", "read", "update"].map((action) => `projects:${action}`),
      "reports:read",
      ...["create", "delete", "read", "update"].map((action) => `tags:${action}`),
      ...["create", "delete", "read", "update"].map((action) => `tasks:${action}`),
      ...["create", "delete", "read", "update"].map((action) => `time_entries:${action}`),
    ]);
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(text).not.toMatch(/argon2|password|hash|is_deleted/);
  });

  it("stores the email trimmed and in lower case, and keeps the username's case", async () => {
    const account = fresh();
    const { body } = await register({
      ...account,
      email: `  ${account.email.toUpperCase()} `,
      username: ` ${account.username.toUpperCase()} `,
    });
    expect(body).toMatchObject({ email: account.email, username: account.username.toUpperCase() });
  });

  it("rejects a taken email in any case [REGISTER-4]", async () => {
    const account = fresh();
    await register(account);
    const { status, body } = await register({ ...fresh(), email: account.email.toUpperCase() });
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: "EMAIL_ALREADY_EXISTS", message: expect.stringMatching(/email/i) });
  });

  it("rejects a taken username in any case [REGISTER-3]", async () => {
    const account = fresh();
    await register(account);
    const { status, body } = await register({ ...fresh(), username: account.username.toUpperCase() });
    expect(status).toBe(409);
    expect(body).toMatchObject({
      error: "USERNAME_ALREADY_EXISTS",
      message: expect.stringMatching(/username/i),
    });
  });

  it("accepts the email and username of a deleted account [REGISTER-2]", async () => {
    const account = fresh();
    const { body } = await register(account);
    await api.db.execute(sql`update users set is_deleted = true, deleted_at = now() where id = ${body.id}`);
    expect((await register(account)).status).toBe(201);
  });

  it("leaves no data behind after an error", async () => {
    const account = fresh();
    await register(account);
    const other = fresh();
    await register({ ...other, username: account.username });
    expect((await register(other)).status).toBe(201);
  });

  it.each([
    ["an invalid email", { email: "ada" }, "body.email"],
    ["a missing email", { email: undefined }, "body.email"],
    ["a short username", { username: "ab" }, "body.username"],
    ["a long username", { username: "a".repeat(101) }, "body.username"],
    ["a blank username", { username: "     " }, "body.username"],
    ["an email for a username", { username: "eve@example.com" }, "body.username"],
    ["control characters", { username: "ada\nroot" }, "body.username"],
    ["NUL", { username: "ada\u0000" }, "body.username"],
    ["half a surrogate pair", { username: "ada\ud800" }, "body.username"],
    ["a number for a password", { password: 12345678 }, "body.password"],
    ["an unknown field", { is_superuser: true }, "body.is_superuser"],
    ["an id of the client's choice", { id: crypto.randomUUID() }, "body.id"],
  ])("answers 422 for %s, naming the field [REGISTER-5]", async (_, change, field) => {
    const { status, body } = await register({ ...fresh(), ...change });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: "VALIDATION_ERROR",
      message: expect.stringMatching(/invalid|validation/i),
    });
    expect(body.details).toContainEqual({ field, message: expect.any(String), type: expect.any(String) });
  });

  it.each([
    ["too short", "short1!"],
    ["too long", "x".repeat(129)],
    ["common", "password123"],
    ["invalid because of NUL", "correct horse\u0000battery"],
  ])("rejects a password that is %s", async (_, password) => {
    const { status, body } = await register({ ...fresh(), password });
    expect(status).toBe(422);
    expect(["INVALID_PASSWORD", "VALIDATION_ERROR"]).toContain(body.error);
  });

  it("rejects the username and the email as password", async () => {
    const account = fresh();
    for (const password of [account.username, account.email.toUpperCase()]) {
      const { status, body } = await register({ ...account, password });
      expect(status).toBe(422);
      expect(body.error).toBe("INVALID_PASSWORD");
    }
  });

  it("accepts a password of 128 characters in any script, and verifies all of them [REGISTER-6]", async () => {
    const account = { ...fresh(), password: `${"пароль🔑".repeat(18)}ab` };
    expect([...account.password]).toHaveLength(128);
    expect((await register(account)).status).toBe(201);
    const login = (password: string) =>
      api.call("POST", "/auth/login", { body: { username: account.username, password } });
    expect((await login(account.password)).status).toBe(200);
    expect((await login(account.password.slice(0, -1))).status).toBe(401);
  });
});
