import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PASSWORD } from "../../support/accounts.ts";
import { codeNow } from "../../support/authenticator.ts";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { type System, startSystem } from "../../support/system.ts";
import {
  fillIn,
  forgetAuthentications,
  mailedLink,
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
const dialog = (page: Page) => page.getByRole("dialog");
const told = (page: Page, text: string) => page.locator(".toasts").getByText(text).waitFor();

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page of a new user's settings. */
  async function open(path: string) {
    const account = await register(url);
    const app = await openApp(browser, `${url}/app/sign-in`);
    await signIn(app.page, url, account.username);
    await app.page.goto(`${url}/app/${path}`);
    return { ...app, ...account };
  }

  it("leads a new user through the first steps", async () => {
    const { page, takeProblems } = await open("start");
    await button(page, "Use this time zone").click();
    await told(page, "Saved.");
    await page.getByLabel("Name of the project").fill("Analytical engine");
    await button(page, "Create the project").click();
    await page.getByText("Analytical engine", { exact: true }).waitFor();
    await button(page, "Create a key").click();
    await page.locator(".secret").first().waitFor();
    const [key = "", address = ""] = await page.locator(".secret code").allTextContents();
    expect(key).toMatch(/^waka_/);
    expect(address).toBe(`${url}/compat/wakatime/v1`);
    await page.getByText("You are all set.").waitFor();
    const heartbeat = { entity: "/notes.md", type: "file", time: Date.now() / 1000 };
    const sent = await fetch(`${address}/users/current/heartbeats`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(key)}` },
      body: JSON.stringify(heartbeat),
    });
    expect(sent.status).toBeLessThan(300);
    await page.goto(`${url}/app/settings/time`);
    expect(await page.getByLabel("Time zone").inputValue()).toBe("Europe/London");
    expect(takeProblems()).toEqual([]);
  });

  it("saves names, and changes the email with a link to the new address", async () => {
    const { page, username, email, takeProblems } = await open("settings/profile");
    await page.getByLabel("First name").fill("Ada");
    await button(page, "Save").click();
    await told(page, "Saved.");
    await page.getByText("Ada", { exact: true }).first().waitFor();
    await page.goto(await mailedLink(system, email, "/verify-email"));
    await button(page, "Confirm the address").click();
    await button(page, "Continue").click();
    await page.getByRole("link", { name: "Open the app" }).click();
    await page.getByRole("link", { name: "Profile" }).click();
    await page.getByText("Confirmed", { exact: true }).waitFor();
    const changed = `new-${email}`;
    await page.getByRole("textbox", { name: "Email" }).fill(changed);
    await button(page, "Change the address").click();
    await page.getByText(`Waiting for ${changed} to be confirmed.`).waitFor();
    const stop = await mailedLink(system, email, "/stop-email-change");
    await page.goto(await mailedLink(system, changed, "/confirm-email"));
    await button(page, "Confirm the address").click();
    await heading(page, "Your email address was changed").waitFor();
    expect(takeProblems()).toEqual([]);

    await page.goto(stop);
    await button(page, "Stop the change").click();
    await heading(page, "The change was stopped").waitFor();
    await page.goto(`${url}/app/sign-in`);
    await fillIn(page, username);
    await page.getByRole("alert").waitFor();
  });

  it("changes the look and the language, and keeps them", async () => {
    const { page } = await open("settings/preferences");
    await page.getByLabel("Theme").selectOption("dark");
    const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await expect.poll(ground).toBe("rgb(15, 18, 22)");
    await page.getByLabel("Language").selectOption("de");
    await heading(page, "Einstellungen").waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("de");
    expect(await ground()).toBe("rgb(15, 18, 22)");
    await page.goto(`${url}/app/settings/security`);
    await heading(page, "Sicherheit").waitFor();
  });

  it("changes the password after a reauthentication, and repeats what was refused", async () => {
    const { page, username, takeProblems } = await open("settings/security");
    await button(page, "Change the password").click();
    await page.getByLabel("Current password", { exact: true }).fill("wrong one here");
    await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await dialog(page).getByRole("button", { name: "Change the password" }).click();
    await page.getByText("The password is wrong.").waitFor();
    await page.getByLabel("Current password", { exact: true }).fill(PASSWORD);
    await dialog(page).getByRole("button", { name: "Change the password" }).click();
    await told(page, "The password was changed. Other sessions have ended.");
    expect(takeProblems()).toEqual(["422 PUT /api/v1/auth/me/password"]);
    await page.context().clearCookies();
    await signIn(page, url, username, NEW_PASSWORD);
  });

  it("sets up an authenticator app, and asks for its code at the next sign-in", async () => {
    const { page, username, takeProblems } = await open("settings/security");
    await button(page, "Set up").click();
    await dialog(page).locator("svg.qr path[d*=M]").waitFor();
    const secret = (await dialog(page).locator(".secret code").textContent()) ?? "";
    expect(secret).toMatch(/^[A-Z2-7]{16,}$/);
    await page.getByLabel("Code", { exact: true }).fill(await codeNow(secret));
    await button(page, "Confirm").click();
    await page.getByRole("heading", { name: "Your recovery codes" }).waitFor();
    const download = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name: "Download" }).click();
    expect(await readFile(await (await download).path(), "utf8")).toMatch(/^[\w-]+(\n[\w-]+)+$/);
    await button(page, "I stored the codes").click();
    await page.getByText(/^Active since/).waitFor();
    expect(takeProblems()).toEqual([]);

    await page.context().clearCookies();
    await page.goto(`${url}/app/sign-in`);
    await fillIn(page, username);
    await heading(page, "Confirm it's you").waitFor();
    await page.getByLabel("Code", { exact: true }).fill(await codeNow(secret, 1));
    await button(page, "Sign in").click();
    await heading(page, "Today").waitFor();

    await forgetAuthentications(system);
    await page.goto(`${url}/app/settings/security`);
    await button(page, "Renew the codes").click();
    await dialog(page).getByLabel("Password", { exact: true }).fill(PASSWORD);
    await button(page, "Continue").click();
    await dialog(page).getByLabel("Code", { exact: true }).waitFor();
  });

  it("asks for the password again when a request requires it, and then repeats the request", async () => {
    const { page, username, takeProblems } = await open("settings/tokens");
    await forgetAuthentications(system);
    await button(page, "Create a token").click();
    await page.getByLabel("Name").fill("Editor on the laptop");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Confirm it's you" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog(page).getByText("Your password is needed for this.").waitFor();
    await dialog(page).getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByText("Copy it now. It is not shown again.").waitFor();
    expect(await page.locator(".secret code").first().textContent()).toMatch(/^waka_/);
    await button(page, "I stored it").click();
    await button(page, "End Editor on the laptop").click();
    await dialog(page).getByRole("button", { name: "End" }).click();
    await told(page, "The token has ended.");
    await page.getByText("No tokens yet.").waitFor();
    expect(takeProblems()).toEqual(["401 POST /api/v1/auth/tokens", "401 POST /api/v1/auth/tokens"]);
    expect(username).not.toBe("");
  });

  it("ends the sessions of other devices", async () => {
    const { page, username } = await open("settings/sessions");
    const other = await openApp(browser, `${url}/app/sign-in`);
    await signIn(other.page, url, username);
    await page.reload();
    await page.getByText("2 sessions").waitFor();
    await button(page, "Sign out all other devices").click();
    await dialog(page).getByRole("button", { name: "Sign out" }).click();
    await page.getByText("1 session", { exact: true }).waitFor();
    await other.page.goto(`${url}/app/settings/profile`);
    await heading(other.page, "Sign in").waitFor();
  });

  it("saves time settings, and shows what another tab has changed before", async () => {
    const { page, takeProblems } = await open("settings/time");
    await page.getByLabel("Day boundary").fill("04:00");
    await page.getByLabel("Idle after (minutes)").fill("20");
    await page.getByLabel("Time entries may overlap").uncheck();
    await page.evaluate(() =>
      fetch("/settings/time", {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: '{"week_start":0}',
      }),
    );
    await button(page, "Save").click();
    await page.getByLabel("First day of the week").and(page.locator("select")).waitFor();
    await expect
      .poll(() => page.getByLabel("First day of the week").inputValue(), { timeout: 10_000 })
      .toBe("0");
    await page.getByLabel("Day boundary").fill("04:00");
    await button(page, "Save").click();
    await told(page, "Saved.");
    expect(takeProblems()).toEqual(["412 PATCH /api/v1/settings/time"]);
    await page.reload();
    expect(await page.getByLabel("Day boundary").inputValue()).toBe("04:00");
  });

  it("exports the data, and deletes the account", async () => {
    const { page, username, takeProblems } = await open("settings/data");
    const download = page.waitForEvent("download");
    await button(page, "Download").click();
    const exported = JSON.parse(await readFile(await (await download).path(), "utf8"));
    expect(exported.user).toMatchObject({ username });
    await button(page, "Delete my account").click();
    await page.getByLabel(/^Enter your username/).fill("someone else");
    await dialog(page).getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("must be your username").waitFor();
    await page.getByLabel(/^Enter your username/).fill(username);
    await dialog(page).getByRole("button", { name: "Delete my account" }).click();
    await heading(page, "Your account was deleted").waitFor();
    expect(takeProblems()).toEqual([]);
    await page.goto(`${url}/app/sign-in`);
    await fillIn(page, username);
    await page.getByRole("alert").waitFor();
  });
});
