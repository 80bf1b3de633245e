import { fileURLToPath } from "node:url";
import { type Bundle, buildBundle } from "../support/bundle.ts";
import { IS_SHORT } from "../support/part.ts";
import { cpuSecondsOf } from "../support/processes.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { type Server, startNodeServer, startWorker } from "../support/servers.ts";
import { median } from "../support/statistics.ts";

const ROUNDS = IS_SHORT ? 3 : 15;
const EMPTY = fileURLToPath(new URL("./empty-worker.ts", import.meta.url));
/** Settings that suffice to answer /health; the database is never queried. */
const SETTINGS = {
  ENVIRONMENT: "development",
  AUTH_SECRET: "local-secret-of-the-bench-0123456789-abcdefghij",
  DATABASE_URL: "postgres://unused@127.0.0.1:1/none",
};

/** Measures the size of the Worker's bundle, and the time from the start of a process to its first answer, in turns. */
export async function startUp(): Promise<void> {
  const bundle = await buildBundle("worker");
  const empty = await buildBundle("empty", { entry: EMPTY });
  const candidates = {
    "the Worker": () => startWorker(bundle, SETTINGS),
    "an empty Worker": () => startWorker(empty, {}),
    "the baseline": () => startNodeServer("baseline/server.ts", { AUTH_SECRET: SETTINGS.AUTH_SECRET }),
  };
  const samples = Object.entries(candidates).map(([name, start]) => ({
    name,
    start,
    ms: [] as number[],
    cpu: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { start, ms, cpu } of samples) {
      const server: Server = await start();
      ms.push(server.startMs);
      cpu.push(cpuSecondsOf(server.pid) * 1000);
      await server.stop();
    }
  }
  const results = samples.map(({ name, ms, cpu }) => ({
    of: name,
    first_answer_ms: rounded(median(ms)),
    cpu_ms: rounded(median(cpu)),
  }));
  const size = sizeOf(bundle);
  printTable("From a process's start to the first answer, medians", results);
  printTable("The bundle in KiB", [size]);
  await writeResult("start-up", { results, bundle_kib: size });
}

const sizeOf = ({ bytes, gzipBytes }: Bundle) => ({
  plain: rounded(bytes / 1024),
  gzip: rounded(gzipBytes / 1024),
});
