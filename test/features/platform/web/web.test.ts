import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** Value of Accept that browsers send for a page. */
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

const open = async (path: string, headers: Record<string, string> = {}) => {
  const response = await api.open("GET", path, { headers });
  // Without text(), because workerd warns if the media type is not one of text.
  return { response, text: new TextDecoder().decode(await response.arrayBuffer()) };
};

describe("the web app", () => {
  it.each(["/app", "/app/", "/app/sign-in", "/app/settings/security", "/app/no/such/page"])(
    "answers %s with its page, under a policy without inline code",
    async (path) => {
      const { response, text } = await open(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("Content-Type")).toMatch(/^text\/html/);
      expect(response.headers.get("Content-Security-Policy")).toBe(POLICY);
      expect(response.headers.get("Cache-Control")).toBe("no-cache");
      expect(text).toContain('<div id="app">');
      expect(text).not.toMatch(/<style|style=|<script(?! type="module" crossorigin src="\/app\/assets\/)/);
    },
  );

  it.each([
    ["/app", 5],
    ["/app/entries", 5],
    ["/app/projects", 5],
    ["/app/sign-in", 1],
    ["/app/settings/security", 0],
  ])("names the files of the page in %s, at least %i, so that they load together", async (path, least) => {
    const { text } = await open(path);
    const files = [...text.matchAll(/rel="modulepreload" crossorigin href="([^"]+)"/g)].map(
      ([, file = ""]) => file,
    );
    expect(files.length).toBeGreaterThanOrEqual(least);
    expect(files.some((file) => file.includes("/page-"))).toBe(least > 0);
    for (const file of files) expect([file, (await open(file)).response.status]).toEqual([file, 200]);
  });

  it.each(["/app/", "/app/no/such/page"])(
    "names a small script in %s that runs before the app has come",
    async (path) => {
      const { text } = await open(path);
      const [, script = "", attributes] =
        /<script type="module" crossorigin src="([^"]+)"([^>]*)>/.exec(text) ?? [];
      expect(attributes).toBe(" async");
      const { text: code } = await open(script);
      expect(code).not.toContain("import");
      expect(code.length).toBeLessThan(1000);
    },
  );

  it("lets browsers keep a file whose name has its hash, but never the answer for a missing file", async () => {
    const { text } = await open("/app/");
    const files = [...text.matchAll(/(?:src|href)="(\/app\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const { response } = await open(path);
      expect([path, response.status, response.headers.get("Cache-Control")]).toEqual([
        path,
        200,
        "public, max-age=31536000, immutable",
      ]);
    }
    const { response } = await open("/app/assets/app-gone.js");
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([404, "no-store"]);
  });

  it.each([
    ["/app/icon.svg", "image/svg+xml"],
    ["/app/icon-192.png", "image/png"],
    ["/app/manifest.webmanifest", "application/manifest+json"],
  ])("serves %s, whose content may change", async (path, type) => {
    const { response } = await open(path);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, type]);
    expect(response.headers.get("Cache-Control")).toBe("public, max-age=0, must-revalidate");
  });

  it("redirects a browser from / to itself, and answers programs as before", async () => {
    const browser = await open("/", { Accept: BROWSER });
    expect([browser.response.status, browser.response.headers.get("Location")]).toEqual([302, "/app/"]);
    expect(browser.response.headers.get("Vary")).toMatch(/\bAccept\b/);
    for (const accept of ["application/json", "*/*", "text/html;q=0.5, application/json"]) {
      const { status, headers, body } = await api.call("GET", "/", { headers: { Accept: accept } });
      expect([accept, status, body]).toEqual([
        accept,
        200,
        expect.objectContaining({ name: "Productivity Tracker" }),
      ]);
      expect(headers.get("Vary")).toMatch(/\bAccept\b/);
    }
  });

  it.each([
    "/verify-email",
    "/reset-password",
    "/forgot-password",
    "/confirm-email",
    "/stop-email-change",
    "/approve-email-change",
    "/review-account",
  ])("redirects the address %s of mails to its page", async (path) => {
    const { response } = await open(path);
    expect([response.status, response.headers.get("Location")]).toEqual([302, `/app${path}`]);
  });

  it("refuses other methods than GET", async () => {
    expect((await api.open("POST", "/app/")).status).toBe(405);
  });
});
