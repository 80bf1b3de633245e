import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { examine } from "../../support/looks.ts";
import { type System, startSystem } from "../../support/system.ts";
import { deviceOf, type Entry, openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const HOUR_MS = 3_600_000;

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const told = (page: Page, text: string) => page.locator(".toasts").getByText(text).waitFor();
const undo = (page: Page) => page.locator(".toasts").getByRole("button", { name: "Undo" }).click();
const form = (page: Page) => page.getByRole("form", { name: "Edit the entry" });

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page for a new user with a project, a tag and three entries of the day before yesterday. */
  async function open(path: string) {
    const { username } = await register(url);
    const device = await deviceOf(url, username);
    const project = await device("POST", "/projects", { name: "Analytical engine" });
    const tag = await device("POST", "/tags", { name: "deep work" });
    const day = new Date(Date.now() - 48 * HOUR_MS).toISOString().slice(0, 10);
    const add = (description: string, start: string, end: string, more: Partial<Entry> = {}) =>
      device("POST", "/time-entries", {
        description,
        started_at: `${day}T${start}:00Z`,
        ended_at: `${day}T${end}:00Z`,
        ...more,
      });
    await add("Notes", "09:00", "10:30", { project_id: project.id });
    await add("Mail", "10:30", "11:00", { tag_ids: [tag.id] });
    await add("Letters", "12:00", "12:45", { is_billable: true });
    const app = await openSignedIn(browser, url, username, path);
    await app.page.waitForLoadState("networkidle");
    const entries = () => device<Entry[]>("GET", "/time-entries?sort=started_at");
    return { ...app, device, entries, project, tag, day };
  }

  const focused = (page: Page) =>
    page.evaluate("document.activeElement.ariaLabel || document.activeElement.textContent");
  const titlesOf = (page: Page) => page.locator(".entry-title").allTextContents();

  it("edits description, project, tag and times of an entry in its place, by mouse", async () => {
    const { page, entries, project, tag, day, takeProblems } = await open("entries?period=all");
    await button(page, "Edit: Letters").click();
    await form(page).getByRole("combobox", { name: "Description" }).fill("Letters home");
    await form(page).getByLabel("Project").selectOption("Analytical engine");
    await form(page).getByLabel("Tags").selectOption("deep work");
    await form(page).getByLabel("Start").fill("1145");
    expect(await form(page).getByLabel("Duration").inputValue()).toBe("1:00");
    await form(page).getByLabel("Duration").fill("90m");
    expect(await form(page).getByLabel("End").inputValue()).toBe("13:15");
    await form(page).getByLabel("Billable").check();
    await form(page).getByRole("button", { name: "Save" }).click();
    await button(page, "Edit: Letters home").waitFor();
    await expect
      .poll(async () => (await entries())[2])
      .toMatchObject({
        description: "Letters home",
        project_id: project.id,
        tag_ids: [tag.id],
        is_billable: true,
        started_at: `${day}T11:45:00.000Z`,
        ended_at: `${day}T13:15:00.000Z`,
      });
    expect(takeProblems()).toEqual([]);
  });

  it("moves an entry only for a name that is typed, and makes it billable as the project is", async () => {
    const { page, device, entries, takeProblems } = await open("entries?period=all");
    const home = await device("POST", "/projects", { name: "Homepage", is_billable: true });
    const [notes] = await entries();
    await device("PATCH", `/time-entries/${notes?.id}`, { description: "Call @home", project_id: null });
    await page.reload();
    await button(page, "Edit: Call @home").click();
    await form(page).getByLabel("Start").fill("0915");
    await form(page).getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await entries())[0]?.started_at).toMatch(/T09:15/);
    expect((await entries())[0]).toMatchObject({ description: "Call @home", project_id: null });

    await button(page, "Edit: Mail").click();
    await form(page).getByRole("combobox", { name: "Description" }).fill("Mail @Homepage");
    await form(page).getByLabel("Start").focus();
    await form(page).getByRole("button", { name: "Save" }).click();
    const moved = { description: "Mail", project_id: home.id, is_billable: true };
    await expect.poll(async () => (await entries())[1]).toMatchObject(moved);
    await button(page, "Edit: Call @home").click();
    await form(page).getByRole("combobox", { name: "Description" }).fill("Call @Homepage");
    await form(page).getByLabel("Start").focus();
    await form(page).getByLabel("Billable").check();
    await form(page).getByLabel("Billable").uncheck();
    await form(page).getByRole("button", { name: "Save" }).click();
    const kept = { description: "Call", project_id: home.id, is_billable: false };
    await expect.poll(async () => (await entries())[0]).toMatchObject(kept);
    expect(takeProblems()).toEqual([]);
  });

  it("tells at the field what it can't read, and keeps the entry on Escape", async () => {
    const { page, entries, takeProblems } = await open("entries?period=all");
    const before = await entries();
    await button(page, "Edit: Mail").click();
    await form(page).getByLabel("End").fill("late");
    await page.keyboard.press("Enter");
    await form(page).getByText("must be a time, such as 9:30").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement.id")).toMatch(/-end$/);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Mail");
    expect(await entries()).toEqual(before);
    expect(takeProblems()).toEqual([]);
  });

  it("moves, edits, selects, deletes and restores by keyboard alone", async () => {
    const { page, entries, takeProblems } = await open("entries?period=all");
    await button(page, "Edit: Letters").focus();
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await form(page).waitFor();
    await page.keyboard.type(" to Ada");
    await page.keyboard.press("Enter");
    await button(page, "Edit: Mail to Ada").waitFor();
    await expect.poll(async () => (await entries())[1]?.description).toBe("Mail to Ada");
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Mail to Ada");
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("x");
    await page.keyboard.press("k");
    await page.keyboard.press("Delete");
    await told(page, "Deleted.");
    await expect.poll(async () => (await entries()).length).toBe(2);
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Notes");
    await page.locator(".toasts").getByRole("button", { name: "Undo" }).focus();
    await page.keyboard.press("Enter");
    await button(page, "Edit: Mail to Ada").waitFor();
    await expect.poll(async () => (await entries()).length).toBe(3);
    expect(takeProblems()).toEqual([]);
  });

  it("leaves keys to the fields of an entry, deletes one entry for a held key, and obeys the preference", async () => {
    const { page, device, entries, takeProblems } = await open("entries?period=all");
    await button(page, "Edit: Mail").click();
    await form(page).getByRole("button", { name: "Cancel" }).focus();
    for (const key of ["x", "j", "Delete"]) await page.keyboard.press(key);
    await expect.poll(() => focused(page)).toBe("Cancel");
    expect(await page.getByText("1 selected").count()).toBe(0);
    await page.keyboard.press("Escape");
    await button(page, "Edit: Letters").focus();
    await page.keyboard.down("Delete");
    await told(page, "Deleted.");
    await expect.poll(() => titlesOf(page)).toEqual(["Mail", "Notes"]);
    await page.keyboard.down("Delete");
    await page.keyboard.down("Delete");
    await page.keyboard.up("Delete");
    await expect.poll(async () => (await entries()).length).toBe(2);
    await expect.poll(() => titlesOf(page)).toEqual(["Mail", "Notes"]);

    await device("PATCH", "/auth/me/preferences", { has_single_key_shortcuts: false });
    await page.reload({ waitUntil: "networkidle" });
    await button(page, "Edit: Mail").focus();
    for (const key of ["j", "x", "e"]) await page.keyboard.press(key);
    await expect.poll(() => focused(page)).toBe("Edit: Mail");
    expect(await page.getByText("1 selected").count()).toBe(0);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => focused(page)).toBe("Edit: Notes");
    expect(takeProblems()).toEqual([]);
  });

  it("gives the focus to the entry beside one that goes or is restored, and to an added one", async () => {
    const { page, entries, takeProblems } = await open("entries?period=all");
    const press = async (name: string) => {
      await button(page, name).focus();
      await page.keyboard.press("Enter");
    };
    await page.getByRole("checkbox", { name: "Select: Mail" }).click();
    await page.getByLabel("Set billable").selectOption("Billable");
    await press("Apply");
    await told(page, "1 entry was changed.");
    await expect.poll(() => focused(page)).toBe("Edit: Mail");
    await page.keyboard.press("x");
    await press("Clear the selection");
    await expect.poll(() => focused(page)).toBe("Edit: Mail");
    await press("Delete: Mail");
    await expect.poll(() => focused(page)).toBe("Edit: Notes");
    await press("Delete: Notes");
    await expect.poll(() => focused(page)).toBe("Edit: Letters");
    await page.keyboard.press("x");
    await press("Delete");
    await told(page, "1 entry was deleted.");
    await expect.poll(() => focused(page)).toBe("Entries");
    await expect.poll(async () => (await entries()).length).toBe(0);

    await page.getByLabel("Show").selectOption("Deleted entries");
    await press("Restore: Letters");
    await expect.poll(() => focused(page)).toBe("Restore: Mail");
    await page.getByLabel("Show").selectOption("Entries");
    await button(page, "Edit: Letters").waitFor();
    await press("Add an entry");
    await page.getByRole("form", { name: "Add an entry" }).waitFor();
    await press("Cancel");
    await expect.poll(() => focused(page)).toBe("Add an entry");
    await page.keyboard.press("Enter");
    await page.getByRole("form", { name: "Add an entry" }).waitFor();
    await press("Save");
    await expect.poll(() => focused(page)).toBe("Add an entry");
    await expect.poll(async () => (await entries()).length).toBe(2);
    expect(takeProblems()).toEqual([]);
  });

  it("finds entries by their filters before all are loaded, names no sum then, and the year of another year's days", async () => {
    const { page, device, takeProblems } = await open("entries?period=all");
    const times = { started_at: "2024-05-01T09:00:00Z", ended_at: "2024-05-01T09:01:00Z" };
    const items = Array.from({ length: 100 }, () => ({
      do: "create",
      values: { description: "Old", ...times },
    }));
    await device("POST", "/time-entries/bulk", { items });
    await page.reload();
    await page.getByText("The newest 100 entries").waitFor();
    const old = page.getByRole("region", { name: /2024/ });
    await old.waitFor();
    expect(await page.getByText("in total").count()).toBe(0);
    expect(await old.locator(".day strong").count()).toBe(0);
    expect(await page.getByRole("region", { name: new RegExp(`${new Date().getFullYear()}`) }).count()).toBe(
      0,
    );
    await device("POST", "/time-entries", {
      description: "Invoiced",
      started_at: "2024-04-01T09:00:00Z",
      ended_at: "2024-04-01T09:00:00Z",
      is_billable: true,
    });
    await page.getByLabel("Billable").selectOption("Billable");
    await expect.poll(() => titlesOf(page)).toEqual(["Letters", "Invoiced"]);
    await page.getByLabel("Billable").selectOption("All");
    await button(page, "Show earlier entries").click();
    await page.getByText("104 entries").waitFor();
    await page.getByText("4:25 in total").waitFor();
    await old.locator(".day strong").getByText("1:40", { exact: true }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("begins the next day in a tab that stays open", async () => {
    const { page, device, takeProblems } = await open("entries?period=today");
    await page.clock.install();
    const ended_at = new Date().toISOString();
    const started_at = new Date(Date.now() - 60_000).toISOString();
    await device("POST", "/time-entries", { description: "Before midnight", started_at, ended_at });
    await page.reload();
    await button(page, "Edit: Before midnight").waitFor();
    await page.clock.fastForward("24:00:00");
    await page.getByText("No entries match.").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows no entries of another list while it loads, and tells that it can't load offline", async () => {
    const { page, context, takeProblems } = await open("entries?period=all");
    const { promise, resolve } = Promise.withResolvers<void>();
    await context.route(/deleted=true/, async (route) => {
      await promise;
      await route.continue();
    });
    await page.getByLabel("Show").selectOption("Deleted entries");
    await button(page, "Edit: Notes").waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: /^Restore: / }).count()).toBe(0);
    resolve();
    await page.getByText("Nothing was deleted in this period.").waitFor();
    await context.setOffline(true);
    await page.getByLabel("Show").selectOption("Entries");
    await button(page, "Edit: Notes").waitFor();
    await page.getByLabel("Period").selectOption("Last month");
    await page.getByRole("alert").getByText("connection").waitFor();
    await context.setOffline(false);
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(takeProblems()).toEqual([]);
  });

  it("keeps the filters in the address", async () => {
    const { page, project, tag, day, takeProblems } = await open("entries?period=all");
    await page.getByRole("combobox", { name: "Project", exact: true }).selectOption("Analytical engine");
    await expect.poll(() => titlesOf(page)).toEqual(["Notes"]);
    expect(page.url()).toContain(`period=all&project=${project.id}`);
    await page.reload();
    await expect.poll(() => titlesOf(page)).toEqual(["Notes"]);
    await button(page, "Clear the filters").click();
    await page.getByLabel("Tag").selectOption("deep work");
    await expect.poll(() => titlesOf(page)).toEqual(["Mail"]);
    expect(page.url()).toContain(`tag=${tag.id}`);
    await button(page, "Clear the filters").click();
    await page.getByLabel("Billable").selectOption("Billable");
    await expect.poll(() => titlesOf(page)).toEqual(["Letters"]);
    await button(page, "Clear the filters").click();
    await page.getByLabel("Description contains").fill("ot");
    await expect.poll(() => titlesOf(page)).toEqual(["Notes"]);
    await expect.poll(() => page.url()).toContain("q=ot");
    await page.goto(`${url}/app/entries?from=${day}&to=${day}`);
    await expect.poll(() => titlesOf(page)).toEqual(["Letters", "Mail", "Notes"]);
    await page.getByText("2:45 in total").waitFor();
    await page.getByLabel("Period").selectOption("Today");
    await page.getByText("No entries match.").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("changes and deletes several entries in one request, and undoes the deletion", async () => {
    const { page, device, entries, project, tag, takeProblems } = await open("entries?period=all");
    await page.getByRole("checkbox", { name: "Select: Letters" }).click();
    await page.getByRole("checkbox", { name: "Select: Notes" }).click({ modifiers: ["Shift"] });
    await page.getByText("3 selected").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByLabel("Set the project").selectOption("Analytical engine");
    await page.getByRole("combobox", { name: "Add a tag" }).selectOption("deep work");
    await page.getByLabel("Set billable").selectOption("Billable");
    await button(page, "Apply").click();
    await told(page, "3 entries were changed.");
    const changed = { project_id: project.id, tag_ids: [tag.id], is_billable: true };
    expect(await entries()).toMatchObject([changed, changed, changed]);
    await page.getByRole("checkbox", { name: /^Select all of/ }).click();
    await button(page, "Delete").click();
    await told(page, "3 entries were deleted.");
    expect(await entries()).toEqual([]);
    await undo(page);
    await expect.poll(async () => (await entries()).length).toBe(3);
    await expect.poll(() => titlesOf(page)).toEqual(["Letters", "Mail", "Notes"]);

    await page.getByRole("checkbox", { name: "Select: Letters" }).click();
    await page.getByRole("checkbox", { name: "Select: Mail" }).click();
    const [, , letters] = await entries();
    await device("DELETE", `/time-entries/${letters?.id}`);
    await page.getByLabel("Set billable").selectOption("Not billable");
    await button(page, "Apply").click();
    await page.getByText("1 entry could not be changed:").waitFor();
    await told(page, "1 entry was changed.");
    expect(takeProblems()).toEqual([]);
  });

  it("lists what was deleted, and restores it", async () => {
    const { page, device, entries, takeProblems } = await open("entries?period=all");
    const [notes] = await entries();
    await device("DELETE", `/time-entries/${notes?.id}`);
    await page.getByLabel("Show").selectOption("Deleted entries");
    await button(page, "Restore: Notes").waitFor();
    expect(await examine(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
    await button(page, "Restore: Notes").click();
    await told(page, "Restored.");
    await page.getByText("Nothing was deleted in this period.").waitFor();
    await expect.poll(async () => (await entries()).length).toBe(3);
    expect(takeProblems()).toEqual([]);
  });

  it("groups the same work of today, sums it up, continues it, and adds what was forgotten", async () => {
    const { page, device, entries, takeProblems } = await open("");
    await page.getByRole("heading", { name: "Continue where you left off" }).waitFor();
    await page.getByText("No entries today.").waitFor();
    await button(page, "Continue: Mail").click();
    await page.getByRole("button", { name: "Stop: Mail" }).click();
    await button(page, "Continue: Mail").click();
    await page.getByRole("button", { name: /^2 entries: Mail$/ }).click();
    await page.getByRole("button", { name: "Edit: Mail" }).nth(1).waitFor();
    const list = page.getByRole("region", { name: "Entries of today" });
    expect(await list.getByRole("button", { name: /^Delete: / }).count()).toBe(2);
    await page.getByRole("button", { name: "Add an entry" }).click();
    const adding = page.getByRole("form", { name: "Add an entry" });
    await adding.getByRole("combobox", { name: "Description" }).fill("Forgotten @ana");
    await page.keyboard.press("Tab");
    await adding.getByRole("button", { name: "Save" }).click();
    await expect.poll(async () => (await entries()).length).toBe(6);
    const today = await device<{ tracked_seconds: number }>("GET", "/reports/today");
    const minutes = Math.floor(today.tracked_seconds / 60);
    const total = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    await page.locator(".total strong").getByText(total).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("is accessible with entries, and while one is edited, in every look", async () => {
    const { page, device, takeProblems } = await open("entries?period=all");
    await button(page, "Edit: Mail").click();
    await form(page).waitFor();
    expect(await examine(page)).toEqual([]);
    await device("POST", "/time-entries/start", { description: "Proofs", tag_ids: [] });
    await page.goto(`${url}/app/`, { waitUntil: "networkidle" });
    await button(page, "Stop: Proofs").waitFor();
    expect(await examine(page)).toEqual([]);
    expect(takeProblems()).toEqual([]);
  });
});
