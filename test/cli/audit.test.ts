import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { runCommand } from "../support/command.ts";

let registry: Server;
let cache: string;
afterEach(async () => {
  registry?.close();
  await rm(cache, { recursive: true, force: true });
});

/** Runs the audit against a registry that answers audit requests with `status` and `body`. */
async function audit(status: number, body: object) {
  registry = createServer((request, response) => {
    const isAudit = request.url?.includes("/-/npm/v1/security/");
    const name = decodeURIComponent(request.url?.slice(1) ?? "");
    const packument = {
      name,
      "dist-tags": { latest: "4.13.19" },
      versions: { "4.13.19": { name, version: "4.13.19" } },
    };
    response.writeHead(isAudit ? status : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(isAudit ? body : packument));
  });
  await new Promise<void>((listening) => registry.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  // npm caches reports of vulnerabilities.
  cache = await mkdtemp(join(tmpdir(), "npm-cache-"));
  return runCommand("audit", [], {
    npm_config_registry: url,
    npm_config_cache: cache,
    npm_config_fetch_retries: "0",
  });
}

const vulnerability = (severity: string) => ({
  hono: [
    { id: 1, url: "https://example.com/1", title: "A vulnerability", severity, vulnerable_versions: "*" },
  ],
});

it("passes when the registry knows no vulnerability", async () => {
  const { code, stdout } = await audit(200, {});
  expect([code, stdout]).toEqual([0, expect.stringContaining("no package has a known vulnerability")]);
});

it.each(["high", "critical"])("fails on a vulnerability of level %s", async (severity) => {
  const { code, stderr } = await audit(200, vulnerability(severity));
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: Packages have known vulnerabilities: .*[1-9]\d* \w+/),
  ]);
});

it("passes on a vulnerability of level moderate", async () => {
  expect((await audit(200, vulnerability("moderate"))).code).toBe(0);
});

it.each([404, 405])(
  "exits with 69 when the registry answers %i, since it has no audit endpoint",
  async (status) => {
    const { code, stdout, stderr } = await audit(status, {});
    expect([code, stdout]).toEqual([69, ""]);
    expect(stderr).toMatch(
      /^error: The audit did not run: the registry has no audit endpoint \(40[45] .*\)\.\n$/,
    );
  },
);

it.each([401, 500, 503])("fails when the registry answers %i", async (status) => {
  const { code, stdout, stderr } = await audit(status, {});
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("error: The audit did not run: ");
});
