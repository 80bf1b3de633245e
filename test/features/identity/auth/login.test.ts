import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { hashPassword } from "../../../../src/core/security/password.ts";
import { users } from "../../../../src/database/tables/users.ts";
import { observeArgon2 } from "../../../core/security/observe-argon2.ts";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const login = (body: object, on: TestApi = api, headers = {}) =>
  on.call("POST", "/auth/login", { body, headers });

describe("POST /auth/login", () => {
  it("signs in by username or email, in any case", async () => {
    const { username, email, id } = await api.signUp();
    for (const name of [username, username.toUpperCase(), email, email.toUpperCase(), ` ${email} `]) {
      const { status, body } = await login({ username: name, password: PASSWORD });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        message: "Login successful",
        token_type: "bearer",
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        user: { id, username, email, is_active: true, is_superuser: false, created_at: expect.any(String) },
      });
    }
  });

  it("answers an unknown account like a wrong password [LOGIN-4]", async () => {
    const { username } = await api.signUp();
    const wrong = await login({ username, password: "not the password" });
    const unknown = await login({ username: "unknown account", password: "not the password" });
    for (const { status, body } of [wrong, unknown]) {
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: "INVALID_CREDENTIALS", message: "Invalid username or password." });
    }
    expect(Object.keys(wrong.body)).toEqual(Object.keys(unknown.body));
  });

  it("hashes as much for an unknown account as for a wrong password [LOGIN-3]", async () => {
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const fresh = await observeArgon2(() => import("../../../support/api.ts"));
    const observed = await fresh.createTestApi();
    const { username } = await observed.signUp();
    const hashesOf = async (body: object) => {
      const before = fresh.hashes.length;
      expect((await login(body, observed)).status).toBe(401);
      return fresh.hashes.slice(before);
    };
    const wrong = await hashesOf({ username, password: "not the password" });
    expect(wrong).toHaveLength(1);
    expect(await hashesOf({ username: "unknown", password: "not the password" })).toEqual(wrong);
  });

  it("reveals an inactive account only with the right password [LOGIN-10]", async () => {
    const { username, id } = await api.signUp();
    await api.db.update(users).set({ isActive: false }).where(eq(users.id, id));
    const { status, body } = await login({ username, password: PASSWORD });
    expect(status).toBe(403);
    expect(body).toMatchObject({ error: "INACTIVE_USER", message: expect.stringMatching(/inactive/) });
    expect((await login({ username, password: "not the password" })).body.error).toBe("INVALID_CREDENTIALS");
  });

  it("rejects a deleted account", async () => {
    const { username, id } = await api.signUp();
    await api.db.update(users).set({ isDeleted: true }).where(eq(users.id, id));
    expect((await login({ username, password: PASSWORD })).body.error).toBe("INVALID_CREDENTIALS");
  });

  it("answers 401, not 500, for a malformed stored hash [LOGIN-7]", async () => {
    const { username, id } = await api.signUp();
    await api.db
      .update(users)
      .set({ passwordHash: "$argon2id$v=19$m=4294967295,t=9,p=9$x$y" })
      .where(eq(users.id, id));
    expect((await login({ username, password: PASSWORD })).body.error).toBe("INVALID_CREDENTIALS");
  });

  it("handles NUL and other odd usernames without an error [LOGIN-9]", async () => {
    for (const username of ["ada\u0000", "\ud800", "", "' or 1=1 --", "%"]) {
      const { status } = await login({ username, password: "not the password" });
      expect([401, 422]).toContain(status);
    }
  });

  it("renews a hash that has other parameters [LOGIN-8]", async () => {
    const { username, id } = await api.signUp();
    const old = await hashPassword(PASSWORD, { memoryKib: 8192, iterations: 1, parallelism: 1 });
    await api.db.update(users).set({ passwordHash: old }).where(eq(users.id, id));
    expect((await login({ username, password: PASSWORD })).status).toBe(200);
    const [row] = await api.db.select({ hash: users.passwordHash }).from(users).where(eq(users.id, id));
    expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=1,p=1\$/);
    expect((await login({ username, password: PASSWORD })).status).toBe(200);
  });
});

