import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { parseSettings } from "../../../src/core/config.ts";
import { sendMail } from "../../../src/core/mail/send.ts";
import { createTestApi, PASSWORD } from "../../support/api.ts";

const MESSAGE = { to: "ada@example.com", subject: "Grüße ✓", text: "Zeile eins\nZeile zwei ✓\n" };

let errors: MockInstance;
beforeEach(() => {
  errors = vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

const settingsWith = (environment: object) =>
  parseSettings({
    ENVIRONMENT: "development",
    LOG_LEVEL: "warn",
    AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
    DATABASE_URL: "postgres://test:test@database.test/none",
    ...environment,
  });

/** Returns settings for a provider in `mode`, and functions that read the mails it accepted and its number of requests. */
function providerThatIs(mode: string) {
  const key = crypto.randomUUID();
  const settings = settingsWith({
    MAIL_API_URL: `http://mail.test/${mode}/emails`,
    MAIL_API_KEY: key,
    MAIL_FROM: "Ada <no-reply@example.com>",
  });
  const get = async (path: string) => (await fetch(`http://mail.test/${path}`)).json();
  return {
    settings,
    inbox: () => get(`inbox?key=${key}&to=${MESSAGE.to}`),
    attempts: () => get(`attempts?key=${key}`),
  };
}

describe("a mail", () => {
  it("posts its subject and text unchanged, with the API key", async () => {
    const { settings, inbox } = providerThatIs("well");
    await sendMail(settings, MESSAGE);
    expect(await inbox()).toEqual([{ ...MESSAGE, from: "Ada <no-reply@example.com>", to: [MESSAGE.to] }]);
  });

  it("retries after a lost response, and arrives once", async () => {
    const { settings, inbox, attempts } = providerThatIs("lossy");
    await sendMail(settings, MESSAGE);
    expect(await attempts()).toBe(2);
    expect(await inbox()).toHaveLength(1);
  });

  it.each([
    ["down", 2],
    ["refusing", 1],
  ])("fails after a provider that is %s received %i requests", async (mode, times) => {
    const { settings, attempts } = providerThatIs(mode);
    await expect(sendMail(settings, MESSAGE)).rejects.toThrow("did not accept a mail");
    expect(await attempts()).toBe(times);
  });

  it.each(["to", "subject"])("contains no line break in %s", async (field) => {
    const { settings, attempts } = providerThatIs("well");
    for (const control of ["\r\n", "\n", "\r", "\u0085", "\0"]) {
      const forged = { ...MESSAGE, [field]: `a${control}Bcc: eve@example.com` };
      await expect(sendMail(settings, forged)).rejects.toThrow("single line");
    }
    expect(await attempts()).toBe(0);
  });

  it("uses Cloudflare's binding without a provider", async () => {
    const sent: unknown[] = [];
    const MAILER = { send: async (message: unknown) => sent.push(message) };
    await sendMail(settingsWith({ MAILER, MAIL_FROM: "Ada L <no-reply@example.com>" }), MESSAGE);
    await sendMail(settingsWith({ MAILER, MAIL_FROM: "no-reply@example.com" }), MESSAGE);
    expect(sent).toEqual([
      { ...MESSAGE, from: { name: "Ada L", email: "no-reply@example.com" } },
      { ...MESSAGE, from: "no-reply@example.com" },
    ]);
  });

  it("drops mail without a provider and a binding, and logs that once", async () => {
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
    // A module of its own: another file may have caused the warning before.
    const path = "../../../src/core/mail/send.ts?unwarned";
    const { sendMail: send }: typeof import("../../../src/core/mail/send.ts") = await import(path);
    await send(settingsWith({}), MESSAGE);
    await send(settingsWith({}), MESSAGE);
    expect(warnings.mock.calls.map(([line]) => JSON.parse(line).module)).toEqual(["mail"]);
  });
});

describe("a request whose mail fails", () => {
  it.each(["down", "refusing"])("succeeds, and logs why the mail failed: %s", async (mode) => {
    const api = await createTestApi({ MAIL_API_URL: `http://mail.test/${mode}/emails` });
    const account = { email: "ada@example.com", username: "ada", password: PASSWORD };
    const answer = await api.call("POST", "/auth/register", { body: account });
    expect(answer.status).toBe(201);
    const { rows } = await api.db.execute(sql`select username from users`);
    expect(rows).toEqual([{ username: "ada" }]);
    const lines = errors.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      module: "defer",
      request_id: answer.headers.get("X-Request-Id"),
      cause: expect.stringContaining("did not accept a mail"),
    });
    expect(lines[0]).not.toContain("ada@example.com");
  });
});

describe("links in mails", () => {
  it("leads to APP_URL for any host of the request", async () => {
    const api = await createTestApi({ APP_URL: "https://app.example.com/account/" });
    const { email } = await api.signUp();
    const [mail] = await api.mailsTo(email);
    expect(mail?.text).toContain("https://app.example.com/account/verify-email#token=");
    expect(mail?.text).not.toContain("api.test");
  });
});
