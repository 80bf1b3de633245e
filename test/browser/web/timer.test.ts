import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { examine } from "../../support/looks.ts";
import { type System, startSystem } from "../../support/system.ts";
import { deviceOf, type Entry, fillIn, openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const field = (page: Page) => page.getByRole("combobox", { name: "What are you working on?" });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const timer = (page: Page) => page.getByRole("region", { name: "Timer" });

/** Answers requests to a path, after the server has, as if the connection was lost: `times` times. */
async function loseAnswers(context: BrowserContext, path: string, times: number): Promise<void> {
  await context.route(
    path,
    async (route) => {
      await route.fetch();
      await route.abort("connectionfailed");
    },
    { times },
  );
}

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the app for a new user with a project and a tag. */
  async function open() {
    const account = await register(url);
    const device = await deviceOf(url, account.username);
    const project = await device("POST", "/projects", { name: "Analytical engine" });
    const tag = await device("POST", "/tags", { name: "deep work" });
    const app = await openSignedIn(browser, url, account.username);
    await field(app.page).waitFor();
    const entries = () => device<Entry[]>("GET", "/time-entries");
    return { ...app, ...account, device, entries, project, tag };
  }

  it("starts and stops by mouse, and shows in the tab what runs [SERVER]", async () => {
    const { page, entries, takeProblems } = await open();
    await field(page).fill("Notes");
    await button(page, "Start").click();
    await timer(page).getByText("Timer started: Notes").waitFor({ state: "attached" });
    await expect.poll(() => page.title()).toBe("0:00 Notes · Today · Productivity Tracker");
    const icon = () => page.locator("link[rel=icon]").getAttribute("href");
    await expect.poll(() => icon()).toBe("/app/icon-running.svg");
    const ticking = () => page.locator(".elapsed").textContent();
    const before = await ticking();
    await expect.poll(ticking, { timeout: 5_000 }).not.toBe(before);
    await page.getByRole("link", { name: "Profile" }).click();
    await page.getByRole("heading", { level: 1, name: "Profile" }).waitFor();
    await button(page, "Stop").click();
    await timer(page)
      .getByText(/^Timer stopped after 0 minutes: Notes/)
      .waitFor({ state: "attached" });
    await expect.poll(() => page.title()).toBe("Profile · Productivity Tracker");
    await expect.poll(() => icon()).toBe("/app/icon.svg");
    await expect.poll(async () => (await entries())[0]?.ended_at).toMatch(/Z$/);
    expect(await entries()).toHaveLength(1);
    expect(takeProblems()).toEqual([]);
  });

  it("completes a project and a tag, starts, edits and stops by keyboard alone", async () => {
    const { page, entries, project, tag, takeProblems } = await open();
    await field(page).focus();
    await page.keyboard.type("Notes @ana");
    await page.getByRole("option", { name: "Analytical engine" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(" #");
    await page.getByRole("option", { name: "#deep work" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await field(page).inputValue()).toBe("Notes");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await entries())[0])
      .toMatchObject({
        description: "Notes",
        project_id: project.id,
        tag_ids: [tag.id],
        ended_at: null,
      });
    await page.keyboard.type(" on the engine");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries())[0]?.description).toBe("Notes on the engine");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries())[0]?.project_id).toBe(null);
    await expect
      .poll(() => page.evaluate("document.activeElement.ariaLabel"))
      .toBe("Remove the tag deep work");
    await button(page, "Stop").focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries())[0]?.ended_at).toMatch(/Z$/);
    expect(await entries()).toHaveLength(1);
    expect(takeProblems()).toEqual([]);
  });

  it("suggests what was done before, and creates a project that is missing", async () => {
    const { page, device, entries, project, takeProblems } = await open();
    const times = { started_at: "2026-11-02T09:00:00Z", ended_at: "2026-11-02T10:00:00Z" };
    await device("POST", "/time-entries", { description: "Notes", project_id: project.id, ...times });
    await field(page).click();
    await page.getByRole("option", { name: /^Notes/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await button(page, "Remove the project Analytical engine").waitFor();
    await page.keyboard.type(" @House");
    await page.getByRole("option", { name: "Create the project “House”" }).click();
    await button(page, "Remove the project House").waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries()).length).toBe(2);
    const [created] = await device<Entry[]>("GET", "/projects?q=House");
    expect((await entries())[0]?.project_id).toBe(created?.id);
    expect(takeProblems()).toEqual([]);
  });

  it("creates a project or a tag only when it is chosen, and reads names only in what is typed", async () => {
    const { page, device, entries, project, tag, takeProblems } = await open();
    const names = async (kind: string) =>
      (await device<{ name: string }[]>("GET", `/${kind}?sort=name`)).map(({ name }) => name);
    await field(page).fill("Fix #42");
    await page.getByRole("option", { name: "Create the tag “42”" }).waitFor();
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await entries())[0])
      .toMatchObject({ description: "Fix #42", tag_ids: [] });
    await field(page).fill("@Analytical engine today");
    await page.keyboard.press("Enter");
    const today = { description: "today", project_id: project.id };
    await expect.poll(async () => (await entries())[0]).toMatchObject(today);
    await field(page).fill("today @Nowhere");
    await page.getByRole("option", { name: "Create the project “Nowhere”" }).waitFor();
    await page.keyboard.press("Tab");
    await expect.poll(async () => (await entries())[0]?.description).toBe("today @Nowhere");
    expect(await names("tags")).toEqual(["deep work"]);
    expect(await names("projects")).toEqual(["Analytical engine"]);
    await field(page).fill("today #new");
    await page.getByRole("option", { name: "Create the tag “new”" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await button(page, "Remove the tag new").waitFor();
    expect(await names("tags")).toEqual(["deep work", "new"]);
    await button(page, "Stop").click();

    await device("POST", "/time-entries/start", { description: "Call @ana", tag_ids: [tag.id] });
    await page.reload();
    await button(page, "Remove the tag deep work").focus();
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries())[0]?.tag_ids).toEqual([]);
    expect((await entries())[0]).toMatchObject({ description: "Call @ana", project_id: null });
    await expect
      .poll(() => page.evaluate("document.activeElement.ariaLabel"))
      .toBe("What are you working on?");
    expect(takeProblems()).toEqual([]);
  });

  it("starts earlier: when the last entry ended, or at a time that is typed", async () => {
    const { page, device, entries, takeProblems } = await open();
    const end = new Date(Date.now() - 20 * 60_000).toISOString();
    const start = new Date(Date.now() - 80 * 60_000).toISOString();
    await device("POST", "/time-entries", { description: "Before", started_at: start, ended_at: end });
    await button(page, /^Start earlier/).click();
    await button(page, /^Since the last entry ended/).click();
    await expect.poll(async () => (await entries())[0]).toMatchObject({ started_at: end, ended_at: null });
    await button(page, /^Change the start/).click();
    await page.getByLabel("Started at").fill("noon");
    await page.keyboard.press("Enter");
    await page.getByText("must be a time, such as 9:30").waitFor();
    const earlier = new Date(Date.now() - 30 * 60_000);
    const typed = `${earlier.getUTCHours()}${String(earlier.getUTCMinutes()).padStart(2, "0")}`;
    await page.getByLabel("Started at").fill(typed);
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await entries())[0]?.started_at.slice(0, 16))
      .toBe(earlier.toISOString().slice(0, 16));
    await timer(page)
      .getByText(/^0:30:\d\d$/)
      .waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("makes one entry of what was started, edited and stopped offline, however often answers are lost [SERVER]", async () => {
    const { page, context, entries, takeProblems } = await open();
    await context.setOffline(true);
    await field(page).fill("On the train");
    await page.keyboard.press("Enter");
    await timer(page).getByText("1 change waits to be sent.").waitFor();
    await field(page).fill("On the slow train");
    await page.keyboard.press("Enter");
    await button(page, "Stop").click();
    await timer(page).getByText("3 changes wait to be sent.").waitFor();
    await page.getByRole("button", { name: "Edit: On the slow train" }).waitFor();
    expect(await entries()).toEqual([]);
    await loseAnswers(context, "**/api/v1/time-entries", 2);
    await loseAnswers(context, "**/api/v1/time-entries/*", 1);
    await loseAnswers(context, "**/api/v1/time-entries/*/stop", 1);
    await context.setOffline(false);
    await expect
      .poll(async () => (await entries())[0], { timeout: 40_000, interval: 500 })
      .toMatchObject({ description: "On the slow train", ended_at: expect.stringMatching(/Z$/) });
    await timer(page).getByText("Offline since").waitFor({ state: "detached", timeout: 20_000 });
    expect(await entries()).toHaveLength(1);
    await page.reload();
    await page.getByRole("button", { name: "Edit: On the slow train" }).waitFor();
    expect(await entries()).toHaveLength(1);
    expect(takeProblems()).toEqual([]);
  });

  it("sends what waits once, although three tabs could, also after a reload [SERVER]", async () => {
    const { page, context, entries, takeProblems } = await open();
    const tabs = [page, await context.newPage(), await context.newPage()];
    for (const tab of tabs.slice(1)) await tab.goto(`${url}/app/`);
    for (const tab of tabs) await field(tab).waitFor();
    await context.route("**/api/v1/time-entries", (route) => route.abort());
    await field(page).fill("Once");
    await page.keyboard.press("Enter");
    for (const tab of tabs) await button(tab, "Stop").waitFor();
    await page.reload();
    await button(page, "Stop").waitFor();
    expect(await entries()).toEqual([]);
    const sent: string[] = [];
    // A tab may send again, by itself, as soon as it can.
    context.on("requestfinished", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/time-entries")) sent.push(request.url());
    });
    await context.unroute("**/api/v1/time-entries");
    for (const tab of tabs) await tab.evaluate("dispatchEvent(new Event('online'))");
    await expect.poll(async () => (await entries()).length, { timeout: 20_000 }).toBe(1);
    await page.waitForLoadState("networkidle");
    expect(sent).toHaveLength(1);
    for (const tab of tabs) await button(tab, "Stop").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows both versions of what another device has changed in the meantime, and keeps the chosen one", async () => {
    const { page, context, device, entries, tag, takeProblems } = await open();
    await field(page).fill("Draft");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries()).length).toBe(1);
    const [{ id } = { id: "" }] = await entries();
    await context.setOffline(true);
    await field(page).fill("Mine");
    await page.keyboard.press("Enter");
    await timer(page).getByText("1 change waits to be sent.").waitFor();
    await device("PATCH", `/time-entries/${id}`, { description: "Theirs", is_billable: true });
    await context.setOffline(false);
    await timer(page).getByText("1 change could not be saved.").waitFor();
    await button(page, "Review").click();
    const versions = page.getByRole("row", { name: "Description Mine Theirs" });
    await versions.waitFor();
    expect(await examine(page)).toEqual([]);
    await button(page, "Keep yours").click();
    await versions.waitFor({ state: "detached" });
    await expect
      .poll(async () => (await entries())[0])
      .toMatchObject({ description: "Mine", is_billable: true });

    // The other change is also shown while the text is typed, which is compared with the text before it.
    await field(page).fill("Typed");
    await device("PATCH", `/time-entries/${id}`, { description: "Theirs", tag_ids: [tag.id] });
    await page.evaluate("new BroadcastChannel('outbox').postMessage('sent')");
    await button(page, "Remove the tag deep work").waitFor();
    expect(await field(page).inputValue()).toBe("Typed");
    await field(page).press("Enter");
    await timer(page).getByText("1 change could not be saved.").waitFor();
    await button(page, "Review").click();
    await page.getByRole("row", { name: "Description Typed Theirs" }).waitFor();
    await button(page, "Keep the other").click();
    await expect.poll(() => field(page).inputValue()).toBe("Theirs");
    await field(page).fill("Back and forth");
    await field(page).fill("Theirs");
    await device("PATCH", `/time-entries/${id}`, { description: "Newest", tag_ids: [] });
    await page.evaluate("new BroadcastChannel('outbox').postMessage('sent')");
    await button(page, "Remove the tag deep work").waitFor({ state: "detached" });
    await field(page).press("Enter");
    await expect.poll(() => field(page).inputValue()).toBe("Newest");
    expect((await entries())[0]?.description).toBe("Newest");
    expect(takeProblems()).toEqual([]);
  });

  it("tells why a change was refused, and discards it", async () => {
    const { page, context, device, entries } = await open();
    await device("PATCH", "/settings/time", { allow_overlap: false });
    await context.setOffline(true);
    await field(page).fill("Refused");
    await page.keyboard.press("Enter");
    await button(page, "Stop").waitFor();
    const started_at = new Date(Date.now() - 60_000).toISOString();
    const ended_at = new Date(Date.now() + 240_000).toISOString();
    await device("POST", "/time-entries", { description: "Meeting", started_at, ended_at });
    await context.setOffline(false);
    await button(page, "Review").click();
    await page.getByText("The time overlaps with another entry.").waitFor();
    await button(page, "Discard the change").click();
    await button(page, "Start").waitFor();
    await expect
      .poll(() => page.evaluate("document.activeElement.ariaLabel"))
      .toBe("What are you working on?");
    await field(page).fill("Refused again");
    await page.keyboard.press("Enter");
    await timer(page).getByText("1 change could not be saved.").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect((await entries()).map(({ description }) => description)).toEqual(["Meeting"]);
  });

  it("keeps what waits until the same user signs in again", async () => {
    const { page, context, username, entries } = await open();
    await context.setOffline(true);
    await field(page).fill("Before the end");
    await page.keyboard.press("Enter");
    await timer(page).getByText("1 change waits to be sent.").waitFor();
    await context.clearCookies();
    await context.setOffline(false);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const other = await register(url);
    await fillIn(page, other.username);
    await button(page, "Start").waitFor();
    await page.waitForLoadState("networkidle");
    expect(await entries()).toEqual([]);
    const others = await deviceOf(url, other.username);
    expect(await others("GET", "/time-entries")).toEqual([]);
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await fillIn(page, username);
    await button(page, "Stop").waitFor();
    await expect.poll(async () => (await entries())[0]?.description).toBe("Before the end");
  });

  it("asks before a sign-out while changes wait, and deletes them only then", async () => {
    const { page, context, username, entries } = await open();
    await context.route("**/api/v1/time-entries", (route) => route.abort());
    await field(page).fill("Given up");
    await page.keyboard.press("Enter");
    await button(page, "Stop").waitFor();
    await page.getByRole("button", { name: "Sign out" }).first().click();
    await page.getByRole("dialog").getByText("1 change waits to be sent.").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("radio", { name: "Delete them" }).check();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await context.unroute("**/api/v1/time-entries");
    await fillIn(page, username);
    await button(page, "Start").waitFor();
    expect(await entries()).toEqual([]);
  });

  it("is accessible while it runs, while it suggests and while its start is changed, in every look", async () => {
    const { page, device, takeProblems } = await open();
    await device("POST", "/time-entries/start", { description: "Notes" });
    await page.reload();
    await button(page, "Stop").waitFor();
    await field(page).fill("Notes @");
    await page.getByRole("option").first().waitFor();
    expect(await examine(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await button(page, /^Change the start/).click();
    await page.getByLabel("Started at").waitFor();
    expect(await examine(page)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });
});
