import { readFileSync } from "node:fs";
import { hash } from "@node-rs/argon2";
import pg from "pg";
import { clientFor } from "../../../src/cli/local/connect.ts";
import { migrateUp } from "../../../src/cli/migrations/migrations.ts";
import { parseSettings } from "../../../src/core/config.ts";
import { maintain } from "../../../src/jobs/maintenance.ts";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.ts";
import type { Bundle } from "./bundle.ts";
import { parentOf } from "./processes.ts";
import { type Server, startNodeServer, startWorker } from "./servers.ts";
import { startSlowNetwork } from "./slow-network.ts";

/** Password of every user. */
export const PASSWORD = "correct horse battery staple";
/** Username of the administrator, who may list users; all other users have the role of a new account. */
export const ADMINISTRATOR = "user1";

const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 2 };
const SECRET = "local-secret-of-the-bench-0123456789-abcdefghij";

/** The Worker and the baseline, on separate databases with the same users, on one PostgreSQL. */
export interface Arena {
  worker: Server;
  baseline: Server;
  /** The server that implements Neon's protocol for the Worker; the baseline connects to PostgreSQL directly. */
  endpoint: Server;
  /** Settings of the Worker but for its database, for other servers on the same data. */
  settings: Record<string, string>;
  /** URL of the Worker's database in PostgreSQL, with the delay of the arena, for other servers on the same data. */
  serverDatabaseUrl: string;
  /** Process id of PostgreSQL's postmaster. */
  postgresPid: number;
  /** Queries the Worker's database, for work that HTTP doesn't support. */
  query(text: string): Promise<pg.QueryResult>;
  /** Makes `close` call `closer` before it ends the arena's own servers. */
  closeWith(closer: () => Promise<void>): void;
  close(): Promise<void>;
}

export interface ArenaOptions {
  users: number;
  bundle: Bundle;
  /** Settings of the Worker, which override those of the benchmark. */
  settings?: Record<string, string>;
  inspectorPort?: number;
  /** Flags for the baseline's Node. */
  nodeFlags?: string[];
  /** Folder of PostgreSQL's programs. Default: that of PG_BIN, or the embedded ones. */
  postgresBinaries?: string | undefined;
  /** Milliseconds by which each round trip to the database is delayed. */
  delayMs?: number;
}

/** Starts the arena. Rate limits are set too high to be reached, and the Worker logs only errors, like the baseline. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const { users, bundle, settings = {}, inspectorPort, nodeFlags, postgresBinaries, delayMs = 0 } = options;
  const postgres = await startPostgres({}, postgresBinaries);
  const closers: (() => Promise<void>)[] = [() => postgres.stop()];
  try {
    const [workerUrl, baselineUrl] = [
      await postgres.createDatabase("worker"),
      await postgres.createDatabase("baseline"),
    ];
    const port = await portOf(postgres, delayMs, closers);
    const serverDatabaseUrl = withPort(workerUrl, port);
    const endpoint = await startNodeServer("support/endpoint.ts", { DATABASE_URL: serverDatabaseUrl });
    closers.unshift(endpoint.stop);
    const bindings = bindingsFor(endpoint, settings);
    await prepareWorkersDatabase(bindings, workerUrl, users);
    await prepareBaselinesDatabase(baselineUrl, users);
    const worker = await startWorker(bundle, bindings, inspectorPort === undefined ? {} : { inspectorPort });
    closers.unshift(worker.stop);
    const environment = {
      DATABASE_URL: withPort(baselineUrl, port),
      AUTH_SECRET: SECRET,
      NODE_ENV: "production",
    };
    const baseline = await startNodeServer("baseline/server.ts", environment, nodeFlags);
    closers.unshift(baseline.stop);
    return {
      worker,
      baseline,
      endpoint,
      settings: { ...SETTINGS, ...settings },
      serverDatabaseUrl,
      postgresPid: await leaderOf(postgres),
      query: (text) => onDatabase(workerUrl, (client) => client.query(text)),
      closeWith: (closer) => closers.unshift(closer),
      close: () => closeAll(closers),
    };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** Returns the port on which the servers reach PostgreSQL: its own, or that of a proxy that delays each round trip. */
