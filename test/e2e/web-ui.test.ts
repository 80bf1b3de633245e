import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, runCommand, startCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";

const PASSWORD = "correct horse battery staple";

let folder: string;
let command: Command;
let apiUrl: string;
let uiUrl: string;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "web-ui-"));
  const dist = join(folder, "dist");
  await mkdir(join(dist, "assets"), { recursive: true });
  await mkdir(join(folder, "dist-secret"));
  await Promise.all([
    writeFile(join(dist, "index.html"), "<title>ActivityWatch</title>"),
    writeFile(join(dist, "assets/ü 1.js"), "1;"),
    writeFile(join(dist, "assets/data"), "?"),
    writeFile(join(dist, ".env"), "SECRET"),
    writeFile(join(folder, "secret.txt"), "SECRET"),
    writeFile(join(folder, "dist-secret/secret.txt"), "SECRET"),
    symlink(join(folder, "secret.txt"), join(dist, "link.txt")),
    symlink("assets/data", join(dist, "inner.txt")),
  ]);
  const dataDir = join(folder, "data");
  await copyTemplate(dataDir, "migrated");
  const args = ["--port", "0", "--data", dataDir, "--aw-webui", dist, "--aw-webui-port", "0"];
  command = startCommand("start", args);
  await command.printed(/Ctrl-C/);
  apiUrl = /API +(\S+)/.exec(command.output())?.[1] ?? "";
  uiUrl = (/Pages +(\S+)/.exec(command.output())?.[1] ?? "").replace(/\/token$/, "");
  const account = { username: "ada", email: "ada@example.com", password: PASSWORD };
  await send(apiUrl, "/auth/register", account);
  const signedIn = await send(apiUrl, "/auth/login", {
    username: "ada",
    password: PASSWORD,
    token_delivery: "body",
  });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  const made = await send(
    apiUrl,
    "/auth/tokens",
    { name: "ui", scopes: ["full"], expires_in_days: 1 },
    access_token,
  );
  token = ((await made.json()) as { token: string }).token;
});
afterAll(async () => {
  command?.process.kill("SIGINT");
  await command?.ended;
  await rm(folder, { recursive: true, force: true });
});

const send = (url: string, path: string, body: object, as?: string) =>
  fetch(url + path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...(as && { Authorization: `Bearer ${as}` }) },
  });

/** Sends a request with a path and headers that fetch would change. */
function ask(path: string, { method = "GET", headers = {} as Record<string, string> } = {}) {
  const { hostname, port } = new URL(uiUrl);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const outgoing = request({ hostname, port, path, method, headers }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += String(chunk)));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      });
      outgoing.on("error", reject).end();
    },
  );
}

describe("the folder of a web interface", () => {
  it("has its own origin, and headers that restrict its pages to it", async () => {
    expect(new URL(uiUrl).port).not.toBe(new URL(apiUrl).port);
    for (const path of ["/", "/index.html", "/?view=day"]) {
      const { status, headers, text } = await ask(path);
      expect([status, text, headers["content-type"]]).toEqual([
        200,
        "<title>ActivityWatch</title>",
        "text/html; charset=utf-8",
      ]);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "content-security-policy": expect.stringMatching(
          /default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'/,
        ),
      });
      expect(headers).not.toHaveProperty("set-cookie");
    }
    expect(await ask("/assets/%C3%BC%201.js")).toMatchObject({
      status: 200,
      text: "1;",
      headers: { "content-type": "text/javascript; charset=utf-8" },
    });
    expect(await ask("/inner.txt")).toMatchObject({ status: 200, text: "?" });
    expect(await ask("/assets/data")).toMatchObject({
      headers: { "content-type": "application/octet-stream" },
    });
    expect(await ask("/", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });

  it.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/../../secret.txt",
    "/../dist-secret/secret.txt",
    "/..\\secret.txt",
    "/%5c..%5csecret.txt",
    "//etc/passwd",
    "/%00",
    "/%",
    "/link.txt",
    "/.env",
    "/assets",
    "/none.js",
    "/health",
    "/auth/login",
    "/compat/aw/api/0/info",
    "/apis",
    "/docs",
  ])("answers 404 for %s", async (path) => {
    const { status, text } = await ask(path);
    expect([status, text]).toEqual([404, "Not found.\n"]);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("rejects %s", async (method) => {
    expect(await ask("/", { method })).toMatchObject({ status: 405 });
  });

  it("rejects another host name", async () => {
    expect(await ask("/", { headers: { Host: "evil.example" } })).toMatchObject({ status: 421 });
    expect(await ask("/api/0/info", { headers: { Host: "evil.example:80" } })).toMatchObject({ status: 421 });
    expect(await ask("/", { headers: { Host: "localhost:80" } })).toMatchObject({ status: 200 });
  });
});

