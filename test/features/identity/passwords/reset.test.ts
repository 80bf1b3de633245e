import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../../../src/app.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { enroll } from "../../../support/authenticator.ts";
import { addPasskey } from "../../../support/factors.ts";

const NEW_PASSWORD = "another horse, another battery";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const forgot = (email: string, headers = {}) =>
  api.call("POST", "/auth/password/forgot", { body: { email }, headers });
const reset = (token: string, new_password = NEW_PASSWORD) =>
  api.call("POST", "/auth/password/reset", { body: { token, new_password } });
const login = (username: string, password: string) =>
  api.call("POST", "/auth/login", { body: { username, password } });

/** Signs up a user whose email is verified. */
async function proven() {
  const user = await api.signUp();
  await api.call("POST", "/auth/email/verify", { body: { token: await api.mailedToken(user.email) } });
  return user;
}

/** Signs up a user and requests a password reset. Returns the user and the mailed token. */
async function forgetful() {
  const user = await api.signUp();
  await forgot(user.email);
  return { ...user, token: await api.mailedToken(user.email) };
}

describe("POST /auth/password/forgot", () => {
  it("returns one response for known, unknown and deactivated accounts, and mails only the first [RESET-4]", async () => {
    const [known, inactive, deleted] = [await api.signUp(), await api.signUp(), await api.signUp()];
    await api.db.execute(sql`update users set is_active = false where id = ${inactive.id}`);
    await api.db.execute(
      sql`update users set is_deleted = true, deleted_at = now() where id = ${deleted.id}`,
    );
    const unknown = { email: `unknown-${crypto.randomUUID()}@example.com` };
    for (const { email } of [known, unknown, inactive, deleted]) {
      const { status, body } = await forgot(email);
      expect([status, body]).toEqual([
        202,
        { message: "If an account has this email, a mail is on its way" },
      ]);
    }
    // All accounts but the unknown one have received the mail of the registration.
    expect(await api.mailsTo(known.email)).toHaveLength(2);
    expect(await api.mailsTo(inactive.email)).toHaveLength(1);
    expect(await api.mailsTo(deleted.email)).toHaveLength(1);
    expect(await api.mailsTo(unknown.email)).toEqual([]);
  });

  it("responds before it looks up the account", async () => {
    const held = await createTestApi({ MAIL_API_URL: "http://mail.test/held/emails" });
    const send = async (email: string) => {
      const waiting: Promise<unknown>[] = [];
      const request = new Request("http://api.test/auth/password/forgot", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ email }),
      });
      const execution = {
        waitUntil: (work: Promise<unknown>) => waiting.push(work),
        passThroughOnException: () => {},
        props: {},
      };
      const response = await app.fetch(request, held.bindings, execution as unknown as ExecutionContext);
      return { status: response.status, waiting };
    };
    const username = `user-${crypto.randomUUID()}`;
    await held.db.execute(sql`
      insert into users (email, username, password_hash) values (${`${username}@example.com`}, ${username}, 'none')`);
    const known = await send(`${username}@example.com`);
    const unknown = await send("unknown@example.com");
    expect([known.status, unknown.status]).toEqual([202, 202]);
    // Both requests defer one task, and the task of the known account waits for the provider, which has not responded yet.
    expect([known.waiting.length, unknown.waiting.length]).toEqual([1, 1]);
    await Promise.all(unknown.waiting);
    const first = await Promise.race([Promise.all(known.waiting).then(() => "done"), held.mailsTo("x")]);
    expect(first).not.toBe("done");
    await fetch(`http://mail.test/release?key=${held.database}`, { method: "POST" });
    await Promise.all(known.waiting);
    expect(await held.mailsTo(`${username}@example.com`)).toHaveLength(1);
  });

  it("invalidates earlier tokens, also under concurrent requests", async () => {
    const { email, token: first } = await forgetful();
    await Promise.all([forgot(email), forgot(email)]);
    const mails = await api.mailsTo(email);
    const tokens = mails.flatMap(({ text }) => /reset-password#token=(\S+)/.exec(text)?.[1] ?? []);
    expect(tokens).toHaveLength(3);
    expect((await reset(first)).status).toBe(400);
    const answers = [];
    for (const token of tokens) answers.push((await reset(token)).status);
    expect(answers.sort()).toEqual([200, 400, 400]);
  });

  it("limits requests for an email, known or unknown, no longer than the last token lives", async () => {
    const { email } = await api.signUp();
    for (const address of [email, `unknown-${crypto.randomUUID()}@example.com`]) {
      for (let i = 0; i < 5; i++) expect((await forgot(address)).status).toBe(202);
      const { status, body, headers } = await forgot(address.toUpperCase());
      expect([status, body.error]).toEqual([429, "RATE_LIMIT_EXCEEDED"]);
      expect(headers.get("RateLimit-Policy")).toBe('"password-reset";q=5;w=1800');
    }
    // The verification of the email is the first of five mails.
    expect(await api.mailsTo(email)).toHaveLength(5);
    expect((await forgot((await api.signUp()).email)).status).toBe(202);
    await api.db.execute(sql`
      update throttles set window_ends_at = window_ends_at - interval '1795 seconds',
        blocked_until = blocked_until - interval '1795 seconds'`);
    await api.db.execute(sql`
      update one_time_tokens set expires_at = expires_at - interval '1795 seconds' where purpose = 'reset_password'`);
    expect((await forgot(email)).status).toBe(429);
    expect((await reset(await api.mailedToken(email))).status).toBe(200);
  });

  it("limits requests from an address, for known and unknown emails", async () => {
    const strict = await createTestApi({ MAIL_MAX_PER_ADDRESS: "3" });
    const ask = (email: string, address: string) =>
      strict.call("POST", "/auth/password/forgot", {
        body: { email },
        headers: { "CF-Connecting-IP": address },
      });
    const { email, access: token } = await strict.signUp();
    for (let i = 0; i < 3; i++) {
      expect((await ask(`unknown-${i}@example.com`, "192.0.2.7")).status).toBe(202);
    }
    for (const wanted of [email, "unknown@example.com"]) {
      const { status, headers } = await ask(wanted, "192.0.2.7");
      expect(status).toBe(429);
      expect(headers.get("RateLimit-Policy")).toBe('"mail-address";q=3;w=1800');
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(1700);
    }
    const headers = { "CF-Connecting-IP": "192.0.2.7" };
    expect((await strict.call("POST", "/auth/email/verification", { token, headers })).status).toBe(429);
    expect(await strict.mailsTo(email)).toHaveLength(1);
    expect((await ask(email, "192.0.2.8")).status).toBe(202);
  });
});