async function portOf(
  { url }: PostgresServer,
  delayMs: number,
  closers: (() => Promise<void>)[],
): Promise<string> {
  const { port } = new URL(url);
  if (delayMs === 0) return port;
  const network = await startSlowNetwork(Number(port), delayMs);
  closers.unshift(network.stop);
  return String(network.port);
}

function withPort(url: string, port: string): string {
  const changed = new URL(url);
  changed.port = port;
  return changed.href;
}

async function closeAll(closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closers) await close();
}

const SETTINGS = {
  // Allows plain http, like the baseline.
  ENVIRONMENT: "development",
  LOG_LEVEL: "error",
  AUTH_SECRET: SECRET,
  DATABASE_TIMEOUT_MS: "60000",
  LOGIN_MAX_FAILURES_PER_ADDRESS: "1000000",
  REFRESH_MAX_PER_SESSION: "1000000",
  SIGN_IN_MAX_PER_ACCOUNT: "1000000",
  READS_BURST: "1000000",
  WRITES_BURST: "1000000",
  EVENTS_BURST: "1000000",
};

const bindingsFor = (endpoint: Server, settings: Record<string, string>) => ({
  ...SETTINGS,
  DATABASE_URL: `postgres://postgres:any@127.0.0.1:${new URL(endpoint.url).port}/worker`,
  DATABASE_ENDPOINT: `${endpoint.url}/sql`,
  ...settings,
});

const namesOf = (users: number) => `select 'user' || n as name from generate_series(1, ${users}) as n`;

async function prepareWorkersDatabase(bindings: Record<string, string>, url: string, users: number) {
  const settings = parseSettings(bindings);
  const db = clientFor({ url: settings.DATABASE_URL, endpoint: settings.DATABASE_ENDPOINT });
  await migrateUp(db);
  await maintain(settings, db);
  await onDatabase(url, async (client) => {
    // Without triggers, for speed: the benchmark reads no audit events about these users.
    await client.query("set session_replication_role = replica");
    await insertUsers(client, users);
    await client.query(`
      insert into user_roles (user_id, role_id) select u.id, r.id from users u, roles r where r.builtin = 'user'`);
    await client.query(`
      insert into user_roles (user_id, role_id)
      select u.id, r.id from users u, roles r where u.username = '${ADMINISTRATOR}' and r.builtin = 'admin'`);
    await client.query("vacuum analyze");
  });
}

/** Creates the same roles, permissions and users as in the Worker's database. */
async function prepareBaselinesDatabase(url: string, users: number): Promise<void> {
  const { DEFAULT_ROLES, PERMISSIONS } = await import("../../../src/core/permissions.ts");
  await onDatabase(url, async (client) => {
    await client.query(readFileSync(new URL("../baseline/schema.sql", import.meta.url), "utf8"));
    for (const name of PERMISSIONS) {
      const [resource, action] = name.split(":");
      await client.query("insert into permissions (name, resource, action) values ($1, $2, $3)", [
        name,
        resource,
        action,
      ]);
    }
    for (const [name, { permissions, description }] of Object.entries(DEFAULT_ROLES)) {
      await client.query("insert into roles (name, description) values ($1, $2)", [name, description]);
      await client.query(
        `insert into role_permissions select r.id, p.id from roles r, permissions p where r.name = $1 and p.name = any($2)`,
        [name, permissions],
      );
    }
    await insertUsers(client, users);
    await client.query(
      "insert into user_roles select u.id, r.id from users u, roles r where r.name = 'user'",
    );
    await client.query(
      `insert into user_roles select u.id, r.id from users u, roles r where u.username = '${ADMINISTRATOR}' and r.name = 'admin'`,
    );
    await client.query("vacuum analyze");
  });
}

async function insertUsers(client: pg.Client, users: number): Promise<void> {
  await client.query(
    `insert into users (username, email, password_hash) select name, name || '@example.com', $1 from (${namesOf(users)}) as names`,
    [await hash(PASSWORD, ARGON2)],
  );
}

const leaderOf = ({ url }: PostgresServer): Promise<number> =>
  onDatabase(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return parentOf(rows[0]?.pid ?? 0);
  });

async function onDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
