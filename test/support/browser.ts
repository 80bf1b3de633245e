import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";

/** Path of the browser for tests: from CHROMIUM, otherwise Debian's. Undefined without a browser. */
export const chromiumPath: string | undefined =
  process.env.CHROMIUM || ["/usr/bin/chromium"].find((path) => existsSync(path));

/**
 * Flags that keep Chromium from contacting Google at each start, and disable the sandbox, which root cannot use. One process for all pages
 * takes a tenth less CPU.
 */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--renderer-process-limit=1",
];

/** Hint of Chromium about the form of Swagger UI for user and password. */
const HINT = /^\[DOM\] Input elements should have autocomplete attributes/;

/** Open page, with the problems recorded so far. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Problems on the page: errors, console messages, failures, and requests to other origins. */
  problems: string[];
}

/** Starts a headless Chromium with a new profile. The caller must close it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ ...(chromiumPath && { executablePath: chromiumPath }), args: FLAGS });
}

/** Opens `url` without cookies, and blocks requests to other origins. Closes the page when the test has finished. */
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