describe("token delivery", () => {
  it("uses the body and cookies by default, which scripts can't read [LOGIN-11]", async () => {
    const { username } = await api.signUp();
    const answer = await login({ username, password: PASSWORD });
    const cookies = cookiesOf(answer);
    expect(cookies.access_token).toEqual({
      value: answer.body.access_token,
      attributes: "Max-Age=900; Path=/; HttpOnly; SameSite=Strict",
    });
    expect(cookies.refresh_token).toEqual({
      value: answer.body.refresh_token,
      attributes: "Max-Age=604800; Path=/; HttpOnly; SameSite=Strict",
    });
  });

  it("puts no token in a body with `cookie`, including refreshes [LOGIN-5]", async () => {
    const { username } = await api.signUp();
    const answer = await login({ username, password: PASSWORD, token_delivery: "cookie" });
    expect(Object.keys(answer.body).sort()).toEqual(["message", "token_type", "user"]);
    const token = cookiesOf(answer).refresh_token?.value;
    const refreshed = await api.call("POST", "/auth/refresh", {
      headers: { Cookie: `refresh_token=${token}` },
    });
    expect(refreshed.status).toBe(200);
    expect(refreshed.body).toEqual({ token_type: "bearer" });
    expect(Object.keys(cookiesOf(refreshed))).toEqual(["access_token", "refresh_token"]);
  });

  it("sets no cookie with `body`, including refreshes", async () => {
    const { username } = await api.signUp();
    const answer = await login({ username, password: PASSWORD, token_delivery: "body" });
    expect(cookiesOf(answer)).toEqual({});
    const refreshed = await api.call("POST", "/auth/refresh", {
      body: { refresh_token: answer.body.refresh_token },
    });
    expect(refreshed.body.access_token).toEqual(expect.any(String));
    expect(cookiesOf(refreshed)).toEqual({});
  });

  it("uses __Host- cookies in production [LOGIN-6]", async () => {
    const production = await createTestApi({
      ENVIRONMENT: "production",
      APP_URL: "https://app.test",
      AUTH_SECRET: "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa",
    });
    const { username } = await production.signUp();
    const cookies = cookiesOf(await login({ username, password: PASSWORD }, production));
    expect(Object.keys(cookies).sort()).toEqual([
      "__Host-access_token",
      "__Host-device",
      "__Host-refresh_token",
    ]);
    expect(cookies["__Host-access_token"]?.attributes).toBe(
      "Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Strict",
    );
  });
});

describe("guessing a password", () => {
  const from = (address: string) => ({ "CF-Connecting-IP": address });
  const guess = { password: "not the password" };

  it("is blocked after ten failures, for known and unknown accounts [LOGIN-1]", async () => {
    const { username } = await api.signUp();
    for (const name of [username, `unknown-${crypto.randomUUID()}`]) {
      for (let i = 0; i < 10; i++) {
        expect((await login({ username: name, ...guess }, api, from("192.0.2.1"))).status).toBe(401);
      }
      const { status, body, headers } = await login(
        { username: name, password: PASSWORD },
        api,
        from("192.0.2.1"),
      );
      expect(status).toBe(429);
      expect(body.error).toBe("RATE_LIMIT_EXCEEDED");
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
    }
  });

  it("does not lock the owner out at another address [LOGIN-2]", async () => {
    const { username } = await api.signUp();
    for (let i = 0; i < 11; i++) await login({ username, ...guess }, api, from("192.0.2.2"));
    expect((await login({ username, password: PASSWORD }, api, from("192.0.2.3"))).status).toBe(200);
  });

  it("starts a new count after a success and after the window", async () => {
    const { username } = await api.signUp();
    const attempt = (password: string) => login({ username, password }, api, from("192.0.2.4"));
    for (let i = 0; i < 9; i++) await attempt("not the password");
    expect((await attempt(PASSWORD)).status).toBe(200);
    for (let i = 0; i < 10; i++) expect((await attempt("not the password")).status).toBe(401);
    expect((await attempt(PASSWORD)).status).toBe(429);
    await api.db.execute(sql`update throttles set window_ends_at = now() where attempts >= 10`);
    expect((await attempt("not the password")).status).toBe(401);
    expect((await attempt(PASSWORD)).status).toBe(200);
  });
});
