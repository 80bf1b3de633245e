import { afterAll, beforeAll, expect, it } from "vitest";
import { RANGE, WakaTimeClient } from "wakatime-client";
import { CRASH_SAFE, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests WakaTime on a whole system: with the published client, many concurrent clients, and a database that crashes. */

const PASSWORD = "correct horse battery staple";
const PLUGIN = "wakatime/v1.98.5 (linux-6.1.0-x86_64) go1.22.3 vim/9.1 vim-wakatime/11.1.1";
const NOON = Date.parse("2026-11-23T12:00:00Z") / 1000;

let postgres: PostgresServer;
let system: System;
let base: string;
beforeAll(async () => {
  postgres = await startPostgres(CRASH_SAFE);
  system = await startSystem({
    DATABASE_URL: await postgres.createMigratedDatabase("wakatime"),
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
  });
  base = `${system.url}/compat/wakatime/v1/`;
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

async function post(path: string, body: object, token?: string) {
  const response = await fetch(system.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, string>;
}

/** Adds a user with an API key. */
async function newKey(...scopes: string[]) {
  const username = `user-${crypto.randomUUID()}`;
  const user = await post("/auth/register", {
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  });
  const { access_token } = await post("/auth/login", {
    username,
    password: PASSWORD,
    token_delivery: "body",
  });
  const made = await post("/auth/tokens", { name: "editor", format: "wakatime", scopes }, access_token);
  return { key: made.token ?? "", username, id: user.id, access: access_token };
}

const beat = (time: number, fields: object = {}) => ({
  entity: "/src/app.ts",
  type: "file",
  project: "tracker",
  language: "TypeScript",
  time,
  ...fields,
});

/** Sends a batch. Returns the statuses of its heartbeats, or undefined without an answer. */
async function send(key: string, heartbeats: object[]): Promise<number[] | undefined> {
  const response = await fetch(`${base}users/current/heartbeats.bulk`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${btoa(key)}`,
      "Content-Type": "application/json",
      "User-Agent": PLUGIN,
    },
    body: JSON.stringify(heartbeats),
  }).catch(() => undefined);
  if (response?.status !== 201) return undefined;
  const { responses } = (await response.json()) as { responses: [unknown, number][] };
  return responses.map(([, status]) => status);
}

it("returns all heartbeats to the published client", async () => {
  const { key, username, id, access } = await newKey("ingest", "read");
  await post(
    "/goals",
    { name: "An hour a day", period: "day", direction: "at_least", target_seconds: 3600 },
    access,
  );
  const now = Math.floor(Date.now() / 1000);
  const recent = [beat(now - 172_800), beat(now - 172_800 + 600)];
  const sent = [beat(NOON, { branch: "main" }), beat(NOON + 300, { project: "other" }), beat(NOON + 420)];
  expect(await send(key, [...recent, ...sent])).toEqual([201, 201, 201, 201, 201]);

  const client = new WakaTimeClient(key, base);
  expect((await client.getMe()).data).toMatchObject({ id, username, last_project: "tracker" });
  expect((await client.getUser(username)).data).toMatchObject({ id });
  const dateRange = { startDate: "2026-11-22", endDate: "2026-11-23" };
  const summary = await client.getMySummary({ dateRange });
  expect(summary.cumulative_total).toMatchObject({ text: "7 mins", seconds: 420 });
  expect(summary.data).toMatchObject([
    { projects: [] },
    {
      grand_total: { text: "7 mins" },
      projects: [{ name: "tracker", total_seconds: 300 }, { name: "other" }],
      editors: [{ name: "vim" }],
      operating_systems: [{ name: "Linux" }],
    },
  ]);
  const ofBranch = await client.getMySummary({ dateRange, projectName: "tracker", branchNames: ["main"] });
  expect(ofBranch.cumulative_total).toMatchObject({ seconds: 300 });
  expect((await client.getMyStats({ range: RANGE.LAST_7_DAYS })).data).toMatchObject({
    status: "ok",
    username,
  });
  expect((await client.getMyStats({ range: RANGE.LAST_YEAR, projectName: "other" })).data).toMatchObject({
    total_seconds: 120,
  });
  expect((await client.getMyHeartbeats("2026-11-23")).data).toHaveLength(3);
  const durations = await client.getMyDurations({ date: "2026-11-23" });
  expect(durations).toMatchObject({ data: [{ duration: 300 }, { duration: 120 }], branches: ["main"] });
  expect((await client.getMyProjects()).data.map(({ name }) => name)).toEqual(["tracker", "other"]);
  expect((await client.getMyUserAgents()).data).toMatchObject([
    { value: PLUGIN, editor: "vim", os: "Linux" },
  ]);
  expect((await client.getMyGoals()).data).toMatchObject([
    { title: "An hour a day", delta: "day", seconds: 3600, chart_data: [{ range_status: "pending" }] },
  ]);
  await expect(client.getMyTeams()).rejects.toMatchObject({ response: { status: 404 } });
});

it("rejects the published client with a key that can only send, and logs no key [WAKA-9]", async () => {
  const { key } = await newKey("ingest");
  expect(await send(key, [beat(NOON)])).toEqual([201]);
  await expect(new WakaTimeClient(key, base).getMe()).rejects.toMatchObject({
    response: { status: 403, data: { error: "PERMISSION_DENIED" } },
  });
  await expect(new WakaTimeClient(`${key.slice(0, -1)}x`, base).getMe()).rejects.toMatchObject({
    response: { status: 401 },
  });
  await fetch(`${base}users/current?api_key=${key}`);
  await fetch(`${base}${key}`);
  expect(system.output()).toContain("/compat/wakatime/v1/users/current");
  expect(system.output()).not.toContain(key.slice("waka_".length));
});

it("stores a heartbeat of fifty concurrent clients once, and acknowledges it to all [WAKA-6]", async () => {
  const { key } = await newKey("full");
  const batch = Array.from({ length: 20 }, (_, n) => beat(NOON + 60 * n));
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(key, batch)));
  expect(answers).toEqual(answers.map(() => batch.map(() => 201)));
  const { data } = await new WakaTimeClient(key, base).getMyHeartbeats("2026-11-23");
  expect(data).toHaveLength(20);
});

it("stores all late heartbeats of many concurrent clients while others read long reports", async () => {
  const { key } = await newKey("full");
  const client = new WakaTimeClient(key, base);
  const long = { dateRange: { startDate: "2026-09-01", endDate: "2026-11-23" } };
  const day = (n: number) => Date.parse("2026-09-02T12:00:00Z") / 1000 + 86_400 * n;
  const batches = Array.from({ length: 40 }, (_, n) => [
    beat(day(n)),
    beat(day(n) + 100),
    beat(day(n) + 500),
  ]);
  const reads: (number | undefined)[] = [];
  const read = () =>
    client.getMySummary(long).then(
      () => reads.push(200),
      (error) => reads.push(error.response?.status),
    );
  const work = batches.flatMap((batch) => [send(key, batch), read().then(() => undefined)]);
  const sent = (await Promise.all(work)).filter((answer) => answer !== undefined);
  expect(sent).toEqual(batches.map(() => [201, 201, 201]));
  // An account can read one long report at a time; the client gets the answer to retry.
  expect(new Set(reads)).toEqual(new Set([200, 429]));
  expect((await client.getMySummary(long)).cumulative_total).toMatchObject({ seconds: 40 * 500 });
});

it("keeps acknowledged heartbeats after a crash of the database, and accepts the rest again [WAKA-7]", async () => {
  const { key } = await newKey("full");
  const acknowledged: number[] = [];
  const pending = Array.from({ length: 200 }, (_, n) => NOON + n);
  let crash: Promise<void> | undefined;
  while (pending.length > 0) {
    const times = pending.slice(0, 10);
    const statuses = await send(
      key,
      times.map((time) => beat(time)),
    );
    if (!statuses) {
      await new Promise((resume) => setTimeout(resume, 100));
      continue;
    }
    expect(statuses).toEqual(times.map(() => 201));
    acknowledged.push(...pending.splice(0, times.length));
    if (acknowledged.length === 100) crash = postgres.end("SIGKILL").then(() => postgres.start());
  }
  await crash;
  const { data } = await new WakaTimeClient(key, base).getMyHeartbeats("2026-11-23");
  expect(data.map(({ time }) => time)).toEqual(acknowledged);
});
