import { unstable_startWorker } from "wrangler";
import { freePort, startSystem } from "../support/system.ts";

/**
 * What a sign-in costs beside the hash that it can't do without: both in workerd, through the same HTTP, one request at a
 * time and taking turns, so that whatever else the machine does falls on both. Prints medians in milliseconds and their
 * ratio.
 */
const ROUNDS = 200;
const WARM_UP = 300;
const PASSWORD = "correct horse battery staple";

const system = await startSystem({ LOG_LEVEL: "error" });
const port = await freePort();
const hashing = await unstable_startWorker({
  name: "hash-alone",
  entrypoint: new URL("./hash-worker.ts", import.meta.url).pathname,
  compatibilityDate: "2026-08-01",
  dev: { server: { hostname: "127.0.0.1", port }, inspector: false, watch: false, logLevel: "none" },
});
await hashing.ready;

const post = (path: string, body: object) =>
  fetch(system.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
await post("/auth/register", { username: "ada", email: "ada@example.com", password: PASSWORD });

const work = {
  "the hash alone": () => fetch(`http://127.0.0.1:${port}`),
  "a sign-in": () => post("/auth/login", { username: "ada", password: PASSWORD }),
};
const times = { "the hash alone": [] as number[], "a sign-in": [] as number[] };

for (let round = -WARM_UP; round < ROUNDS; round++) {
  for (const name of ["the hash alone", "a sign-in"] as const) {
    const start = performance.now();
    const response = await work[name]();
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
    if (round >= 0) times[name].push(performance.now() - start);
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const hash = median(times["the hash alone"]);
const signIn = median(times["a sign-in"]);
console.table({
  "the hash alone": { "median ms": hash.toFixed(1) },
  "a sign-in": { "median ms": signIn.toFixed(1) },
});
console.log(`A sign-in costs ${(signIn / hash).toFixed(2)} times the hash alone.`);

await hashing.dispose();
await system.stop();
