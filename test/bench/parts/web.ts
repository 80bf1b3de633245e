import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { PASSWORD } from "../../support/accounts.ts";
import { launchBrowser } from "../../support/browser.ts";
import { startSystem } from "../../support/system.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { median } from "../support/statistics.ts";

const ROUNDS = IS_SHORT ? 1 : 5;
/** A phone with slow 4G: 1.6 Mbit/s, 150 ms, and a quarter of this machine's speed. */
const PHONE = { width: 390, height: 844 };
const NETWORK = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};
const CPU_SLOWDOWN = 4;
const ENTRIES = 60;
const HOUR_MS = 3_600_000;
/** Milliseconds without a request after which a page counts as loaded, and in which late shifts are seen. */
const SETTLED_MS = 1_000;

/** A page of the web app, and the field that is used on it. */
interface Measured {
  name: string;
  path: string;
  isPublic?: boolean;
  /** Label of a text field. */
  field: string;
}

const PAGES: Measured[] = [
  { name: "sign in", path: "sign-in", isPublic: true, field: "Username or email" },
  { name: "today", path: "", field: "What are you working on?" },
  { name: "entries", path: "entries", field: "Description contains" },
  { name: "projects", path: "projects", field: "Find a project" },
];

/** Collects what a page reports about its speed; runs before the page's own scripts. */
const OBSERVE = `
  window.speed = { lcp: 0, cls: 0, inp: 0 };
  const observe = (type, take, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  observe("largest-contentful-paint", (entry) => { speed.lcp = entry.startTime; });
  observe("layout-shift", (entry) => { if (!entry.hadRecentInput) speed.cls += entry.value; });
  observe("event", (entry) => { if (entry.interactionId) speed.inp = Math.max(speed.inp, entry.duration); }, { durationThreshold: 16 });
`;

interface Speed {
  lcp: number;
  cls: number;
  inp: number;
  /** Slowest answer of the palette, to its opening and to typing; 0 on a page without one. */
  palette: number;
}

/**
 * Measures the first load of pages of the web app, without a cache, and the slowest answers to a tap, to typing and of the palette, on a slow phone.
 */
export async function web(): Promise<void> {
  const system = await startSystem();
  const browser = await launchBrowser();
  try {
    const username = await createAccount(system.url);
    const samples = PAGES.map((page) => ({ page, speeds: [] as Speed[] }));
    for (let round = 0; round < ROUNDS; round++)
      for (const { page, speeds } of samples) speeds.push(await measure(browser, system.url, username, page));
    const results = samples.map(({ page, speeds }) => ({
      page: page.name,
      lcp_ms: rounded(median(speeds.map(({ lcp }) => lcp))),
      cls: rounded(Math.max(...speeds.map(({ cls }) => cls))),
      inp_ms: rounded(median(speeds.map(({ inp }) => inp))),
      palette_ms: rounded(median(speeds.map(({ palette }) => palette))),
    }));
    printTable("Pages on a phone with slow 4G, medians; the largest layout shift", results);
    await writeResult("web", { results });
  } finally {
    await browser.close();
    await system.stop();
  }
}

async function createAccount(url: string): Promise<string> {
  const username = `bench-${crypto.randomUUID().slice(0, 8)}`;
  await post(url, "/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
  const { access_token } = await post(url, "/auth/login", {
    username,
    password: PASSWORD,
    token_delivery: "body",
  });
  const headers = { Authorization: `Bearer ${access_token}` };
  const { id: project_id } = await post(url, "/projects", { name: "Analytical engine" }, headers);
  for (let hours = 1; hours <= ENTRIES; hours++) {
    const end = Date.now() - hours * HOUR_MS;
    const [started_at, ended_at] = [end - HOUR_MS / 2, end].map((time) => new Date(time).toISOString());
    await post(
      url,
      "/time-entries",
      { project_id, description: `Card ${hours}`, started_at, ended_at },
      headers,
    );
  }
  return username;
}

async function post(url: string, path: string, body: object, headers = {}): Promise<Record<string, string>> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
}

async function measure(
  browser: Browser,
  url: string,
  username: string,
  { path, isPublic, field }: Measured,
): Promise<Speed> {
  const context = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true });
  try {
    if (!isPublic)
      await context.request.post(`${url}/auth/login`, { data: { username, password: PASSWORD } });
    const page = await openSlowPage(context);
    await page.goto(`${url}/app/${path}`, { waitUntil: "networkidle", timeout: 60_000 });
    const input = page.getByLabel(field).first();
    await input.waitFor();
    await page.waitForTimeout(SETTLED_MS);
    await tap(page, input);
    await page.keyboard.type("Card", { delay: 100 });
    await page.waitForTimeout(SETTLED_MS);
    const speed = await page.evaluate<Speed>("speed");
    return { ...speed, palette: isPublic ? 0 : await measurePalette(page) };
  } finally {
    await context.close();
  }
}

/** Opens the palette, types, and returns the slowest answer in ms. */
async function measurePalette(page: Page): Promise<number> {
  await page.evaluate("speed.inp = 0");
  await tap(page, page.getByRole("button", { name: "Find" }));
  await page.getByRole("combobox", { name: "Page, project or action" }).waitFor();
  await page.waitForTimeout(SETTLED_MS);
  await page.keyboard.type("ta", { delay: 100 });
  await page.waitForTimeout(SETTLED_MS);
  return page.evaluate<number>("speed.inp");
}

/** Taps on an element as a finger does: `Locator.tap` also runs code of Playwright in the page, for which the slow phone takes up to 30 ms. */
async function tap(page: Page, element: Locator): Promise<void> {
  const box = await element.boundingBox();
  if (!box) throw new Error("The element is not visible.");
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
}

async function openSlowPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(OBSERVE);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", NETWORK);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  return page;
}
