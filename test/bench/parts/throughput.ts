import { findPostgresTools } from "../../support/system-tools.ts";
import { openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { type Candidate, startCandidates } from "../support/candidates.ts";
import { compare, type Measured } from "../support/measure.ts";
import { OPERATIONS, type Operation } from "../support/operations.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, type Row, rounded, writeResult } from "../support/report.ts";

const USERS = 1_000;
const CONCURRENCIES = IS_SHORT ? [8] : [1, 8, 32];
const [ROUNDS, MILLISECONDS] = IS_SHORT ? [2, 500] : [3, 1_500];

/** Extra milliseconds of each round trip to the database. */
const DELAY_MS = Number(process.env.BENCH_DELAY_MS ?? 0);

/** One load on all servers. */
interface Result {
  operation: Operation;
  concurrency: number;
  servers: Measured[];
}

/** Measures requests per second, latency, CPU and memory of all servers, on the PostgreSQL of the machine and the embedded one. */
export async function throughput(): Promise<void> {
  const bundle = await buildBundle("worker");
  const runs = [];
  for (const postgresBinaries of findPostgres()) {
    const arena = await openArena({ users: USERS, bundle, postgresBinaries, delayMs: DELAY_MS });
    try {
      const version = (await arena.query("show server_version")).rows[0]?.server_version;
      const servers = await startCandidates(arena);
      const idle = memoryOf(servers);
      const results = await measureAll(servers, arena.postgresPid);
      const memory = { idle, after: memoryOf(servers) };
      report(`PostgreSQL ${version}, ${DELAY_MS} ms away`, results, memory);
      runs.push({ version, delay_ms: DELAY_MS, memory_mib: memory, results });
    } finally {
      await arena.close();
    }
  }
  await writeResult(DELAY_MS ? `throughput-${DELAY_MS}-ms` : "throughput", { users: USERS, runs });
}

/** Returns the folder of PostgreSQL's programs on this machine, if any, and undefined for the embedded ones. */
function findPostgres(): (string | undefined)[] {
  const installed = findPostgresTools();
  return process.env.PG_BIN || installed === undefined ? [installed] : [installed, undefined];
}

async function measureAll(servers: readonly Candidate[], postgresPid: number): Promise<Result[]> {
  const results = [];
  for (const operation of OPERATIONS) {
    for (const concurrency of CONCURRENCIES) {
      const isWarm = concurrency !== CONCURRENCIES[0];
      const load = { operation, concurrency, milliseconds: MILLISECONDS, rounds: ROUNDS, isWarm };
      results.push({ operation, concurrency, servers: await compare(servers, postgresPid, load) });
    }
  }
  return results;
}

function report(title: string, results: readonly Result[], memory: Record<string, Row>): void {
  const table = (name: string, figureOf: (measured: Measured) => number) =>
    printTable(
      `${name}, ${title}`,
      results.map(({ operation, concurrency, servers }) => ({
        operation,
        concurrency,
        ...Object.fromEntries(servers.map((measured) => [measured.server, rounded(figureOf(measured))])),
      })),
    );
  table("Requests per second", ({ requests_per_second }) => requests_per_second);
  table("p50 in ms", ({ p50_ms }) => p50_ms);
  table("p99 in ms", ({ p99_ms }) => p99_ms);
  table("CPU in ms per request, without PostgreSQL", ({ cpu_ms }) => cpu_ms);
  table("PostgreSQL's CPU in ms per request", ({ postgres_cpu_ms }) => postgres_cpu_ms);
  printTable(
    `Resident memory in MiB, without PostgreSQL, ${title}`,
    Object.entries(memory).map(([when, servers]) => ({ when, ...servers })),
  );
}

const memoryOf = (servers: readonly Candidate[]): Row =>
  Object.fromEntries(servers.map(({ name, residentMib }) => [name, rounded(residentMib())]));
