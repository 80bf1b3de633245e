import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { chromiumPath, launchBrowser } from "../support/browser.ts";
import { type ProductionServer, startProductionServer } from "../support/production-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";

/** Content types that a page can send without a CORS preflight. */
const SIMPLE_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
/** Requests of a signed-in user by cookie, each of which would leave a trace. */
const CHANGES = [
  { method: "POST", path: "/auth/logout", body: {} },
  { method: "POST", path: "/auth/refresh", body: {} },
  { method: "POST", path: "/auth/email/verification", body: {} },
  { method: "POST", path: "/tags", body: { name: "planted" } },
  { method: "PUT", path: "/auth/me", body: { first_name: "Eve" } },
  { method: "DELETE", path: "/auth/me", body: {} },
];
const POSTS = CHANGES.filter(({ method }) => method === "POST");
const READS = ["/auth/me", "/tags", "/auth/me/permissions", "/openapi.json"];

const TOOLS = readFileSync(new URL("page-tools.js", import.meta.url), "utf8");
const BLANK = `<!doctype html><title>Blank</title><body><script>${TOOLS}</script>`;

/** Opens an empty page of `origin` without any restriction. */
async function blankPage(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.route(`${origin}/blank`, (route) => route.fulfill({ contentType: "text/html", body: BLANK }));
  await page.goto(`${origin}/blank`);
  return page;
}

/** Serves empty pages on 127.0.0.1, and thus on localhost. */
async function servePages(): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html").end(BLANK);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** Calls a function of page-tools.js in a page. */
const run = <Result = unknown>(page: Page, name: string, ...args: unknown[]): Promise<Result> =>
  page.evaluate(`${name}(...${JSON.stringify(args)})`);

interface Answer {
  status: number;
  text: string;
}

const call = (page: Page, url: string, init: object = {}) => run<Answer>(page, "call", url, init);

