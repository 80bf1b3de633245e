import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import type { Plugin } from "vitest/config";
import { answerNeonRequest } from "../../src/cli/local/neon-endpoint.ts";
import { pgliteBackend } from "../../src/cli/local/pglite-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";
import { MIGRATIONS_FOLDER, migrationTags } from "../../src/cli/migrations/migrations.ts";
import { CREATE_RUNTIME_ROLES, GRANT_TO_RUNTIME_ROLES } from "../../src/cli/migrations/runtime-grants.ts";
import type { NeonAnswer } from "./neon-answers.ts";
import { transactAfter } from "./prefixed-transaction.ts";

/** What goes wrong with a database's requests, until it is told otherwise. */
const FAULTS = [
  /** It can't be reached, and does nothing. */
  "unreachable",
  /** It gives no answer for a minute. */
  "silent",
  /** It does what is asked, but the answer is lost. */
  "lost",
  /** It does what is asked, but its answer breaks off in the middle. */
  "cut",
  /** It does what is asked, and stops in the middle of its answer. */
  "stalled",
  /** It refuses everything with an SQLSTATE. */
  "refusing",
  /** It does nothing, and its proxy answers what the test said. */
  "answering",
  "none",
] as const;

/** Whom the Worker under test is, to PostgreSQL; other users of the database are its owner. */
const RUNTIME_ROLE = "worker";

interface Server {
  pglite: PGlite;
  backend: SqlBackend;
}

interface SharedServer {
  opened: Promise<Server>;
  databases: number;
}

interface TestDatabase {
  server: SharedServer;
  /** The backend as each role has it. */
  owner: Promise<SqlBackend>;
  worker: Promise<SqlBackend>;
  roundTrips: number;
  fault: (typeof FAULTS)[number];
  /** How many requests it still has that fault for. */
  faultsLeft: number;
  sqlState: string;
  answer: NeonAnswer;
  /** The zone that it takes itself to be in. */
  zone: string;
}

/** A PGlite slows down, and holds 8 MB more, with each database: those of a whole run in one came to 30 seconds each. */
const DATABASES_PER_SERVER = 30;

/** Files run beside each other, and one may come back to a database of its beginning. */
const OPEN_SERVERS = 4;

const databases = new Map<string, TestDatabase>();

/** Those that are open, the least recently used first. */
const servers = new Set<SharedServer>();

/**
 * Answers what the Worker under test fetches, in place of Neon. The Worker's settings are
 * DATABASE_URL=postgres://worker:test@database.test/NAME and DATABASE_ENDPOINT=http://database.test/sql: each
 * NAME is a migrated, empty database of its own, made when it is first named. The user `worker` has the rights of a runtime role,
 * any other is the owner of the tables. Tests also fetch, on
 * http://database.test:
 *
 *     GET  /round-trips?name=NAME                   how many requests the database had
 *     POST /round-trips/reset?name=NAME             counts from 0 again
 *     POST /fault?name=NAME&kind=KIND[&code=STATE][&times=N]
 *                                                   makes it fail from now on, or N times; KIND is one of FAULTS
 *     POST /answer?name=NAME                        has its proxy answer the status and body of the request's JSON
 *     POST /zone?name=NAME&zone=ZONE                puts it into another zone than Neon's
 */
export async function neonOutbound(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/sql") {
    const { username, pathname: path } = new URL(request.headers.get("Neon-Connection-String") ?? "");
    return answerSql(request, databaseNamed(path.slice(1)), username === RUNTIME_ROLE ? "worker" : "owner");
  }
  if (pathname === "/answer") {
    const database = databaseNamed(searchParams.get("name") ?? "");
    const answer = (await request.json()) as NeonAnswer;
    Object.assign(database, { answer, fault: "answering", faultsLeft: Number.POSITIVE_INFINITY });
    return new Response(null, { status: 204 });
  }
  return control(
    `${request.method} ${pathname}`,
    searchParams,
    databaseNamed(searchParams.get("name") ?? ""),
  );
}

/** Shuts the databases down when vitest ends. */
export function closeNeonDatabases(): Plugin {
  return {
    name: "close-neon-databases",
    async buildEnd() {
      databases.clear();
      await Promise.all([...servers].map(closeServer));
    },
  };
}

function databaseNamed(name: string): TestDatabase {
  const known = databases.get(name);
  if (known) return usedNow(known);
  const schema = `"${name.replaceAll('"', '""')}"`;
  const server = serverWithRoom();
  const opened = server.opened.then(async (shared) => {
    await makeDatabase(shared, schema);
    return shared;
  });
  const zone = () => database.zone;
  const database: TestDatabase = {
    server,
    owner: opened.then((shared) => inSchema(shared, { schema, zone })),
    worker: opened.then((shared) => inSchema(shared, { schema, zone, role: RUNTIME_ROLE })),
    roundTrips: 0,
    fault: "none",
    faultsLeft: 0,
    sqlState: "",
    answer: { status: 503, body: "" },
    zone: "UTC",
  };
  databases.set(name, database);
  return usedNow(database);
}

function usedNow(database: TestDatabase): TestDatabase {
  if (servers.delete(database.server)) servers.add(database.server);
  return database;
}

