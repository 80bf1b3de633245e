import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { loadLocalDriver } from "../support/neon-driver.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const { neon } = await loadLocalDriver();

let directory: string;
let postgres: PostgresServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "postgres-"));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("a connection string", () => {
  it("means the database with the name of the user if it names none", async () => {
    const database = await openLocalDatabase({
      dataDir: "memory",
      databaseUrl: postgres.url.replace(/\/postgres$/, ""),
    });
    expect(database.description).toMatch(/\/postgres$/);
    expect(await neon(database.url)`select current_database() as name`).toEqual([{ name: "postgres" }]);
    await database.close();
  });

  it("fails with the server's reason if the server rejects it", async () => {
    const databaseUrl = `${postgres.url}?options=${encodeURIComponent("-c no_such_setting=1")}`;
    const failure = await openLocalDatabase({ dataDir: "memory", databaseUrl }).catch((error) => error);
    expect(failure).toMatchObject({
      name: "CliError",
      message: expect.stringMatching(/^PostgreSQL at \S+ failed: unrecognized configuration parameter/),
    });
  });
});

it("creates a database again if its creation was interrupted", async () => {
  const dataDir = join(directory, "data");
  await mkdir(join(dataDir, "postgres"), { recursive: true });
  await writeFile(join(dataDir, "postgres/PG_VERSION"), "18\n");
  await writeFile(join(dataDir, "postgres.incomplete"), "");
  const database = await openLocalDatabase({ dataDir });
  expect(await neon(database.url)`select 1 as fine`).toEqual([{ fine: 1 }]);
  expect(await readdir(dataDir)).not.toContain("postgres.incomplete");
  await database.close();
});
