import { sql } from "drizzle-orm";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PASSWORD } from "../../support/accounts.ts";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import {
  addAuthenticator,
  execute,
  fillIn,
  linksIn,
  mailedLink,
  mailsTo,
  openApp,
  register,
  signIn,
  urlOf,
} from "../../support/web-app.ts";

const NEW_PASSWORD = "another horse, another battery";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

/** Sends a request from the page, with its session. */
const send = (page: Page, method: string, path: string, body?: object) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(path, { method, ...(body && { headers, body: JSON.stringify(body) }) });
      return { status: response.status, text: await response.text() };
    },
    { method, path, body },
  );

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const open = (path: string) => openApp(browser, `${url}${path}`);

  it("signs up by keyboard alone, confirms the address on a click, and keeps what was made before [SERVER]", async () => {
    const { page, takeProblems } = await open("/");
    await heading(page, "Sign in").waitFor();
    expect(page.url()).toBe(`${url}/app/sign-in`);
    await page.getByRole("link", { name: "Create an account" }).focus();
    await page.keyboard.press("Enter");
    await heading(page, "Create an account").waitFor();
    await page.getByLabel("Username").focus();
    await page.keyboard.type("grace");
    await page.keyboard.press("Tab");
    await page.keyboard.type("grace@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await heading(page, "Welcome, grace").waitFor();
    expect(await page.title()).toBe("Welcome, grace · Productivity Tracker");

    const link = await mailedLink(system, "grace@example.com", "/verify-email");
    await page.goto(link);
    await heading(page, "Confirm your email address").waitFor();
    expect(new URL(page.url()).pathname).toBe("/app/verify-email");
    const before = await send(page, "GET", "/auth/email");
    expect(JSON.parse(before.text)).toMatchObject({ verified_at: null });
    await button(page, "Confirm the address").click();
    await heading(page, "Your address is confirmed").waitFor();
    await page.getByText("1 session").waitFor();
    expect(new URL(page.url()).hash).toBe("");
    await button(page, "Continue").click();
    await heading(page, "Everything was kept").waitFor();
    await page.getByRole("link", { name: "Open the app" }).click();
    await heading(page, "Today").waitFor();
    expect(takeProblems()).toEqual([]);

    await page.goto(link);
    await button(page, "Confirm the address").click();
    await page.getByRole("alert").getByText("already used").waitFor();
    expect(takeProblems()).toEqual(["400 POST /api/v1/auth/email/verify"]);
  });

  it("ends all access, or gives up the account, when its owner says so", async () => {
    for (const [choice, done] of [
      ["The account is mine, but not all of the access", "All access has ended"],
      ["The account is not mine", "The account was deleted"],
    ] as const) {
      const { username, email } = await register(url);
      const { page, takeProblems } = await open("/app/sign-in");
      await signIn(page, url, username);
      await page.goto(await mailedLink(system, email, "/verify-email"));
      await button(page, "Confirm the address").click();
      await page.getByLabel(choice).check();
      await button(page, "Continue").click();
      await heading(page, done).waitFor();
      expect((await send(page, "GET", "/auth/me")).status).toBe(401);
      takeProblems();
      await page.context().close();
    }
  });

  it("signs in and out, and stays signed in after a reload and by a link to a page", async () => {
    const { username, email } = await register(url);
    const { page, takeProblems } = await open("/app/settings/sessions");
    await heading(page, "Sign in").waitFor();
    expect(page.url()).toBe(`${url}/app/sign-in?next=%2Fapp%2Fsettings%2Fsessions`);
    await fillIn(page, email);
    await heading(page, "Sessions").waitFor();
    await page.getByText("This device").waitFor();
    await page.reload();
    await heading(page, "Sessions").waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual(
      cookies.map(() => [true, "Strict"]),
    );
    await page.getByRole("listitem").getByRole("button", { name: "Sign out" }).click();
    await heading(page, "Sign in").waitFor();
    await page.goto(`${url}/app/`);
    await heading(page, "Sign in").waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage))).not.toContain("access_token");
    expect(takeProblems()).toEqual([]);
    expect(username).not.toBe("");
  });

  it("tells that the password is wrong, and counts down after too many attempts", async () => {
    const { username } = await register(url);
    const { page, takeProblems } = await open("/app/sign-in");
    await fillIn(page, username, "not the password");
    await page.getByRole("alert").getByText("The username or the password is wrong.").waitFor();
    expect(takeProblems()).toEqual(["401 POST /api/v1/auth/login"]);
    for (let attempt = 0; attempt < 10; attempt++)
      await send(page, "POST", "/auth/login", { username, password: "guess" });
    await button(page, "Sign in").click();
    await page.getByText(/^Next try in \d+:\d\d\.$/).waitFor();
  });

  it("shows the rule that a password breaks at its field, and gives it the focus", async () => {
    const { page } = await open("/app/sign-up");
    await page.getByLabel("Username").fill("charles");
    await page.getByLabel("Email").fill("charles@example.com");
    const password = page.getByLabel("Password", { exact: true });
    await password.fill("password1");
    await button(page, "Create the account").click();
    await page.locator(".problem").waitFor();
    expect(await password.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("password");
    await page.getByRole("button", { name: "Show: Password" }).click();
    expect(await password.getAttribute("type")).toBe("text");
  });

  it("gives a tapped button no color of hovering, which would stay on a phone", async () => {
    const context = await browser.newContext({ isMobile: true, hasTouch: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`${url}/app/sign-in`);
    const color = () =>
      page.evaluate("getComputedStyle(document.querySelector('[type=submit]')).backgroundColor");
    const untapped = await color();
    await button(page, "Sign in").tap();
    expect(await page.evaluate("document.querySelector('[type=submit]').matches(':hover')")).toBe(true);
    expect(await color()).toBe(untapped);
  });

  it("resets a forgotten password with the link of the mail [SERVER]", async () => {
    const { username, email } = await register(url);
    const { page, takeProblems } = await open("/forgot-password");
    await page.getByLabel("Email").fill(email);
    await button(page, "Send the link").click();
    await heading(page, "Check your mail").waitFor();
    await page.goto(await mailedLink(system, email, "/reset-password"));
    await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await button(page, "Save the password").click();
    await heading(page, "The password is saved").waitFor();
    expect(takeProblems()).toEqual([]);
    await signIn(page, url, username, NEW_PASSWORD);
  });

  it("lets an invited user choose the first password", async () => {
    const admin = await register(url);
    await execute(system, sql`update users set is_superuser = true where username = ${admin.username}`);
    const { page } = await open("/app/sign-in");
    await signIn(page, url, admin.username);
    const invited = { email: "mary@example.com", username: "mary" };
    expect((await send(page, "POST", "/auth/users", invited)).status).toBe(201);
    const guest = await openApp(browser, await mailedLink(system, invited.email, "/reset-password"));
    await guest.page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await button(guest.page, "Save the password").click();
    await guest.page.getByRole("link", { name: "Sign in" }).click();
    await fillIn(guest.page, "mary", NEW_PASSWORD);
    await heading(guest.page, "Today").waitFor();
    expect(guest.takeProblems()).toEqual([]);
  });

  it("offers no passkey at an address that can't have one", async () => {
    const { page, takeProblems } = await openApp(browser, `${system.url}/app/sign-in`);
    await page.getByRole("link", { name: "Forgot your password?" }).waitFor();
    await expect.poll(() => page.getByRole("button", { name: "Sign in with a passkey" }).count()).toBe(0);
    await page.goto(`${system.url}/app/sign-up`);
    await page.getByText("At least 8 characters").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("signs in with a passkey from the autofill of the field, without a click [SERVER]", async () => {
    const { username } = await register(url);
    const app = await open("/app/sign-in");
    const { page } = app;
    await addAuthenticator(app);
    await signIn(page, url, username);
    await page.goto(`${url}/app/settings/security`);
    await button(page, "Add a passkey").click();
    await page.getByLabel("Name").fill("Work laptop");
    await button(page, "Continue").click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    const codes = await page.getByRole("dialog").locator("code").allTextContents();
    expect(codes.length).toBeGreaterThanOrEqual(8);
    await button(page, "I stored the codes").click();
    await page.getByText("Work laptop").waitFor();
    // The authenticator answers as soon as a page asks, so that signing out leads back in.
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await heading(page, "Today").waitFor();
    expect(app.takeProblems()).toEqual([]);
  });

  it("asks for the second factor: a passkey first, else a recovery code", async () => {
    const { username } = await register(url);
    const app = await open("/app/sign-in");
    const { page } = app;
    const { devtools, authenticatorId } = await addAuthenticator(app);
    await signIn(page, url, username);
    await page.goto(`${url}/app/settings/security`);
    await button(page, "Add a passkey").click();
    await button(page, "Continue").click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    const [code = ""] = await page.getByRole("dialog").locator("code").allTextContents();
    await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    await page.context().clearCookies();
    await page.goto(`${url}/app/sign-in`);
    await fillIn(page, username);
    await heading(page, "Confirm it's you").waitFor();
    await button(page, "Use a recovery code instead").click();
    await page.getByLabel("Recovery code").fill("7ZQ2M4-0HX9KD-T5WABC-8RN3VE");
    await button(page, "Sign in").click();
    await page.getByText("The code is wrong, or was already used.").waitFor();
    await page.getByLabel("Recovery code").fill(code);
    await button(page, "Sign in").click();
    await heading(page, "Today").waitFor();
  });

  it("leads from each link of each mail to a page [SERVER]", async () => {
    const all = await mailsTo(system, "@example.com");
    const links = new Set(all.flatMap(linksIn).map((link) => new URL(link).pathname));
    expect([...links].sort()).toEqual(
      expect.arrayContaining(["/forgot-password", "/reset-password", "/verify-email"]),
    );
    const { page } = await open("/app/sign-in");
    for (const path of links) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.title(), path).not.toMatch(/^Page not found/);
    }
  });
});
