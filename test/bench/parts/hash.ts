import { fileURLToPath } from "node:url";
import { startSystem } from "../../support/system.ts";
import { buildBundle } from "../support/bundle.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { startWorker } from "../support/servers.ts";
import { median } from "../support/statistics.ts";

const [ROUNDS, WARM_UP] = IS_SHORT ? [20, 20] : [200, 300];
const PASSWORD = "correct horse battery staple";

/**
 * Compares the cost of a sign-in with the cost of only its password hash. Both run in workerd as under `npm start`, over the same
 * HTTP, one request at a time and in turns, so that other load on the machine affects both.
 */
export async function hash(): Promise<void> {
  const system = await startSystem({ LOG_LEVEL: "error" });
  const bundle = await buildBundle("hash-alone", {
    entry: fileURLToPath(new URL("./hash-worker.ts", import.meta.url)),
  });
  const hashing = await startWorker(bundle, {});
  try {
    const post = (path: string, body: object) =>
      fetch(system.url + path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    await post("/auth/register", { username: "ada", email: "ada@example.com", password: PASSWORD });
    const samples = [
      { of: "the hash alone", work: () => fetch(hashing.url), ms: [] as number[] },
      {
        of: "a sign-in",
        work: () => post("/auth/login", { username: "ada", password: PASSWORD }),
        ms: [] as number[],
      },
    ];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      for (const { of, work, ms } of samples) {
        const start = performance.now();
        const response = await work();
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`${of} answered ${response.status}`);
        if (round >= 0) ms.push(performance.now() - start);
      }
    }
    const results = samples.map(({ of, ms }) => ({ of, median_ms: rounded(median(ms)) }));
    printTable("A sign-in compared with its hash", results);
    await writeResult("hash", { results });
  } finally {
    await hashing.stop();
    await system.stop();
  }
}