describe("the /api of the web interface", () => {
  it("answers as ActivityWatch does, for the owner of the token", async () => {
    const authorized = { Authorization: `Bearer ${token}` };
    expect(await ask("/api/0/info")).toMatchObject({
      status: 200,
      text: expect.stringContaining('"version"'),
    });
    expect(await ask("/api/0/buckets")).toMatchObject({ status: 401 });
    const bucket = await send(uiUrl, "/api/0/buckets/b", { client: "c", type: "t", hostname: "h" }, token);
    expect([bucket.status, bucket.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect(await ask("/api/0/buckets/?x=1", { headers: authorized })).toMatchObject({
      status: 200,
      text: expect.stringContaining('"hostname":"h"'),
    });
    expect(await ask("/api/../auth/me", { headers: authorized })).toMatchObject({ status: 404 });
    expect(await ask("/api/%2e%2e/%2e%2e/%2e%2e/auth/me", { headers: authorized })).toMatchObject({
      status: 404,
    });
  });

  it.each([{ "Transfer-Encoding": "chunked" }, { "Content-Length": "80", Connection: "content-length" }])(
    "forwards a body as one body, without a second request in it: %j",
    async (headers) => {
      const { hostname, port } = new URL(uiUrl);
      const inner = `GET /auth/me?hidden HTTP/1.1\r\nHost: ${new URL(apiUrl).host}\r\n\r\n`.padEnd(80);
      await new Promise((resolve) => {
        const options = { hostname, port, path: "/api/0/info", method: "DELETE", headers };
        const outgoing = request(options, (answer) => answer.resume().on("end", resolve));
        outgoing.on("error", resolve).end(inner);
      });
      await send(apiUrl, "/auth/login", { username: "last", password: PASSWORD });
      expect(command.output()).not.toContain("hidden");
      expect(command.output()).not.toMatch(/GET +\/auth\/me/);
    },
  );

  it("ignores cookies, and sets none", async () => {
    const login = await send(apiUrl, "/auth/login", { username: "ada", password: PASSWORD });
    const cookies = login.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    expect(cookies.length).toBeGreaterThan(0);
    const Cookie = cookies.join("; ");
    const direct = await fetch(`${apiUrl}/auth/me`, { headers: { Cookie } });
    expect(direct.status).toBe(200);
    const { status, headers } = await ask("/api/0/buckets", { headers: { Cookie } });
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty("set-cookie");
  });
});

describe("the page that accepts a token", () => {
  it("stores the token after the # in the tab, and contains no token itself", async () => {
    const page = await ask("/token");
    expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    const script = await ask("/token.js");
    expect(script.text).toContain('sessionStorage.setItem("aw-api-token"');
    for (const { text } of [page, script]) expect(text).not.toMatch(/ptk_|eyJ/);
  });
});

describe("a start with --aw-webui", () => {
  it("fails if the folder has no pages", async () => {
    const args = ["--port", "0", "--data", "memory", "--aw-webui", join(folder, "dist/assets")];
    const { code, stderr } = await runCommand("start", args);
    expect([code, stderr]).toEqual([1, expect.stringContaining("has no index.html")]);
  });
});
