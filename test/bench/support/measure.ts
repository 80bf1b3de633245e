import type { Arena } from "./arena.ts";
import { openClient } from "./client.ts";
import { putLoad, warmUp } from "./load.ts";
import { type Operation, WARM_UP_MS_MAX, WARM_UP_REQUESTS, workOf } from "./operations.ts";
import { IS_SHORT } from "./part.ts";
import { cpuSecondsOf, familyCpuSecondsOf } from "./processes.ts";
import type { Server } from "./servers.ts";
import { quantile } from "./statistics.ts";

export type SystemName = "worker" | "baseline";

/** Results of one system under one load. */
export interface Measured {
  requests: number;
  requests_per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** CPU of the server's process per request, in all its threads. */
  server_cpu_ms: number;
  requests_per_cpu_second: number;
  /** CPU per request of the other processes that the server needs. */
  endpoint_cpu_ms: number;
  postgres_cpu_ms: number;
}

export interface Load {
  operation: Operation;
  concurrency: number;
  /** Duration of the load on each system in each round. */
  milliseconds: number;
  rounds: number;
  /** Set if earlier load has already compiled the systems' code. */
  isWarm: boolean;
}

/** Puts the same load on both systems in turns, so that other load on the machine affects both. */
export async function compare(arena: Arena, load: Load): Promise<Record<SystemName, Measured>> {
  const samples = {
    worker: await openSample(arena, "worker", load),
    baseline: await openSample(arena, "baseline", load),
  };
  for (let round = 0; round < load.rounds; round++) {
    const order: SystemName[] = round % 2 === 0 ? ["worker", "baseline"] : ["baseline", "worker"];
    for (const name of order) await samples[name].takeRound();
  }
  return { worker: samples.worker.finish(), baseline: samples.baseline.finish() };
}

async function openSample(
  arena: Arena,
  name: SystemName,
  { operation, concurrency, milliseconds, isWarm }: Load,
) {
  const server: Server = arena[name];
  const client = openClient(server.url);
  const works = await Promise.all(Array.from({ length: concurrency }, () => workOf(operation, client)));
  const share = isWarm ? 0.05 : IS_SHORT ? 0.1 : 1;
  await warmUp(works, WARM_UP_REQUESTS[operation] * share, WARM_UP_MS_MAX * share);
  const times: number[] = [];
  let seconds = 0;
  const used = { server: 0, endpoint: 0, postgres: 0 };
  const meters = {
    server: () => cpuSecondsOf(server.pid),
    endpoint: () => cpuSecondsOf(arena.endpoint.pid),
    postgres: () => familyCpuSecondsOf(arena.postgresPid),
  };
  const names = ["server", "endpoint", "postgres"] as const;
  return {
    async takeRound() {
      const before = names.map((meter) => meters[meter]());
      const start = performance.now();
      times.push(...(await putLoad(works, milliseconds)));
      seconds += (performance.now() - start) / 1000;
      for (const [index, meter] of names.entries()) used[meter] += meters[meter]() - (before[index] ?? 0);
    },
    finish(): Measured {
      client.close();
      const requests = times.length;
      return {
        requests,
        requests_per_second: requests / seconds,
        p50_ms: quantile(times, 0.5),
        p99_ms: quantile(times, 0.99),
        server_cpu_ms: (used.server * 1000) / requests,
        requests_per_cpu_second: requests / used.server,
        endpoint_cpu_ms: (used.endpoint * 1000) / requests,
        postgres_cpu_ms: (used.postgres * 1000) / requests,
      };
    },
  };
}
