import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { migrateDown, migrateUp } from "../../src/cli/migrations/migrations.ts";
import type { Database } from "../../src/database/client.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/** Migrations of large tables, which other connections read and write at the same time. */
const TABLE = { up: "create table a (id int not null)", down: "drop table a" };
const COLUMN = { up: "alter table a add column b text", down: "alter table a drop column b" };
const INDEX = {
  before: "create unique index concurrently if not exists a_key on a (id)",
  up: "alter table a add constraint a_key primary key using index a_key",
  down: "alter table a drop constraint a_key",
};

let postgres: PostgresServer;
let directory: string;
let database: LocalDatabase;
let db: Database;
let reader: pg.Client;
let other: pg.Client;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "migration-locks-"));
  const url = await postgres.createDatabase(crypto.randomUUID());
  database = await openLocalDatabase({ dataDir: "memory", databaseUrl: url });
  db = clientFor(database);
  [reader, other] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([reader.connect(), other.connect()]);
});
afterEach(async () => {
  await Promise.all([reader.end(), other.end()]);
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

async function writeMigrations(...migrations: { up: string; down: string; before?: string }[]) {
  const folder = join(directory, "migrations");
  await mkdir(join(folder, "meta"), { recursive: true });
  const entries = migrations.map((_, idx) => ({ idx, tag: `000${idx}_test`, when: 1_700_000_000_000 + idx }));
  await writeFile(join(folder, "meta/_journal.json"), JSON.stringify({ entries }));
  for (const [index, { up, down, before }] of migrations.entries()) {
    await writeFile(join(folder, `000${index}_test.sql`), up);
    await writeFile(join(folder, `000${index}_test.down.sql`), down);
    if (before !== undefined) await writeFile(join(folder, `000${index}_test.before.sql`), before);
  }
  return folder;
}

const waiting = async (what: string) =>
  (
    await other.query("select from pg_stat_activity where wait_event_type = 'Lock' and query ilike $1", [
      `%${what}%`,
    ])
  ).rowCount;

it("lets requests through within seconds, and continues once a long read ends", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await reader.query("begin; select from a");
  const migrated = migrateUp(db, await writeMigrations(TABLE, COLUMN), { attempts: 20, pauseMs: 500 });
  await expect.poll(() => waiting("alter table a"), { timeout: 10_000 }).toBe(1);
  // The insert queues behind the migration, which must not wait until the read ends.
  await other.query("set statement_timeout = '5s'; insert into a values (1)");
  await reader.query("commit");
  expect(await migrated).toEqual(["0001_test"]);
  expect((await other.query("select * from a")).rows).toEqual([{ id: 1, b: null }]);
});

it("fails with advice, and rolls back, if a lock is held for longer than it retries", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await reader.query("begin; select from a");
  const folder = await writeMigrations(TABLE, {
    ...COLUMN,
    up: `create table c ();\n--> statement-breakpoint\n${COLUMN.up}`,
  });
  await expect(migrateUp(db, folder, { attempts: 2, pauseMs: 1 })).rejects.toMatchObject({
    name: "CliError",
    message:
      "0001_test.sql failed and was rolled back: canceling statement due to lock timeout. Another transaction, such as a backup, holds a lock. Wait until it ends, then retry.",
  });
  expect((await other.query("select to_regclass('c') as c")).rows).toEqual([{ c: null }]);
  await reader.query("commit");
  expect(await migrateUp(db, folder)).toEqual(["0001_test"]);
});

it("builds an index in advance while rows are written, and uses it in the migration", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await reader.query("begin; insert into a values (1)");
  const migrated = migrateUp(db, await writeMigrations(TABLE, INDEX));
  await expect.poll(() => waiting("create unique index"), { timeout: 10_000 }).toBe(1);
  await other.query("set statement_timeout = '1s'; insert into a values (2)");
  await reader.query("commit");
  expect(await migrated).toEqual(["0001_test"]);
  await expect(other.query("insert into a values (1)")).rejects.toThrow("a_key");
  expect(await migrateDown(db, 1, join(directory, "migrations"))).toEqual(["0001_test"]);
});

it("builds an index in advance again if its build was stopped", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await other.query("insert into a values (1), (1)");
  const folder = await writeMigrations(TABLE, INDEX);
  await expect(migrateUp(db, folder)).rejects.toThrow("0001_test.before.sql failed: could not create unique");
  expect((await other.query("select from pg_index where not indisvalid")).rowCount).toBe(1);
  await other.query("delete from a where ctid = (select min(ctid) from a)");
  expect(await migrateUp(db, folder)).toEqual(["0001_test"]);
  expect((await other.query("select from pg_index where not indisvalid")).rowCount).toBe(0);
});

it("builds an index in advance once for several processes that start at the same time", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await other.query("insert into a select generate_series(1, 200000)");
  const folder = await writeMigrations(TABLE, INDEX);
  const starts = [0, 0, 300, 600].map(async (delay) => {
    await sleep(delay);
    return migrateUp(db, folder, { attempts: 30, pauseMs: 100 });
  });
  expect((await Promise.all(starts)).flat()).toEqual(["0001_test"]);
});

it("keeps an index that the build of another process makes valid while the migration would drop it", async () => {
  await migrateUp(db, await writeMigrations(TABLE));
  await other.query("create unique index a_key on a (id)");
  const setValid = (isValid: boolean) =>
    reader.query(`update pg_index set indisvalid = ${isValid} where indexrelid = 'a_key'::regclass`);
  await setValid(false);
  const { rows } = await other.query("select 'a_key'::regclass::oid");
  // A build unlocks the table before its commit, so that only the row of the index is locked.
  await reader.query("begin");
  await setValid(true);
  const migrated = migrateUp(db, await writeMigrations(TABLE, INDEX), { attempts: 20, pauseMs: 50 });
  await expect.poll(() => waiting("drop index a_key"), { timeout: 10_000 }).toBe(1);
  await reader.query("commit");
  expect(await migrated).toEqual(["0001_test"]);
  expect((await other.query("select 'a_key'::regclass::oid")).rows).toEqual(rows);
});
