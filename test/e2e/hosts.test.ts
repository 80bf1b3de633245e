import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCommand } from "../support/command.ts";
import { copyTemplate } from "../support/data-templates.ts";
import { type System, startSystem } from "../support/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ ALLOWED_HOSTS: "tracker.test,Second.Test" });
});
afterAll(() => system?.stop());

/** Starts the system with `--host`, on another database. */
async function startOn(host: string) {
  const dataDir = join(system.dataDir, host);
  await copyTemplate(dataDir, "migrated");
  return startCommand("start", ["--port", "0", "--host", host, "--data", dataDir]);
}

/** Sends a request whose Host header is `host`, which fetch does not allow. */
function askAs(host: string, { url = system.url, path = "/health", method = "GET" } = {}) {
  return new Promise<{ status: number | undefined; body: { error?: string; message?: string } }>(
    (resolve, reject) => {
      const outgoing = request(url + path, { method, headers: { Host: host } }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += String(chunk)));
        answer.on("end", () => resolve({ status: answer.statusCode, body: JSON.parse(text) }));
      });
      outgoing.on("error", reject);
      outgoing.end();
    },
  );
}

it.each([
  "localhost",
  "LOCALHOST:8500",
  "localhost.",
  "127.0.0.1",
  "[::1]",
  "tracker.test",
  "second.test:80",
])("accepts the host name %s", async (host) => {
  expect((await askAs(host)).status).toBe(200);
});

it.each([
  "evil.example",
  "localhost.evil.example",
  "127.0.0.1.nip.example",
  "127.0.0.2",
  "tracker.test.evil.example",
])("rejects the host name %s with 421, and names the setting", async (host) => {
  const { status, body } = await askAs(host, { path: "/auth/register", method: "POST" });
  expect([status, body.error]).toEqual([421, "MISDIRECTED_REQUEST"]);
  expect(body.message).toContain("ALLOWED_HOSTS");
});

it("listens on the address of --host and on localhost, and accepts both as host names", async () => {
  const command = await startOn("127.0.0.2");
  try {
    await command.printed(/Ctrl-C/);
    const [, localUrl = ""] = /API +(\S+)/.exec(command.output()) ?? [];
    const url = `http://127.0.0.2:${new URL(localUrl).port}`;
    for (const reached of [localUrl, url]) expect((await fetch(`${reached}/health`)).status).toBe(200);
    expect((await askAs("evil.example", { url })).status).toBe(421);
  } finally {
    command.process.kill("SIGTERM");
    await command.ended;
  }
});

it("answers on each address of the machine with --host 0.0.0.0, and prints those of the network", async () => {
  const command = await startOn("0.0.0.0");
  try {
    await command.printed(/Ctrl-C/);
    const [, port] = /API +\S+:(\d+)/.exec(command.output()) ?? [];
    const addresses = Object.values(networkInterfaces()).flatMap((entries = []) =>
      entries.filter(({ family }) => family === "IPv4"),
    );
    expect(addresses.length).toBeGreaterThan(0);
    for (const { address } of addresses) {
      expect((await fetch(`http://${address}:${port}/health`)).status, address).toBe(200);
    }
    const [, network = ""] = /Network +(.+)/.exec(command.output()) ?? [];
    const outer = addresses.filter(({ internal }) => !internal);
    expect(network.split("  ")).toEqual(outer.map(({ address }) => `http://${address}:${port}`));
  } finally {
    command.process.kill("SIGTERM");
    await command.ended;
  }
});

it("rejects a --host that is not an address of the machine", async () => {
  const command = startCommand("start", ["--port", "0", "--host", "203.0.113.77", "--data", "memory"]);
  expect(await command.ended).not.toBe(0);
  expect(command.output()).toContain("--host is not an address of this machine");
});
