import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { blocksOf } from "../support/guides.ts";
import { CRASH_SAFE, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { copyProject } from "../support/project-copy.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests the queue for heartbeats of docs/operations.md, on the queue of Cloudflare's local runtime. */

const PASSWORD = "correct horse battery staple";
const NOON = Date.parse("2026-11-23T12:00:00Z") / 1000;
const BATCHES = 40;
const BATCH_SIZE = 25;

/** Limit for changes that happen by themselves, on a busy machine. */
const SOON = { timeout: 60_000, interval: 500 };

let directory: string;
let postgres: PostgresServer;
let system: System;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "queue-"));
  postgres = await startPostgres(CRASH_SAFE);
});
afterEach(() => system.stop());
afterAll(async () => {
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Starts a copy with the guide's lines of wrangler.toml uncommented, and changed by `change`. */
async function startWithQueue(name: string, change = (lines: string) => lines): Promise<System> {
  const project = join(directory, name);
  await copyProject(project);
  const path = join(project, "wrangler.toml");
  const lines = guideOn("queue").trim();
  const comments = lines.replaceAll(/^/gm, "# ").replaceAll(/ +$/gm, "");
  const text = await readFile(path, "utf8");
  expect(text.split(`\n${comments}\n`)).toHaveLength(2);
  await writeFile(path, text.replace(comments, change(lines)));
  const environment = {
    DATABASE_URL: await postgres.createMigratedDatabase(name),
    DATABASE_TIMEOUT_MS: "2000",
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
  };
  // Plain workerd, which npm start runs, has no queues.
  return startSystem(environment, project, ["--watch"]);
}

const guideOn = (label: string) =>
  blocksOf("docs/operations.md").find((block) => block.label === label)?.code ?? "";

async function call<Body = Record<string, string>>(
  method: string,
  path: string,
  token?: string,
  body?: object,
) {
  const response = await fetch(system.url + path, {
    method,
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body };
}

/** Adds a user with two API keys, one of them revoked. */
async function newUser() {
  const username = `user-${crypto.randomUUID()}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  await call("POST", "/auth/register", undefined, account);
  const signedIn = await call("POST", "/auth/login", undefined, { username, password: PASSWORD });
  const access = signedIn.body.access_token;
  const newKey = async () => {
    const made = { name: "editor", format: "wakatime", scopes: ["ingest", "read"] };
    const { body } = await call("POST", "/auth/tokens", access, made);
    return { id: body.id ?? "", key: body.token ?? "" };
  };
  return { access, kept: await newKey(), revoked: await newKey() };
}

const beatsOf = (batch: number) =>
  Array.from({ length: BATCH_SIZE }, (_, n) => ({
    entity: `/src/${batch}.ts`,
    type: "file",
    time: NOON + batch * BATCH_SIZE + n,
  }));

/** Sends a batch. Returns its status, and the status of each heartbeat. */
async function send(key: string, batch: number) {
  const path = "/compat/wakatime/v1/users/current/heartbeats.bulk";
  const { status, body } = await call<{ responses?: [unknown, number][] }>("POST", path, key, beatsOf(batch));
  return [status, ...new Set(body.responses?.map(([, each]) => each))];
}

/** Returns the times of all heartbeats of a user, in order. */
async function timesOf(key: string) {
  const path = "/compat/wakatime/v1/users/current/heartbeats?date=2026-11-23";
  const { body } = await call<{ data?: { time: number }[] }>("GET", path, key);
  return body.data?.map(({ time }) => time);
}

it("loses nothing of a burst while the database is down, and drops heartbeats without permission [QUEUE-1]", async () => {
  system = await startWithQueue("burst");
  const user = await newUser();
  const other = await newUser();
  expect(await send(user.kept.key, 0)).toEqual([201, 201]);
  const revoked = await call("DELETE", `/auth/tokens/${other.revoked.id}`, other.access);
  expect(revoked.status).toBe(204);

  await postgres.end("SIGKILL");
  const numbers = Array.from({ length: BATCHES }, (_, n) => n);
  const answers = await Promise.all(numbers.map((batch) => send(user.kept.key, batch)));
  expect(answers).toEqual(numbers.map(() => [202, 202]));
  expect(await send(other.revoked.key, 1)).toEqual([202, 202]);
  expect(await send(`waka_${crypto.randomUUID()}`, 1)).toEqual([202, 202]);
  // The queue has delivered them once, and could not store them.
  await expect.poll(() => system.output(), SOON).toContain("Heartbeats still queued");
  await postgres.start();

  const all = numbers.flatMap((batch) => beatsOf(batch).map(({ time }) => time));
  await expect.poll(() => timesOf(user.kept.key), SOON).toEqual(all);
  await expect
    .poll(
      () => system.output().split("Heartbeats dropped: the sender may no longer send them").length - 1,
      SOON,
    )
    .toBe(2);
  expect(await timesOf(other.kept.key)).toEqual([]);
  expect(await send(user.kept.key, 0)).toEqual([201, 201]);
  expect(await timesOf(user.kept.key)).toEqual(all);
  for (const { key } of [user.kept, other.revoked]) expect(system.output()).not.toContain(key);
}, 180_000);

it("moves heartbeats that fail on every attempt to the dead letters, which the guide's consumer stores", async () => {
  const [, queue, script, retries] =
    /wrangler queues consumer add (\S+) (\S+) --message-retries (\d+)\n/.exec(guideOn("dead letters")) ?? [];
  // One retry instead of a hundred. The local queue keeps no messages for a later consumer, so this one is added at the start.
  const added = `[[queues.consumers]]\nqueue = "${queue}"\nmax_retries = ${retries}\nmax_batch_timeout = 5`;
  const hasty = (lines: string) =>
    lines
      .replace("max_retries = 100", "max_retries = 1")
      .replace("max_batch_timeout = 5", "max_batch_timeout = 1");
  system = await startWithQueue("letters", (lines) => `${hasty(lines)}\n\n${added}`);
  const config = await readFile(join(directory, "letters", "wrangler.toml"), "utf8");
  expect(config).toContain(`name = "${script}"\n`);
  const { kept } = await newUser();

  await postgres.end("SIGKILL");
  expect(await send(kept.key, 1)).toEqual([202, 202]);
  await expect
    .poll(() => system.output(), SOON)
    .toMatch(/Heartbeats still queued .*queue=heartbeats .*attempts=2/);
  await postgres.start();

  const times = beatsOf(1).map(({ time }) => time);
  await expect.poll(() => timesOf(kept.key), SOON).toEqual(times);
  expect(system.output()).toMatch(/Queued heartbeats stored .*queue=heartbeats-dead /);
  expect(await send(kept.key, 1)).toEqual([201, 201]);
  expect(await timesOf(kept.key)).toEqual(times);
}, 180_000);
