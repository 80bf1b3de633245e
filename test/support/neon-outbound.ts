import { setTimeout as sleep } from "node:timers/promises";
import type { Plugin } from "vitest/config";
import { answerNeonRequest } from "../../src/cli/local/neon-endpoint.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";
import type { NeonAnswer } from "./neon-answers.ts";
import { transactAfter } from "./prefixed-transaction.ts";
import { closeTestDatabases, makeTemplate, openTestDatabase } from "./test-databases.ts";

/** Faults of a database, which last until a test changes them. */
const FAULTS = [
  /** The database can't be reached, and runs no statement. */
  "unreachable",
  /** The database does not respond for a minute. */
  "silent",
  /** The statements run, but the response is lost. */
  "lost",
  /** The statements run, but the response fails in the middle. */
  "cut",
  /** The statements run, but the response stalls in the middle. */
  "stalled",
  /** The database rejects every request with an SQLSTATE. */
  "refusing",
  /** No statement runs, and the proxy sends the response that the test set. */
  "answering",
  "none",
] as const;

/** PostgreSQL user of the Worker under test. All other users get the owner of the database. */
const RUNTIME_ROLE = "worker";

interface TestDatabase {
  /** Backend of each role. */
  owner: Promise<SqlBackend>;
  worker: Promise<SqlBackend>;
  roundTrips: number;
  /** Number of statements, each of which PostgreSQL plans, with the BEGIN and the COMMIT of transactions. */
  statements: number;
  fault: (typeof FAULTS)[number];
  /** Number of requests for which the fault still lasts. */
  faultsLeft: number;
  sqlState: string;
  answer: NeonAnswer;
  /** Time zone of the database. */
  zone: string;
}

const databases = new Map<string, TestDatabase>();

/**
 * Answers the requests of the Worker under test in place of Neon. The Worker's DATABASE_URL names a database NAME on the host
 * database.test, and its DATABASE_ENDPOINT is http://database.test/sql. Each NAME is a separate, migrated, empty database, created on
 * first use. The user `worker` has the rights of a runtime role; all other users own the tables. Tests also fetch, on
 * http://database.test:
 *
 *     GET  /round-trips?name=NAME                   number of requests to the database
 *     GET  /statements?name=NAME                    number of statements in them, with BEGIN and COMMIT
 *     POST /round-trips/reset?name=NAME             resets that number
 *     POST /fault?name=NAME&kind=KIND[&code=STATE][&times=N]
 *                                                   makes it fail permanently, or N times; KIND is one of FAULTS
 *     POST /answer?name=NAME                        makes its proxy respond with the status and body in the request's JSON
 *     POST /zone?name=NAME&zone=ZONE                sets its time zone, which is UTC at Neon
 *     POST /template?name=NAME                      makes databases that are created later copies of it, and closes it
 */
export async function neonOutbound(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/sql") {
    const { username, pathname: path } = new URL(request.headers.get("Neon-Connection-String") ?? "");
    return answerSql(request, databaseNamed(path.slice(1)), username === RUNTIME_ROLE ? "worker" : "owner");
  }
  if (pathname === "/template") {
    await makeTemplate(searchParams.get("name") ?? "");
    return new Response(null, { status: 204 });
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

/** Returns the plugin that shuts the databases down when Vitest ends. */
export function closeNeonDatabases(): Plugin {
  return { name: "close-neon-databases", buildEnd: closeTestDatabases };
}

function databaseNamed(name: string): TestDatabase {
  const known = databases.get(name);
  if (known) return known;
  const opened = openTestDatabase(name, RUNTIME_ROLE);
  const zone = () => database.zone;
  const database: TestDatabase = {
    owner: opened.then(({ owner }) => inZone(owner, zone)),
    worker: opened.then(({ worker }) => inZone(worker, zone)),
    roundTrips: 0,
    statements: 0,
    fault: "none",
    faultsLeft: 0,
    sqlState: "",
    answer: { status: 503, body: "" },
    zone: "UTC",
  };
  databases.set(name, database);
  return database;
}

/** Returns the backend with the given time zone. UTC, the default, needs no further statement. */
function inZone(backend: SqlBackend, zone: () => string): SqlBackend {
  const transaction: SqlBackend["transaction"] = (statements, begin, options) => {
    if (zone() === "UTC") return backend.transaction(statements, begin, options);
    const entry = [{ query: `set local timezone = '${zone()}'`, params: [] }];
    return transactAfter(backend, entry, statements, begin, options);
  };
  return {
    async query(statement, signal) {
      if (zone() === "UTC") return backend.query(statement, signal);
      const [result] = await transaction([statement], "begin");
      if (!result) throw new Error("Expected one result for a statement.");
      return result;
    },
    transaction,
    close: () => backend.close(),
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
  // The sender of a large body would wait until it is read.
  if (["unreachable", "refusing", "answering"].includes(fault)) await request.arrayBuffer();
  if (fault === "unreachable") return new Response("unreachable", { status: 503 });
  if (fault === "refusing")
    return Response.json({ message: "refused by the test", code: sqlState }, { status: 400 });
  if (fault === "answering") return new Response(answer.body, { status: answer.status });
  if (fault === "silent") await sleep(60_000, undefined, { ref: false });
  const response = await answerNeonRequest(request, countStatements(database, await database[user]));
  if (fault === "lost") return new Response("lost", { status: 502 });
  return fault === "cut" || fault === "stalled" ? breakOff(response, fault) : response;
}

/** Returns the backend, which counts the statements that it runs. */
const countStatements = (database: TestDatabase, backend: SqlBackend): SqlBackend => ({
  query(statement, signal) {
    database.statements += 1;
    return backend.query(statement, signal);
  },
  transaction(statements, begin, options) {
    database.statements += statements.length + 2;
    return backend.transaction(statements, begin, options);
  },
  close: () => backend.close(),
});

/** Returns a response that has the first half of the body, and then fails or stalls. */
async function breakOff(response: Response, fault: "cut" | "stalled"): Promise<Response> {
  const body = await response.bytes();
  const half = new ReadableStream({
    start: (controller) => controller.enqueue(body.subarray(0, body.length / 2)),
    pull: (controller) => (fault === "cut" ? controller.error(new Error("cut")) : new Promise(() => {})),
  });
  return new Response(half, { status: response.status, headers: response.headers });
}

/** Responds to a test's request about a database. */
function control(action: string, query: URLSearchParams, database: TestDatabase): Response {
  if (action === "GET /round-trips") return Response.json(database.roundTrips);
  if (action === "GET /statements") return Response.json(database.statements);
  if (action === "POST /round-trips/reset") {
    database.roundTrips = 0;
    return new Response(null, { status: 204 });
  }
  if (action === "POST /zone") {
    database.zone = query.get("zone") ?? "UTC";
    return new Response(null, { status: 204 });
  }
  const fault = FAULTS.find((kind) => kind === query.get("kind"));
  if (action !== "POST /fault" || !fault)
    return new Response(`Unknown action: ${action}?${query}`, { status: 404 });
  database.fault = fault;
  database.faultsLeft = Number(query.get("times") ?? Number.POSITIVE_INFINITY);
  database.sqlState = query.get("code") ?? "XX000";
  return new Response(null, { status: 204 });
}
