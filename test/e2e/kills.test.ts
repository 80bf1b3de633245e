import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CRASH_SAFE, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests that a crash of the database leads to errors, and loses no acknowledged write. */

/** Number of crashes. `npm run test:soak` uses more. */
const KILLS = Number(process.env.KILLS || 4);
const PASSWORD = "correct horse battery staple";
/** Limit for a request, regardless of how long the server is down. */
const BOUND_MS = 20_000;
/** Pause of a client after a failed request. */
const PAUSE_MS = 100;
/** Number of requests of each load that must succeed between two kills. */
const PROGRESS = 3;

let postgres: PostgresServer;
let url: string;
let system: System;
beforeAll(async () => {
  postgres = await startPostgres(CRASH_SAFE);
  url = await postgres.createMigratedDatabase("kills");
  system = await startSystem({
    DATABASE_URL: url,
    DATABASE_TIMEOUT_MS: "2000",
    // The lowest cost of a hash, and limits that this load does not reach.
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
    REGISTER_MAX_PER_ADDRESS: "100000",
    SIGN_IN_MAX_PER_ACCOUNT: "1000000",
    WRITES_BURST: "1000000",
    READS_BURST: "1000000",
    REFRESH_MAX_PER_SESSION: "100000",
  });
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

interface Answer {
  status: number;
  requestId: string | null;
  body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const response = await fetch(system.url + path, {
    method,
    signal: AbortSignal.timeout(BOUND_MS),
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    requestId: response.headers.get("X-Request-Id"),
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** Results of one load. */
interface Work {
  done: number;
  failures: Answer[];
}

let isStopped = false;

/** Repeats `step`, which returns an answer and records the acknowledged write, until the loads end. */
function repeat(step: () => Promise<Answer>): { work: Work; ended: Promise<void> } {
  const work: Work = { done: 0, failures: [] };
  const run = async () => {
    while (!isStopped) {
      const answer = await step();
      if (answer.status < 300) {
        work.done += 1;
      } else {
        work.failures.push(answer);
        await sleep(PAUSE_MS);
      }
    }
  };
  return { work, ended: run() };
}

async function signUp() {
  const username = crypto.randomUUID();
  const email = `${username}@example.com`;
  const created = await call("POST", "/auth/register", { username, email, password: PASSWORD });
  expect(created.status).toBe(201);
  const { body } = await call("POST", "/auth/login", { username, password: PASSWORD });
  return { access: String(body.access_token), refresh: String(body.refresh_token) };
}

/** Creates accounts. */
function registering() {
  const acknowledged: string[] = [];
  const load = repeat(async () => {
    const username = crypto.randomUUID();
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    const answer = await call("POST", "/auth/register", account);
    if (answer.status === 201) acknowledged.push(String(answer.body.id));
    return answer;
  });
  return { ...load, acknowledged };
}

/** Refreshes a session. Like a client that received no new token, it retries with its current token. */
async function refreshing() {
  const session = await signUp();
  const load = repeat(async () => {
    const answer = await call("POST", "/auth/refresh", { refresh_token: session.refresh });
    if (answer.status === 200) session.refresh = String(answer.body.refresh_token);
    return answer;
  });
  return { ...load, session };
}

/** Creates consecutive time entries of one hour. */
async function recording() {
  const { access } = await signUp();
  const acknowledged: string[] = [];
  let start = Date.UTC(1990, 0, 1);
  const load = repeat(async () => {
    const started_at = new Date(start).toISOString();
    start += 3_600_000;
    const ended_at = new Date(start).toISOString();
    const answer = await call("POST", "/time-entries", { started_at, ended_at }, access);
    if (answer.status === 201) acknowledged.push(String(answer.body.id));
    return answer;
  });
  return { ...load, acknowledged };
}

/** Sends heartbeats of a watcher, each with other data. */
async function watching() {
  const { access } = await signUp();
  const bucket = "/compat/aw/api/0/buckets/watcher";
  const bucketBody = { client: "watcher", type: "currentwindow", hostname: "laptop" };
  expect((await call("POST", bucket, bucketBody, access)).status).toBe(200);
  const acknowledged: string[] = [];
  let start = Date.UTC(1990, 0, 1);
  const load = repeat(async () => {
    const timestamp = new Date(start).toISOString();
    start += 1000;
    const beat = { timestamp, duration: 1, data: { title: timestamp } };
    const answer = await call("POST", `${bucket}/heartbeat?pulsetime=5`, beat, access);
    if (answer.status === 200) acknowledged.push(timestamp);
    return answer;
  });
  return { ...load, acknowledged };
}

/** Sends heartbeats of an editor, alternately one and a batch. */
async function typing() {
  const { access } = await signUp();
  const acknowledged: string[] = [];
  let time = Date.UTC(2026, 0, 1) / 1000;
  let isSingle = false;
  const load = repeat(async () => {
    isSingle = !isSingle;
    const sent = Array.from({ length: isSingle ? 1 : 25 }, () => ({
      entity: `/${crypto.randomUUID()}`,
      time: time++,
    }));
    const [path, body = {}] = isSingle ? ["heartbeats", sent[0]] : ["heartbeats.bulk", sent];
    const answer = await call("POST", `/compat/wakatime/v1/users/current/${path}`, body, access);
    if (answer.status === 201) acknowledged.push(...sent.map(({ entity }) => entity));
    return answer;
  });
  return { ...load, acknowledged };
}

/** Reads a list repeatedly. */
async function listing() {
  const { access } = await signUp();
  return repeat(() => call("GET", "/time-entries", undefined, access));
}

it(`loses no acknowledged write and ends no session in ${KILLS} crashes under load [KILL-1]`, async () => {
  const registrars = [registering(), registering()];
  const refreshers = await Promise.all(Array.from({ length: 4 }, refreshing));
  const recorders = await Promise.all([recording(), recording()]);
  const watchers = await Promise.all([watching(), watching()]);
  const typists = await Promise.all([typing(), typing()]);
  const readers = [await listing(), await listing()];
  const loads = [...registrars, ...refreshers, ...recorders, ...watchers, ...typists, ...readers];
  const ended = Promise.all(loads.map((load) => load.ended));

  /** Waits until every load has changed since now as `has` requires. Rejects immediately if a load rejects. */
  async function every(has: (now: Work, then: Work) => boolean): Promise<void> {
    const before = loads.map(({ work }) => ({ ...work, failures: [...work.failures] }));
    const all = () => loads.every(({ work }, index) => has(work, before[index] ?? work));
    await Promise.race([ended, expect.poll(all, { timeout: BOUND_MS, interval: 20 }).toBe(true)]);
  }

  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await every((now, then) => now.done >= then.done + PROGRESS);
      const failed = every((now, then) => now.failures.length > then.failures.length);
      await postgres.end("SIGKILL");
      await failed;
      await postgres.start();
    }
    await every((now, then) => now.done >= then.done + PROGRESS);
  } finally {
    isStopped = true;
    await ended;
  }

  for (const { status, requestId, body } of loads.flatMap(({ work }) => work.failures)) {
    expect({ status, body }).toEqual({
      status: 503,
      body: { error: "DATABASE_CONNECTION_ERROR", message: expect.any(String), request_id: requestId },
    });
  }

  const { users, entries, titles, entities, incomplete } = await readRecords();
  expect(registrars.flatMap(({ acknowledged }) => acknowledged).filter((id) => !users.has(id))).toEqual([]);
  expect(recorders.flatMap(({ acknowledged }) => acknowledged).filter((id) => !entries.has(id))).toEqual([]);
  for (const { acknowledged } of watchers) {
    expect(acknowledged.filter((title) => !titles.has(title))).toEqual([]);
  }
  for (const { acknowledged } of typists) {
    expect(acknowledged.filter((entity) => !entities.has(entity))).toEqual([]);
  }
  // Writes without an acknowledgment exist completely or not at all.
  expect(incomplete).toEqual([]);

  for (const { session } of refreshers) {
    const answer = await call("POST", "/auth/refresh", { refresh_token: session.refresh });
    expect(answer.status).toBe(200);
    expect((await call("GET", "/auth/me", undefined, String(answer.body.access_token))).status).toBe(200);
  }
}, 180_000);

/**
 * Returns the records in the database: accounts, time entries, titles of watchers, entities of editors, and accounts without a role or
 * an audit event.
 */
async function readRecords() {
  const client = new pg.Client(url);
  await client.connect();
  const ids = async (statement: string) =>
    (await client.query<{ id: string }>(statement)).rows.map(({ id }) => id);
  const users = new Set(await ids("select id from users"));
  const entries = new Set(await ids("select id from time_entries"));
  const titles = new Set(await ids("select data->>'title' as id from activity_events"));
  const entities = new Set(await ids("select entity as id from heartbeats"));
  const incomplete = await ids(`
    select id from users
     where not exists (select from user_roles where user_id = users.id)
        or not exists (select from audit_events where action = 'user.created' and target_id = users.id)`);
  await client.end();
  return { users, entries, titles, entities, incomplete };
}
