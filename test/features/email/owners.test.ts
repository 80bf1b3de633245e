import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const OWN_PASSWORD = "a mailbox of one's own 7";
const account = (email: string) => ({ email, username: `user-${crypto.randomUUID()}`, password: PASSWORD });
const register = (email: string) => api.call("POST", "/auth/register", { body: account(email) });
const signIn = (username: string, password: string) =>
  api.call("POST", "/auth/login", { body: { username, password } });

/** The ways in which another account gets the address of a mailbox without confirming it. */
const WAYS: Record<string, (email: string) => Promise<unknown>> = {
  "was registered with by a stranger": register,
  "was invited by an administrator": (email) => {
    const { password: _, ...invited } = account(email);
    return api.call("POST", "/auth/users", { token: root.access, body: invited });
  },
  "an invited account is to have, as the administrator says": async (email) => {
    const { password: _, ...invited } = account(`first-${email}`);
    const { body } = await api.call<{ id: string }>("POST", "/auth/users", {
      token: root.access,
      body: invited,
    });
    await api.call("PUT", `/auth/users/${body.id}`, { token: root.access, body: { email } });
  },
  "a stranger's account is to have": async (email) => {
    const { access } = await api.signUp();
    await api.call("PUT", "/auth/me", { token: access, body: { email } });
  },
};

describe.each(Object.entries(WAYS))("a mailbox whose address %s", (_, take) => {
  it.each([
    ["first", true],
    ["and its owner at once", false],
  ])("is its owner's all the same: %s", async (__, isFirst) => {
    const email = `${crypto.randomUUID()}@example.com`;
    if (isFirst) await take(email);
    const [, registered] = await Promise.all([isFirst ? undefined : take(email), register(email)]);
    expect([201, 409]).toContain(registered.status);
    const before = new Set((await api.mailsTo(email)).map(({ text }) => text));
    expect((await api.call("POST", "/auth/password/forgot", { body: { email } })).status).toBe(202);
    await expect
      .poll(async () => (await api.mailsTo(email)).filter(({ text }) => !before.has(text)).length)
      .toBe(1);
    const body = { token: await api.mailedToken(email), new_password: OWN_PASSWORD };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(200);
    expect((await signIn(email, OWN_PASSWORD)).status).toBe(200);
    expect((await signIn(email, PASSWORD)).status).toBe(401);
  });
});
