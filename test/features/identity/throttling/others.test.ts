import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { observeArgon2 } from "../../../core/security/observe-argon2.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({
    REGISTER_MAX_PER_ADDRESS: "5",
    REFRESH_MAX_PER_SESSION: "5",
    LOGIN_MAX_FAILURES_PER_ADDRESS: "4",
  });
});

const from = (address: string) => ({ "CF-Connecting-IP": address });
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

describe("POST /auth/register", () => {
  const register = (address: string, account: object = {}) => {
    const username = `new-${crypto.randomUUID()}`;
    const body = { username, email: `${username}@example.com`, password: PASSWORD, ...account };
    return api.call("POST", "/auth/register", { body, headers: from(address) });
  };

  it("counts created accounts and taken names together, by address", async () => {
    const { username } = await api.signUp();
    for (const account of [{}, { username }, {}, { username }, { username }]) {
      expect((await register("192.0.2.1", account)).status).toBe("username" in account ? 409 : 201);
    }
    for (const account of [{}, { username }]) {
      const { status, headers } = await register("192.0.2.1", account);
      expect(status).toBe(429);
      expect(headers.get("RateLimit-Policy")).toBe('"register";q=5;w=3600');
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(3500);
    }
    expect((await register("192.0.2.2")).status).toBe(201);
    await api.db.execute(sql`update throttles set window_ends_at = now(), blocked_until = now()`);
    expect((await register("192.0.2.1", { username })).status).toBe(409);
  });

  it("limits concurrent requests that probe names", async () => {
    const { username } = await api.signUp();
    const answers = await Promise.all(Array.from({ length: 15 }, () => register("192.0.2.3", { username })));
    expect(statuses(answers)).toEqual([...Array(5).fill(409), ...Array(10).fill(429)]);
  });

  it("skips hashing and the breached-password service for a blocked address", async () => {
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    const service = crypto.randomUUID();
    const fresh = await observeArgon2(() => import("../../../support/api.ts"));
    const observed = await fresh.createTestApi({
      REGISTER_MAX_PER_ADDRESS: "2",
      BREACHED_PASSWORDS_URL: `http://breached.test/well/${service}`,
    });
    const asked = async () =>
      (await (await fetch(`http://breached.test/asked/${service}`)).json()) as object[];
    const attempt = () => {
      const username = `new-${crypto.randomUUID()}`;
      const body = { username, email: `${username}@example.com`, password: PASSWORD };
      return observed.call("POST", "/auth/register", { body, headers: from("192.0.2.5") });
    };
    expect(statuses([await attempt(), await attempt()])).toEqual([201, 201]);
    const [hashes, questions] = [fresh.hashes.length, (await asked()).length];
    expect(statuses(await Promise.all(Array.from({ length: 10 }, attempt)))).toEqual(Array(10).fill(429));
    expect([fresh.hashes.length, (await asked()).length]).toEqual([hashes, questions]);
  });

  it("creates no account beyond the quota under concurrent requests", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => register("192.0.2.4")));
    expect(statuses(answers)).toEqual([...Array(5).fill(201), ...Array(7).fill(429)]);
  });
});

describe("POST /auth/refresh", () => {
  const refresh = (token: string, address = "192.0.2.1") =>
    api.call<{ refresh_token: string }>("POST", "/auth/refresh", {
      body: { refresh_token: token },
      headers: from(address),
    });

  it("limits the refreshes of a session, without ending it or limiting others", async () => {
    const session = await api.signUp();
    let token = session.refresh;
    for (let i = 0; i < 5; i++) token = (await refresh(token)).body.refresh_token;
    const { status, headers } = await refresh(token);
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"refresh";q=5;w=60');
    expect(headers.getSetCookie()).toEqual([]);
    expect((await refresh((await api.signUp()).refresh)).status).toBe(200);
    await api.db.execute(sql`update throttles set window_ends_at = now(), blocked_until = now()`);
    expect((await refresh(token)).status).toBe(200);
  });

  it("limits refused refresh tokens from an address", async () => {
    const session = await api.signUp();
    await api.call("POST", "/auth/logout", { token: session.access });
    for (let i = 0; i < 4; i++) expect((await refresh(session.refresh, "192.0.2.9")).status).toBe(401);
    const other = await api.signUp();
    const { status, headers } = await refresh(other.refresh, "192.0.2.9");
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"refresh-address";q=4;w=900');
    expect((await refresh(other.refresh, "192.0.2.10")).status).toBe(200);
  });
});

describe("PUT /auth/me/password", () => {
  it("limits guesses of the current password by account, and adds audit events", async () => {
    const session = await api.signUp();
    const change = (current: string) =>
      api.call("PUT", "/auth/me/password", {
        token: session.access,
        body: { current_password: current, new_password: "another horse, another battery" },
      });
    const answers = await Promise.all(Array.from({ length: 14 }, () => change("not the password")));
    expect(statuses(answers)).toEqual([...Array(10).fill(422), ...Array(4).fill(429)]);
    expect((await change(PASSWORD)).status).toBe(429);
    const { rows } = await api.db.execute(sql`
      select action, actor_id, count(*)::int as count from audit_events
      where target_id = ${session.id} and action like 'reauthentication.%' group by 1, 2 order by 1`);
    expect(rows).toEqual([
      { action: "reauthentication.blocked", actor_id: session.id, count: 1 },
      { action: "reauthentication.failed", actor_id: session.id, count: 10 },
    ]);
    await api.db.execute(sql`update throttles set blocked_until = now()`);
    expect((await change(PASSWORD)).status).toBe(200);
  });
});
