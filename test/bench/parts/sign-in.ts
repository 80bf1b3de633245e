import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hash as hashNatively } from "@node-rs/argon2";
import { openArena, PASSWORD } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { type Candidate, startCandidates } from "../support/candidates.ts";
import { bodyOf, type Client, openClient } from "../support/client.ts";
import { IS_SHORT } from "../support/part.ts";
import { cpuSecondsOf } from "../support/processes.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { startWorker } from "../support/servers.ts";
import { quantile } from "../support/statistics.ts";

const USERS = 1_000;
const CONCURRENCIES = IS_SHORT ? [0, 16] : [0, 1, 4, 16, 32];
const MILLISECONDS = IS_SHORT ? 1_500 : 5_000;
const WARM_UP_MS = IS_SHORT ? 500 : 3_000;
const HASHES = IS_SHORT ? 30 : 150;
/** Pause between two requests for the current user. */
const PAUSE_MS = 5;
/** Pause of a client whose sign-in was refused because too many others wait. */
const BUSY_PAUSE_MS = 200;
const HASH_WORKER = fileURLToPath(new URL("./hash-worker.ts", import.meta.url));

/** Measures the time of `GET /auth/me` while others sign in, the sign-ins per second, and what a sign-in costs beyond its hash. */
export async function signIn(): Promise<void> {
  const arena = await openArena({ users: USERS, bundle: await buildBundle("worker") });
  try {
    const candidates = await startCandidates(arena);
    const hashCpuMs = { workerd: await cpuOfHashInWorkerd(), Node: await cpuOfNativeHash() };
    const waits = [];
    const costs = [];
    for (const candidate of candidates) {
      const client = openClient(candidate.url);
      const { access_token: token = "" } = bodyOf(await post(client, 1));
      await measure(client, token, 4, WARM_UP_MS);
      for (const concurrency of CONCURRENCIES)
        waits.push({
          server: candidate.name,
          concurrency,
          ...(await measure(client, token, concurrency, MILLISECONDS)),
        });
      const hash = hashCpuMs[candidate.hashesIn];
      const signInCpu = await cpuOfSignIn(candidate, client);
      costs.push({
        server: candidate.name,
        cpu_ms: rounded(signInCpu),
        hash_alone_ms: rounded(hash),
        beyond_hash: `${Math.round((signInCpu / hash - 1) * 100)} %`,
      });
      client.close();
    }
    printTable("GET /auth/me in ms while others sign in, and sign-ins per second", waits);
    printTable("CPU of a sign-in in ms, one at a time, without PostgreSQL", costs);
    await writeResult("signin", { waits, costs });
  } finally {
    await arena.close();
  }
}

/** Signs a user in from an address of their own. */
const post = (client: Client, user: number) =>
  client.send({
    method: "POST",
    path: "/auth/login",
    body: { username: `user${user}`, password: PASSWORD, token_delivery: "body" },
    address: `198.51.100.${user % 250}`,
  });

/** Repeats `GET /auth/me` one at a time while `concurrency` clients sign in. */
async function measure(client: Client, token: string, concurrency: number, milliseconds: number) {
  const end = performance.now() + milliseconds;
  let [signIns, refused] = [0, 0];
  const signers = Array.from({ length: concurrency }, async (_, index) => {
    while (performance.now() < end) {
      const answer = await post(client, index + 2);
      if (answer.status === 503) {
        refused++;
        await sleep(BUSY_PAUSE_MS);
        continue;
      }
      bodyOf(answer);
      signIns++;
    }
  });
  const times: number[] = [];
  while (performance.now() < end) {
    const start = performance.now();
    bodyOf(await client.send({ path: "/auth/me", token }));
    times.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  await Promise.all(signers);
  return {
    me_p50: rounded(quantile(times, 0.5)),
    me_p99: rounded(quantile(times, 0.99)),
    sign_ins_per_second: rounded((signIns * 1_000) / milliseconds),
    refused,
  };
}

async function cpuOfSignIn({ cpuSeconds }: Candidate, client: Client): Promise<number> {
  const before = cpuSeconds();
  for (let user = 1; user <= HASHES; user++) bodyOf(await post(client, user));
  return ((cpuSeconds() - before) * 1_000) / HASHES;
}

/** Returns the CPU of a request in workerd that only computes the hash of a sign-in, in ms. */
async function cpuOfHashInWorkerd(): Promise<number> {
  const worker = await startWorker(await buildBundle("hash-alone", { entry: HASH_WORKER }), {});
  const client = openClient(worker.url);
  try {
    // Each request hashes, so the first ones also compile the code.
    for (let nth = 0; nth < HASHES / 3; nth++) bodyOf(await client.send({ path: "/" }));
    const before = cpuSecondsOf(worker.pid);
    for (let nth = 0; nth < HASHES; nth++) bodyOf(await client.send({ path: "/" }));
    return ((cpuSecondsOf(worker.pid) - before) * 1_000) / HASHES;
  } finally {
    client.close();
    await worker.stop();
  }
}

async function cpuOfNativeHash(): Promise<number> {
  const before = process.cpuUsage();
  for (let nth = 0; nth < HASHES; nth++)
    await hashNatively(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / HASHES;
}
