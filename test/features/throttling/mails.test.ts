/// <reference types="vite/client" />
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

it("are sent by features/email alone, which counts each where it is sent", () => {
  const sources: Record<string, string> = import.meta.glob("../../../src/**/*.ts", {
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
    "features/email/service.ts",
  ]);
});

it("asked-for mails to one recipient are five in half an hour, whatever they are for", async () => {
  const { email, access } = await api.signUp();
  for (let i = 0; i < 3; i++) await api.call("POST", "/auth/email/verification", { token: access });
  for (let i = 0; i < 3; i++) await api.call("POST", "/auth/password/forgot", { body: { email } });
  expect(await api.mailsTo(email)).toHaveLength(5);
  expect((await api.call("POST", "/auth/email/verification", { token: access })).status).toBe(429);
  await api.db.execute(sql`delete from throttles`);
  expect((await api.call("POST", "/auth/email/verification", { token: access })).status).toBe(202);
});

it("no flood of asked-for mails keeps a notice from its reader", async () => {
  const { email, access: token, password } = await api.signUp();
  for (let i = 0; i < 5; i++) await api.call("POST", "/auth/password/forgot", { body: { email } });
  const body = { current_password: password, new_password: "another horse, another battery" };
  await api.call("PUT", "/auth/me/password", { token, body });
  const [last] = await api.mailsTo(email);
  expect(last?.subject).toMatch(/was changed/);
});

it("notices of one kind are five in half an hour, and then dropped", async () => {
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
