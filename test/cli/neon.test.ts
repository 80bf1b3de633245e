import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neon, neonConfig } from "@neondatabase/serverless";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { type NeonEndpoint, serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { openPglite, pgliteBackend } from "../../src/cli/local/pglite-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";

const DATABASE_URL = "postgres://ada:hush@ep-cool-sun-1234.eu-central-1.aws.neon.tech/app";

const { fetchEndpoint } = neonConfig;

let dataDir: string;
let backend: SqlBackend;
/** Local endpoint that the driver uses in place of Neon. */
let endpoint: NeonEndpoint;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "neon-"));
  backend = pgliteBackend(await openPglite(undefined));
  endpoint = await serveNeonEndpoint(backend, { port: 0, password: "hush" });
  neonConfig.fetchEndpoint = () => endpoint.url;
});
afterEach(async () => {
  neonConfig.fetchEndpoint = fetchEndpoint;
  await endpoint.close();
  await backend.close();
  await rm(dataDir, { recursive: true, force: true });
});

it("uses a database at Neon directly, and keeps its password out of the description", async () => {
  const database = await openLocalDatabase({ dataDir, databaseUrl: DATABASE_URL });
  expect(database).toMatchObject({
    url: DATABASE_URL,
    endpoint: undefined,
    description: "Neon at ep-cool-sun-1234.eu-central-1.aws.neon.tech/app",
  });
  expect(await readdir(dataDir)).toEqual(["lock", "running.json"]);
  await database.close();
  expect(await readdir(dataDir)).toEqual(["lock"]);
  // Closing the local database does not end the one at Neon.
  expect(await neon(DATABASE_URL)`select 1 as fine`).toEqual([{ fine: 1 }]);
});

it.each([
  ["refuses the password", DATABASE_URL.replace("hush", "guess"), /password authentication failed/],
  ["can't be reached", DATABASE_URL, /Error connecting to database/],
])("fails with one line if Neon %s", async (problem, databaseUrl, reason) => {
  if (problem === "can't be reached") neonConfig.fetchEndpoint = () => "http://127.0.0.1:1/sql";
  const failure = await openLocalDatabase({ dataDir, databaseUrl }).catch((error) => error);
  expect(failure).toMatchObject({ name: "CliError", message: expect.stringMatching(reason) });
  expect(failure.message).toMatch(/^Neon at ep-[^\n]+\/app can't be used: [^\n]+$/);
  expect(failure.message).not.toMatch(/hush|guess/);
  expect(await readdir(dataDir)).toEqual(["lock"]);
});
