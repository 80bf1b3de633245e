import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { compareFunctions, explainDifference } from "../../src/cli/migrations/functions/differences.ts";
import { FUNCTIONS_FOLDER, readFunctionFiles } from "../../src/cli/migrations/functions/files.ts";
import { copyFolder } from "../support/copy-folder.ts";
import { openCopy } from "../support/data-templates.ts";
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
  await copyFolder(FUNCTIONS_FOLDER, folder);
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(folder, path), "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(join(folder, path), changed);
}

/** Changes of files, each with the name of the function or trigger that then differs. */
const CHANGES: { name: string; path: string; change: (text: string) => string }[] = [
  {
    name: "function guard(jsonb)",
    path: "access/guard.sql",
    // A change of the body by one space.
    change: (text) => text.replace("v_wait int;", "v_wait  int;"),
  },
  {
    name: "function lock_time(uuid)",
    path: "time/lock_time.sql",
    change: (text) => text.replace("LANGUAGE sql AS", "LANGUAGE plpgsql AS"),
  },
  {
    name: "function slot_of(timestamp with time zone)",
    path: "heartbeats/slot_of.sql",
    change: (text) => text.replace("IMMUTABLE", "STABLE"),
  },
  {
    name: "function sampled(bigint)",
    path: "usage/sampled.sql",
    change: (text) => text.replace("(p_count bigint)", "(p_number bigint)"),
  },
  {
    name: "function remove_audit_events(integer, integer)",
    path: "maintenance/remove_audit_events.sql",
    change: (text) => text.replace("SECURITY DEFINER ", ""),
  },
  {
    name: "function strip_audit_events(uuid, integer)",
    path: "maintenance/strip_audit_events.sql",
    change: (text) => text.replace("SET search_path = public, pg_temp", "SET search_path = public"),
  },
  {
    name: "trigger audit_sessions ON sessions",
    path: "audit/audit_session.sql",
    change: (text) => text.replace("recovered_at, authenticated_at ON", "recovered_at ON"),
  },
  {
    // One of several triggers in the file.
    name: "trigger bound_kind ON goals",
    path: "usage/bound_kind.sql",
    change: (text) => text.replace("bound_kind(1000,", "bound_kind(2000,"),
  },
];

/** PG_BIN chooses another PostgreSQL, but not another PGlite. */
const TESTED = process.env.PG_BIN ? ["PostgreSQL"] : ["PGlite", "PostgreSQL"];

describe.each(TESTED)("the comparison of function files with migrations, on %s", (kind) => {
  let database: LocalDatabase;
  let db: NeonHttpDatabase;
  beforeAll(async () => {
    database =
      kind === "PGlite"
        ? await openCopy("migrated")
        : await openLocalDatabase({
            dataDir: "memory",
            databaseUrl: await postgres.createMigratedDatabase("functions"),
          });
    db = clientFor(database);
  });
  afterAll(() => database.close());

  const explain = async () =>
    (await compareFunctions(db, await readFunctionFiles(folder))).map(explainDifference);

  it("finds no difference", async () => {
    expect(await explain()).toEqual([]);
  });

  it("finds differences of body, language, volatility, parameters, rights, search path, and triggers", async () => {
    for (const { path, change } of CHANGES) await edit(path, change);
    const differences = CHANGES.map(
      ({ name, path }) =>
        `The ${name} in src/database/functions/${path} differs from the migrations. If the file is newer, run ` +
        "`npm run migrate -- NAME`; otherwise copy the migration's text into it.",
    );
    expect((await explain()).toSorted()).toEqual(differences.toSorted());
  });

  it("names functions and triggers that only the files or only the database has", async () => {
    await rm(join(folder, "usage/sampled.sql"));
    const doubled =
      "CREATE OR REPLACE FUNCTION doubled(p int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * p $$;\n";
    await writeFile(join(folder, "usage/doubled.sql"), doubled);
    await edit("usage/bound_all.sql", (text) =>
      text.replace("AFTER INSERT ON roles", "AFTER INSERT ON clients"),
    );
    const migrate = "run `npm run migrate -- NAME`";
    const path = "src/database/functions/usage";
    expect(await explain()).toEqual([
      `${path}/bound_all.sql has the trigger bound_all ON clients, but no migration creates it: ${migrate}.`,
      `The database has the trigger bound_all ON roles, but ${path}/bound_all.sql doesn't. Write it there, or ${migrate} to drop it.`,
      `${path}/doubled.sql has the function doubled(integer), but no migration creates it: ${migrate}.`,
      `The database has the function sampled(bigint), but src/database/functions/<group>/sampled.sql doesn't. Write it there, or ${migrate} to drop it.`,
    ]);
  });

  it("finds a trigger that a migration left disabled", async () => {
    await db.execute("alter table sessions disable trigger audit_sessions");
    const differences = await explain();
    await db.execute("alter table sessions enable trigger audit_sessions");
    expect(differences).toEqual([expect.stringMatching(/^The trigger audit_sessions ON sessions in /)]);
  });

  it("fails if Postgres rejects a file, and names the file", async () => {
    await edit("usage/sampled.sql", (text) => text.replace("RETURNS bigint", "RETURNS number"));
    await expect(explain()).rejects.toThrow(
      'src/database/functions/usage/sampled.sql failed and was rolled back: type "number" does not exist.',
    );
  });
});

describe("a function file", () => {
  const path = "usage/sampled.sql";

  it("requires the name of its function", async () => {
    await edit(path, (text) => text.replace("FUNCTION sampled", "FUNCTION rounded"));
    await expect(readFunctionFiles(folder)).rejects.toThrow(
      `src/database/functions/${path} has a statement that is neither "CREATE OR REPLACE FUNCTION sampled(" nor one of its triggers.`,
    );
  });

  it("requires a function", async () => {
    await writeFile(join(folder, path), "-- To be written.\n");
    await expect(readFunctionFiles(folder)).rejects.toThrow(
      `src/database/functions/${path} has no "CREATE OR REPLACE FUNCTION sampled(".`,
    );
  });

  it("requires a unique name", async () => {
    await cp(join(folder, path), join(folder, "time/sampled.sql"));
    await expect(readFunctionFiles(folder)).rejects.toThrow("have the same name. Keep one of them.");
  });
});
