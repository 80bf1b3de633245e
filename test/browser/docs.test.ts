import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { chromiumPath, launchBrowser, openPage } from "../support/browser.ts";
import { groupsOf, type OpenApiDocument, sampleOperations } from "../support/operation-sample.ts";
import { type System, startSystem } from "../support/system.ts";

/** A name that pages must show as text, not as markup. */
const APP_NAME = "</title> Work & <Play>";
const TITLE = `${APP_NAME}: API`;
/** Timeout that is long enough for a busy machine. */
const SOON = { timeout: 60_000 };
const PASSWORD = "correct horse battery staple";

let system: System;
let groups: ReturnType<typeof groupsOf>;
let operationIds: string[];
/** Ids of the operations that are unfolded. */
let sample: string[];
beforeAll(async () => {
  system = await startSystem({ APP_NAME });
  const document = (await (await fetch(`${system.url}/openapi.json`)).json()) as OpenApiDocument;
  groups = groupsOf(document);
  operationIds = [...groups.values()].flatMap((group) => group.map(({ operationId }) => operationId)).sort();
  sample = sampleOperations(document);
});
afterAll(() => system?.stop());

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens a page of this system, and waits until it shows the API. */
  async function open(path: string) {
    const opened = await openPage(browser, system.url + path);
    const first = opened.page.locator(".opblock-tag, [data-section-id*='/operation/']").first();
    await first.waitFor(SOON).catch((cause: unknown) => {
      throw new Error(`${path} does not show the API: ${opened.problems.join("; ")}`, { cause });
    });
    return opened;
  }

  // Loading a page takes seconds, so each test of a page checks more than one thing.
  it("shows folded groups with every operation in /docs, the most important first, and filters them", async () => {
    const { page, problems } = await open("/docs");
    const shown = () => page.locator(".opblock-tag").evaluateAll(GROUP_NAMES);
    expect(await page.title()).toBe(TITLE);
    expect(await shown()).toEqual([...groups.keys()]);
    expect([...groups.keys()].slice(0, 2)).toEqual(["Authentication", "Sessions"]);
    expect(await page.locator(".opblock").count()).toBe(0);
    for (const [group, operations] of groups) {
      const expected = operations.map(({ operationId }) => operationId).sort();
      expect((await operationsOf(page, group)).sort(), group).toEqual(expected);
    }
    await page.getByPlaceholder("Filter").fill("watch");
    await expect.poll(shown, SOON).toEqual(["ActivityWatch"]);
    await page.getByPlaceholder("Filter").fill("/imports");
    await expect.poll(shown, SOON).toEqual(["Time"]);
    expect(problems).toEqual([]);
  });

  // Unfolding all operations takes minutes, longer with each one that was unfolded before. So this unfolds a few that together have every
  // kind of content; Spectral and Redocly read every operation, and the test of /redoc looks for each.
  it("unfolds operations with every kind of content in /docs", async () => {
    const { page, problems } = await open("/docs");
    expect(sample.length).toBeGreaterThan(5);
    for (const operationId of sample) {
      const block = await unfold(page, operationId);
      await block.locator(".responses-wrapper").waitFor(SOON);
      await clickAll(block.getByRole("tab", { name: "Schema" }));
      await clickAll(block.getByRole("button", { name: "Expand all" }));
      expect(await block.textContent(), operationId).not.toMatch(/could not render|unknown type/i);
      await clickAll(block.locator(".opblock-summary-control"));
    }
    expect(await page.locator(".errors-wrapper").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("opens the operation of its address in /docs, uses the preferred colors, and scrolls only vertically on a phone", async () => {
    const { page, problems } = await open("/docs#/Goals/createGoal");
    await page.locator("#operations-Goals-createGoal .responses-wrapper").waitFor(SOON);
    expect(await page.locator(".opblock-tag[data-is-open=true]").evaluateAll(GROUP_NAMES)).toEqual(["Goals"]);
    await page.locator("#operations-Goals-listGoals .opblock-summary-control").click();
    await expect.poll(() => new URL(page.url()).hash, SOON).toBe("#/Goals/listGoals");

    const isDark = () => page.evaluate("document.documentElement.matches('.dark-mode')");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(isDark, SOON).toBe(true);
    await page.reload();
    await expect.poll(isDark, SOON).toBe(true);
    const me = await unfold(page, "getMe");
    const header = me.locator("table.headers").first();
    await header.waitFor(SOON);
    for (const colors of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: colors });
      await expect.poll(isDark, SOON).toBe(colors === "dark");
      const ratios = await header.locator("th, td, .header-example").evaluateAll(CONTRASTS);
      expect(ratios.length).toBeGreaterThan(6);
      for (const ratio of ratios) expect(ratio, colors).toBeGreaterThan(4.5);
    }

    await me.locator(".opblock-summary-control").click();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const operationId of ["getMe", "createGoal", "importTimeEntries"]) {
      const operation = await unfold(page, operationId);
      await operation.locator(".responses-wrapper").waitFor(SOON);
      expect(await page.evaluate("document.documentElement.scrollWidth"), operationId).toBe(390);
      await operation.locator(".opblock-summary-control").click();
    }
    expect(problems).toEqual([]);
  });

  it("shows every operation in /redoc, finds them by search, and unfolds every kind of content", async () => {
    const { page, problems } = await open("/redoc");
    expect(await page.title()).toBe(TITLE);
    const shown = await page
      .locator("[data-section-id*='/operation/']:visible")
      .evaluateAll((sections) => sections.map((section) => section.getAttribute("data-section-id")));
    expect(shown.map((id) => id?.split("/").at(-1)).sort()).toEqual(operationIds);
    await page.getByPlaceholder("Search").fill("password");
    await page
      .locator("[data-role='search:results']", { hasText: "Change the current user's password" })
      .waitFor();
    // Unfolding all of it would take minutes on a busy machine.
    const unfolded = page.locator(sample.map((id) => `[data-section-id$="/operation/${id}"]`).join());
    const responses = unfolded.locator("button:has(strong)");
    await clickAll(responses);
    // 204, 302 and 304 have no body, so no schema either.
    const described = await responses.filter({ hasNotText: /^\s*(204|302|304)/ }).count();
    await expect.poll(() => unfolded.getByText("Response schema").count(), SOON).toBe(described);
    await clickAll(unfolded.locator("button[aria-label^=expand]"));
    expect(await page.locator("body").textContent()).not.toMatch(/something went wrong\.\.\./i);
    expect(problems).toEqual([]);
  });

  it("reads the account with a token from the Authorize dialog, or by cookie after a sign-in, in 'Try it out'", async () => {
    const { username: other, token } = await signUp();
    const { page, context, problems } = await open("/docs");
    const authorize = page.getByRole("button", { name: "Authorize" }).first();
    await authorize.click();
    const scheme = page.locator(".auth-container", { hasText: "http, Bearer" });
    await scheme.getByRole("textbox").fill(token);
    await scheme.locator("button.authorize").click();
    await scheme.getByRole("button", { name: "Close" }).click();
    const byToken = await tryOut(page, "getMe");
    expect(byToken).toMatchObject({ status: "200", shown: expect.stringContaining(other) });
    expect(byToken.sent).toMatchObject({ authorization: `Bearer ${token}` });
    expect(await context.cookies()).toEqual([]);
    await authorize.click();
    await scheme.getByRole("button", { name: "Remove authorization" }).click();
    await scheme.getByRole("button", { name: "Close" }).click();

    const username = newName();
    const account = { email: `${username}@example.com`, username, password: PASSWORD };
    expect(await tryOut(page, "register", account)).toMatchObject({ status: "201", sent: {} });
    expect(await tryOut(page, "login", { username, password: PASSWORD })).toMatchObject({ status: "200" });
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name).sort()).toEqual(["access_token", "device", "refresh_token"]);
    expect(cookies).toEqual(cookies.map((cookie) => ({ ...cookie, httpOnly: true, sameSite: "Strict" })));
    const byCookie = await tryAgain(page, "getMe");
    expect(byCookie).toMatchObject({ status: "200", shown: expect.stringContaining(username) });
    expect(byCookie.sent).not.toHaveProperty("authorization");
    expect(await tryOut(page, "updateMe", { first_name: "Ada" })).toMatchObject({
      status: "200",
      shown: expect.stringContaining('"first_name": "Ada"'),
    });
    expect(problems).toEqual([]);
  });

  it.each(["/docs", "/redoc"])(
    "ignores parameters in the address of %s, runs no injected script and applies no injected style",
    async (path) => {
      const attack = "data:application/json,{}//</title><script>document.title='owned'</script>";
      const names = ["url", "urls", "configUrl", "spec", "spec-url", "title", "nonce", "oauth2RedirectUrl"];
      const query = new URLSearchParams([
        ...names.map((name) => [name, attack]),
        ...names.map((name) => [name, "https://evil.test/openapi.json"]),
        ["queryConfigEnabled", "true"],
      ]);
      const { page, problems } = await open(`${path}?${query}#${attack}`);
      expect(await page.title()).toBe(TITLE);
      expect(await page.content()).not.toContain("owned");
      expect(problems).toEqual([]);
      await page.locator("body").evaluate((body) => {
        const insert = (markup: string) => body.insertAdjacentHTML("beforeend", markup);
        insert("<img src=x onerror=\"document.title = 'owned'\">");
        insert("<style>body { display: none }</style><p style='color: red'></p>");
        const run = (script: object) =>
          body.append(Object.assign(body.ownerDocument.createElement("script"), script));
        run({ text: "document.title = 'owned'" });
        run({ src: "/docs/assets/swagger-ui-dist/swagger-ui-bundle.js" });
      });
      const refusals = () => problems.filter((problem) => problem.includes("Content Security Policy"));
      await expect.poll(() => refusals().length, SOON).toBe(5);
      expect(await page.title()).toBe(TITLE);
      expect(await page.locator("body").isVisible()).toBe(true);
    },
  );

  it.each(["/docs", "/redoc"])("refuses to be framed: %s", async (path) => {
    const other = await serve(`<iframe src="${system.url}${path}"></iframe>`);
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const refusal = page.waitForEvent("console", (message) => /frame-ancestors 'none'/.test(message.text()));
    await page.goto(other);
    await refusal;
    await expect.poll(() => page.frames().at(1)?.url(), SOON).toBe("chrome-error://chromewebdata/");
  });
});

