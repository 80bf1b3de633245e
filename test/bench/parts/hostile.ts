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
/** How many requests of one kind a stranger sends at a time. */
const AT_ONCE = 8;
const PAUSE_MS = 20;

/** A request of a stranger. */
interface Attack {
  path: string;
  body: () => string;
  type?: string;
  /** Whether the body comes in chunks of a KiB, its length not told. */
  isChunked?: boolean;
  /** For operations that anybody may call. */
  isPublic?: boolean;
  atOnce?: number;
}

const MEBIBYTE = 1024 * 1024;
const fill = (before: string, item: string, after: string, bytes: number) =>
  before + item.repeat((bytes - before.length - after.length) / item.length) + after;
const columns = fill("", ",", "start date,start time\nx\nx\n", MEBIBYTE);
const events = fill('{"buckets":{"a":{"events":[', "0,", "0]}}}", 8 * MEBIBYTE);
const unchecked = 64 * 1024;

/** The worst requests that were found: what took most before the guard was asked first, and what is parsed or hashed before it still. */
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
    body: () => fill("start date,start time,description\n", "1,2,3\n", "", unchecked),
    type: "text/csv",
  },
  "8 MiB of events to import": { path: "/compat/aw/api/0/import", body: () => events },
  "64 KiB of events": {
    path: "/compat/aw/api/0/buckets/a/events",
    body: () => fill("[", '{"data":{}},', "{}]", unchecked),
  },
  "64 KiB of brackets": { path: "/auth/login", body: () => "[".repeat(unchecked), isPublic: true },
  "64 KiB of unknown fields": {
    path: "/auth/login",
    body: () => `{${Array.from({ length: 5_000 }, (_, n) => `"a${n}":0`).join()}}`,
    isPublic: true,
  },
  "a hundred questions with a large context": {
    path: "/access/v1/evaluations",
    body: () =>
      `{"evaluations":[${"{},".repeat(99)}{}],"context":{${Array.from({ length: 5_000 }, (_, n) => `"a${n}":0`).join()}}}`,
  },
  "registrations, 32 at once": {
    path: "/auth/register",
    body: () => {
      const username = `hostile-${crypto.randomUUID()}`;
      return JSON.stringify({ username, email: `${username}@example.com`, password: PASSWORD });
    },
    isPublic: true,
    atOnce: 32,
  },
  "sign-ins, 32 at once": {
    path: "/auth/login",
    body: () => JSON.stringify({ username: `user${crypto.randomUUID()}`, password: PASSWORD }),
    isPublic: true,
    atOnce: 32,
  },
};

/** How long `GET /auth/me` takes while a stranger sends the worst requests, one kind after the other. */
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
    const stranger = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
    const results = [
      { attack: "none", sent: 0, answers: "", ...(await measure(client, token, SECONDS / 4)) },
    ];
    for (const [name, attack] of Object.entries(ATTACKS)) {
      const answers: Record<string, number> = {};
      const isOver = { value: false };
      const senders = Array.from({ length: attack.atOnce ?? AT_ONCE }, async () => {
        while (!isOver.value) {
          const status = await sendHostile(url, attack, stranger);
          answers[status] = (answers[status] ?? 0) + 1;
        }
      });
      const times = await measure(client, token, SECONDS);
      isOver.value = true;
      await Promise.all(senders);
      const sent = Object.values(answers).reduce((sum, count) => sum + count, 0);
      results.push({ attack: name, sent, answers: JSON.stringify(answers), ...times });
    }
    printTable(
      `GET /auth/me in ms, while a stranger sends this for ${SECONDS} s; the goal is a p99 of ${GOAL_MS}`,
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

/** The status of the answer; what is refused without one has none: an answer may come, and the connection end, before all was sent. */
async function sendHostile(url: string, attack: Attack, token: string): Promise<string> {
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
  // After the answer it says nothing more.
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
