import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { PASSWORD } from "../../support/accounts.ts";
import { codeNow } from "../../support/authenticator.ts";
import { chromiumPath, launchBrowser } from "../../support/browser.ts";
import { freePort, type System, startSystem } from "../../support/system.ts";
import {
  fillIn,
  forgetAuthentications,
  mailedLink,
  openApp,
  openSignedIn,
  register,
  signIn,
  urlOf,
} from "../../support/web-app.ts";

const NEW_PASSWORD = "another horse, another battery";

let system: System;
let url: string;
beforeAll(async () => {
  system = await startSystem({}, undefined, ["--host", "0.0.0.0"]);
  url = urlOf(system);
});
afterAll(() => system?.stop());

/** Returns the addresses that `npm start` has printed for a person. */
const printed = (name: string) =>
  new RegExp(`^ +${name} +(.+)$`, "m").exec(system.output())?.[1]?.split("  ") ?? [];

/** Signs up at an address that was printed, as a person who sees the page for the first time, and starts the timer. */
async function startFirstTimer(page: Page, username: string) {
  // The first requests of a new system take long on a busy machine.
  page.setDefaultTimeout(60_000);
  await page.getByRole("link", { name: "Create an account" }).click();
  // The page before also has a field for a username.
  await heading(page, "Create an account").waitFor();
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Email").fill(`${username}@example.com`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(page, "Create the account").click();
  await heading(page, `Welcome, ${username}`).waitFor();
  await page.getByPlaceholder("What are you working on?").fill("My first work");
  await button(page, "Start").click();
  await button(page, "Stop").waitFor();
}

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
    return { ...(await openSignedIn(browser, url, account.username, path)), ...account };
  }

  it("leads from the printed address to a timer in a minute, and connects a watcher", async () => {
    const startedAt = Date.now();
    const [address = ""] = printed("App");
    const { page, takeProblems } = await openApp(browser, address);
    await startFirstTimer(page, "first");
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    await expect.poll(() => page.title()).toContain("My first work");

    await page.getByText("A watcher", { exact: true }).click();
    await button(page, "Create a key").click();
    const command = (await page.locator(".secret code").first().textContent()) ?? "";
    const [, server, token] = /^SERVER=(\S+) TOKEN=(\S+) node watcher-relay\.mjs$/.exec(command) ?? [];
    const downloaded = page.waitForEvent("download");
    await button(page, "Download the relay").click();
    const folder = await mkdtemp(join(tmpdir(), "relay-"));
    const file = join(folder, "watcher-relay.mjs");
    await (await downloaded).saveAs(file);
    const port = String(await freePort());
    const relay = spawn(process.execPath, [file], { env: { SERVER: server, TOKEN: token, PORT: port } });
    onTestFinished(async () => {
      relay.kill();
      await rm(folder, { recursive: true });
    });
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    const send = () =>
      fetch(`http://127.0.0.1:${port}/api/0/buckets/watcher_laptop`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(bucket),
      }).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(send, { timeout: 10_000 }).toBe(200);
    expect(takeProblems()).toEqual([]);
  });

  it("leads from the network's address to a timer on a phone, and says that passkeys need https", async () => {
    const startedAt = Date.now();
    const [address = ""] = printed("Network");
    expect(address).toMatch(/^http:\/\/[\d.]+:\d+$/);
    const { page, context, takeProblems } = await openApp(browser, "about:blank");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(address);
    await page.getByText("Passkeys need https, which this address doesn't have.").waitFor();
    expect(await button(page, "Sign in with a passkey").count()).toBe(0);
    await startFirstTimer(page, "phone");
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    await page.goto(`${address}/app/settings/security`);
    await page.getByText("Passkeys need https, which this address doesn't have.").waitFor();
    expect(await button(page, "Add a passkey").count()).toBe(0);

    await page.goto(`${address}/app/start`);
    await button(page, "Create a key").click();
    await button(page, "Copy: API key").click();
    await told(page, "Copied.");
    await page.getByLabel("Name of the project").focus();
    await page.keyboard.press("Control+V");
    expect(await page.getByLabel("Name of the project").inputValue()).toMatch(/^waka_/);
    await button(page, "Stop").click();
    await button(page, "Start").waitFor();
    const first = async () => (await (await context.request.get(`${address}/time-entries`)).json())[0];
    await expect.poll(first).toMatchObject({ description: "My first work", ended_at: expect.any(String) });
    // Chromium tells that it ignores two headers at an address without https.
    const isIgnored = /Cross-Origin-Opener-Policy header has been ignored|could not be origin-keyed/;
    expect(takeProblems().filter((problem) => !isIgnored.test(problem))).toEqual([]);
  });

  it("tells that sign-up is closed, and that the service sends no mail", async () => {
    const { page, context, takeProblems } = await openApp(browser, "about:blank");
    await context.route("**/auth/settings", async (route) => {
      const response = await route.fetch();
      const json = { ...(await response.json()), can_sign_up: false, can_send_mail: false };
      await route.fulfill({ response, json });
    });
    await page.goto(`${url}/app/sign-in`);
    await button(page, "Sign in with a passkey").waitFor();
    await expect.poll(() => page.getByRole("link", { name: "Create an account" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "Forgot your password?" }).count()).toBe(0);
    await page.goto(`${url}/app/sign-up`);
    await page.getByText("New accounts are created by the operators of this service.").waitFor();
    expect(await page.getByLabel("Username").count()).toBe(0);
    await page.goto(`${url}/app/forgot-password`);
    await page.getByText("This service sends no mail. Ask its operators for a new password.").waitFor();
    expect(await page.getByLabel("Email").count()).toBe(0);
    const { username } = await register(url);
    await signIn(page, url, username);
    await page.goto(`${url}/app/settings/profile`);
    await page.getByText("Not confirmed").waitFor();
    expect(await button(page, "Send the mail again").count()).toBe(0);
    expect(takeProblems()).toEqual([]);
  });

  it("leads a new user through the first steps", async () => {
    const { page, takeProblems } = await open("start");
    await button(page, "Use this time zone").click();
    await told(page, "Saved.");
    await page.getByLabel("Name of the project").fill("Analytical engine");
    await button(page, "Create the project").click();
    await page.getByText("Analytical engine", { exact: true }).waitFor();
    await button(page, "Create a key").click();
    await page.locator(".secret").first().waitFor();
    const [file = "", ...values] = await page.locator(".secret code").allTextContents();
    const [, address, key = ""] = /^\[settings\]\napi_url = (\S+)\napi_key = (waka_\S+)$/.exec(file) ?? [];
    expect(values).toEqual([key, address]);
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
    await expect.poll(() => page.evaluate("document.documentElement.lang")).toBe("de");
    await expect.poll(() => ground()).toBe("rgb(15, 18, 22)");
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
    expect(await page.locator(".secret code").nth(1).textContent()).toMatch(/^waka_/);
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
    const other = await openSignedIn(browser, url, username);
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
