import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";
import { allowRuntimeRole } from "../../src/cli/migrations/runtime-role.ts";
import { type Outcome, startProcess } from "../support/command.ts";
import { ROOT } from "../support/guides.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { loadFixture } from "../support/previous-release.ts";
import { findPostgresTools } from "../support/system-tools.ts";

const tools = findPostgresTools() ?? "";

/** A password with every character that a connection string or a shell could change. */
const PASSWORD = "p%41 \\x41$(id)'\"@:/?#é";

describe.runIf(tools)("deploy/backup and deploy/restore", () => {
  let server: PostgresServer;
  let directory: string;
  let source: string;
  let backup: string;
  let emptyDatabases = 0;
  beforeAll(async () => {
    vi.stubEnv("PG_BIN", tools);
    server = await startPostgres();
    directory = await mkdtemp(join(tmpdir(), "backup-"));
    await query(
      server.url,
      `create role owner login password ${pg.escapeLiteral(PASSWORD)}; create role app login password 'app'; create role stranger`,
    );
    source = await createEmptyDatabase();
    await loadFixture(source);
    await withDatabase(
      async (db) => {
        await migrateUp(db);
        await allowRuntimeRole(db, "app");
      },
      { databaseUrl: source },
    );
    backup = await createBackup();
  });
  afterAll(async () => {
    await server?.stop();
    vi.unstubAllEnvs();
    await rm(directory, { recursive: true, force: true });
  });

  /** Creates an empty database that the role `owner` owns. Returns the connection string of that role. */
  async function createEmptyDatabase(): Promise<string> {
    const name = `tracker-${++emptyDatabases}`;
    const url = await server.createDatabase(name);
    await query(server.url, `alter database "${name}" owner to owner`);
    return Object.assign(new URL(url), { username: "owner", password: encodeURIComponent(PASSWORD) }).href;
  }

  async function createBackup(): Promise<string> {
    const { code, stdout, stderr } = await run("backup", [directory], source);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout.trim();
  }

  it("writes a backup that only its owner can read", async () => {
    expect(backup).toMatch(/tracker-\d{8}T\d{6}Z\.dump$/);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("restores every row, and the privileges of the service's role, into an empty database", async () => {
    const target = await createEmptyDatabase();
    const { code, stdout, stderr } = await run("restore", [backup], target);
    expect([code, stderr]).toEqual([0, ""]);
    const counts = await countRows(source);
    expect(await countRows(target)).toEqual(counts);
    const tables = Object.keys(counts).length;
    const rows = Object.values(counts).reduce((sum, count) => sum + count);
    expect(rows).toBeGreaterThan(100);
    expect(stdout).toContain(`Restored ${rows} rows in ${tables} tables.`);
    expect(await privilegesIn(target)).toEqual(await privilegesIn(source));
  });

  it("reads the connection string from a file", async () => {
    const file = join(directory, "url");
    await writeFile(file, `${source}\n`);
    const outcome = await run("backup", [directory], "", { MIGRATION_DATABASE_URL_FILE: file });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
  });

  it("shows no password in the arguments of a process", async () => {
    const log = join(directory, "arguments");
    const shims = await createShims(
      ["psql", "pg_dump", "pg_restore"],
      (program) => `printf '%s\\n' "$0 $*" >>${log}; exec ${program} "$@"`,
    );
    await run("backup", [directory], source, { PATH: `${shims}:${process.env.PATH}` });
    const restored = await run("restore", [backup], await createEmptyDatabase(), {
      PATH: `${shims}:${process.env.PATH}`,
    });
    expect(restored.code).toBe(0);
    const seen = await readFile(log, "utf8");
    for (const program of ["psql", "pg_dump", "pg_restore"]) expect(seen).toContain(`/${program} `);
    expect(seen).not.toMatch(/p%|\$\(id\)|postgres:/);
  });

  it("deletes backups that are older than the given number of days, and no other files", async () => {
    const folder = join(directory, "daily");
    await mkdir(folder);
    const names = ["tracker-20200101T000000Z.dump", "tracker-20200102T000000Z.dump", "notes.dump"];
    for (const name of names) await writeFile(join(folder, name), "");
    const twoDaysAgo = new Date(Date.now() - 49 * 3_600_000);
    for (const name of ["tracker-20200101T000000Z.dump", "notes.dump"])
      await utimes(join(folder, name), twoDaysAgo, twoDaysAgo);
    expect((await run("backup", [folder, "2"], source)).code).toBe(0);
    const left = await readdir(folder);
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(["tracker-20200102T000000Z.dump", "notes.dump"]));
  });

  describe("in a database with data", () => {
    let target: string;
    beforeEach(async () => {
      target = await createEmptyDatabase();
      await loadFixture(target);
      await query(target, "create table notes (text text); insert into notes values ('kept')");
    });

    const notes = async () => (await query(target, "select text from notes")).rows;

    it("refuses to restore", async () => {
      const { code, stderr } = await run("restore", [backup], target);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/has \d+ tables\. .* use --replace/)]);
      expect(await notes()).toEqual([{ text: "kept" }]);
    });

    it("replaces everything with --replace", async () => {
      expect(await run("restore", ["--replace", backup], target)).toMatchObject({ code: 0, stderr: "" });
      expect(await countRows(target)).toEqual(await countRows(source));
      expect(await privilegesIn(target)).toEqual(await privilegesIn(source));
    });

    it("keeps the data if the backup is damaged, a role is missing, or a row does not arrive", async () => {
      const before = await countRows(target);
      const damaged = join(directory, "damaged.dump");
      await copyFile(backup, damaged);
      await truncate(damaged, (await stat(backup)).size - 20_000);
      expect((await run("restore", ["--replace", damaged], target)).code).toBe(1);

      await query(server.url, "alter role app rename to renamed");
      const withoutRole = await run("restore", ["--replace", backup], target);
      await query(server.url, "alter role renamed rename to app");
      expect([withoutRole.code, withoutRole.stderr]).toEqual([
        1,
        expect.stringMatching(/role "app" does not exist[\s\S]*create it first/),
      ]);

      const shims = await createShims(
        ["psql"],
        (program) => `sed '0,/\\tuser\\./{/\\tuser\\./d}' | ${program} "$@"`,
      );
      const withoutRow = await run("restore", ["--replace", backup], target, {
        PATH: `${shims}:${process.env.PATH}`,
      });
      expect([withoutRow.code, withoutRow.stderr]).toEqual([
        1,
        expect.stringMatching(/The number of rows of public\.audit_events_\w+ differs from the backup\./),
      ]);
      expect(await countRows(target)).toEqual(before);
    });

    it("refuses to restore while the service runs", async () => {
      const service = new pg.Client(target);
      await service.connect();
      const { code, stderr } = await run("restore", ["--replace", backup], target);
      await service.end();
      expect([code, stderr]).toEqual([1, expect.stringContaining("Stop the service first.")]);
    });
  });

  it("refuses a server that is newer than its tools", async () => {
    vi.stubEnv("PG_BIN", "");
    const newer = await startPostgres();
    try {
      const { code, stderr } = await run("backup", [directory], newer.url);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/pg_dump \d+ can't read PostgreSQL 18\./)]);
    } finally {
      await newer.stop();
      vi.stubEnv("PG_BIN", tools);
    }
  });

  it.each([
    ["no connection string", () => "", "is not set"],
    ["another protocol", () => "mysql://a:secret@b/c", "must be like postgres://"],
    ["a connection pool", () => "postgres://a:secret@ep-x-pooler.eu.example.com/c", "without -pooler"],
    ["an unknown parameter", () => `${source}?secret=secret`, "has the parameter secret"],
    ["a database without tables of the service", createEmptyDatabase, "has no tables of this service"],
  ])("refuses %s, and shows no password", async (_, url, message) => {
    const { code, stdout, stderr } = await run("backup", [directory], await url());
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringContaining(message)]);
    expect(stderr).not.toMatch(/:secret|p%2541/);
  });

  it.each([
    ["backup", [], "Usage:"],
    ["backup", ["/missing"], "is not a folder"],
    ["backup", [tmpdir(), "0"], "Usage:"],
    ["restore", [], "Usage:"],
    ["restore", ["/missing"], "can't be read"],
    ["restore", [import.meta.filename], "is not a complete backup"],
  ])("explains the mistake of %s %j", async (name, args, message) => {
    const { code, stderr } = await run(name, args, source);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });

  /** Creates programs with the given names, which run the script that `scriptOf` returns for the path of the real program. */
  async function createShims(names: string[], scriptOf: (program: string) => string): Promise<string> {
    const folder = await mkdtemp(join(directory, "shims-"));
    for (const name of names) {
      await writeFile(join(folder, name), `#!/bin/sh\n${scriptOf(join(tools, name))}\n`);
      await chmod(join(folder, name), 0o755);
    }
    return folder;
  }
});

