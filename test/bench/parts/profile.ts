import { freePort } from "../../support/system.ts";
import { openArena } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { OWN_SERVER, startOwnServer } from "../support/candidates.ts";
import { openClient } from "../support/client.ts";
import { putLoad, warmUp } from "../support/load.ts";
import { WARM_UP_MS_MAX, WARM_UP_REQUESTS, workOf } from "../support/operations.ts";
import { IS_SHORT } from "../support/part.ts";
import { profileWhile, type SelfTime } from "../support/profiler.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import type { Server } from "../support/servers.ts";
import { type BundleFile, filesOf, ownerOf } from "../support/source-map.ts";

const MILLISECONDS = IS_SHORT ? 1_500 : 8_000;
const CONCURRENCY = 8;
const FUNCTIONS_SHOWN = 15;
/** V8's name for idle time. */
const IDLE = "(idle)";

/** Profiles the JavaScript thread of each system, by owner of the code and by function, per request. */
export async function profile(): Promise<void> {
  const bundle = await buildBundle("readable", { minify: false });
  const [inspectorPort, baselinePort, serverPort] = [await freePort(), await freePort(), await freePort()];
  const arena = await openArena({ users: 1_000, bundle, inspectorPort, nodeFlags: flagsFor(baselinePort) });
  const results = [];
  try {
    const server = await startOwnServer(arena, flagsFor(serverPort));
    const fileOf = filesIn([bundle, OWN_SERVER]);
    const systems: { name: string; server: Server; port: number }[] = [
      { name: "worker", server: arena.worker, port: inspectorPort },
      { name: "dist/server.js", server, port: serverPort },
      { name: "baseline", server: arena.baseline, port: baselinePort },
    ];
    for (const operation of ["me", "list", "login"] as const) {
      for (const { name, server, port } of systems) {
        const client = openClient(server.url);
        const works = await Promise.all(Array.from({ length: CONCURRENCY }, () => workOf(operation, client)));
        await warmUp(works, WARM_UP_REQUESTS[operation], WARM_UP_MS_MAX);
        let requests = 0;
        const times = await profileWhile(port, async () => {
          requests = (await putLoad(works, MILLISECONDS)).length;
        });
        client.close();
        const busy = times.filter(({ functionName }) => functionName !== IDLE);
        const owners = shares(busy, (time) => ownerOf(fileOf(time)), requests);
        const functions = shares(
          busy,
          (time) => `${time.functionName || "(anonymous)"} ${fileOf(time)}`,
          requests,
        );
        results.push({
          operation,
          system: name,
          requests,
          owners,
          functions: functions.slice(0, FUNCTIONS_SHOWN),
        });
        const title = `${operation}, ${name}: µs of its JavaScript thread per request`;
        printTable(`${title}, by owner of the code`, owners.slice(0, FUNCTIONS_SHOWN));
        printTable(`${title}, by function`, functions.slice(0, FUNCTIONS_SHOWN));
      }
    }
  } finally {
    await arena.close();
  }
  await writeResult("profile", { results });
}

const flagsFor = (inspectorPort: number) => [`--inspect=127.0.0.1:${inspectorPort}`];

/** Returns a function that returns the source file of a function in one of `bundles`, or V8's own name for time without one. */
function filesIn(bundles: readonly BundleFile[]) {
  const files = bundles.map((bundle) => ({ main: `/${bundle.main}`, fileAt: filesOf(bundle) }));
  return ({ url, lineNumber, functionName }: SelfTime): string => {
    if (url.startsWith("wasm:")) return "Argon2 (WebAssembly)";
    const bundled = files.find(({ main }) => `/${url}`.endsWith(main));
    return bundled ? bundled.fileAt(lineNumber) : url || functionName;
  };
}

function shares(times: readonly SelfTime[], keyOf: (time: SelfTime) => string, requests: number) {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const sums = new Map<string, number>();
  for (const time of times) sums.set(keyOf(time), (sums.get(keyOf(time)) ?? 0) + time.ms);
  return [...sums]
    .sort(([, a], [, b]) => b - a)
    .map(([of, ms]) => ({
      of,
      microseconds: rounded((ms * 1000) / requests),
      share: rounded(ms / total, 2),
    }));
}
