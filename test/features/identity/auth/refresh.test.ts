import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeRefreshToken } from "../../../../src/core/security/refresh-token.ts";
import { sessions } from "../../../../src/database/tables/sessions.ts";
import { users } from "../../../../src/database/tables/users.ts";
import { cookiesOf, createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const send = (token: unknown, headers = {}) =>
  api.call<{ access_token: string; refresh_token: string; error: string }>("POST", "/auth/refresh", {
    body: { refresh_token: token },
    headers,
  });
const refresh = async (token: string) => (await send(token)).body.refresh_token;
const me = async (token: string) => (await api.call("GET", "/auth/me", { token })).status;

/** Moves the session's last refresh back in time, and returns the session's id. */
async function age(token: string, seconds: number): Promise<string> {
  const id = (await decodeRefreshToken(api.settings, token))?.sessionId ?? "";
  await api.db
    .update(sessions)
    .set({ rotatedAt: sql`now() - make_interval(secs => ${seconds})` })
    .where(eq(sessions.id, id));
  return id;
}

describe("POST /auth/refresh", () => {
  it("returns a new pair for the current token [REFRESH-2]", async () => {
    const session = await api.signUp();
    const { status, body } = await send(session.refresh);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "bearer" });
    expect(body.refresh_token).not.toBe(session.refresh);
    expect(body.access_token).not.toBe(session.access);
    expect(await me(body.access_token)).toBe(200);
  });

  it("stores neither tokens nor their secrets [REFRESH-5]", async () => {
    const session = await api.signUp();
    const { secret } = (await decodeRefreshToken(api.settings, session.refresh)) ?? {};
    const { rows } = await api.db.execute(sql`select * from sessions`);
    const stored = JSON.stringify(rows);
    expect(stored).not.toContain(session.refresh);
    expect(stored).not.toContain(btoa(String.fromCharCode(...(secret ?? []))).slice(0, 20));
  });

  it("returns one successor to concurrent tabs", async () => {
    const session = await api.signUp();
    const answers = await Promise.all(Array.from({ length: 40 }, () => send(session.refresh)));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(await Promise.all(answers.map(({ body }) => me(body.access_token)))).toEqual(Array(40).fill(200));
  });

  it("returns the successor again to a client that lost the response", async () => {
    const session = await api.signUp();
    const first = await refresh(session.refresh);
    await age(first, 20);
    expect(await refresh(session.refresh)).toBe(first);
    expect((await send(first)).status).toBe(200);
  });

  it("accepts the previous token late, once a day [REFRESH-9]", async () => {
    const session = await api.signUp();
    const first = await refresh(session.refresh);
    await age(first, 3600);
    const recovered = await send(session.refresh);
    expect(recovered.body.refresh_token).toBe(first);
    await age(first, 3600);
    expect((await send(session.refresh)).status).toBe(401);
    expect(await me(recovered.body.access_token)).toBe(401);
    expect((await send(first)).status).toBe(401);
  });

  it("rejects a slow tab's older token without ending the session or changing its cookies", async () => {
    const session = await api.signUp();
    const second = await refresh(await refresh(session.refresh));
    const late = await send(session.refresh, { Cookie: `refresh_token=${second}` });
    expect(late.status).toBe(401);
    expect(late.body.error).toBe("INVALID_TOKEN");
    expect(cookiesOf(late)).toEqual({});
    expect((await send(second)).status).toBe(200);
  });

  it("treats an older token as stolen and ends the session [REFRESH-3]", async () => {
    const session = await api.signUp();
    const first = await send(session.refresh);
    const second = await send(first.body.refresh_token);
    await age(second.body.refresh_token, 31);
    const theft = await send(session.refresh, { Cookie: `refresh_token=${session.refresh}` });
    expect(theft.status).toBe(401);
    expect(theft.body.error).toBe("INVALID_TOKEN");
    expect(cookiesOf(theft).refresh_token?.attributes).toMatch(/^Max-Age=0/);
    expect(await me(second.body.access_token)).toBe(401);
    expect((await send(second.body.refresh_token)).status).toBe(401);
    const { rows } = await api.db.execute(
      sql`select revoked_for from sessions where user_id = ${session.id}`,
    );
    expect(rows).toEqual([{ revoked_for: "token_reuse" }]);
  });

  it("keeps the user's other sessions if one was stolen", async () => {
    const session = await api.signUp();
    const other = await api.signIn(session.username);
    const second = await refresh(await refresh(session.refresh));
    await age(second, 31);
    await send(session.refresh);
    expect(await me(other.access)).toBe(200);
  });

  it("rejects an idle session, and any session at the end of its lifetime [REFRESH-6]", async () => {
    for (const column of ["idle_at", "ends_at"]) {
      const session = await api.signUp();
      const id = await age(session.refresh, 1);
      await api.db.execute(sql`update sessions set ${sql.identifier(column)} = now() where id = ${id}`);
      const { status, body } = await send(session.refresh);
      expect(status).toBe(401);
      expect(body.error).toBe("TOKEN_EXPIRED");
    }
  });

  it("extends the idle time, but not past the session's end [REFRESH-7]", async () => {
    const session = await api.signUp();
    const id = await age(session.refresh, 1);
    await api.db.execute(
      sql`update sessions set idle_at = now() + interval '1 minute', ends_at = now() + interval '1 day' where id = ${id}`,
    );
    await refresh(session.refresh);
    const { rows } = await api.db.execute(
      sql`select idle_at = ends_at as capped from sessions where id = ${id}`,
    );
    expect(rows).toEqual([{ capped: true }]);
  });

  it("checks the current state of the account [REFRESH-1]", async () => {
    const inactive = await api.signUp();
    await api.db.update(users).set({ isActive: false }).where(eq(users.id, inactive.id));
    expect((await send(inactive.refresh)).body.error).toBe("INACTIVE_USER");
    const deleted = await api.signUp();
    await api.db.update(users).set({ isDeleted: true }).where(eq(users.id, deleted.id));
    expect((await send(deleted.refresh)).body.error).toBe("INVALID_TOKEN");
  });

  it("rejects malformed refresh tokens without a database query [REFRESH-4]", async () => {
    const { access, refresh: genuine } = await api.signUp();
    const flipped = genuine.slice(0, 30) + (genuine[30] === "A" ? "B" : "A") + genuine.slice(31);
    const candidates = ["garbage", "", access, flipped, `${genuine}A`, genuine.slice(0, -1), "A".repeat(900)];
    const trips = await api.roundTripsOf(async () => {
      for (const token of candidates) {
        const { status, body } = await send(token);
        expect(status).toBe(401);
        expect(body.error).toBe("INVALID_TOKEN");
      }
    });
    expect(trips).toBe(0);
  });

  it("answers 401 without a token, and 422 for a token that is not a string", async () => {
    expect((await api.call("POST", "/auth/refresh")).status).toBe(401);
    expect((await send(undefined)).status).toBe(401);
    expect((await send(7)).status).toBe(422);
  });
});

