import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sizeThreadPool } from "../../src/server/threads.ts";
import { startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

describe("sizeThreadPool", () => {
  it.each([
    { cores: 1, given: undefined, node: "22.12.0", pool: 4, hashes: 1, wanted: undefined },
    { cores: 2, given: undefined, node: "20.11.0", pool: 4, hashes: 2, wanted: undefined },
    { cores: 8, given: undefined, node: "22.12.0", pool: 9, hashes: 8, wanted: undefined },
    { cores: 8, given: undefined, node: "20.11.0", pool: 4, hashes: 3, wanted: 9 },
    { cores: 8, given: "16", node: "20.11.0", pool: 16, hashes: 8, wanted: undefined },
    { cores: 8, given: "4", node: "22.12.0", pool: 4, hashes: 3, wanted: 9 },
    { cores: 2, given: "1", node: "22.12.0", pool: 1, hashes: 1, wanted: 4 },
  ])("leaves a thread to other work: $cores cores, UV_THREADPOOL_SIZE $given, Node $node", (row) => {
    const { cores, given, node, ...threads } = row;
    const environment: Record<string, string | undefined> = { UV_THREADPOOL_SIZE: given };
    expect(sizeThreadPool(environment, cores, node)).toEqual(threads);
    expect(Number(environment.UV_THREADPOOL_SIZE ?? threads.pool)).toBe(threads.pool);
  });
});

describe("the server", () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  /** Starts the server as on a machine with `cores`, and returns its threads and its warnings after a password was hashed. */
  async function startWith(cores: number, environment: Record<string, string> = {}) {
    const script = `import os from "node:os"; import { syncBuiltinESMExports } from "node:module";
      os.availableParallelism = () => ${cores}; syncBuiltinESMExports();`;
    const server = await startBuiltServer(
      await postgres.createMigratedDatabase(`cores-${crypto.randomUUID()}`),
      {
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}`,
        ...environment,
      },
    );
    const account = { username: "ada", email: "ada@example.com", password: "correct horse battery staple" };
    const answer = await fetch(`${server.url}/auth/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(account),
    });
    expect(answer.status).toBe(201);
    const threads = readdirSync(`/proc/${server.process.pid}/task`).length;
    const warnings = server.lines().filter(({ message }) => message.includes("UV_THREADPOOL_SIZE"));
    await server.stop();
    return { threads, warnings };
  }

  it("has a thread for each core and a free one", async () => {
    const [two, eight] = [await startWith(2), await startWith(8)];
    expect([eight.threads - two.threads, two.warnings, eight.warnings]).toEqual([5, [], []]);
  });

  it("warns if UV_THREADPOOL_SIZE leaves cores without a hash, and names a sufficient value", async () => {
    const { warnings } = await startWith(8, { UV_THREADPOOL_SIZE: "4" });
    expect(warnings).toMatchObject([
      { level: "warn", message: expect.stringContaining("SIZE=9"), threads: 4 },
    ]);
  });
});
