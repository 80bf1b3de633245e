import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { addPasskey } from "../../../support/factors.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const verify = (token: string) => api.call("POST", "/auth/email/verify", { body: { token } });
const statusOf = async (token: string) =>
  (await api.call<{ email: string; verified_at: string | null }>("GET", "/auth/email", { token })).body;

describe("a new account", () => {
  it("gets a mail with a token that verifies its email", async () => {
    const { email, access } = await api.signUp();
    expect(await statusOf(access)).toEqual({ email, verified_at: null });
    const [mail, ...others] = await api.mailsTo(email);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      from: "Productivity Tracker <no-reply@api.test>",
      to: [email],
      subject: "Confirm your email address for Productivity Tracker",
      text: expect.stringContaining("http://api.test/verify-email#token="),
    });
    const { status, body } = await verify(await api.mailedToken(email));
    expect([status, body]).toMatchObject([200, { message: "Email verified" }]);
    expect(body).not.toHaveProperty("access_token");
    expect((await statusOf(access)).verified_at).toMatch(/^20\d\d-/);
  });

  it("gets the token in a link's fragment and once as text, and no text that its owner chose", async () => {
    const { email, username } = await api.signUp();
    const [mail] = await api.mailsTo(email);
    const token = await api.mailedToken(email);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(mail?.text.split(token)).toHaveLength(3);
    expect(mail?.text).not.toContain("?");
    expect(mail?.text).not.toContain(username);
  });

  it("gets no mail if the registration is rejected", async () => {
    const { email, username } = await api.signUp();
    const other = `other-${crypto.randomUUID()}@example.com`;
    const body = { email: other, username, password: "correct horse battery staple" };
    expect((await api.call("POST", "/auth/register", { body })).status).toBe(409);
    expect(await api.mailsTo(other)).toEqual([]);
    expect(await api.mailsTo(email)).toHaveLength(1);
  });
});

