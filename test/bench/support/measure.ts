import type { Candidate, ServerName } from "./candidates.ts";
import { openClient } from "./client.ts";
import { putLoad, warmUp } from "./load.ts";
import { type Operation, WARM_UP_MS_MAX, WARM_UP_REQUESTS, workOf } from "./operations.ts";
import { IS_SHORT } from "./part.ts";
import { familyCpuSecondsOf } from "./processes.ts";
import { median, quantile } from "./statistics.ts";

/** Results of one server under one load. */
export interface Measured {
  server: ServerName;
  requests: number;
  /** Median of the rounds. */
  requests_per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** CPU per request of all the server's processes but PostgreSQL. */
  cpu_ms: number;
  postgres_cpu_ms: number;
}

export interface Load {
  operation: Operation;
  concurrency: number;
  /** Duration of the load on each server in each round. */
  milliseconds: number;
  rounds: number;
  /** Set if earlier load has already compiled the servers' code. */
  isWarm: boolean;
}

/** Puts one load on all servers in turns, so that other load on the machine affects each of them. */
export async function compare(
  servers: readonly Candidate[],
  postgresPid: number,
  load: Load,
): Promise<Measured[]> {
  const samples = [];
  for (const server of servers) samples.push(await openSample(server, postgresPid, load));
  for (let round = 0; round < load.rounds; round++) {
    for (const sample of round % 2 === 0 ? samples : samples.toReversed()) await sample.takeRound();
  }
  return samples.map((sample) => sample.finish());
}

async function openSample(
  server: Candidate,
  postgresPid: number,
  { operation, concurrency, milliseconds, isWarm }: Load,
) {
  const client = openClient(server.url);
  const works = await Promise.all(Array.from({ length: concurrency }, () => workOf(operation, client)));
  const share = isWarm ? 0.05 : IS_SHORT ? 0.1 : 1;
  await warmUp(works, WARM_UP_REQUESTS[operation] * share, WARM_UP_MS_MAX * share);
  const times: number[] = [];
  const rates: number[] = [];
  const meters = [server.cpuSeconds, () => familyCpuSecondsOf(postgresPid)];
  const used = meters.map(() => 0);
  return {
    async takeRound() {
      const before = meters.map((meter) => meter());
      const start = performance.now();
      const round = await putLoad(works, milliseconds);
      rates.push((round.length * 1_000) / (performance.now() - start));
      times.push(...round);
      for (const [index, meter] of meters.entries())
        used[index] = (used[index] ?? 0) + meter() - (before[index] ?? 0);
    },
    finish(): Measured {
      client.close();
      const [serverSeconds = 0, postgresSeconds = 0] = used;
      return {
        server: server.name,
        requests: times.length,
        requests_per_second: median(rates),
        p50_ms: quantile(times, 0.5),
        p99_ms: quantile(times, 0.99),
        cpu_ms: (serverSeconds * 1_000) / times.length,
        postgres_cpu_ms: (postgresSeconds * 1_000) / times.length,
      };
    },
  };
}