describe("POST /auth/logout", () => {
  it("ends the session immediately, including its access tokens [REFRESH-8]", async () => {
    const session = await api.signUp();
    const other = await api.signIn(session.username);
    const { status, body } = await api.call("POST", "/auth/logout", { token: session.access });
    expect(status).toBe(200);
    expect(body).toEqual({ message: "Logout successful" });
    expect(await me(session.access)).toBe(401);
    expect((await send(session.refresh)).body.error).toBe("INVALID_TOKEN");
    expect(await me(other.access)).toBe(200);
  });

  it("accepts only a refresh token cookie, and clears the cookies that were sent", async () => {
    const session = await api.signUp();
    const answer = await api.call("POST", "/auth/logout", {
      headers: { Cookie: `refresh_token=${session.refresh}` },
    });
    expect(answer.status).toBe(200);
    expect(cookiesOf(answer)).toEqual({
      refresh_token: { value: "", attributes: "Max-Age=0; Path=/; HttpOnly; SameSite=Strict" },
    });
    expect(await me(session.access)).toBe(401);
  });

  it("succeeds without a session, repeatedly, and with a malformed token", async () => {
    const session = await api.signUp();
    expect((await api.call("POST", "/auth/logout")).status).toBe(200);
    expect((await api.call("POST", "/auth/logout", { token: "garbage" })).status).toBe(200);
    for (let i = 0; i < 2; i++) {
      expect((await api.call("POST", "/auth/logout", { token: session.access })).status).toBe(200);
    }
  });
});
