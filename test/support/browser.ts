import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** The browser to test with: what CHROMIUM names, else Debian's. Undefined where there is none. */
export const chromiumPath: string | undefined =
  process.env.CHROMIUM || ["/usr/bin/chromium"].find((path) => existsSync(path));

/** Without these it looks for its maker's hosts at every start; without a sandbox because root has none. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What Chromium would like of the form that Swagger UI makes for user and password. */
const HINT = /^\[DOM\] Input elements should have autocomplete attributes/;

export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** All that a page in order doesn't do: errors, console messages, failures, requests to other origins. */
  problems: string[];
}

/** Starts a headless Chromium with a profile of its own. Whoever calls this closes it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args: FLAGS });
}

/** Opens `url`, without cookies; its origin is all that can be reached. Closed when the test is over. */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  onTestFinished(() => context.close());
  const problems: string[] = [];
  const { origin } = new URL(url);
  await context.route(
    (requested) => requested.origin !== origin,
    (route) => {
      problems.push(`request to ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on("console", (message) => {
    if (!HINT.test(message.text())) problems.push(`console ${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => problems.push(`error: ${error.error().message}`));
  context.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  context.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "networkidle" });
  return { page, context, problems };
}
