import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import { openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const message = (page: Page, text: string) => page.getByRole("status").getByText(text).waitFor();

/** Returns the names in the list. */
const namesIn = (page: Page) => page.locator(".things > li .item-title").allTextContents();

/** Sends a request from the page, with its session. */
const send = (page: Page, method: string, path: string, body: object) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(path, { method, headers, body: JSON.stringify(body) });
      return response.json() as Promise<{ id: string }>;
    },
    { method, path, body },
  );

/** Presses Tab until the element with an accessible name has the focus. */
async function tabTo(page: Page, name: string) {
  for (let count = 0; count < 60; count++) {
    const label = await page.evaluate(
      "document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent",
    );
    if (label === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab doesn't lead to ${name}.`);
}

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page of the app for a new user. */
  async function open(path: string) {
    const { username } = await register(url);
    return openSignedIn(browser, url, username, path);
  }

  it("creates, changes, archives, deletes and restores a project with the mouse", async () => {
    const { page, takeProblems } = await open("clients");
    await page.getByRole("heading", { name: "No clients yet" }).waitFor();
    await button(page, "New client").first().click();
    await page.getByLabel("Name").fill("Royal Society");
    await button(page, "Create").click();
    await message(page, "“Royal Society” was created.");

    await page.getByRole("navigation").getByRole("link", { name: "Projects" }).click();
    await heading(page, "Projects").waitFor();
    await button(page, "New project").first().click();
    await page.getByLabel("Name").fill("Engine");
    await page.getByTitle("Orange").click();
    await page.getByLabel("Client").selectOption({ label: "Royal Society" });
    await page.getByLabel("Estimate (hours)").fill("12.5");
    await page.getByLabel("Billable").check();
    await button(page, "Create").click();
    const row = page.getByRole("listitem").filter({ hasText: "Engine" });
    await row.getByText("0 hr of 12.5 hr").waitFor();
    expect(await row.locator(".facts").textContent()).toContain("Royal Society");
    expect(await row.locator("circle").getAttribute("fill")).toContain("#d65727");

    await button(page, "Edit Engine").click();
    await page.getByLabel("Name").fill("Analytical engine");
    expect(await page.getByTitle("Orange").getByRole("radio").isChecked()).toBe(true);
    await button(page, "Save").click();
    await message(page, "Saved.");
    await button(page, "Archive Analytical engine").click();
    await page.getByRole("heading", { name: "No projects yet" }).waitFor();
    await page.getByText("Archived", { exact: true }).click();
    await button(page, "Make Analytical engine active again").click();
    await page.getByText("Active", { exact: true }).click();
    await button(page, "Delete Analytical engine").click();
    await message(page, "“Analytical engine” was deleted.");
    await button(page, "Undo").click();
    await message(page, "“Analytical engine” is back.");
    await button(page, "Delete Analytical engine").click();
    await page.getByText("Deleted", { exact: true }).click();
    await button(page, "Restore Analytical engine").click();
    await page.getByRole("heading", { name: "Nothing was deleted" }).waitFor();
    expect(new URL(page.url()).search).toBe("?show=deleted");
    expect(takeProblems()).toEqual([]);
  });

  it("finds while the user types, and keeps the filter in the address", async () => {
    const { page, takeProblems } = await open("projects");
    for (const name of ["Analytical engine", "Difference engine", "Letters"])
      await send(page, "POST", "/projects", { name });
    await page.reload();
    await page.getByRole("searchbox", { name: "Find a project" }).fill("engine");
    await expect.poll(() => namesIn(page)).toEqual(["Analytical engine", "Difference engine"]);
    expect(new URL(page.url()).search).toBe("?q=engine");
    await page.reload();
    await page.getByRole("link", { name: "Difference engine" }).waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("engine");
    await page.getByRole("searchbox").fill("difference ");
    await expect.poll(() => namesIn(page)).toEqual(["Difference engine"]);
    await expect.poll(() => new URL(page.url()).search).toBe("?q=difference+");
    await page.getByRole("searchbox").pressSequentially("engine");
    expect(await page.getByRole("searchbox").inputValue()).toBe("difference engine");
    await page.getByRole("searchbox").fill("loom");
    await page.getByText("No name here contains “loom”.").waitFor();
    await button(page, "Clear the filter").click();
    await page.getByRole("link", { name: "Letters" }).waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("creates, renames and deletes a tag by keyboard alone, and undoes the deletion", async () => {
    const { page, takeProblems } = await open("tags");
    await heading(page, "Tags").waitFor();
    await tabTo(page, "New tag");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("deep work");
    await page.keyboard.press("Enter");
    await message(page, "“deep work” was created.");
    await tabTo(page, "Edit deep work");
    await page.keyboard.press("Enter");
    await page.getByRole("form", { name: "Edit deep work" }).waitFor();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("focus");
    await page.keyboard.press("Enter");
    await message(page, "Saved.");
    // The focus is where it was before the change.
    await expect.poll(() => page.evaluate("document.activeElement.ariaLabel")).toBe("Edit focus");
    await page.keyboard.press("Enter");
    await page.getByRole("form", { name: "Edit focus" }).waitFor();
    await page.keyboard.press("Escape");
    await tabTo(page, "Delete focus");
    await page.keyboard.press("Enter");
    await message(page, "“focus” was deleted.");
    await tabTo(page, "Undo");
    await page.keyboard.press("Enter");
    await message(page, "“focus” is back.");
    await expect.poll(() => namesIn(page)).toEqual(["focus"]);
    expect(takeProblems()).toEqual([]);
  });

  it("tells at the field that a name is taken, and keeps what was typed", async () => {
    const { page, takeProblems } = await open("clients");
    await send(page, "POST", "/clients", { name: "Royal Society" });
    await page.goto(`${url}/app/clients?new=1`);
    const name = page.getByRole("dialog").getByLabel("Name");
    await name.fill("Royal Society");
    await button(page, "Create").click();
    await page.getByText("You already have a client with this name.").waitFor();
    expect(await name.getAttribute("aria-invalid")).toBe("true");
    expect(await name.inputValue()).toBe("Royal Society");
    expect(takeProblems()).toEqual(["409 POST /api/v1/clients"]);
  });

  it("shows what was changed elsewhere before it is replaced", async () => {
    const { page, takeProblems } = await open("projects");
    const { id } = await send(page, "POST", "/projects", { name: "Engine" });
    await page.reload();
    await button(page, "Edit Engine").click();
    const name = page.getByRole("form", { name: "Edit Engine" }).getByLabel("Name");
    await name.fill("My engine");
    await send(page, "PATCH", `/projects/${id}`, { name: "Their engine", is_billable: true });
    await button(page, "Save").click();
    await page.getByRole("alert").getByText("Their engine · Billable").waitFor();
    expect(await name.inputValue()).toBe("My engine");
    await button(page, "Save").click();
    await page.getByRole("link", { name: "My engine" }).waitFor();
    expect(takeProblems()).toEqual([`412 PATCH /api/v1/projects/${id}`]);
  });

  it("shows the time, the tasks and the entries of one project", async () => {
    const { page, takeProblems } = await open("projects");
    const { id } = await send(page, "POST", "/projects", { name: "Engine", estimate_seconds: 7200 });
    const end = Date.now() - 60_000;
    await send(page, "POST", "/time-entries", {
      project_id: id,
      description: "Design the mill",
      started_at: new Date(end - 3 * 3_600_000).toISOString(),
      ended_at: new Date(end).toISOString(),
    });
    await page.reload();
    await page.getByText("3 hr of 2 hr, over the estimate").waitFor();
    await page.getByRole("link", { name: "Engine" }).click();
    await heading(page, "Engine").waitFor();
    await button(page, "Edit").click();
    await page.getByLabel("Name").waitFor();
    await button(page, "Cancel").click();
    await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Edit");
    await page.getByRole("definition").getByText("3 hr").first().waitFor();
    await page.getByText("Design the mill").waitFor();
    await button(page, "New task").click();
    await page.getByLabel("Name").fill("Store of variables");
    await button(page, "Create").click();
    await page.getByLabel("Done: Store of variables").check();
    await message(page, "“Store of variables” is done.");
    await page.getByRole("navigation").getByRole("link", { name: "Tasks" }).click();
    await page.getByRole("heading", { name: "Nothing to do" }).waitFor();
    await page.getByText("Done", { exact: true }).click();
    await page.getByText("Store of variables", { exact: true }).waitFor();
    expect(takeProblems()).toEqual([]);
    await page.goto(`${url}/app/projects/${crypto.randomUUID()}`);
    await heading(page, "This project doesn't exist").waitFor();
  });

  it("creates a task with its project and its day", async () => {
    const { page, takeProblems } = await open("tasks");
    await send(page, "POST", "/projects", { name: "Engine" });
    await page.reload();
    await button(page, "New task").first().click();
    await page.getByLabel("Name").fill("Punched cards");
    await page.getByRole("combobox", { name: "Project", exact: true }).selectOption({ label: "Engine" });
    await page.getByLabel("Due on").fill("2020-03-09");
    await button(page, "Create").click();
    await page
      .getByText("overdue since March 9, 2020")
      .or(page.getByText("overdue since 9 March 2020"))
      .waitFor();
    await button(page, "Edit Punched cards").click();
    expect(await page.getByLabel("Due on").inputValue()).toBe("2020-03-09");
    expect(takeProblems()).toEqual([]);
  });

  it("keeps the day of a task in a zone far in the east", async () => {
    const { page, takeProblems } = await open("tasks");
    await send(page, "PATCH", "/settings/time", { timezone: "Pacific/Tongatapu" });
    await page.goto(`${url}/app/tasks?new=1`);
    await page.getByLabel("Name").fill("Punched cards");
    await page.getByLabel("Due on").fill("2020-03-09");
    await button(page, "Create").click();
    for (const name of ["Cards", "All cards"]) {
      await button(page, /^Edit .*cards$/i).click();
      expect(await page.getByLabel("Due on").inputValue()).toBe("2020-03-09");
      await page.getByLabel("Name").fill(name);
      await button(page, "Save").click();
      await page.getByText(name, { exact: true }).waitFor();
    }
    await page
      .getByText("overdue since March 9, 2020")
      .or(page.getByText("overdue since 9 March 2020"))
      .waitFor();
    expect(takeProblems()).toEqual([]);
  });
});