describe("the documentation", () => {
  it.each(["/docs", "/redoc"])("serves %s at its other addresses too, with another nonce", async (path) => {
    const read = async (address: string) => {
      const html = await (await fetch(system.url + address)).text();
      expect(html).toContain("nonce=");
      return html.replaceAll(/(?<=nonce=")[^"]+/g, "");
    };
    const page = await read(path);
    for (const address of [`${path}/`, `/api/v1${path}`]) expect(await read(address)).toBe(page);
  });

  it.each(["/docs", "/redoc"])(
    "has a strict content security policy with a new nonce for each response in %s",
    async (path) => {
      const policies = await Promise.all(
        [1, 2].map(async () => (await fetch(system.url + path)).headers.get("Content-Security-Policy") ?? ""),
      );
      expect(new Set(policies).size).toBe(2);
      for (const policy of policies) {
        expect(policy).toMatch(
          /default-src 'none'; script-src 'nonce-[\w-]{36}'; style-src 'nonce-[\w-]{36}'; /,
        );
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toMatch(/unsafe|https?:|\*/);
      }
    },
  );
});

describe("the assets of the documentation pages", () => {
  const TYPES = {
    "swagger-ui-dist/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-dist/swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-dist/favicon-32x32.png": "image/png",
    "redoc/redoc.standalone.js": "text/javascript; charset=utf-8",
  };
  const LICENSES = {
    "swagger-ui-dist/LICENSE.txt": "Apache License",
    "swagger-ui-dist/NOTICE.txt": "SmartBear",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "MIT",
    "redoc/LICENSE.txt": "The MIT License",
    "redoc/redoc.standalone.js.LICENSE.txt": "MIT",
  };
  const urlOf = (file: string) => `${system.url}/docs/assets/${file}`;

  it.each(Object.entries(TYPES))("serves %s as %s", async (file, type) => {
    for (const method of ["GET", "HEAD"]) {
      const { status, headers } = await fetch(urlOf(file), { method });
      expect({ status, type: headers.get("Content-Type") }).toEqual({ status: 200, type });
      expect(headers.get("Cache-Control")).toContain("public");
    }
  });

  it.each(Object.entries(LICENSES))("includes the license %s", async (file, text) => {
    const response = await fetch(urlOf(file));
    expect(response.headers.get("Content-Type")).toMatch(/^text\/plain/);
    expect(await response.text()).toContain(text);
  });

  it("answers 304 to a browser that has the file", async () => {
    const url = urlOf("redoc/redoc.standalone.js");
    const first = await fetch(url);
    const headers = { "If-None-Match": first.headers.get("ETag") ?? "", "Cache-Control": "max-age=0" };
    const again = await fetch(url, { headers });
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: "" });
    expect(again.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect((await fetch(url, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    await first.body?.cancel();
  });

  it.each([
    "/docs/assets",
    "/docs/assets/",
    "/docs/assets/redoc",
    "/docs/assets/redoc/nothing.js",
    "/docs/assets//redoc/redoc.standalone.js",
    "/docs/assets/redoc/redoc%2Estandalone.js%00",
    "/docs/assets/../../wrangler.toml",
    "/docs/assets/../../../wrangler.toml",
    "/docs/assets/..%2f..%2f..%2f..%2fwrangler.toml",
    "/docs/assets/%2e%2e/%2e%2e/%2e%2e/%2e%2e/wrangler.toml",
    "/docs/assets/..\\..\\..\\..\\wrangler.toml",
    "/docs/assets/%5c..%5c..%5c..%5cwrangler.toml",
    "/docs/assets/https://evil.test/",
    "/docs/assets/%2f%2fevil.test",
  ])("answers 404 for %s", async (path) => {
    const { status, headers, text } = await getAsIs(path);
    expect(status).toBe(404);
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(text)).toEqual({
      error: "NOT_FOUND",
      message: expect.any(String),
      request_id: headers["x-request-id"],
    });
  });

  it("rejects methods other than GET and HEAD", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await fetch(urlOf("redoc/redoc.standalone.js"), { method });
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({ error: "METHOD_NOT_ALLOWED" });
    }
  });
});

