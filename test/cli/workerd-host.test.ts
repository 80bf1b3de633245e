import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { cacheFolder } from "../../src/cli/local/build/cache-folder.mjs";
import { clientFor } from "../../src/cli/local/connect.ts";
import { requireFreePort } from "../../src/cli/local/free-port.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import type { WorkerHost } from "../../src/cli/local/worker-host.ts";
import { openWorkerdHost } from "../../src/cli/local/workerd/host.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { familyOf } from "../support/command.ts";

let database: LocalDatabase;
let host: WorkerHost | undefined;
let messages: string[];
let notices: string[];
beforeAll(async () => {
  database = await openLocalDatabase({ dataDir: "memory" });
  await migrateUp(clientFor(database));
});
afterAll(() => database.close());
beforeEach(() => {
  messages = [];
  notices = [];
});
afterEach(() => host?.stop());

/** Starts a host, and returns the port of the API. */
async function start(options: Parameters<typeof openWorkerdHost>[1]): Promise<number> {
  host = openWorkerdHost(cacheFolder(), options);
  const addresses = ["127.0.0.1", "::1"];
  const port = await requireFreePort(0, addresses, "--port");
  await host.start({
    bindings: {
      ENVIRONMENT: "development",
      AUTH_SECRET: "local-secret-of-this-test-0123456789-abcdefghij",
      DATABASE_URL: database.url,
      DATABASE_ENDPOINT: database.endpoint ?? "",
    },
    addresses,
    port,
    onLog: ({ message }) => messages.push(message),
    onNotice: (text) => notices.push(text),
    onReload() {},
    onProblem() {},
  });
  return port;
}

const isWorkerd = (pid: number) => readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("workerd");

/** Sends a request on a new connection. */
const check = (port: number, address = "127.0.0.1") =>
  fetch(`http://${address}:${port}/health`, { headers: { Connection: "close" } });

it("runs the maintenance again and again", async () => {
  await start({ count: 1, scheduleSeconds: 0.2 });
  const runs = () => messages.filter((message) => message.includes("Maintenance done")).length;
  await expect.poll(runs, { timeout: 20_000 }).toBeGreaterThan(1);
});

it("serves with each of two processes while the other one doesn't answer", async () => {
  const port = await start({ count: 2 });
  expect(notices).toEqual([]);
  const processes = familyOf(process.pid).filter(isWorkerd);
  expect(processes).toHaveLength(2);
  for (const pid of processes) {
    process.kill(pid, "SIGSTOP");
    try {
      // The kernel gives half of the connections to the stopped process.
      const answers = Array.from({ length: 30 }, () => check(port));
      expect((await Promise.any(answers)).status).toBe(200);
      process.kill(pid, "SIGCONT");
      for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
    } finally {
      process.kill(pid, "SIGCONT");
    }
  }
});

it("serves with one process, and says so, where processes can't share a port", async () => {
  const openListeners = () => Promise.reject(new Error("ENOTSUP"));
  const port = await start({ count: 2, openListeners });
  expect(notices).toEqual([expect.stringMatching(/^This platform can't share a port .* one process/)]);
  expect(familyOf(process.pid).filter(isWorkerd)).toHaveLength(1);
  for (const address of ["127.0.0.1", "[::1]"]) expect((await check(port, address)).status).toBe(200);
});
