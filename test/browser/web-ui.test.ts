import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWebUi, requireWebUi, type WebUi } from "../../src/cli/local/web-ui.ts";
import { chromiumPath, launchBrowser, openPage } from "../support/browser.ts";
import { freePort } from "../support/system.ts";

const ADDRESS = "127.0.0.1";
const PAGE = `<!doctype html><title>Pages</title><script src="/reach.js"></script>`;
/** Script that sends a request, as a foreign page could, to the address in the fragment. */
const SCRIPT = `
const there = location.hash.slice(1);
if (there) fetch(there, { mode: "no-cors", credentials: "include" }).then(() => "reached", () => "kept").then((result) => (document.title = result));`;

/** Page that registers the service worker that its server has, and the worker, which answers every visit with a page of its own. */
const REGISTRATION = `<!doctype html><title>Pages</title><script src="/register.js"></script>`;
const REGISTER = `navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then(() => (document.title = "registered"));`;
const WORKER = `
addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") event.respondWith(new Response("the worker's", { headers: { "Content-Type": "text/html" } }));
});`;

let folder: string;
let browser: Browser;
let elsewhere: Server;
let requestCount: number;
let ui: WebUi;
let url: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "web-ui-"));
  await writeFile(join(folder, "index.html"), PAGE);
  await writeFile(join(folder, "reach.js"), SCRIPT);
  await writeFile(join(folder, "registration.html"), REGISTRATION);
  await writeFile(join(folder, "register.js"), REGISTER);
  await writeFile(join(folder, "sw.js"), WORKER);
  elsewhere = createServer((_, answer) => {
    requestCount++;
    answer.end();
  });
  await new Promise<void>((listening) => elsewhere.listen(0, ADDRESS, listening));
  const port = await freePort();
  url = `http://${ADDRESS}:${port}`;
  const root = await requireWebUi(folder);
  ui = await openWebUi({ root, address: ADDRESS, port, apiUrl: apiUrl(), url, hosts: ADDRESS });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await ui?.close();
  elsewhere?.close();
  await rm(folder, { recursive: true, force: true });
});

const apiUrl = () => `http://${ADDRESS}:${(elsewhere.address() as AddressInfo).port}`;

describe.skipIf(!chromiumPath)("the page that accepts a token", () => {
  const stored = `sessionStorage.getItem("aw-api-token")`;

  it("accepts the token after the #, and continues without a token in the address", async () => {
    const { page, problems } = await openPage(browser, `${ui.tokenUrl}#ptk_of%20ada`);
    await page.waitForURL(`${url}/`);
    expect(await page.evaluate(stored)).toBe("ptk_of ada");
    expect(problems).toEqual([]);
  });

  it("accepts a pasted token", async () => {
    const { page, problems } = await openPage(browser, ui.tokenUrl);
    await page.fill("input", " ptk_pasted ");
    await page.click("button");
    await page.waitForURL(`${url}/`);
    expect(await page.evaluate(stored)).toBe("ptk_pasted");
    expect(problems).toEqual([]);
  });

  it("accepts a token after the pages have registered a service worker", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/registration.html`);
    await page.waitForFunction(`document.title === "registered"`);
    await page.goto(`${ui.tokenUrl}#ptk_again`);
    await page.waitForURL(`${url}/`);
    expect(await page.evaluate(stored)).toBe("ptk_again");
    await context.close();
  });

  it("belongs to a web interface whose pages reach no other origin", async () => {
    requestCount = 0;
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/#${apiUrl()}/auth/me`);
    await page.waitForFunction(`document.title !== "Pages"`);
    expect([await page.title(), requestCount]).toEqual(["kept", 0]);
    await context.close();
  });
});