describe("a verification token", () => {
  it("is not stored in the database", async () => {
    const { email } = await api.signUp();
    const token = await api.mailedToken(email);
    const { rows } = await api.db.execute(sql`select one_time_tokens::text as row from one_time_tokens`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("is accepted once, even by concurrent requests", async () => {
    const { email } = await api.signUp();
    const token = await api.mailedToken(email);
    const answers = await Promise.all(Array.from({ length: 5 }, () => verify(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    expect(await verify(token)).toMatchObject({ status: 400, body: { error: "INVALID_ONE_TIME_TOKEN" } });
  });

  it("expires after one day", async () => {
    const { email, id, access } = await api.signUp();
    await api.db.execute(
      sql`update one_time_tokens set expires_at = expires_at - interval '24 hours' where user_id = ${id}`,
    );
    expect((await verify(await api.mailedToken(email))).status).toBe(400);
    expect((await statusOf(access)).verified_at).toBeNull();
  });

  it("verifies only the email that it was sent to", async () => {
    const { email, access: token } = await api.signUp();
    const first = await api.mailedToken(email);
    const other = `other-${crypto.randomUUID()}@example.com`;
    await api.call("PUT", "/auth/me", { token, body: { email: other } });
    const confirmation = { token: await api.mailedToken(other) };
    expect((await verify(confirmation.token)).status).toBe(400);
    await api.call("POST", "/auth/email/confirm-change", { body: confirmation });
    expect((await verify(first)).status).toBe(400);
    expect((await statusOf(token)).email).toBe(other);
  });

  it("is rejected as a password reset token, and the reverse", async () => {
    const { email } = await api.signUp();
    const verification = await api.mailedToken(email);
    const reset = { token: verification, new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body: reset })).status).toBe(400);
    await api.call("POST", "/auth/password/forgot", { body: { email } });
    expect((await verify(await api.mailedToken(email))).status).toBe(400);
  });

  it("is rejected once the account is deleted", async () => {
    const { email, id } = await api.signUp();
    await api.db.execute(sql`update users set is_deleted = true, deleted_at = now() where id = ${id}`);
    expect((await verify(await api.mailedToken(email))).status).toBe(400);
  });

  it.each(["", "forged", "\u{1F511}", "x".repeat(200)])("is rejected if it is %j", async (token) => {
    expect(await verify(token)).toMatchObject({ status: 400, body: { error: "INVALID_ONE_TIME_TOKEN" } });
  });
});

describe("POST /auth/email/verification", () => {
  const request = (token: string) => api.call("POST", "/auth/email/verification", { token });

  it("sends another mail, and keeps the earlier token valid", async () => {
    const { email, access } = await api.signUp();
    const first = await api.mailedToken(email);
    expect((await request(access)).status).toBe(202);
    expect(await api.mailsTo(email)).toHaveLength(2);
    expect(await api.mailedToken(email)).not.toBe(first);
    expect((await verify(first)).status).toBe(200);
  });

  it("sends nothing once the email is verified", async () => {
    const { email, access } = await api.signUp();
    await verify(await api.mailedToken(email));
    expect((await request(access)).status).toBe(202);
    expect(await api.mailsTo(email)).toHaveLength(1);
  });

  it("limits the number of mails in half an hour", async () => {
    const { email, access, id } = await api.signUp();
    // The first of five was sent at the registration.
    for (let i = 0; i < 4; i++) expect((await request(access)).status).toBe(202);
    const { status, body, headers } = await request(access);
    expect([status, body.error]).toEqual([429, "RATE_LIMIT_EXCEEDED"]);
    expect(headers.get("RateLimit-Policy")).toBe('"mail-recipient";q=5;w=1800');
    expect(await api.mailsTo(email)).toHaveLength(5);
    const { rows } = await api.db.execute(sql`select id from one_time_tokens where user_id = ${id}`);
    expect(rows).toHaveLength(5);
    await api.db.execute(sql`
      update throttles set window_ends_at = window_ends_at - interval '30 minutes',
        blocked_until = blocked_until - interval '30 minutes'`);
    expect((await request(access)).status).toBe(202);
  });
});

describe("the audit log", () => {
  it("records the verification", async () => {
    const { email, id } = await api.signUp();
    await verify(await api.mailedToken(email));
    const { rows } = await api.db.execute(sql`
      select actor_id, details from audit_events where target_id = ${id} and action = 'user.updated'`);
    expect(rows).toMatchObject([{ actor_id: id, details: { before: { email_verified_at: null } } }]);
  });
});

describe("POST /auth/email/review", () => {
  const review = (review_token: string, decision: string) =>
    api.call("POST", "/auth/email/review", { body: { review_token, decision } });

  interface Verified {
    review_token: string;
    expires_in: number;
    review: Record<string, unknown>;
  }

  /** Creates an account with access of each kind, and then verifies its email. */
  async function hijacked() {
    const account = await api.signUp();
    const make = (path: string, body: object) =>
      api.call<{ token: string; url: string }>("POST", path, { token: account.access, body });
    const { body } = await make("/auth/tokens", { name: "export", scopes: ["tasks:read"] });
    await make("/auth/tokens", { name: "editor", scopes: ["ingest"], format: "wakatime" });
    await make("/calendar-feeds", { name: "phone" });
    await addPasskey(api, account);
    const options = { body: { token: await api.mailedToken(account.email) } };
    const verified = await api.call<Verified>("POST", "/auth/email/verify", options);
    return { ...account, personalToken: body.token, ...verified.body };
  }

  it("is offered by the verification, which lists earlier access", async () => {
    const { username, expires_in, review: shown } = await hijacked();
    const made = (name: string) => [{ name, created_at: expect.stringMatching(/^20\d\d-.*Z$/) }];
    expect(expires_in).toBe(3_600);
    expect(shown).toEqual({
      username,
      created_at: expect.stringMatching(/^20\d\d-.*Z$/),
      sessions: 1,
      tokens: made("export"),
      keys: made("editor"),
      feeds: made("phone"),
      passkeys: made("My phone"),
      authenticator: false,
      recovery_codes: 0,
    });
  });

  it("keeps all access, and consumes the token", async () => {
    const { access, personalToken, review_token } = await hijacked();
    expect(await review(review_token, "keep")).toMatchObject({
      status: 200,
      body: { ended: { sessions: 0 } },
    });
    for (const token of [access, personalToken]) {
      expect((await api.call("GET", "/auth/me", { token })).status).toBe(200);
    }
    expect(await review(review_token, "end")).toMatchObject({
      status: 400,
      body: { error: "INVALID_ONE_TIME_TOKEN" },
    });
  });

  it("ends all access; the email's owner can then reset the password", async () => {
    const { access, username, email, password, review_token } = await hijacked();
    const { status, body } = await review(review_token, "end");
    expect([status, body.ended]).toEqual([
      200,
      { sessions: 1, tokens: 1, keys: 1, feeds: 1, passkeys: 1, authenticators: 0, recovery_codes: 0 },
    ]);
    expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(401);
    const login = (secret: string) =>
      api.call("POST", "/auth/login", { body: { username, password: secret } });
    expect((await login(password)).status).toBe(401);

    await api.call("POST", "/auth/password/forgot", { body: { email } });
    const reset = { token: await api.mailedToken(email), new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body: reset })).status).toBe(200);
    expect((await login(reset.new_password)).status).toBe(200);
  });

  it("disowns the account and frees its email, even if an administrator restores the account", async () => {
    const { id, email, username, password, review_token } = await hijacked();
    expect((await review(review_token, "disown")).status).toBe(200);
    const body = { email, username: `owner-${crypto.randomUUID()}`, password };
    expect((await api.call("POST", "/auth/register", { body })).status).toBe(201);

    const root = await api.signUpHolding("superuser");
    const restored = await api.call("POST", `/auth/users/${id}/restore`, { token: root.access });
    expect(restored).toMatchObject({ status: 200, body: { email: `${id}@disowned.invalid` } });
    expect((await api.call("POST", "/auth/login", { body: { username, password } })).status).toBe(401);
  });

  it("rejects disowning the last active superuser", async () => {
    const own = await createTestApi();
    const { email, access } = await own.signUpHolding("superuser");
    const body = { token: await own.mailedToken(email) };
    const { review_token } = (await own.call<Verified>("POST", "/auth/email/verify", { body })).body;
    expect(
      await own.call("POST", "/auth/email/review", { body: { review_token, decision: "disown" } }),
    ).toMatchObject({ status: 400, body: { error: "BUSINESS_LOGIC_ERROR" } });
    expect((await own.call("GET", "/auth/me", { token: access })).status).toBe(200);
  });

  it("accepts only the token of a verification, for one hour", async () => {
    const { email, id, review_token } = await hijacked();
    await api.call("POST", "/auth/password/forgot", { body: { email } });
    for (const other of ["", "forged", await api.mailedToken(email)]) {
      expect((await review(other, "end")).status).toBe(400);
    }
    await api.db.execute(sql`
      update one_time_tokens set expires_at = expires_at - interval '1 hour' where user_id = ${id}`);
    expect((await review(review_token, "end")).status).toBe(400);
  });

  it("accepts one of several concurrent decisions", async () => {
    const { review_token } = await hijacked();
    const answers = await Promise.all(
      ["end", "keep", "disown", "end"].map((decision) => review(review_token, decision)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
  });
});
