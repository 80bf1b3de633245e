import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import { fillIn, openApp, openSignedIn, register, urlOf } from "../../support/web-app.ts";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = urlOf(system);
});
afterAll(() => system?.stop());

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });
const saved = (page: Page) => page.getByRole("status").getByText("Saved.").waitFor();

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page of the app for a new user, and waits for its keys. */
  async function open(path: string) {
    const { username } = await register(url);
    const app = await openSignedIn(browser, url, username, path);
    await app.page.waitForLoadState("networkidle");
    return { ...app, username };
  }

  it("opens pages, creates things and finds projects from the palette by keyboard alone", async () => {
    const { page, takeProblems } = await open("tags");
    const field = page.getByRole("combobox", { name: "Page, project or action" });
    await page.keyboard.press("ControlOrMeta+K");
    await field.waitFor();
    await page.keyboard.type("new pro");
    await page.getByRole("option", { name: "New project" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New project" }).waitFor();
    await page.keyboard.type("Analytical engine");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Analytical engine" }).waitFor();

    await page.keyboard.press("/");
    await field.waitFor();
    await page.keyboard.type("engine");
    await page.getByRole("option", { name: "Analytical engine" }).waitFor();
    await page.keyboard.press("Enter");
    await heading(page, "Analytical engine").waitFor();

    await page.keyboard.press("ControlOrMeta+K");
    await field.waitFor();
    const active = () =>
      page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).querySelector('.clip').textContent",
      );
    const [first, second] = [
      await active(),
      await page.getByRole("option").nth(1).locator(".clip").textContent(),
    ];
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toBe(second);
    await page.keyboard.press("ArrowUp");
    await expect.poll(active).toBe(first);
    await page.keyboard.type("no such thing");
    await page.getByText("Nothing found. Try another word.").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(await field.count()).toBe(0);
    // The key does nothing until the closed palette has been replaced.
    const openAgain = async () => {
      await page.keyboard.press("ControlOrMeta+K");
      return field.isVisible();
    };
    await expect.poll(openAgain).toBe(true);
    await expect.poll(active).toBe(first);
    expect(await field.inputValue()).toBe("");
    expect(takeProblems()).toEqual([]);
  });

  it("keeps the focus in the palette, and closes it by a press beside it that reaches nothing else", async () => {
    const { page, takeProblems } = await open("tags");
    const field = page.getByRole("combobox", { name: "Page, project or action" });
    const find = page.getByRole("button", { name: "Find", exact: true });
    await find.click();
    await field.waitFor();
    for (const key of ["Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      expect(await field.evaluate("document.activeElement.role")).toBe("combobox");
    }
    await page.keyboard.type("no such thing");
    await page.getByText("Nothing found. Try another word.").click();
    await page.keyboard.type("!");
    expect(await field.inputValue()).toBe("no such thing!");
    const link = await page.getByRole("link", { name: "Projects" }).boundingBox();
    await page.mouse.click((link?.x ?? 0) + 5, (link?.y ?? 0) + 5);
    await field.waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/app/tags");
    await expect.poll(() => find.evaluate("document.activeElement.textContent")).toContain("Find");
    expect(takeProblems()).toEqual([]);
  });

  it("opens the palette and its results with the mouse, also on a phone", async () => {
    const { page, takeProblems } = await open("tags");
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole("button", { name: "Find", exact: true }).click();
    await page.getByRole("option", { name: "Sessions" }).click();
    await heading(page, "Sessions").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("shows the map of the keys, goes to pages by two keys, and undoes a deletion", async () => {
    const { page, takeProblems } = await open("tags?new=1");
    await page.keyboard.type("what? /g");
    await page.keyboard.press("Enter");
    await page.getByText("what? /g", { exact: true }).waitFor();
    await page.keyboard.press("?");
    const map = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await map.getByText("Find and do anything").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete what? /g" }).click();
    await page.getByRole("heading", { name: "No tags yet" }).waitFor();
    await page.keyboard.press("ControlOrMeta+Z");
    await page.getByRole("status").getByText("“what? /g” is back.").waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await heading(page, "Projects").waitFor();
    expect(takeProblems()).toEqual([]);
  });

  it("starts, stops and continues the timer by keys and from the palette", async () => {
    const { page, takeProblems } = await open("tags");
    const stop = page.getByRole("button", { name: "Stop", exact: true });
    await page.getByRole("combobox", { name: "What are you working on?" }).waitFor();
    await page.keyboard.press("n");
    await page.keyboard.type("Note G");
    await page.keyboard.press("Enter");
    await stop.waitFor();
    await page.getByRole("heading", { level: 1 }).focus();
    await page.keyboard.press("s");
    await stop.waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await stop.waitFor();
    await page.keyboard.press("ControlOrMeta+K");
    await page.getByRole("combobox", { name: "Page, project or action" }).waitFor();
    await page.keyboard.type("stop");
    await page.keyboard.press("Enter");
    await stop.waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("e");
    await heading(page, "Entries").waitFor();
    await expect.poll(() => page.getByText("Note G").count()).toBeGreaterThan(0);
    expect(takeProblems()).toEqual([]);
  });

  it("leaves single keys alone once they are switched off, and keeps those with Ctrl", async () => {
    const { page, takeProblems } = await open("settings/preferences");
    await page.getByLabel("Single keys are shortcuts").uncheck();
    await saved(page);
    await page.getByRole("heading", { level: 1 }).focus();
    for (const key of ["?", "/", "g", "p"]) await page.keyboard.press(key);
    await page.keyboard.press("ControlOrMeta+K");
    await page.getByRole("dialog", { name: "Find and do anything" }).waitFor();
    await page.keyboard.type("keyboard");
    await page.keyboard.press("Enter");
    await page.getByText("Single keys are switched off in the preferences.").waitFor();
    expect(new URL(page.url()).pathname).toBe("/app/settings/preferences");
    expect(takeProblems()).toEqual([]);
  });

  it("keeps the focus while preferences are saved, and saves two that follow each other", async () => {
    const { page, takeProblems } = await open("settings/preferences");
    await page.getByLabel("Clock").selectOption("h12");
    await page.getByLabel("First page").selectOption("entries");
    await page.getByLabel("Theme").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("theme");
    await page.reload({ waitUntil: "networkidle" });
    for (const [label, value] of [
      ["Clock", "h12"],
      ["First page", "entries"],
      ["Theme", "dark"],
    ] as const)
      expect(await page.getByLabel(label).inputValue()).toBe(value);
    expect(takeProblems()).toEqual([]);
  });

  it("applies the preferences on another device: theme, language, clock and first page", async () => {
    const { page, username, takeProblems } = await open("settings/preferences");
    for (const [label, value] of [
      ["Theme", "dark"],
      ["Clock", "h12"],
      ["First page", "projects"],
    ] as const) {
      await page.getByLabel(label).selectOption(value);
      await saved(page);
      await page.reload({ waitUntil: "networkidle" });
      expect(await page.getByLabel(label).inputValue()).toBe(value);
    }
    await page.getByLabel("Language").selectOption("de");
    await heading(page, "Einstellungen").waitFor();
    expect(takeProblems()).toEqual([]);

    const other = await openApp(browser, `${url}/app/sign-in`);
    await fillIn(other.page, username);
    await heading(other.page, "Projekte").waitFor();
    await expect.poll(() => other.page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await other.page.goto(`${url}/app/settings/sessions`);
    await other.page
      .getByText(/seit .* [AP]M/)
      .first()
      .waitFor();
    expect(other.takeProblems()).toEqual([]);
  });
});
