import { openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { compare, type Measured } from "../support/measure.ts";
import { OPERATIONS } from "../support/operations.ts";
import { IS_SHORT } from "../support/part.ts";
import { residentMibOf } from "../support/processes.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";

const USERS = 1_000;
const CONCURRENCIES = IS_SHORT ? [8] : [1, 8, 32];
const [ROUNDS, MILLISECONDS] = IS_SHORT ? [2, 500] : [4, 1_500];

/** Measures requests per second and per second of the server's CPU, their latency, and the memory afterwards. */
export async function throughput(): Promise<void> {
  const arena = await openArena({ users: USERS, bundle: await buildBundle("worker") });
  try {
    const memory = { before: memoryOf(arena) };
    const results = [];
    for (const operation of OPERATIONS) {
      for (const concurrency of CONCURRENCIES) {
        const isWarm = concurrency !== CONCURRENCIES[0];
        const load = { operation, concurrency, milliseconds: MILLISECONDS, rounds: ROUNDS, isWarm };
        results.push({ operation, concurrency, ...(await compare(arena, load)) });
      }
    }
    const after = memoryOf(arena);
    printTable(
      "Requests per second and latency in ms, of the Worker and the baseline",
      results.map(({ operation, concurrency, worker, baseline }) => ({
        operation,
        concurrency,
        worker: rounded(worker.requests_per_second),
        baseline: rounded(baseline.requests_per_second),
        worker_p50: rounded(worker.p50_ms),
        baseline_p50: rounded(baseline.p50_ms),
        worker_p99: rounded(worker.p99_ms),
        baseline_p99: rounded(baseline.p99_ms),
      })),
    );
    printTable(
      "CPU in ms per request: of the server's process, the Neon endpoint and PostgreSQL",
      results.map(({ operation, concurrency, worker, baseline }) => ({
        operation,
        concurrency,
        worker: rounded(worker.server_cpu_ms),
        baseline: rounded(baseline.server_cpu_ms),
        per_cpu_second: `${rounded(ratio(worker, baseline), 2)} × baseline`,
        neon_endpoint: rounded(worker.endpoint_cpu_ms),
        postgres_of_worker: rounded(worker.postgres_cpu_ms),
        postgres_of_baseline: rounded(baseline.postgres_cpu_ms),
      })),
    );
    printTable("Resident memory in MiB of workerd and Node", [
      { when: "before", ...memory.before },
      { when: "after", ...after },
    ]);
    await writeResult("throughput", { users: USERS, results, memory_mib: { ...memory, after } });
  } finally {
    await arena.close();
  }
}

/** Returns the requests per CPU second of the Worker, as a multiple of the baseline's. */
const ratio = (worker: Measured, baseline: Measured) =>
  worker.requests_per_cpu_second / baseline.requests_per_cpu_second;

const memoryOf = ({ worker, baseline }: { worker: { pid: number }; baseline: { pid: number } }) => ({
  worker: rounded(residentMibOf(worker.pid)),
  baseline: rounded(residentMibOf(baseline.pid)),
});
