import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Session = Awaited<ReturnType<TestApi["signUp"]>>;

/** Moves the authentication of all sessions of the user one hour back. */
const letTimePass = ({ id }: Session) =>
  api.db.execute(
    sql`update sessions set authenticated_at = authenticated_at - interval '1 hour' where user_id = ${id}`,
  );
const reauthenticate = ({ access: token }: { access: string }, body: object) =>
  api.call("POST", "/auth/reauthenticate", { token, body });
const updateMe = ({ access: token }: { access: string }, body: object) =>
  api.call("PUT", "/auth/me", { token, body });
const newEmail = () => `new-${crypto.randomUUID()}@example.com`;

describe("a sensitive change", () => {
  it("is allowed just after signing in, and later requires reauthentication [PROOF-2]", async () => {
    const session = await api.signUp();
    expect((await updateMe(session, { email: newEmail() })).status).toBe(200);
    await letTimePass(session);
    const { status, body, headers } = await updateMe(session, { email: newEmail() });
    expect(status).toBe(401);
    expect(body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect(headers.get("WWW-Authenticate")).toMatch(
      /^Bearer error="insufficient_user_authentication", error_description="[^"]+", max_age=600$/,
    );
  });

  it("changes nothing before reauthentication, and all fields after it [PROOF-1]", async () => {
    const session = await api.signUp();
    await letTimePass(session);
    const email = newEmail();
    await updateMe(session, { email, first_name: "Ada" });
    const { body: before } = await api.call("GET", "/auth/me", { token: session.access });
    expect(before).toMatchObject({ pending_email: null, first_name: null });
    expect((await reauthenticate(session, { password: PASSWORD })).status).toBe(200);
    const { status, body } = await updateMe(session, { email, first_name: "Ada" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ pending_email: email, first_name: "Ada" });
  });

  it("includes neither a change of name nor the email that the user already has", async () => {
    const session = await api.signUp();
    await letTimePass(session);
    expect((await updateMe(session, { first_name: "Ada" })).status).toBe(200);
    expect((await updateMe(session, { email: session.email.toUpperCase() })).status).toBe(200);
  });
});

describe("POST /auth/reauthenticate", () => {
  it("counts only for its own session", async () => {
    const session = await api.signUp();
    const other = await api.signIn(session.username);
    await letTimePass(session);
    await reauthenticate(session, { password: PASSWORD });
    expect((await updateMe(other, { email: newEmail() })).body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect((await updateMe(session, { email: newEmail() })).status).toBe(200);
  });

  it("rejects a wrong password", async () => {
    const session = await api.signUp();
    await letTimePass(session);
    const { status, body } = await reauthenticate(session, { password: "not the password" });
    expect(status).toBe(422);
    expect(body.error).toBe("PASSWORD_MISMATCH");
    expect((await updateMe(session, { email: newEmail() })).body.error).toBe("REAUTHENTICATION_REQUIRED");
  });

  it("limits guesses, sequential or concurrent, and starts a new count after the window", async () => {
    for (const together of [false, true]) {
      const session = await api.signUp();
      const guess = () => reauthenticate(session, { password: "not the password" });
      const answers = [];
      if (together) answers.push(...(await Promise.all(Array.from({ length: 14 }, guess))));
      else for (let i = 0; i < 14; i++) answers.push(await guess());
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(10);
      const { status, headers } = await reauthenticate(session, { password: PASSWORD });
      expect(status).toBe(429);
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
      await api.db.execute(sql`update throttles set window_ends_at = now()`);
      expect((await reauthenticate(session, { password: PASSWORD })).status).toBe(200);
    }
  });

  it("adds an audit event", async () => {
    const session = await api.signUp();
    await reauthenticate(session, { password: PASSWORD });
    const { rows } = await api.db.execute(
      sql`select actor_id from audit_events where target_id = ${session.id} and action = 'session.reauthenticated'`,
    );
    expect(rows).toEqual([{ actor_id: session.id }]);
  });
});