const newName = () => `user-${crypto.randomUUID()}`;

async function signUp(): Promise<{ username: string; token: string }> {
  const username = newName();
  const post = async (path: string, body: object) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(system.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return (await response.json()) as { access_token: string };
  };
  await post("/auth/register", { email: `${username}@example.com`, username, password: PASSWORD });
  const { access_token } = await post("/auth/login", { username, password: PASSWORD });
  return { username, token: access_token };
}

const GROUP_NAMES = (headings: { getAttribute: (name: string) => string | null }[]) =>
  headings.map((heading) => heading.getAttribute("data-tag"));

/** Returns the contrast of each text with its background, by WCAG 2. */
const CONTRASTS = (elements: BrowserElement[]) => {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const background = (element: BrowserElement | null): number[] => {
    if (!element) return [255, 255, 255];
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(stylesOf(element).backgroundColor);
    return alpha === 0
      ? background(element.parentElement)
      : mix([red, green, blue], alpha, element.parentElement);
  };
  const mix = (color: number[], alpha: number, behind: BrowserElement | null): number[] =>
    alpha === 1 ? color : background(behind).map((value, n) => value * (1 - alpha) + (color[n] ?? 0) * alpha);
  const stylesOf = (element: BrowserElement) =>
    (globalThis as unknown as BrowserWindow).getComputedStyle(element);
  const luminance = (color: number[]) =>
    color
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, n) => sum + value * ([0.2126, 0.7152, 0.0722][n] ?? 0), 0);
  return elements.map((element) => {
    const [one, other] = [luminance(channels(stylesOf(element).color)), luminance(background(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  });
};

interface BrowserElement {
  parentElement: BrowserElement | null;
}

interface BrowserWindow {
  getComputedStyle: (element: BrowserElement) => { color: string; backgroundColor: string };
}

/**
 * Unfolds a group of Swagger UI, folds it again, and returns the ids of its operations. It scrolls, since the page contains only the
 * operations on or near the screen.
 */
async function operationsOf(page: Page, group: string): Promise<string[]> {
  const heading = page.locator(`.opblock-tag[data-tag="${group}"]`);
  await heading.click();
  await page.locator(".opblock").first().waitFor();
  const found = new Set<string>();
  do {
    const ids = await page.locator(".opblock").evaluateAll((blocks) => blocks.map(({ id }) => id));
    for (const id of ids) found.add(id.split("-").at(-1) ?? "");
  } while (!(await page.evaluate(SCROLL_ON)));
  await heading.click();
  await page.locator(".opblock").first().waitFor({ state: "detached" });
  return [...found];
}

/** Scrolls half a screen down, and waits for the rendering. Evaluates to true if the end was already reached. */
const SCROLL_ON = `(async () => {
  const before = scrollY;
  scrollBy(0, innerHeight / 2);
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  return scrollY === before;
})()`;

/** Unfolds an operation of Swagger UI, and its group if necessary. Returns the operation. */
async function unfold(page: Page, operationId: string): Promise<Locator> {
  const [group] =
    [...groups].find(([, operations]) => operations.some((one) => one.operationId === operationId)) ?? [];
  const heading = page.locator(`.opblock-tag[data-tag="${group}"]`);
  if ((await heading.getAttribute("data-is-open")) === "false") await heading.click();
  const operation = page.locator(`#operations-${group}-${operationId}`);
  await operation.locator(".opblock-summary-control").click();
  return operation;
}

async function clickAll(buttons: Locator): Promise<void> {
  expect(await buttons.count()).toBeGreaterThan(0);
  await buttons.evaluateAll((elements) => {
    for (const element of elements) element.click();
  });
}

/** Unfolds an operation of Swagger UI, and sends it as a person would. Returns the shown answer, and the sent headers. */
async function tryOut(page: Page, operationId: string, body?: object) {
  const operation = await unfold(page, operationId);
  if (body) await operation.locator("textarea").fill(JSON.stringify(body));
  return execute(page, operation);
}

/** Sends an operation that is unfolded already, and whose answer is shown, a second time. */
async function tryAgain(page: Page, operationId: string) {
  const operation = page.locator(`[id^=operations-][id$="-${operationId}"]`);
  await operation.getByRole("button", { name: "Clear" }).click();
  return execute(page, operation);
}

async function execute(page: Page, operation: Locator) {
  const request = page.waitForRequest((candidate) => candidate.resourceType() === "fetch");
  await operation.getByRole("button", { name: "Execute" }).click();
  const answer = operation.locator(".live-responses-table tbody tr.response").first();
  await answer.waitFor();
  return {
    status: await answer.locator(".response-col_status").textContent(),
    shown: await answer.locator(".highlight-code").first().textContent(),
    sent: await (await request).allHeaders(),
  };
}

/** Serves a page on another origin. Returns its URL. */
async function serve(content: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html").end(content);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Sends a request with `path` unchanged, unlike fetch. */
async function getAsIs(path: string) {
  const { hostname, port } = new URL(system.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ hostname, port, path }, resolve).on("error", reject);
  });
  const chunks = await response.setEncoding("utf8").toArray();
  return { status: response.statusCode, headers: response.headers, text: chunks.join("") };
}
