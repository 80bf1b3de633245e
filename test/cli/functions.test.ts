import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { compareFunctions, explainDifference } from "../../src/cli/migrations/functions/differences.ts";
import { FUNCTIONS_FOLDER, readFunctionFiles } from "../../src/cli/migrations/functions/files.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** A copy of the folder, for a test to change. */
let folder: string;
beforeEach(async (context) => {
  folder = await mkdtemp(join(tmpdir(), "functions-"));
  await cp(FUNCTIONS_FOLDER, folder, { recursive: true });
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(folder, path), "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(join(folder, path), changed);
}

/** Changes of one thing each: what differs then, and the file in which. */
const CHANGES: { what: string; path: string; change: (text: string) => string }[] = [
  {
    what: "function guard(jsonb)",
    path: "access/guard.sql",
    // The body, by as little as a space.
    change: (text) => text.replace("v_wait int;", "v_wait  int;"),
  },
  {
    what: "function lock_time(uuid)",
    path: "time/lock_time.sql",
    change: (text) => text.replace("LANGUAGE sql AS", "LANGUAGE plpgsql AS"),
  },
  {
    what: "function slot_of(timestamp with time zone)",
    path: "heartbeats/slot_of.sql",
    change: (text) => text.replace("IMMUTABLE", "STABLE"),
  },
  {
    what: "function sampled(bigint)",
    path: "usage/sampled.sql",
    change: (text) => text.replace("(p_count bigint)", "(p_number bigint)"),
  },
  {
    what: "function remove_audit_events(integer, integer)",
    path: "maintenance/remove_audit_events.sql",
    change: (text) => text.replace("SECURITY DEFINER ", ""),
  },
  {
    what: "function strip_audit_events(uuid, integer)",
    path: "maintenance/strip_audit_events.sql",
    change: (text) => text.replace("SET search_path = public, pg_temp", "SET search_path = public"),
  },
  {
    what: "trigger audit_sessions ON sessions",
    path: "audit/audit_session.sql",
    change: (text) => text.replace("recovered_at, authenticated_at ON", "recovered_at ON"),
  },
  {
    // One of several.
    what: "trigger bound_kind ON goals",
    path: "usage/bound_kind.sql",
    change: (text) => text.replace("bound_kind(1000,", "bound_kind(2000,"),
  },
];

describe.each(["PGlite", "PostgreSQL"])("the functions of the files and of the migrations, on %s", (kind) => {
  let database: LocalDatabase;
  let db: NeonHttpDatabase;
  beforeAll(async () => {
    const databaseUrl = kind === "PGlite" ? undefined : await postgres.createDatabase("functions");
    database = await openLocalDatabase({ dataDir: "memory", databaseUrl });
    db = clientFor(database);
    await migrateUp(db);
  });
  afterAll(() => database.close());

  const explain = async () =>
    (await compareFunctions(db, await readFunctionFiles(folder))).map(explainDifference);

  it("are equal", async () => {
    expect(await explain()).toEqual([]);
  });

  it("are told apart by body, language, volatility, parameters, rights, search path, and triggers", async () => {
    for (const { path, change } of CHANGES) await edit(path, change);
    const differences = CHANGES.map(
      ({ what, path }) =>
        `The ${what} of src/database/functions/${path} is not what the migrations make: if the file is newer, run ` +
        "`npm run migrate -- name`; else copy the migration's text into it.",
    );
    expect((await explain()).toSorted()).toEqual(differences.toSorted());
  });

  it("leave what only one of the two has by name", async () => {
    await rm(join(folder, "usage/sampled.sql"));
    const made =
      "CREATE OR REPLACE FUNCTION doubled(p int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * p $$;\n";
    await writeFile(join(folder, "usage/doubled.sql"), made);
    await edit("usage/bound_all.sql", (text) =>
      text.replace("AFTER INSERT ON roles", "AFTER INSERT ON clients"),
    );
    const migrate = "run `npm run migrate -- name`";
    const path = "src/database/functions/usage";
    expect(await explain()).toEqual([
      `${path}/bound_all.sql has the trigger bound_all ON clients, and no migration makes it: ${migrate}.`,
      `The database has the trigger bound_all ON roles, and ${path}/bound_all.sql doesn't: write it there, or ${migrate} to drop it.`,
      `${path}/doubled.sql has the function doubled(integer), and no migration makes it: ${migrate}.`,
      `The database has the function sampled(bigint), and src/database/functions/<group>/sampled.sql doesn't: write it there, or ${migrate} to drop it.`,
    ]);
  });

  it("differ where a migration leaves a trigger disabled", async () => {
    await db.execute("alter table sessions disable trigger audit_sessions");
    const differences = await explain();
    await db.execute("alter table sessions enable trigger audit_sessions");
    expect(differences).toEqual([expect.stringMatching(/^The trigger audit_sessions ON sessions of /)]);
  });

  it("are not compared where Postgres refuses a file, which the error names", async () => {
    await edit("usage/sampled.sql", (text) => text.replace("RETURNS bigint", "RETURNS number"));
    await expect(explain()).rejects.toThrow(
      'src/database/functions/usage/sampled.sql failed, and nothing of it was kept: type "number" does not exist.',
    );
  });
});

describe("a file", () => {
  const path = "usage/sampled.sql";

  it("has its name from its function", async () => {
    await edit(path, (text) => text.replace("FUNCTION sampled", "FUNCTION rounded"));
    await expect(readFunctionFiles(folder)).rejects.toThrow(
      `src/database/functions/${path} has a statement that is neither "CREATE OR REPLACE FUNCTION sampled(" nor a trigger of it.`,
    );
  });

  it("has a function", async () => {
    await writeFile(join(folder, path), "-- To be written.\n");
    await expect(readFunctionFiles(folder)).rejects.toThrow(
      `src/database/functions/${path} has no "CREATE OR REPLACE FUNCTION sampled(".`,
    );
  });

  it("has a name of its own", async () => {
    await cp(join(folder, path), join(folder, "time/sampled.sql"));
    await expect(readFunctionFiles(folder)).rejects.toThrow("have one name: keep one of them.");
  });
});
