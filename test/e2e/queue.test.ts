import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { blocksOf } from "../support/guides.ts";
import { CRASH_SAFE, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { copyProject } from "../support/project-copy.ts";
import { type System, startSystem } from "../support/system.ts";

/** The queue for heartbeats as docs/operations.md sets it up, on the queue that Cloudflare's local runtime has. */

const PASSWORD = "correct horse battery staple";
const NOON = Date.parse("2026-11-23T12:00:00Z") / 1000;
const BATCHES = 40;
const BATCH_SIZE = 25;

let directory: string;
let postgres: PostgresServer;
let system: System;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "queue-"));
  const project = join(directory, "project");
  await copyProject(project);
  await uncomment(join(project, "wrangler.toml"));
  postgres = await startPostgres(CRASH_SAFE);
  const environment = {
    DATABASE_URL: await postgres.createDatabase("queue"),
    DATABASE_TIMEOUT_MS: "2000",
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
  };
  system = await startSystem(environment, project);
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Makes lines of what are comments, as the guide says which. */
async function uncomment(path: string): Promise<void> {
  const lines =
    blocksOf("docs/operations.md")
      .find(({ label }) => label === "queue")
      ?.code.trim() ?? "";
  const comments = lines.replaceAll(/^/gm, "# ").replaceAll(/ +$/gm, "");
  const text = await readFile(path, "utf8");
  expect(text.split(`\n${comments}\n`)).toHaveLength(2);
  await writeFile(path, text.replace(comments, lines));
}

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

/** Somebody new, and two keys of theirs. */
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

/** Sends a batch: the status of the whole, and that of each heartbeat. */
async function send(key: string, batch: number) {
  const path = "/compat/wakatime/v1/users/current/heartbeats.bulk";
  const { status, body } = await call<{ responses?: [unknown, number][] }>("POST", path, key, beatsOf(batch));
  return [status, ...new Set(body.responses?.map(([, each]) => each))];
}

/** The times of all that somebody has sent, in order. */
async function timesOf(key: string) {
  const path = "/compat/wakatime/v1/users/current/heartbeats?date=2026-11-23";
  const { body } = await call<{ data?: { time: number }[] }>("GET", path, key);
  return body.data?.map(({ time }) => time);
}

it("loses nothing of a burst that comes while the database is gone, and keeps nothing of who may not send", async () => {
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
  // Their turn has come once, in vain.
  await expect.poll(() => system.output(), { timeout: 30_000 }).toContain("Heartbeats still wait");
  await postgres.start();

  const all = numbers.flatMap((batch) => beatsOf(batch).map(({ time }) => time));
  await expect.poll(() => timesOf(user.kept.key), { timeout: 60_000, interval: 500 }).toEqual(all);
  await expect
    .poll(() => system.output().split("Heartbeats dropped: their sender may not send them").length - 1, {
      timeout: 60_000,
    })
    .toBe(2);
  expect(await timesOf(other.kept.key)).toEqual([]);
  expect(await send(user.kept.key, 0)).toEqual([201, 201]);
  expect(await timesOf(user.kept.key)).toEqual(all);
  for (const { key } of [user.kept, other.revoked]) expect(system.output()).not.toContain(key);
}, 180_000);
