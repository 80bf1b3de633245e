import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";
import { MIGRATIONS_FOLDER, migrationTags } from "../../src/cli/migrations/migrations.ts";
import { CREATE_RUNTIME_ROLES, GRANT_TO_RUNTIME_ROLES } from "../../src/cli/migrations/runtime-grants.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

/** A migrated, empty database, with the connections of the owner of its tables and of the Worker's role. */
export interface TestDatabase {
  owner: SqlBackend;
  worker: SqlBackend;
}

interface Server {
  postgres: PostgresServer;
  /** Connection to the server's own database, for creating and removing others. */
  admin: pg.Pool;
}

/** Number of databases to keep, enough for test files that run in parallel; each takes 10 MB of disk. */
const KEPT_DATABASES = 100;

const PASSWORD = "test";

let server: Promise<Server> | undefined;

/** Name of the database that new ones are copies of. */
let template = "migrated";

/** Open databases by name, oldest first. */
const opened = new Map<string, Promise<TestDatabase>>();

/**
 * Returns the database `name` on this run's PostgreSQL server, which the first call starts. It is a copy of a migrated template, which
 * takes a tenth of the time of the migrations. If there are too many databases, the oldest is removed.
 */
export async function openTestDatabase(name: string, role: string): Promise<TestDatabase> {
  server ??= startServer(role);
  const database = server.then((running) => copyTemplate(running, name, role));
  opened.set(name, database);
  const [oldest] = opened;
  if (opened.size > KEPT_DATABASES && oldest) await removeDatabase(...oldest);
  return database;
}

/** Closes the open database `name`, and makes it the one that new databases are copies of. */
export async function makeTemplate(name: string): Promise<void> {
  const database = opened.get(name);
  if (!database) throw new Error(`The database ${name} is not open.`);
  opened.delete(name);
  const { owner, worker } = await database;
  await Promise.all([owner.close(), worker.close()]);
  template = name;
}

/** Ends the server, if it was started, and all its databases. */
export async function closeTestDatabases(): Promise<void> {
  const running = await server;
  if (!running) return;
  server = undefined;
  const databases = await Promise.all(opened.values());
  opened.clear();
  await Promise.all(databases.flatMap(({ owner, worker }) => [owner.close(), worker.close()]));
  await running.admin.end();
  await running.postgres.stop();
}

async function startServer(role: string): Promise<Server> {
  const postgres = await startPostgres({ max_connections: "500", autovacuum: "off" });
  const admin = new pg.Pool({ connectionString: postgres.url, max: 1 });
  // The server may stop before the connection has ended; an unhandled error would end the run.
  admin.on("error", () => {});
  await admin.query(`create role ${role} login password '${PASSWORD}'`);
  const client = await connect(await postgres.createDatabase(template));
  await client.query(`
    create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
    ${CREATE_RUNTIME_ROLES};
    insert into drizzle.runtime_roles values ('${role}')`);
  for (const tag of await migrationTags())
    await client.query(await readFile(join(MIGRATIONS_FOLDER, `${tag}.sql`), "utf8"));
  await client.query(GRANT_TO_RUNTIME_ROLES);
  await client.end();
  return { postgres, admin };
}

async function copyTemplate({ postgres, admin }: Server, name: string, role: string): Promise<TestDatabase> {
  const identifier = pg.escapeIdentifier(name);
  // By default, PostgreSQL writes each page to its log too, which takes twice as long.
  await admin.query(
    `create database ${identifier} template ${pg.escapeIdentifier(template)} strategy file_copy`,
  );
  await admin.query(`revoke create, temporary on database ${identifier} from public`);
  const url = new URL(postgres.url);
  url.pathname = encodeURIComponent(name);
  const owner = await connectPostgres(url.href);
  Object.assign(url, { username: role, password: PASSWORD });
  return { owner, worker: await connectPostgres(url.href) };
}

async function removeDatabase(name: string, database: Promise<TestDatabase>): Promise<void> {
  opened.delete(name);
  const [{ admin }, { owner, worker }] = await Promise.all([server as Promise<Server>, database]);
  await Promise.all([owner.close(), worker.close()]);
  await admin.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
