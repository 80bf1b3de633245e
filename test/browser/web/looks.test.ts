import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { examine } from "../../support/looks.ts";
import { type System, startSystem } from "../../support/system.ts";
import { openApp, openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const OPEN = [
  "sign-in",
  "sign-up",
  "forgot-password",
  "reset-password#token=example",
  "reset-password",
  "verify-email#token=example",
  "confirm-email#token=example",
  "stop-email-change#token=example",
  "approve-email-change#token=example",
  "review-account#token=example",
  "goodbye",
];

const CLOSED = [
  "",
  "projects",
  "projects?show=archived",
  "clients?q=none",
  "tasks",
  "tags",
  "tags?show=deleted",
  "organizations",
  "invitations",
  "entries",
  "start",
  "settings/profile",
  "settings/preferences",
  "settings/security",
  "settings/sessions",
  "settings/tokens",
  "settings/time",
  "settings/data",
  "no-such-page",
];

/** Names of the buttons that open the dialogs of a page, by its path. */
const DIALOGS: Record<string, string[]> = {
  projects: ["New project"],
  tasks: ["New task"],
  "settings/preferences": ["Show all shortcuts", "Find"],
  "settings/security": ["Change the password", "Add a passkey", "Set up"],
  "settings/tokens": ["Create a token"],
  "settings/data": ["Delete my account"],
};

/** Returns the names of such buttons on the pages of an organization. */
const organizationDialogs = (id: string): Record<string, string[]> => ({
  [`organizations/${id}`]: [
    "New department",
    "Managers of Research",
    "Edit Research",
    "Edit Compilers",
    "Members of Compilers",
    "Delete Research",
  ],
  [`organizations/${id}/settings`]: ["Delete the organization"],
});

/** Creates an organization with a department and a team, and returns its id. */
const createOrganization = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const create = async (path: string, body: object) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      return response.json() as Promise<{ id: string }>;
    };
    const { id: organization_id } = await create("/organizations", { name: "Babbage & Co" });
    const { id: department_id } = await create("/departments", { name: "Research", organization_id });
    await create("/teams", { name: "Compilers", department_id });
    return organization_id;
  });

/** Creates a project with a task, and returns its id. */
const createThings = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const create = async (path: string, body: object) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      return response.json() as Promise<{ id: string }>;
    };
    const engine = { name: "Analytical engine", is_billable: true, estimate_seconds: 3600 };
    const { id: project_id } = await create("/projects", engine);
    await create("/tasks", { name: "Punched cards", project_id, due_at: "2026-01-01T12:00:00Z" });
    const times = { started_at: "2026-11-29T09:00:00Z", ended_at: "2026-11-29T11:00:00Z" };
    await create("/time-entries", { project_id, ...times });
    return project_id;
  });

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  it("has accessible pages without a session, in every look", async () => {
    const { page, takeProblems } = await openApp(browser, `${url}/app/sign-in`);
    for (const path of OPEN) {
      await page.goto("about:blank");
      await page.goto(`${url}/app/${path}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await examine(page), path).toEqual([]);
    }
    expect(takeProblems()).toEqual([]);
  });

  it("has accessible pages and dialogs with a session, in every look", async () => {
    const { username } = await register(url);
    const { page, takeProblems } = await openSignedIn(browser, url, username);
    const project = await createThings(page);
    const organization = await createOrganization(page);
    const dialogs = { ...DIALOGS, ...organizationDialogs(organization) };
    for (const path of new Set([...CLOSED, `projects/${project}`, ...Object.keys(dialogs)])) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto(`${url}/app/${path}`, { waitUntil: "networkidle" });
      expect(await examine(page), path).toEqual([]);
      for (const name of dialogs[path] ?? []) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.getByRole("button", { name, exact: true }).click();
        await page.getByRole("dialog").waitFor();
        expect(await examine(page), name).toEqual([]);
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "hidden" });
      }
    }
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${url}/app/`, { waitUntil: "networkidle" });
    await page.getByRole("button", { name: "Open the menu" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await examine(page), "menu").toEqual([]);
    expect(takeProblems()).toEqual([]);
  });

  it("has an accessible message that offers an undo, in every look", async () => {
    const { username } = await register(url);
    const { page } = await openSignedIn(browser, url, username, "tags?new=1");
    await page.getByLabel("Name").fill("focus");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Delete focus" }).click();
    // While it has the focus, the message stays.
    await page.getByRole("button", { name: "Undo" }).focus();
    expect(await examine(page)).toEqual([]);
  });

  it("moves the focus to the title of the next page, and back to the button that opened a dialog", async () => {
    const { username } = await register(url);
    const { page } = await openSignedIn(browser, url, username);
    await page.getByRole("navigation").getByRole("link", { name: "Security" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Security" }).waitFor();
    const focused = () => page.evaluate("document.activeElement.textContent");
    await expect.poll(focused).toBe("Security");
    const opener = page.getByRole("button", { name: "Change the password" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("Change the password");
  });
});
