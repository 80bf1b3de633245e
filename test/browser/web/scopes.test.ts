import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { examine } from "../../support/looks.ts";
import { type System, startSystem } from "../../support/system.ts";
import { type deviceOf, type Entry, openSignedIn, register, urlOf } from "../../support/web-app.ts";
import { foundOrganization } from "../../support/web-organizations.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

interface Record {
  id: string;
  name: string;
  organization_id?: string;
}

type ScopedEntry = Entry & { organization_id?: string };

const field = (page: Page) => page.getByRole("combobox", { name: "What are you working on?" });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const timer = (page: Page) => page.getByRole("region", { name: "Timer" });
const scopeButton = (page: Page) => page.locator(".side .scope-button");
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Waits until no message covers the page. */
const untilQuiet = (page: Page) => page.locator(".toasts").getByText(/./).waitFor({ state: "hidden" });

/** Shows the records of an organization, or the personal ones, by the mouse. */
async function show(page: Page, name: string) {
  await scopeButton(page).click();
  await page.getByRole("option", { name }).click();
  await expect.poll(() => scopeButton(page).textContent()).toContain(name);
}

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the app for the owner of an organization with a project, who also has a personal one. */
  async function open(path = "") {
    const organization = await foundOrganization(system, url);
    const { call, id, username } = organization;
    await call("POST", "/projects", { name: "Garden" });
    const mill = await call<Record>("POST", "/projects", { name: "Mill", organization_id: id });
    const app = await openSignedIn(browser, url, username, path);
    await field(app.page).waitFor();
    const entries = () => call<ScopedEntry[]>("GET", "/time-entries");
    return { ...organization, ...app, mill, entries };
  }

  it("offers no choice to a user without an organization", async () => {
    const { username } = await register(url);
    const { page, takeProblems } = await openSignedIn(browser, url, username);
    await field(page).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.locator(".scope-button").count()).toBe(0);
    await page.keyboard.press("ControlOrMeta+K");
    await page.getByRole("combobox", { name: "Page, project or action" }).fill("show:");
    await page.getByText("Nothing found. Try another word.").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows and creates records of the chosen organization, also after a reload", async () => {
    const { page, name, id, call, takeProblems } = await open("projects");
    await page.getByRole("link", { name: "Garden" }).waitFor();
    expect(await scopeButton(page).textContent()).toBe("Organization: Personal");
    await show(page, name);
    await page.getByRole("link", { name: "Mill" }).waitFor();
    expect(await page.getByRole("link", { name: "Garden" }).count()).toBe(0);
    await page.reload();
    await page.getByRole("link", { name: "Mill" }).waitFor();
    expect(await scopeButton(page).textContent()).toBe(`Organization: ${name}`);
    for (const [page_, noun, record] of [
      ["Clients", "client", "Royal Society"],
      ["Tags", "tag", "cards"],
      ["Tasks", "task", "Punch"],
      ["Projects", "project", "Store"],
    ] as const) {
      await page.getByRole("navigation").getByRole("link", { name: page_ }).click();
      await heading(page, page_).waitFor();
      await button(page, `New ${noun}`).first().click();
      await page.getByRole("dialog").getByLabel("Name").fill(record);
      await button(page, "Create").click();
      await page.getByRole("listitem").filter({ hasText: record }).waitFor();
      const [created] = await call<Record[]>("GET", `/${noun}s?organization_id=${id}&q=${record}`);
      expect(created).toMatchObject({ name: record, organization_id: id });
    }
    await page.getByRole("link", { name: "Store" }).click();
    await heading(page, "Store").waitFor();
    await button(page, "New task").click();
    await page.getByRole("dialog").getByLabel("Name").fill("Shelves");
    await button(page, "Create").click();
    await page.getByRole("listitem").filter({ hasText: "Shelves" }).waitFor();
    const [shelves] = await call<Record[]>("GET", `/tasks?organization_id=${id}&q=Shelves`);
    expect(shelves?.organization_id).toBe(id);
    await show(page, "Personal");
    await heading(page, "Projects").waitFor();
    await page.getByRole("link", { name: "Garden" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/app/projects");
    expect(takeProblems()).toEqual([]);
  });

  it("chooses by keyboard alone, from the frame and from the palette", async () => {
    const { page, name, takeProblems } = await open("projects");
    await scopeButton(page).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Choose an organization" });
    await dialog.waitFor();
    await page.keyboard.type(name.slice(0, 9));
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Mill" }).waitFor();
    await page.locator(".toasts").getByText(`Showing: ${name}`).waitFor();
    await page.keyboard.press("ControlOrMeta+K");
    await page.keyboard.type("Show: Per");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Garden" }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("keeps the choice of each tab, and begins a new tab with the latest", async () => {
    const { page, context, name } = await open("projects");
    const other = await context.newPage();
    await other.goto(`${url}/app/projects`);
    await other.getByRole("link", { name: "Garden" }).waitFor();
    await show(page, name);
    await page.getByRole("link", { name: "Mill" }).waitFor();
    await other.reload();
    const third = await context.newPage();
    await third.goto(`${url}/app/projects`);
    await third.getByRole("link", { name: "Mill" }).waitFor();
    await show(third, "Personal");
    await page.reload();
    await page.getByRole("link", { name: "Mill" }).waitFor();
    expect(await scopeButton(page).textContent()).toContain(name);
  });

  it("starts the timer in the chosen organization, and names it while personal records are shown", async () => {
    const { page, id, name, mill, entries, takeProblems } = await open();
    await show(page, name);
    await field(page).fill("Grind @mil");
    await page.getByRole("option", { name: "Mill" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect
      .poll(entries)
      .toEqual([expect.objectContaining({ organization_id: id, project_id: mill.id, description: "Grind" })]);
    await page.getByRole("region", { name: "Entries of today" }).getByText("Grind").waitFor();
    await timer(page).getByText(name).waitFor();
    await show(page, "Personal");
    await page.getByText("No entries today.").waitFor();
    await timer(page).getByText(name).waitFor();
    await timer(page).getByText("Mill").waitFor();
    await button(page, "Stop").click();
    await expect.poll(async () => (await entries())[0]?.ended_at).toMatch(/Z$/);
    await field(page).fill("Water the plants");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await entries()).length).toBe(2);
    const plants = (await entries()).find(({ description }) => description === "Water the plants");
    expect(plants).not.toHaveProperty("organization_id");
    await timer(page).getByText("Personal").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("suggests the user's earlier work in the chosen organization, and no personal work", async () => {
    const { page, name, id, mill, call, takeProblems } = await open();
    const times = { started_at: ago(90), ended_at: ago(60) };
    await call("POST", "/time-entries", { ...times, description: "diary" });
    const shared = { organization_id: id, project_id: mill.id, description: "grinding" };
    await call("POST", "/time-entries", { ...times, ...shared });
    const suggested = () => page.getByRole("listbox").getByRole("option").allTextContents();
    await field(page).fill("d");
    await expect.poll(suggested).toEqual([expect.stringContaining("diary")]);
    await field(page).fill("");
    await show(page, name);
    await field(page).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(suggested).toEqual([expect.stringMatching(/grinding.*Mill/)]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await button(page, "Start").click();
    await timer(page).getByText("Mill").waitFor();
    const running = () => call<ScopedEntry[]>("GET", `/time-entries?organization_id=${id}&running=true`);
    // The timer shows a start before it is sent.
    await expect.poll(running).toMatchObject([{ description: "grinding", project_id: mill.id }]);
    expect(takeProblems()).toEqual([]);
  });

  it("sends an entry that was started offline to the organization in which it was started", async () => {
    const { page, context, id, name, entries } = await open();
    await show(page, name);
    await page.getByText("No entries today.").waitFor();
    await context.setOffline(true);
    await field(page).fill("Without a net");
    await page.keyboard.press("Enter");
    await timer(page)
      .getByText(/1 change waits/)
      .waitFor();
    await show(page, "Personal");
    await context.setOffline(false);
    await expect
      .poll(entries, { timeout: 20_000 })
      .toEqual([expect.objectContaining({ description: "Without a net", organization_id: id })]);
  });

  it("lists the time of all members with their names, and changes only what the role allows", async () => {
    const { id, name, call, addMember, username } = await foundOrganization(system, url);
    const [grace, leaver, gone] = [await addMember("manager"), await addMember(), await addMember()];
    for (const [index, member] of [{ call }, grace, leaver, gone].entries())
      await member.call("POST", "/time-entries", {
        description: `Work ${index}`,
        organization_id: id,
        started_at: ago(60),
        ended_at: ago(30),
      });
    await leaver.call("DELETE", `/organizations/${id}/members/${(await me(leaver.call)).id}`);
    await gone.call("DELETE", "/auth/me", { password: gone.password });
    const { page, takeProblems } = await openSignedIn(browser, url, grace.username, "entries?period=all");
    await field(page).waitFor();
    await show(page, name);
    const row = (text: string) => page.locator("[data-entry]").filter({ hasText: text });
    await row("Work 0").getByText(username).waitFor();
    await row("Work 1").getByText(grace.username).waitFor();
    await row("Work 2").getByText(leaver.username).waitFor();
    await row("Work 3").getByText("Former member").waitFor();
    await button(page, "Edit: Work 1").waitFor();
    expect(await button(page, "Edit: Work 0").count()).toBe(0);
    expect(await button(page, "Delete: Work 3").count()).toBe(0);
    expect(await row("Work 0").getByRole("checkbox").isDisabled()).toBe(true);
    await page.getByLabel("Member").selectOption({ label: "Me" });
    await expect.poll(() => row("Work 0").count()).toBe(0);
    await row("Work 1").waitFor();
    expect(new URL(page.url()).searchParams.get("owner")).toBe((await me(grace.call)).id);
    await page.getByLabel("Member").selectOption({ label: "All" });
    await row("Work 0").waitFor();
    await untilQuiet(page);
    expect(await examine(page)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });

  it("adds members to a project, names a manager, and removes them again, by mouse and by keyboard", async () => {
    const { page, addMember, call, id, takeProblems } = await open();
    const [grace, kay] = [await addMember(), await addMember()];
    const secret = await call<Record>("POST", "/projects", {
      name: "Secret",
      organization_id: id,
      visibility: "members",
    });
    const sees = async (member: { call: typeof call }) =>
      (await member.call<Record[]>("GET", `/projects?organization_id=${id}`)).some(
        ({ name }) => name === "Secret",
      );
    const members = () =>
      call<{ username: string; is_manager: boolean }[]>("GET", `/projects/${secret.id}/members`);
    await page.goto(`${url}/app/projects/${secret.id}`);
    await page.getByText("This project has no members.").waitFor();
    expect(await sees(grace)).toBe(false);

    await page.getByRole("combobox", { name: "Add a member" }).selectOption({ label: grace.username });
    await button(page, "Add").click();
    const row = (username: string) => page.getByRole("listitem").filter({ hasText: username });
    await button(page, `Make manager: ${grace.username}`).click();
    await row(grace.username).getByText("manages the project").waitFor();
    expect(await members()).toMatchObject([{ username: grace.username, is_manager: true }]);
    expect(await sees(grace)).toBe(true);

    await page.getByRole("combobox", { name: "Add a member" }).focus();
    await page.keyboard.type(kay.username);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await row(kay.username).waitFor();
    await button(page, `No longer manager: ${grace.username}`).focus();
    await page.keyboard.press("Enter");
    await button(page, `Make manager: ${grace.username}`).waitFor();
    await button(page, `Remove ${grace.username}`).focus();
    await page.keyboard.press("Space");
    await row(grace.username).waitFor({ state: "detached" });
    expect(await members()).toMatchObject([{ username: kay.username, is_manager: false }]);
    expect(await sees(grace)).toBe(false);
    await untilQuiet(page);
    // No link is half under the bar.
    await page.evaluate("scrollTo(0, 0)");
    expect(await examine(page)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });

  it("leaves out the records that a member may not create", async () => {
    const { name, addMember } = await foundOrganization(system, url);
    const { username } = await addMember();
    const { page, takeProblems } = await openSignedIn(browser, url, username, "projects");
    await button(page, "New project").first().waitFor();
    await show(page, name);
    await page.getByText("No projects yet").waitFor();
    expect(await button(page, "New project").count()).toBe(0);
    await page.getByRole("navigation").getByRole("link", { name: "Tags" }).click();
    await button(page, "New tag").first().waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows the personal records again once the membership has ended", async () => {
    const { name, id, call, addMember } = await foundOrganization(system, url);
    const member = await addMember();
    const { page } = await openSignedIn(browser, url, member.username, "projects");
    await field(page).waitFor();
    await show(page, name);
    await call("DELETE", `/organizations/${id}/members/${(await me(member.call)).id}`);
    await page.reload();
    await page.locator(".toasts").getByText("You are not a member of that organization any more.").waitFor();
    await expect.poll(() => page.locator(".scope-button").count()).toBe(0);
    await button(page, "New project").first().waitFor();
  });

  it("keeps the choice visible on a phone, accessible in every look", async () => {
    const { page, name, takeProblems } = await open();
    await show(page, name);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator(".bar .scope-button").getByText(name).waitFor();
    await untilQuiet(page);
    await page.locator(".bar .scope-button").click();
    await page.getByRole("option", { name: "Personal" }).waitFor();
    expect(await examine(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await examine(page)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });
});

/** Returns the account of a device. */
const me = (call: Awaited<ReturnType<typeof deviceOf>>) => call<{ id: string }>("GET", "/auth/me");
