import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import { openApp, register, signIn, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it("shows a visitor the sign-in page without an error in the console", async () => {
    const { page, takeProblems } = await openApp(browser, url);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(takeProblems()).toEqual([]);
  });

  it("stays signed in when three tabs without an access cookie refresh the session [SERVER]", async () => {
    const { username } = await register(url);
    const { page, context, takeProblems } = await openApp(browser, `${url}/app/sign-in`);
    await signIn(page, url, username);
    // Requests of the first page would be refused as well.
    await page.reload({ waitUntil: "networkidle" });
    await context.clearCookies({ name: /access/ });
    const refreshes: string[] = [];
    context.on("request", (request) => {
      if (request.url().endsWith("/auth/refresh")) refreshes.push(request.url());
    });
    const tabs = await Promise.all([context.newPage(), context.newPage(), context.newPage()]);
    await Promise.all(tabs.map((tab) => tab.goto(`${url}/app/settings/profile`)));
    for (const tab of tabs) await tab.getByRole("heading", { name: "Profile" }).waitFor();
    expect(refreshes).toHaveLength(1);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("refreshes the session once for all requests of a page, and repeats them", async () => {
    const { username } = await register(url);
    const { page, context, takeProblems } = await openApp(browser, `${url}/app/sign-in`);
    await signIn(page, url, username);
    await page.reload({ waitUntil: "networkidle" });
    await context.clearCookies({ name: /access/ });
    await page.getByRole("link", { name: "Security" }).click();
    await page.getByText("No passkeys yet.").waitFor();
    await page.getByRole("button", { name: "Set up" }).waitFor();
    const problems = takeProblems();
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.startsWith("401 GET /api/v1/auth/"))).toBe(true);
  });

  it("leads to the sign-in when the session has ended, and back to the page [SERVER]", async () => {
    const { username, password } = await register(url);
    const { page, context } = await openApp(browser, `${url}/app/sign-in`);
    await signIn(page, url, username);
    // Requests of the first page would lead to the sign-in as well.
    await page.reload({ waitUntil: "networkidle" });
    await context.clearCookies();
    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("Username or email").fill(username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Sessions" }).waitFor();
  });

  it("signs in a person who comes by a link from another site", async () => {
    const { username } = await register(url);
    const { page, context } = await openApp(browser, `${url}/app/sign-in`);
    await signIn(page, url, username);
    await context.route("http://other.test/", (route) =>
      route.fulfill({ contentType: "text/html", body: `<a href="${url}/app/">Open</a>` }),
    );
    await page.goto("http://other.test/");
    await page.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  });

  it("reloads once when a deployment has removed a file, and tells if it is still missing [SERVER]", async () => {
    const { username } = await register(url);
    const { page, context } = await openApp(browser, `${url}/app/sign-in`);
    await signIn(page, url, username);
    await page.reload({ waitUntil: "networkidle" });
    let isMissing = true;
    let loads = 0;
    page.on("load", () => loads++);
    await context.route(/\/app\/assets\/page-/, (route) =>
      isMissing ? route.fulfill({ status: 404, body: "" }) : route.continue(),
    );
    page.on("request", (request) => {
      if (request.isNavigationRequest()) isMissing = false;
    });
    await page.getByRole("link", { name: "My data" }).click();
    await page.getByRole("heading", { name: "My data" }).waitFor();
    expect(loads).toBe(1);

    isMissing = true;
    await page.getByRole("link", { name: "Sessions" }).click();
    await page.getByRole("heading", { name: "The app can't start" }).waitFor();
    expect(loads).toBe(1);
  });

  it("tells that the server can't be reached, and goes on when it can", async () => {
    const { page, context } = await openApp(browser, `${url}/app/sign-in`);
    await context.route("**/auth/login", (route) => route.abort());
    const { username, password } = await register(url);
    await page.getByLabel("Username or email").fill(username);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("The server can't be reached.").waitFor();
    await context.unroute("**/auth/login");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
  });
});
