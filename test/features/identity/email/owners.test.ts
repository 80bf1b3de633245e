import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const OWN_PASSWORD = "a mailbox of my own 7";
const account = (email: string) => ({ email, username: `user-${crypto.randomUUID()}`, password: PASSWORD });
const register = (email: string) => api.call("POST", "/auth/register", { body: account(email) });
const signIn = (username: string, password: string) =>
  api.call("POST", "/auth/login", { body: { username, password } });

/** Creates an account that never verified `email`, and returns its id. */
async function unverified(email: string): Promise<string> {
  const { body } = await api.call<{ id: string }>("POST", "/auth/register", { body: account(email) });
  return body.id;
}
const confirm = async (email: string) =>
  api.call("POST", "/auth/email/confirm-change", { body: { token: await api.mailedToken(email) } });
const administer = (id: string, body: object) =>
  api.call("PUT", `/auth/users/${id}`, { token: root.access, body });

/** Has an administrator change the email of an account that never verified `email`. Returns its id and new email. */
async function replaceEmail(email: string): Promise<{ id: string; to: string }> {
  const [id, to] = [await unverified(email), `other-${crypto.randomUUID()}@example.com`];
  await administer(id, { email: to });
  await confirm(to);
  await letWaitEnd(id);
  return { id, to };
}

/** Ends the time that an email change waits for the old address. */
async function letWaitEnd(id: string): Promise<void> {
  await api.db.execute(
    sql`update email_changes set due_at = due_at - interval '72 hours' where user_id = ${id}`,
  );
  await maintain(api.settings);
}

const emailOf = async (id: string) =>
  (await api.db.execute<{ email: string }>(sql`select email from users where id = ${id}`)).rows[0]?.email;

/** Ways in which another account gets an email without confirming it. */
const WAYS: Record<string, (email: string) => Promise<unknown>> = {
  "an attacker registered": register,
  "an administrator invited": (email) => {
    const { password: _, ...invited } = account(email);
    return api.call("POST", "/auth/users", { token: root.access, body: invited });
  },
  "an administrator requested for an invited account": async (email) => {
    const { password: _, ...invited } = account(`first-${email}`);
    const { body } = await api.call<{ id: string }>("POST", "/auth/users", {
      token: root.access,
      body: invited,
    });
    await api.call("PUT", `/auth/users/${body.id}`, { token: root.access, body: { email } });
  },
  "an attacker requested for their account": async (email) => {
    const { access } = await api.signUp();
    await api.call("PUT", "/auth/me", { token: access, body: { email } });
  },
};

/** Resets the password of the account with `email`, and signs in with it. */
async function claim(email: string): Promise<void> {
  const before = new Set((await api.mailsTo(email)).map(({ text }) => text));
  expect((await api.call("POST", "/auth/password/forgot", { body: { email } })).status).toBe(202);
  await expect
    .poll(async () => (await api.mailsTo(email)).filter(({ text }) => !before.has(text)).length)
    .toBe(1);
  const body = { token: await api.mailedToken(email), new_password: OWN_PASSWORD };
  expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(200);
  expect((await signIn(email, OWN_PASSWORD)).status).toBe(200);
  expect((await signIn(email, PASSWORD)).status).toBe(401);
}

describe.each(Object.entries(WAYS))("an email that %s", (_, take) => {
  it.each([
    ["before", true],
    ["concurrently with", false],
  ])("goes to its owner, if taken %s the owner's registration", async (__, isFirst) => {
    const email = `${crypto.randomUUID()}@example.com`;
    if (isFirst) await take(email);
    const [, registered] = await Promise.all([isFirst ? undefined : take(email), register(email)]);
    expect([201, 409]).toContain(registered.status);
    await claim(email);
  });
});

