/// <reference types="vite/client" />
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

it("sends mail only from features/identity/email, which counts it", () => {
  const sources: Record<string, string> = import.meta.glob("../../../../src/**/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const direct = Object.entries(sources)
    .filter(([, text]) => /\b(sendMail|sendByHttp|sendByBinding)\(/.test(text))
    .map(([path]) => path.replace(/.*src\//, ""));
  expect(direct.sort()).toEqual([
    "core/mail/binding.ts",
    "core/mail/http-provider.ts",
    "core/mail/send.ts",
    "features/identity/email/service.ts",
    // The binding MAILER of the server, which core/mail/send.ts calls.
    "server/smtp.ts",
  ]);
});

it("limits requested mails of all kinds to five in half an hour for a recipient", async () => {
  const { email, access } = await api.signUp();
  for (let i = 0; i < 3; i++) await api.call("POST", "/auth/email/verification", { token: access });
  for (let i = 0; i < 3; i++) await api.call("POST", "/auth/password/forgot", { body: { email } });
  expect(await api.mailsTo(email)).toHaveLength(5);
  expect((await api.call("POST", "/auth/email/verification", { token: access })).status).toBe(429);
  await api.db.execute(sql`delete from throttles`);
  expect((await api.call("POST", "/auth/email/verification", { token: access })).status).toBe(202);
});

it("sends a notice despite a flood of requested mails", async () => {
  const { email, access: token, password } = await api.signUp();
  for (let i = 0; i < 5; i++) await api.call("POST", "/auth/password/forgot", { body: { email } });
  const body = { current_password: password, new_password: "another horse, another battery" };
  await api.call("PUT", "/auth/me/password", { token, body });
  const [last] = await api.mailsTo(email);
  expect(last?.subject).toMatch(/was changed/);
});

it("drops notices of one kind after five in half an hour", async () => {
  const { email, access: token } = await api.signUp();
  let current_password = "correct horse battery staple";
  for (let i = 0; i < 6; i++) {
    const new_password = `another horse, another battery ${i}`;
    const body = { current_password, new_password };
    expect((await api.call("PUT", "/auth/me/password", { token, body })).status).toBe(200);
    current_password = new_password;
  }
  const notices = (await api.mailsTo(email)).filter(({ subject }) => subject.includes("was changed"));
  expect(notices).toHaveLength(5);
});

it("limits notices of all kinds to an unverified address to five, across its accounts", async () => {
  const email = `stranger-${crypto.randomUUID()}@example.com`;
  const account = async () => {
    const username = `made-${crypto.randomUUID()}`;
    const password = "correct horse battery staple";
    await api.call("POST", "/auth/register", { body: { email, username, password } });
    return (await api.signIn(username)).access;
  };
  for (let i = 0; i < 4; i++) {
    expect((await api.call("DELETE", "/auth/me", { token: await account() })).status).toBe(204);
  }
  for (let i = 0; i < 4; i++) {
    const other = `other-${crypto.randomUUID()}@example.com`;
    await api.call("PUT", "/auth/me", { token: await account(), body: { email: other } });
    const body = { token: await api.mailedToken(other) };
    expect((await api.call("POST", "/auth/email/confirm-change", { body })).status).toBe(200);
  }
  const notices = (await api.mailsTo(email)).filter(({ subject }) => !subject.startsWith("Confirm"));
  expect(notices).toHaveLength(5);
});