describe("POST /auth/password/reset", () => {
  it("sets the password, opens no session, and notifies the owner [RESET-3]", async () => {
    const { token, username, email } = await forgetful();
    const answer = await reset(token);
    expect(answer).toMatchObject({ status: 200, body: { message: "Password set. Sign in with it" } });
    expect(answer.body).not.toHaveProperty("access_token");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await login(username, PASSWORD)).status).toBe(401);
    expect((await login(username, NEW_PASSWORD)).status).toBe(200);
    const [notice] = await api.mailsTo(email);
    expect(notice?.subject).toBe("Your password for Productivity Tracker was reset");
    expect(notice?.text).not.toContain("token=");
  });

  it("ends every session and personal token [RESET-5]", async () => {
    const { token, access, refresh, id, email } = await forgetful();
    await api.db.execute(sql`update users set email_verified_at = now() where email = ${email}`);
    await api.db.execute(sql`
      insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
      values (${id}, 'ci', 'hash', '{"*"}', now() + interval '1 day')`);
    const { access: bystander } = await api.signUp();
    await reset(token);
    expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(401);
    const body = { refresh_token: refresh };
    expect((await api.call("POST", "/auth/refresh", { body })).status).toBe(401);
    expect((await api.call("GET", "/auth/me", { token: bystander })).status).toBe(200);
    const { rows } = await api.db.execute(sql`
      select revoked_for, (select count(*)::int from personal_tokens where user_id = ${id} and revoked_at is null) as tokens
      from sessions where user_id = ${id}`);
    expect(rows).toEqual([{ revoked_for: "password_reset", tokens: 0 }]);
  });

  it("keeps the factors of an account with a verified email, and lists them in the response and the mail", async () => {
    const user = await proven();
    const { recoveryCodes } = await enroll(api, user);
    await addPasskey(api, user);
    await api.call("POST", "/auth/tokens", {
      token: user.access,
      body: { name: "export", scopes: ["tasks:read"] },
    });
    await forgot(user.email);
    const { body } = await reset(await api.mailedToken(user.email));
    expect(body).toMatchObject({
      ended: { sessions: 1, tokens: 1, keys: 0, feeds: 0, passkeys: 0, authenticators: 0, recovery_codes: 0 },
      still_opens: {
        passkeys: [{ name: "My phone", created_at: expect.stringMatching(/^20\d\d-.*Z$/) }],
        authenticator: true,
        recovery_codes: recoveryCodes.length,
      },
    });
    const [notice] = await api.mailsTo(user.email);
    expect(notice?.text).toMatch(
      /passkeys: 1 \(added on 20\d\d-\d\d-\d\d\); an authenticator app; recovery codes: 10/,
    );
    // An attacker who added a passkey has chosen its name.
    expect(notice?.text).not.toContain("My phone");
    expect((await login(user.username, NEW_PASSWORD)).status).toBe(202);
  });

  it("ends all other access to an account whose email was never verified", async () => {
    const stranger = await api.signUp();
    await enroll(api, stranger);
    await addPasskey(api, stranger);
    await forgot(stranger.email);
    const { body } = await reset(await api.mailedToken(stranger.email));
    expect(body).toMatchObject({
      ended: { sessions: 1, passkeys: 1, authenticators: 1, recovery_codes: 10 },
      still_opens: { passkeys: [], authenticator: false, recovery_codes: 0 },
    });
    const [notice] = await api.mailsTo(stranger.email);
    expect(notice?.text).toContain("Only the new password opens the account now.");
    expect((await login(stranger.username, NEW_PASSWORD)).status).toBe(200);
    const { rows } = await api.db.execute(sql`
      select action, details->>'reason' as reason from audit_events
       where target_id = ${stranger.id} and action in ('session.ended', 'factor.removed') order by action`);
    expect(rows).toEqual([
      { action: "factor.removed", reason: "account_claimed" },
      { action: "factor.removed", reason: "account_claimed" },
      { action: "session.ended", reason: "account_claimed" },
    ]);
  });

  it("verifies the email", async () => {
    const { token, username } = await forgetful();
    await reset(token);
    const { access } = await api.signIn(username, NEW_PASSWORD);
    const { body } = await api.call("GET", "/auth/email", { token: access });
    expect(body.verified_at).toMatch(/^20\d\d-/);
  });

  it("keeps the token valid if the password is rejected", async () => {
    const { token, email, username } = await forgetful();
    for (const refused of ["short", "password1", email, `${username}!1`]) {
      expect(await reset(token, refused)).toMatchObject({ status: 422, body: { error: "INVALID_PASSWORD" } });
    }
    expect((await login(username, PASSWORD)).status).toBe(200);
    expect((await reset(token)).status).toBe(200);
  });

  it("limits a valid token to twenty passwords, and does not count invalid tokens", async () => {
    const { token } = await forgetful();
    for (let n = 0; n < 20; n++) expect((await reset(token, "short")).status).toBe(422);
    const answer = await reset(token);
    expect([answer.status, answer.headers.get("RateLimit-Policy")]).toEqual([
      429,
      '"password-reset-token";q=20;w=1800',
    ]);
    const rows = async () => (await api.db.execute(sql`select from throttles`)).rows.length;
    const before = await rows();
    expect((await reset("x".repeat(43))).status).toBe(400);
    expect(await rows()).toBe(before);
  });

  it("accepts a token once under concurrent requests, and sets that password [RESET-1]", async () => {
    const { token, username } = await forgetful();
    const passwords = Array.from({ length: 4 }, (_, i) => `${NEW_PASSWORD} ${i}`);
    const answers = await Promise.all(passwords.map((password) => reset(token, password)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    const winner = answers.findIndex(({ status }) => status === 200);
    for (const [i, password] of passwords.entries()) {
      expect((await login(username, password)).status).toBe(i === winner ? 200 : 401);
    }
  });

  it.each([
    ["after half an hour", sql`update one_time_tokens set expires_at = expires_at - interval '30 minutes'`],
    ["for a deactivated account", sql`update users set is_active = false`],
    ["for a deleted account", sql`update users set is_deleted = true, deleted_at = now()`],
  ])("rejects a token %s [RESET-2]", async (_, change) => {
    const own = await createTestApi();
    const { email } = await own.signUp();
    await own.call("POST", "/auth/password/forgot", { body: { email } });
    const token = await own.mailedToken(email);
    await own.db.execute(change);
    const body = { token, new_password: NEW_PASSWORD };
    expect(await own.call("POST", "/auth/password/reset", { body })).toMatchObject({
      status: 400,
      body: { error: "INVALID_ONE_TIME_TOKEN" },
    });
  });

  it("rejects a token once the password has changed", async () => {
    const { token, access } = await forgetful();
    const body = { current_password: PASSWORD, new_password: `${NEW_PASSWORD} 2` };
    expect((await api.call("PUT", "/auth/me/password", { token: access, body })).status).toBe(200);
    expect((await reset(token)).status).toBe(400);
  });

  it("adds audit events for the request, the change and the ended sessions", async () => {
    const { token, id } = await forgetful();
    await reset(token);
    const { rows } = await api.db.execute(sql`
      select action, actor_id from audit_events where target_id = ${id}`);
    expect(rows).toEqual(
      expect.arrayContaining([
        { action: "user.password_reset_requested", actor_id: null },
        { action: "user.password_changed", actor_id: id },
        { action: "session.ended", actor_id: id },
      ]),
    );
  });
});

describe("PUT /auth/me/password", () => {
  it("notifies the owner by mail", async () => {
    const { access: token, email } = await api.signUp();
    const wrong = { current_password: "not the password", new_password: NEW_PASSWORD };
    await api.call("PUT", "/auth/me/password", { token, body: wrong });
    expect(await api.mailsTo(email)).toHaveLength(1);
    const body = { current_password: PASSWORD, new_password: NEW_PASSWORD };
    expect((await api.call("PUT", "/auth/me/password", { token, body })).status).toBe(200);
    const [notice] = await api.mailsTo(email);
    expect(notice?.subject).toBe("Your password for Productivity Tracker was changed");
    expect(notice?.text).toContain("http://api.test/forgot-password");
  });
});