describe("an address that was never verified", () => {
  const holders = {
    "a deactivated account has": async (email: string) => {
      const id = await unverified(email);
      await administer(id, { is_active: false });
      return id;
    },
    "an administrator changed": async (email: string) => (await replaceEmail(email)).id,
  };

  it.each(Object.entries(holders))("is available for registration if %s it", async (_, take) => {
    const email = `${crypto.randomUUID()}@example.com`;
    await take(email);
    expect((await register(email)).status).toBe(201);
    expect((await register(email)).status).toBe(409);
    await claim(email);
  });

  it.each(Object.entries(holders))("is available to another account if %s it", async (_, take) => {
    const email = `${crypto.randomUUID()}@example.com`;
    await take(email);
    const { access, id } = await api.signUp();
    expect((await api.call("PUT", "/auth/me", { token: access, body: { email } })).status).toBe(200);
    expect((await confirm(email)).status).toBe(200);
    expect(await emailOf(id)).toBe(email);
  });

  it("leaves a deactivated account when another account takes it, audited without an actor", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const id = await holders["a deactivated account has"](email);
    await register(email);
    expect(await emailOf(id)).toBe(`${id}@released.invalid`);
    const path = `/audit?target_id=${id}&action=user.updated&limit=1`;
    expect((await api.call("GET", path, { token: root.access })).body).toMatchObject([
      { actor_id: null, details: { before: { email }, after: { email: `${id}@released.invalid` } } },
    ]);
    expect((await administer(id, { is_active: true })).status).toBe(200);
    const other = `${crypto.randomUUID()}@example.com`;
    await administer(id, { email: other });
    await confirm(other);
    await letWaitEnd(id);
    expect(await emailOf(id)).toBe(other);
  });

  it("stays available although an attacker tries to take the deactivated account's placeholder", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const id = await holders["a deactivated account has"](email);
    const statuses = [`${id}@released.invalid`, `${id}@Released.Invalid`, `${id}@disowned.invalid`].map(
      async (placeholder) => (await register(placeholder)).status,
    );
    expect(await Promise.all(statuses)).toEqual([409, 409, 409]);
    expect((await register(email)).status).toBe(201);
    expect(await emailOf(id)).toBe(`${id}@released.invalid`);
  });

  it("stays with a deactivated account until another account takes it", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const id = await holders["a deactivated account has"](email);
    expect((await administer(id, { is_active: true })).status).toBe(200);
    expect(await emailOf(id)).toBe(email);
    expect((await register(email)).status).toBe(409);
  });

  it("returns to its account by a mailed token, unless another account has it", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const { id } = await replaceEmail(email);
    const texts = (await api.mailsTo(email)).map(({ text }) => text).join();
    const token = /stop-email-change#token=(\S+)/.exec(texts)?.[1];
    const stop = () => api.call("POST", "/auth/email/stop-change", { body: { token } });
    const { body: other } = await api.call<{ id: string }>("POST", "/auth/register", {
      body: account(email),
    });
    expect(await stop()).toMatchObject({
      status: 409,
      body: { error: "EMAIL_ALREADY_EXISTS", message: expect.stringContaining("delete it, then stop") },
    });
    await api.call("DELETE", `/auth/users/${other.id}`, { token: root.access });
    expect((await stop()).status).toBe(200);
    expect(await emailOf(id)).toBe(email);
  });
});

describe("an address that was verified", () => {
  async function verified(email: string): Promise<string> {
    const id = await unverified(email);
    const body = { token: await api.mailedToken(email) };
    expect((await api.call("POST", "/auth/email/verify", { body })).status).toBe(200);
    return id;
  }

  it("stays with a deactivated account", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    await administer(await verified(email), { is_active: false });
    expect((await register(email)).status).toBe(409);
  });

  it("stays reserved, if verified during a change, for the account that can revert the change", async () => {
    const name = crypto.randomUUID();
    const [email, to] = [`${name}@example.com`, `other-${name}@example.com`];
    const id = await unverified(email);
    const token = await api.mailedToken(email);
    await administer(id, { email: to });
    expect((await api.call("POST", "/auth/email/verify", { body: { token } })).status).toBe(200);
    await confirm(to);
    await letWaitEnd(id);
    expect(await emailOf(id)).toBe(to);
    expect((await register(email)).status).toBe(409);
  });
});