/** A server for one more database, and closes the one that was not used for longest where it is one too many. */
function serverWithRoom(): SharedServer {
  const known = [...servers].find((server) => server.databases < DATABASES_PER_SERVER);
  const server = known ?? { opened: openServer(), databases: 0 };
  server.databases += 1;
  servers.add(server);
  const [oldest] = servers;
  if (servers.size > OPEN_SERVERS && oldest) void closeServer(oldest);
  return server;
}

async function closeServer(server: SharedServer): Promise<void> {
  servers.delete(server);
  const { backend } = await server.opened;
  await backend.close();
}

async function openServer(): Promise<Server> {
  const pglite = await PGlite.create();
  await pglite.exec(`
    create schema drizzle;
    create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
    ${CREATE_RUNTIME_ROLES};
    create role ${RUNTIME_ROLE};
    insert into drizzle.runtime_roles values ('${RUNTIME_ROLE}')`);
  return { pglite, backend: pgliteBackend(pglite) };
}

/**
 * A PGlite takes half a second to open and 230 MB, too much for every test to have one. So a database is a
 * schema of a shared one: migrated as `public`, where migrations expect to be, then put aside under its own
 * name. The price: a function made by a migration can't name `public` in its body, where it is looked up only
 * when the function runs.
 */
async function makeDatabase({ pglite }: Server, schema: string): Promise<void> {
  const migrations = await Promise.all(
    (await migrationTags()).map((tag) => readFile(join(MIGRATIONS_FOLDER, `${tag}.sql`), "utf8")),
  );
  const putAside = `alter schema public rename to ${schema}; create schema public;`;
  const statements = [...migrations, GRANT_TO_RUNTIME_ROLES, putAside, moveSearchPaths(schema)];
  await pglite.exec(["begin", ...statements, "commit;"].join(";\n"));
}

/** Functions with a search path of their own look where their schema is now. */
const moveSearchPaths = (schema: string) => `do $$ declare v_function regprocedure; begin
    for v_function in select oid from pg_proc where pronamespace = '${schema}'::regnamespace and proconfig::text ~ 'search_path' loop
      execute format('alter function %s set search_path = ${schema}, pg_temp', v_function);
    end loop;
  end $$`;

/** Runs what it is given in `schema`, with the clock of a zone, by `role` or by the owner of the tables. */
function inSchema(
  { backend }: Server,
  { schema, zone, role }: { schema: string; zone: () => string; role?: string },
): SqlBackend {
  const transaction: SqlBackend["transaction"] = (statements, begin, options) => {
    const enter = [`set local search_path = ${schema}`, `set local timezone = '${zone()}'`];
    if (role) enter.push(`set local role ${role}`);
    const entry = enter.map((query) => ({ query, params: [] }));
    return transactAfter(backend, entry, statements, begin, options);
  };
  return {
    async query(statement) {
      const [result] = await transaction([statement], "begin");
      if (!result) throw new Error("A statement has a result.");
      return result;
    },
    transaction,
    close: async () => {},
  };
}

async function answerSql(
  request: Request,
  database: TestDatabase,
  user: "owner" | "worker",
): Promise<Response> {
  database.roundTrips += 1;
  const { sqlState, answer } = database;
  const fault = database.faultsLeft > 0 ? database.fault : "none";
  database.faultsLeft -= 1;
  // A large one that nobody reads would be waited for.
  if (["unreachable", "refusing", "answering"].includes(fault)) await request.arrayBuffer();
  if (fault === "unreachable") return new Response("unreachable", { status: 503 });
  if (fault === "refusing")
    return Response.json({ message: "refused by the test", code: sqlState }, { status: 400 });
  if (fault === "answering") return new Response(answer.body, { status: answer.status });
  if (fault === "silent") await sleep(60_000, undefined, { ref: false });
  const response = await answerNeonRequest(request, await database[user]);
  if (fault === "lost") return new Response("lost", { status: 502 });
  return fault === "cut" || fault === "stalled" ? broken(response, fault) : response;
}

/** The first half of an answer. */
async function broken(response: Response, fault: "cut" | "stalled"): Promise<Response> {
  const body = await response.bytes();
  const half = new ReadableStream({
    start: (controller) => controller.enqueue(body.subarray(0, body.length / 2)),
    pull: (controller) => (fault === "cut" ? controller.error(new Error("cut")) : new Promise(() => {})),
  });
  return new Response(half, { status: response.status, headers: response.headers });
}

function control(action: string, query: URLSearchParams, database: TestDatabase): Response {
  if (action === "GET /round-trips") return Response.json(database.roundTrips);
  if (action === "POST /round-trips/reset") {
    database.roundTrips = 0;
    return new Response(null, { status: 204 });
  }
  if (action === "POST /zone") {
    database.zone = query.get("zone") ?? "UTC";
    return new Response(null, { status: 204 });
  }
  const fault = FAULTS.find((kind) => kind === query.get("kind"));
  if (action !== "POST /fault" || !fault) return new Response(`What is ${action}?${query}`, { status: 404 });
  database.fault = fault;
  database.faultsLeft = Number(query.get("times") ?? Number.POSITIVE_INFINITY);
  database.sqlState = query.get("code") ?? "XX000";
  return new Response(null, { status: 204 });
}