describe.skipIf(!chromiumPath)("a page of another origin", () => {
  let browser: Browser;
  let system: System;
  let production: ProductionServer;
  let elsewhere: Server;
  let allowedSite: Server;
  beforeAll(async () => {
    browser = await launchBrowser();
    [elsewhere, allowedSite] = await Promise.all([servePages(), servePages()]);
    [system, production] = await Promise.all([
      startSystem({ CORS_ORIGINS: `http://127.0.0.1:${portOf(allowedSite)}` }),
      // The only setting with which a browser sends cookies to every site.
      startProductionServer({ COOKIE_SAME_SITE: "None" }),
    ]);
  });
  afterAll(async () => {
    for (const server of [elsewhere, allowedSite]) {
      server?.closeAllConnections();
      server?.close();
    }
    await Promise.all([browser?.close(), system?.stop(), production?.stop()]);
  });

  /**
   * The attacked system, the origin of the attacker, and whether the browser sends cookies: those of SameSite=Strict only to the same site.
   */
  const SITUATIONS = {
    "on another port": () => ({
      victim: system.url,
      from: `http://127.0.0.1:${portOf(elsewhere)}`,
      isSent: true,
    }),
    "on another host": () => ({
      victim: system.url,
      from: `http://localhost:${portOf(elsewhere)}`,
      isSent: false,
    }),
    "on another host, with cookies that go everywhere": () => ({
      victim: production.url,
      from: `http://127.0.0.1:${portOf(elsewhere)}`,
      isSent: true,
    }),
  };

  type Situation = () => { victim: string; from: string; isSent: boolean };

  const newContext = () => browser.newContext({ ignoreHTTPSErrors: true });

  /** Opens a browser with a user who is signed in by cookie. Returns also a function that opens a page of the attacker. */
  async function attack(situation: Situation) {
    const { victim, from, isSent } = situation();
    const context = await newContext();
    const own = await blankPage(context, victim);
    const username = `user-${crypto.randomUUID()}`;
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    const registered = await call(own, "/auth/register", { method: "POST", body: account });
    expect(registered, registered.text).toMatchObject({ status: 201 });
    const signIn = { username, password: PASSWORD, token_delivery: "cookie" };
    expect((await call(own, "/auth/login", { method: "POST", body: signIn })).status).toBe(200);
    const cookies = await context.cookies();

    async function openHostile(): Promise<Page> {
      const page = await context.newPage();
      await page.goto(from);
      return page;
    }

    /** Expects that the session, its cookies and the user's data are unchanged. */
    async function expectUntouched() {
      expect(await context.cookies()).toEqual(cookies);
      const me = await call(own, "/auth/me");
      expect(me.status).toBe(200);
      expect(JSON.parse(me.text)).toMatchObject({ username, first_name: null });
      expect(await call(own, "/tags")).toEqual({ status: 200, text: "[]" });
    }
    return { victim, isSent, context, openHostile, expectUntouched, username };
  }

  describe.each(Object.entries(SITUATIONS))("%s", (_, situation) => {
    // One user for all attacks, since each of them must leave the user as before.
    let attacked: Awaited<ReturnType<typeof attack>>;
    let page: Page;
    beforeAll(async () => {
      attacked = await attack(situation);
    });
    afterAll(() => attacked?.context.close());
    beforeEach(async () => {
      page = await attacked.openHostile();
    });
    afterEach(() => page.close());

    it.each(SIMPLE_TYPES)("changes nothing with a form of type %s", async (type) => {
      const { victim, isSent, openHostile, expectUntouched } = attacked;
      for (const { path, body } of POSTS) {
        // As text/plain, the body is {"name":"planted","x":"="}.
        const name = `${JSON.stringify(body).slice(0, -1)}${Object.keys(body).length ? "," : ""}"x":"`;
        // A new page for each form, since the request of the last one may still be running.
        const hostile = await openHostile();
        const answered = hostile.waitForResponse(victim + path);
        await run(hostile, "postForm", victim + path, { enctype: type, name, value: '"}' });
        const answer = await answered;
        const { cookie = "" } = await answer.request().allHeaders();
        await hostile.close();
        expect(cookie.includes("access_token="), path).toBe(isSent);
        if (isSent) expect(answer.status(), path).toBeGreaterThanOrEqual(400);
      }
      await expectUntouched();
    });

    it("changes nothing with a form in a frame", async () => {
      const { victim, expectUntouched } = attacked;
      for (const { path } of POSTS) {
        const answered = page.waitForResponse(victim + path);
        await run(page, "postForm", victim + path, { target: "inside" });
        await answered;
      }
      await expectUntouched();
    });

    it.each(["no-cors", "cors"] as const)("changes nothing with fetch in mode %s", async (mode) => {
      const { victim, expectUntouched } = attacked;
      const types = [...SIMPLE_TYPES, "application/json"];
      for (const { method, path, body } of mode === "cors" ? CHANGES : POSTS) {
        for (const type of types) {
          const init = { method, mode, body: JSON.stringify(body), credentials: "include" };
          const { text } = await call(page, victim + path, { ...init, headers: { "Content-Type": type } });
          expect(text, `${method} ${path} as ${type}`).toBe("");
        }
      }
      await expectUntouched();
    });

    it("reads nothing with fetch, a script, a style, an image, a frame or a window", async () => {
      const { victim, username, expectUntouched } = attacked;
      for (const path of READS) {
        const url = victim + path;
        const seen = [
          (await call(page, url, { credentials: "include" })).text,
          (await call(page, url, { credentials: "include", mode: "no-cors" })).text,
          await run(page, "readFrame", url),
        ];
        expect(seen, path).toEqual(["", "", ""]);
        for (const [name, attributes] of [
          ["script", { src: url }],
          ["script", { src: url, crossOrigin: "use-credentials" }],
          ["link", { rel: "stylesheet", href: url }],
          ["img", { src: url }],
        ] as const) {
          expect(await run(page, "load", name, attributes), `${name} ${path}`).toBe("refused");
        }
      }
      // An opened window has no reference to its opener.
      const opening = page.context().waitForEvent("page");
      await run(page, "openWindow", `${victim}/auth/me`);
      // Until the navigation, the window is an empty page of the opener.
      const opened = await opening;
      await opened.waitForURL(`${victim}/auth/me`);
      await expect.poll(() => run(page, "isWindowClosed")).toBe(true);
      expect(await page.content()).not.toContain(username);
      await opened.close();
      await expectUntouched();
    });

    it.each(["/docs", "/redoc", "/health"])("fails to frame %s", async (path) => {
      const { victim } = attacked;
      const refusal = page.waitForEvent("console", (message) =>
        /frame-ancestors 'none'/.test(message.text()),
      );
      await run(page, "readFrame", victim + path);
      await refusal;
      await expect.poll(() => page.frames().at(1)?.url()).toBe("chrome-error://chromewebdata/");
    });
  });

  it("reads and writes by cookie and by Bearer if CORS_ORIGINS names it", async () => {
    const { context, victim, username } = await attack(SITUATIONS["on another port"]);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${portOf(allowedSite)}`);
    const byCookie = { credentials: "include" };
    expect((await call(page, `${victim}/auth/me`, byCookie)).text).toContain(username);
    const post = (body: object, init: object) => ({ method: "POST", body, ...init });
    expect((await call(page, `${victim}/tags`, post({ name: "by cookie" }, byCookie))).status).toBe(201);
    const signIn = { username, password: PASSWORD, token_delivery: "body" };
    const { text } = await call(page, `${victim}/auth/login`, post(signIn, { credentials: "omit" }));
    const headers = { Authorization: `Bearer ${JSON.parse(text).access_token}` };
    const byBearer = post({ name: "by bearer" }, { headers, credentials: "omit" });
    expect((await call(page, `${victim}/tags`, byBearer)).status).toBe(201);
  });

  it("sends and reads the headers of clients if CORS_ORIGINS names it", async () => {
    const { context, victim, username } = await attack(SITUATIONS["on another port"]);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${portOf(allowedSite)}`);
    const ask = (method: string, path: string, init: object = {}) =>
      run<Answer & { headers: Record<string, string> }>(page, "ask", victim + path, {
        method,
        credentials: "include",
        ...init,
      });
    const once = { "Idempotency-Key": crypto.randomUUID(), "X-Request-Id": "page-1", "User-Agent": "page/1" };
    const project = { name: `Project of ${username}` };
    const made = await ask("POST", "/projects", { body: project, headers: once });
    expect([made.status, made.headers.etag]).toEqual([201, expect.stringMatching(/^(W\/)?"1"$/)]);
    expect(made.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    const replayed = await ask("POST", "/projects", { body: project, headers: once });
    expect([replayed.text, replayed.headers["idempotency-replayed"]]).toEqual([made.text, "true"]);
    const path = `/projects/${JSON.parse(made.text).id}`;
    const match = { "If-Match": made.headers.etag };
    expect((await ask("PATCH", path, { body: { name: "Loom" }, headers: match })).status).toBe(200);
    expect((await ask("PATCH", path, { body: { name: "Engine" }, headers: match })).status).toBe(412);
    const list = await ask("GET", "/projects?limit=1");
    expect(list.headers).toMatchObject({ "x-total-count": "1", "x-total-count-exact": "true" });
    const file = await ask("GET", "/time-entries/export");
    expect(file.headers["content-disposition"]).toContain("filename=");
    const anonymous = await ask("GET", "/auth/me", { credentials: "omit" });
    expect([anonymous.status, anonymous.headers["www-authenticate"]]).toEqual([
      401,
      expect.stringMatching(/^Bearer/),
    ]);
  });

  it("does not restrict a program that sends Bearer, even if its headers name another origin", async () => {
    const json = { "Content-Type": "application/json" };
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(system.url + path, {
        method: "POST",
        headers: { ...json, ...headers },
        body: JSON.stringify(body),
      });
    const username = `user-${crypto.randomUUID()}`;
    await post("/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
    const signedIn = await post("/auth/login", { username, password: PASSWORD, token_delivery: "body" });
    const { access_token: token } = (await signedIn.json()) as { access_token: string };
    const foreign = { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors" };
    const answer = await post("/tags", { name: "mine" }, { ...foreign, Authorization: `Bearer ${token}` });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it.each(["/health", "/openapi.json", "/docs/assets/redoc/LICENSE.txt"])(
    "loads %s neither as a script nor as a style, even from the same origin",
    async (path) => {
      const context = await newContext();
      onTestFinished(() => context.close());
      const page = await blankPage(context, system.url);
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      expect(await run(page, "load", "script", { src: path })).toBe("refused");
      expect(await run(page, "load", "link", { rel: "stylesheet", href: path })).toBe("refused");
      await expect
        .poll(() => complaints.join("\n"))
        .toMatch(/Refused to execute script.*strict MIME type checking/);
    },
  );
});

describe.skipIf(!chromiumPath)("the cookies in a browser", () => {
  let browser: Browser;
  let production: ProductionServer;
  beforeAll(async () => {
    [browser, production] = await Promise.all([launchBrowser(), startProductionServer()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), production?.stop()]);
  });

  it("has them bound to the host, Secure, HttpOnly and SameSite=Strict, and hidden from scripts", async () => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await blankPage(context, production.url);
    const account = { username: "ada", email: "ada@example.com", password: PASSWORD };
    await call(page, "/auth/register", { method: "POST", body: account });
    const signIn = { username: "ada", password: PASSWORD, token_delivery: "cookie" };
    const { text } = await call(page, "/auth/login", { method: "POST", body: signIn });
    expect(text).not.toMatch(/"(access|refresh)_token"/);
    const cookies = await context.cookies();
    expect(cookies.map(({ name }) => name).sort()).toEqual([
      "__Host-access_token",
      "__Host-device",
      "__Host-refresh_token",
    ]);
    const attributes = { domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Strict" };
    for (const cookie of cookies) expect(cookie).toMatchObject(attributes);
    const secondsLeft = (name: string) =>
      (cookies.find((cookie) => cookie.name === name)?.expires ?? 0) - Date.now() / 1000;
    expect(secondsLeft("__Host-access_token")).toBeLessThanOrEqual(900);
    expect(secondsLeft("__Host-refresh_token")).toBeLessThanOrEqual(7 * 86_400);
    expect(await page.evaluate("document.cookie")).toBe("");
    expect((await call(page, "/auth/me")).status).toBe(200);
  });
});
