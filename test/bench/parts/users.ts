import { openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { compare } from "../support/measure.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";

const SIZES = IS_SHORT ? [1_000, 10_000] : [1_000, 100_000];
const [ROUNDS, MILLISECONDS] = IS_SHORT ? [2, 500] : [4, 1_500];

/** Measures the latency of sequential requests, with few and with many users in the database. */
export async function users(): Promise<void> {
  const bundle = await buildBundle("worker");
  const results = [];
  for (const size of SIZES) {
    const arena = await openArena({ users: size, bundle });
    try {
      for (const operation of ["me", "list", "login", "refresh"] as const) {
        const load = { operation, concurrency: 1, milliseconds: MILLISECONDS, rounds: ROUNDS, isWarm: false };
        results.push({ users: size, operation, ...(await compare(arena, load)) });
      }
    } finally {
      await arena.close();
    }
  }
  printTable(
    "Median latency by number of users, and PostgreSQL's CPU per request, in ms",
    results.map(({ users, operation, worker, baseline }) => ({
      operation,
      users,
      worker: rounded(worker.p50_ms),
      baseline: rounded(baseline.p50_ms),
      postgres_of_worker: rounded(worker.postgres_cpu_ms),
      postgres_of_baseline: rounded(baseline.postgres_cpu_ms),
    })),
  );
  await writeResult("users", { results });
}
