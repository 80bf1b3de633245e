import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ APP_NAME: "Ours & <b>theirs</b>" });
});

describe.each([
  ["/docs", "/docs/assets/swagger-ui-dist/swagger-ui-bundle.js"],
  ["/redoc", "/docs/assets/redoc/redoc.standalone.js"],
])("%s", (path, script) => {
  it("shows the document with a script of our own, and loads nothing from other origins", async () => {
    const { status, headers, text } = await api.call("GET", path);
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toMatch(/^text\/html/);
    const policy = headers.get("Content-Security-Policy") ?? "";
    const [, nonce = ""] = /script-src 'nonce-([\w-]+)';/.exec(policy) ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe/);
    expect(policy.includes("worker-src blob:")).toBe(path === "/redoc");
    expect(text).toMatch(new RegExp(`<script (?=[^>]*nonce="${nonce}")[^>]*src="${script}"`));
    expect(text).toContain("/openapi.json");
    expect(text).toContain("<title>Ours &amp; &lt;b&gt;theirs&lt;/b&gt;: API</title>");
  });

  it("has a new nonce each time", async () => {
    const [first, second] = [await api.call("GET", path), await api.call("GET", path)];
    expect(first.headers.get("Content-Security-Policy")).not.toBe(
      second.headers.get("Content-Security-Policy"),
    );
  });
});

it("logs no error if a client stops waiting for a file", async () => {
  const path = "/docs/assets/swagger-ui-dist/favicon-32x32.png";
  const gone = AbortSignal.abort();
  expect((await api.open("GET", path, { signal: gone })).status).toBe(200);
});
