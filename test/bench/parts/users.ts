import { openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { candidatesOf } from "../support/candidates.ts";
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
        const measured = await compare(candidatesOf(arena), arena.postgresPid, load);
        for (const { server, ...figures } of measured)
          results.push({ operation, users: size, server, ...figures });
      }
    } finally {
      await arena.close();
    }
  }
  printTable(
    "Median latency by number of users, and PostgreSQL's CPU per request, in ms",
    results.map(({ operation, users, server, p50_ms, postgres_cpu_ms }) => ({
      operation,
      users,
      server,
      p50: rounded(p50_ms),
      postgres: rounded(postgres_cpu_ms),
    })),
  );
  await writeResult("users", { results });
}