/** Runs a script of deploy/ with PostgreSQL's tools first in the path. */
function run(
  name: string,
  args: string[],
  url: string,
  environment: Record<string, string> = {},
): Promise<Outcome> {
  return startProcess(join(ROOT, "deploy", name), args, {
    env: {
      MIGRATION_DATABASE_URL: url,
      PATH: `${tools}:${process.env.PATH}`,
      // Variables of another database, which the connection string overrides.
      PGHOST: "unknown.invalid",
      PGHOSTADDR: "192.0.2.1",
      PGSERVICE: "unknown",
      ...environment,
    },
  }).ended;
}

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** Returns the number of rows in each table, without partitioned tables, whose rows are in their partitions. */
async function countRows(url: string): Promise<Record<string, number>> {
  const { rows } = await query(
    url,
    `select oid::regclass::text as name, (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || oid::regclass, false, true, '')))[1]::text::int as n
       from pg_class where relkind = 'r' and relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

/** Returns what the service's role and any other role may do in a database. */
async function privilegesIn(url: string): Promise<unknown[]> {
  const { rows } = await query(
    url,
    `select oid::regprocedure::text as name, has_function_privilege(role, oid, 'execute')::text as may, role
       from pg_proc, (values ('app'), ('stranger')) roles (role) where pronamespace = 'public'::regnamespace
     union all
     select oid::regclass::text, string_agg(privilege, ' ' order by privilege), role
       from pg_class, (values ('app'), ('stranger')) roles (role), (values ('select'), ('insert'), ('update'), ('delete')) p (privilege)
      where relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace) and relkind in ('r', 'p')
        and has_table_privilege(role, oid, privilege)
      group by oid, role
     order by 1, 3`,
  );
  return rows;
}
