import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { encodePersonalToken, newPersonalToken } from "../../../src/core/security/personal-token.ts";
import { openArena, PASSWORD } from "../support/arena.ts";
import { buildBundle } from "../support/bundle.ts";
import { bodyOf, type Client, openClient } from "../support/client.ts";
import { IS_SHORT } from "../support/part.ts";
import { printTable, rounded, writeResult } from "../support/report.ts";
import { quantile } from "../support/statistics.ts";

const USERS = 100;
const SECONDS = IS_SHORT ? 10 : 60;
const GOAL_MS = 200;
/** Number of concurrent requests that the attacker sends. */
const CONCURRENCY = 8;
const PAUSE_MS = 20;

/** A request of an attacker without an account. */
interface Attack {
  path: string;
  body: () => string;
  type?: string;
  /** Set if the body is sent in chunks of one KiB, without its length. */
  isChunked?: boolean;
  /** Set for operations that need no credential. */
  isPublic?: boolean;
  concurrency?: number;
}

const MEBIBYTE = 1024 * 1024;
const fill = (before: string, item: string, after: string, bytes: number) =>
  before + item.repeat((bytes - before.length - after.length) / item.length) + after;
const columns = fill("", ",", "start date,start time\nx\nx\n", MEBIBYTE);
const events = fill('{"buckets":{"a":{"events":[', "0,", "0]}}}", 8 * MEBIBYTE);
const UNGUARDED_BYTES = 64 * 1024;

/**
 * The most expensive known requests: the costliest requests from before the guard ran first, and requests that are parsed or hashed before
 * it.
 */
const ATTACKS: Record<string, Attack> = {
  "1 MiB of columns as CSV": { path: "/imports?format=toggl", body: () => columns, type: "text/csv" },
  "the same in chunks": {
    path: "/imports?format=toggl",
    body: () => columns,
    type: "text/csv",
    isChunked: true,
  },
  "64 KiB of rows as CSV": {
    path: "/imports?format=toggl",
    body: () => fill("start date,start time,description\n", "1,2,3\n", "", UNGUARDED_BYTES),
    type: "text/csv",
  },
  "an import of 8 MiB of events": { path: "/compat/aw/api/0/import", body: () => events },
  "64 KiB of events": {
    path: "/compat/aw/api/0/buckets/a/events",
    body: () => fill("[", '{"data":{}},', "{}]", UNGUARDED_BYTES),
  },
  "64 KiB of brackets": { path: "/auth/login", body: () => "[".repeat(UNGUARDED_BYTES), isPublic: true },
  "64 KiB of unknown fields": {
    path: "/auth/login",
    body: () => `{${Array.from({ length: 5_000 }, (_, n) => `"a${n}":0`).join()}}`,
    isPublic: true,
  },
  "a hundred access evaluations with a large context": {
    path: "/access/v1/evaluations",
    body: () =>
      `{"evaluations":[${"{},".repeat(99)}{}],"context":{${Array.from({ length: 5_000 }, (_, n) => `"a${n}":0`).join()}}}`,
  },
  "registrations, 32 concurrent": {
    path: "/auth/register",
    body: () => {
      const username = `hostile-${crypto.randomUUID()}`;
      return JSON.stringify({ username, email: `${username}@example.com`, password: PASSWORD });
    },
    isPublic: true,
    concurrency: 32,
  },
  "sign-ins, 32 concurrent": {
    path: "/auth/login",
    body: () => JSON.stringify({ username: `user${crypto.randomUUID()}`, password: PASSWORD }),
    isPublic: true,
    concurrency: 32,
  },
};

/** Measures the time of `GET /auth/me` while an attacker sends the most expensive requests, one kind after the other. */
export async function hostile(): Promise<void> {
  const arena = await openArena({ users: USERS, bundle: await buildBundle("worker") });
  const { url } = arena.worker;
  const client = openClient(url);
  try {
    const session = await client.send({
      method: "POST",
      path: "/auth/login",
      body: { username: "user1", password: PASSWORD },
    });
    const { access_token: token = "" } = bodyOf(session);
    const attackerToken = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
    const results = [
      { attack: "none", sent: 0, answers: "", ...(await measure(client, token, SECONDS / 4)) },
    ];
    for (const [name, attack] of Object.entries(ATTACKS)) {
      const answers: Record<string, number> = {};
      const attackState = { hasEnded: false };
      const senders = Array.from({ length: attack.concurrency ?? CONCURRENCY }, async () => {
        while (!attackState.hasEnded) {
          const status = await sendAttack(url, attack, attackerToken);
          answers[status] = (answers[status] ?? 0) + 1;
        }
      });
      const times = await measure(client, token, SECONDS);
      attackState.hasEnded = true;
      await Promise.all(senders);
      const sent = Object.values(answers).reduce((sum, count) => sum + count, 0);
      results.push({ attack: name, sent, answers: JSON.stringify(answers), ...times });
    }
    printTable(
      `GET /auth/me in ms during an attack of ${SECONDS} s; the target is a p99 under ${GOAL_MS}`,
      results,
    );
    await writeResult("hostile", { seconds: SECONDS, goal_ms: GOAL_MS, results });
  } finally {
    client.close();
    await arena.close();
  }
}

async function measure(client: Client, token: string, seconds: number) {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    const start = performance.now();
    bodyOf(await client.send({ path: "/auth/me", token }));
    times.push(performance.now() - start);
    await sleep(PAUSE_MS);
  }
  return {
    requests: times.length,
    p50: rounded(quantile(times, 0.5)),
    p99: rounded(quantile(times, 0.99)),
    worst: rounded(quantile(times, 1)),
  };
}

/**
 * Sends one request and returns the status of its answer, or "none" if the connection ended without an answer. The server may answer and
 * close the connection before the whole request was sent.
 */
async function sendAttack(url: string, attack: Attack, token: string): Promise<string> {
  const body = Buffer.from(attack.body());
  const outgoing = request(url + attack.path, {
    method: "POST",
    headers: {
      "CF-Connecting-IP": "203.0.113.7",
      "Content-Type": attack.type ?? "application/json",
      ...(!attack.isPublic && { Authorization: `Bearer ${token}` }),
      ...(!attack.isChunked && { "Content-Length": body.length }),
    },
  });
  // Errors after the answer don't matter.
  outgoing.on("error", () => {});
  const answered = once(outgoing, "response").then(
    ([incoming]) => {
      incoming.on("error", () => {}).resume();
      return String(incoming.statusCode);
    },
    () => "none",
  );
  for (let start = 0; attack.isChunked && start < body.length; start += 1024) {
    outgoing.write(body.subarray(start, start + 1024));
  }
  outgoing.end(attack.isChunked ? undefined : body);
  const status = await answered;
  outgoing.destroy();
  return status;
}
