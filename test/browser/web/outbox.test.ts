import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSWORD } from "../../support/accounts.ts";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import { deviceOf, type Entry, fillIn, openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const DAY_MS = 24 * 3_600_000;

const field = (page: Page) => page.getByRole("combobox", { name: "What are you working on?" });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const timer = (page: Page) => page.getByRole("region", { name: "Timer" });
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const form = (page: Page) => page.getByRole("form", { name: "Edit the entry" });
const description = (page: Page) => form(page).getByRole("combobox", { name: "Description" });
const told = (page: Page, text: string) => page.locator(".toasts").getByText(text).waitFor();
const dayAt = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Starts the timer by keyboard. */
async function start(page: Page, text: string) {
  await field(page).fill(text);
  await page.keyboard.press("Enter");
  await button(page, "Stop").waitFor();
}

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page for a new user with two entries of the day before yesterday. */
  async function open(path = "") {
    const account = await register(url);
    const device = await deviceOf(url, account.username);
    const day = dayAt(Date.now() - 2 * DAY_MS);
    const add = (text: string, from: string, to: string) =>
      device("POST", "/time-entries", {
        description: text,
        started_at: `${day}T${from}:00Z`,
        ended_at: `${day}T${to}:00Z`,
      });
    const mail = await add("Mail", "09:00", "10:00");
    const letters = await add("Letters", "11:00", "12:00");
    const app = await openSignedIn(browser, url, account.username, path);
    await field(app.page).waitFor();
    await app.page.waitForLoadState("networkidle");
    const entries = () => device<Entry[]>("GET", "/time-entries?sort=started_at");
    /** Returns the entry with a description. */
    const entryOf = async (text: string) => (await entries()).find((entry) => entry.description === text);
    return { ...app, ...account, device, day, mail, letters, entries, entryOf };
  }

  it("shows nothing of a user in any tab once another has signed in", async () => {
    const { page, context, username } = await open();
    const other = await register(url);
    await start(page, "Secret work");
    const tab = await context.newPage();
    await tab.goto(`${url}/app/`);
    await button(tab, "Stop").waitFor();
    await tab.getByRole("button", { name: "Sign out" }).first().click();
    await heading(page, "Sign in").waitFor();
    await heading(tab, "Sign in").waitFor();
    await fillIn(tab, other.username);
    await button(tab, "Start").waitFor();

    /** Lets a user sign in in place of another, without a sign-out. */
    const replace = async (name: string) => {
      const data = { username: name, password: PASSWORD };
      expect((await context.request.post(`${url}/auth/login`, { data })).ok()).toBe(true);
      await tab.evaluate("new BroadcastChannel('session').postMessage('changed')");
    };
    await page.goto(`${url}/app/`);
    await button(page, "Start").waitFor();
    await replace(username);
    await button(page, "Stop").waitFor();
    await button(page, "Delete: Secret work").click();
    await button(page, "Undo").waitFor();
    await replace(other.username);
    await page.getByText(other.email).first().waitFor();
    await button(page, "Start").waitFor();
    await page.getByText("No entries today.").waitFor();
    expect(await button(page, "Undo").count()).toBe(0);
    expect(await field(page).inputValue()).toBe("");
    expect(await page.content()).not.toContain("Secret work");
    expect(await page.content()).not.toContain("Letters");
    await start(page, "Work of another");
    const others = await deviceOf(url, other.username);
    await expect.poll(async () => (await others<Entry[]>("GET", "/time-entries")).length).toBe(1);
  });

  it("does not overwrite what another device changes while the fields of an entry are open", async () => {
    const { page, device, mail, letters, entryOf, takeProblems } = await open("entries?period=all");
    await button(page, "Edit: Mail").click();
    await description(page).fill("Mail to Ada");
    await device("PATCH", `/time-entries/${mail.id}`, { description: "Mail to Mary", is_billable: true });
    await device("PATCH", `/time-entries/${letters.id}`, { description: "Letters home" });
    // Each change loads the entries again.
    await button(page, "Start").click();
    await button(page, "Edit: Letters home").waitFor();
    await form(page).getByRole("button", { name: "Save" }).click();
    await timer(page).getByText("1 change could not be saved.").waitFor();
    expect(await entryOf("Mail to Mary")).toMatchObject({ is_billable: true });
    await button(page, "Review").click();
    await page.getByRole("row", { name: "Description Mail to Ada Mail to Mary" }).waitFor();
    await button(page, "Keep yours").click();
    await expect.poll(() => entryOf("Mail to Ada")).toMatchObject({ is_billable: true });
    expect(takeProblems()).toEqual([]);
  });

  it("tells at which field a change was refused, and sends it with a further edit", async () => {
    const { page, day, entryOf } = await open("entries?period=all");
    await button(page, "Edit: Mail").click();
    await form(page)
      .getByLabel("Day")
      .fill(dayAt(Date.now() + 2 * DAY_MS));
    await form(page).getByRole("button", { name: "Save" }).click();
    await button(page, "Review").click();
    await page
      .getByRole("dialog")
      .getByText(/must be at most five minutes in the future/)
      .waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await button(page, "Edit: Mail").click();
    await form(page).getByLabel("Day").fill(day);
    await description(page).fill("Mail to Ada");
    await form(page).getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => entryOf("Mail to Ada"))
      .toMatchObject({ started_at: `${day}T09:00:00.000Z`, ended_at: `${day}T10:00:00.000Z` });
    await timer(page).getByText("could not be saved").waitFor({ state: "detached" });
  });

  it("does not stop what another device has started since, when it sends a timer that was stopped", async () => {
    const { page, context, device, entries, entryOf, takeProblems } = await open();
    await context.setOffline(true);
    await start(page, "On the train");
    await button(page, "Stop").click();
    await timer(page).getByText("2 changes wait to be sent.").waitFor();
    await device("POST", "/time-entries/start", { description: "At the desk" });
    await context.setOffline(false);
    await expect.poll(() => entryOf("On the train")).toMatchObject({ ended_at: expect.any(String) });
    await expect.poll(() => field(page).inputValue()).toBe("At the desk");
    await timer(page).getByText("Offline since").waitFor({ state: "detached" });
    expect(await entryOf("At the desk")).toMatchObject({ ended_at: null });
    expect(await entries()).toHaveLength(4);
    expect(takeProblems()).toEqual([]);
  });

  it("stops what ran before a timer that was started and stopped offline", async () => {
    const { page, context, entries, entryOf, takeProblems } = await open("entries?period=all");
    await start(page, "At home");
    await expect.poll(() => entryOf("At home")).toMatchObject({ ended_at: null });
    await context.setOffline(true);
    await button(page, "Continue: Letters").click();
    await button(page, "Stop: Letters").waitFor();
    await button(page, "Stop").click();
    await timer(page).getByText("2 changes wait to be sent.").waitFor();
    await context.setOffline(false);
    await expect.poll(async () => (await entries()).length).toBe(4);
    const [, , home, letters] = await entries();
    expect(home).toMatchObject({ description: "At home", ended_at: letters?.started_at });
    expect(letters).toMatchObject({ description: "Letters", ended_at: expect.any(String) });
    expect(takeProblems()).toEqual([]);
  });

  it("stops a timer whose start was received but not answered", async () => {
    const { page, context, entries, entryOf } = await open();
    await context.route(
      "**/api/v1/time-entries",
      async (route) => {
        await route.fetch();
        await route.abort("connectionfailed");
      },
      { times: 1 },
    );
    await start(page, "Received");
    await expect.poll(() => entryOf("Received")).toMatchObject({ ended_at: null });
    await button(page, "Stop").click();
    await expect
      .poll(() => entryOf("Received"), { timeout: 20_000 })
      .toMatchObject({ ended_at: expect.any(String) });
    expect(await entries()).toHaveLength(3);
    await timer(page).getByText("could not be saved").waitFor({ state: "detached" });
  });

  it("keeps the page and the timer when a page can't be loaded offline, and opens it later", async () => {
    const { page, context, takeProblems } = await open("entries?period=all");
    await start(page, "On the train");
    await context.setOffline(true);
    await page.getByRole("link", { name: "Sessions" }).click();
    await told(page, "The server can't be reached.");
    await heading(page, "Entries").waitFor();
    expect(page.url()).toBe(`${url}/app/entries?period=all`);
    await button(page, "Stop").click();
    await button(page, "Start").waitFor();
    await context.setOffline(false);
    await page.getByRole("link", { name: "Sessions" }).click();
    await heading(page, "Sessions").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("continues the last entry once, and only when it is asked to", async () => {
    const { page, context, entries, takeProblems } = await open("settings/profile");
    const press = () =>
      page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true }))");
    await context.setOffline(true);
    await press();
    await told(page, "The server can't be reached.");
    await context.setOffline(false);
    await page.getByRole("link", { name: "Tags" }).click();
    await heading(page, "Tags").waitFor();
    await page.waitForLoadState("networkidle");
    expect(await entries()).toHaveLength(2);
    await Promise.all([press(), press()]);
    await button(page, "Stop").click();
    await expect
      .poll(async () => (await entries()).map(({ description: text, ended_at }) => [text, ended_at !== null]))
      .toEqual([
        ["Mail", true],
        ["Letters", true],
        ["Letters", true],
      ]);
    expect(takeProblems()).toEqual([]);
  });

  it("tells that a change can't be stored, and keeps what was typed", async () => {
    const { page, entries } = await open("entries?period=all");
    await page.evaluate(
      "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    );
    await button(page, "Edit: Mail").click();
    await description(page).fill("Mail to Ada");
    await form(page).getByRole("button", { name: "Save" }).click();
    await told(page, "Something went wrong.");
    expect(await description(page).inputValue()).toBe("Mail to Ada");
    await form(page).getByRole("button", { name: "Cancel" }).click();
    await button(page, "Delete: Mail").click();
    await button(page, "Edit: Mail").waitFor();
    expect(await entries()).toHaveLength(2);
  });

  it("deletes at a sign-out only the changes of the user who leaves", async () => {
    const { page, context, username, entryOf } = await open();
    const other = await register(url);
    await context.route("**/api/v1/time-entries", (route) => route.abort());
    await start(page, "Before the end");
    await context.clearCookies();
    await page.goto(`${url}/app/sign-in`);
    await fillIn(page, other.username);
    await button(page, "Start").waitFor();
    await start(page, "Given up");
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("radio", { name: "Delete them" }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await heading(page, "Sign in").waitFor();
    await context.unroute("**/api/v1/time-entries");
    await fillIn(page, username);
    await expect.poll(() => entryOf("Before the end"), { timeout: 20_000 }).toBeDefined();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await fillIn(page, other.username);
    await button(page, "Start").waitFor();
    const others = await deviceOf(url, other.username);
    expect(await others("GET", "/time-entries")).toEqual([]);
  });
});
