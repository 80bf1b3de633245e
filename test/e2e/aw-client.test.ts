import { request } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { AWClient } from "aw-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, startProcess } from "../support/command.ts";
import { CRASH_SAFE, type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { freePort, type System, startSystem } from "../support/system.ts";

/** The only port on which the client's own tests look for a server. */
const PORT = 5666;
const ALL = ["activity:create", "activity:read", "activity:update", "activity:delete"];
const FREE_WITHIN_MS = 60_000;
const ROOT = join(import.meta.dirname, "../..");

let postgres: PostgresServer;
let system: System;
let access: string;
beforeAll(async () => {
  postgres = await startPostgres(CRASH_SAFE);
  system = await startSystem({ DATABASE_URL: await postgres.createMigratedDatabase("watched") });
  const account = { email: "ada@example.com", username: "ada", password: "correct horse battery staple" };
  await post("/auth/register", account);
  const { username, password } = account;
  const login = { username, password, token_delivery: "body" };
  access = (await post<{ access_token: string }>("/auth/login", login)).access_token;
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

async function post<Body>(path: string, body: object, headers = {}): Promise<Body> {
  const answer = await fetch(system.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Body;
}

/** Creates a personal token of Ada with `scopes`. */
async function newToken(...scopes: string[]): Promise<string> {
  const headers = { Authorization: `Bearer ${access}` };
  return (await post<{ token: string }>("/auth/tokens", { name: "watcher", scopes }, headers)).token;
}

/** Runs the relay of the guide during `work`. Waits while another process, such as another run of this test, has the port. */
async function whileRelaying(port: number, token: string, work: () => Promise<void>): Promise<void> {
  const env = { ...process.env, SERVER: system.url, TOKEN: token, PORT: String(port) };
  const deadline = Date.now() + FREE_WITHIN_MS;
  let relay: Command;
  do {
    relay = startProcess(process.execPath, [join(ROOT, "src/web/pages/start/watcher-relay.mjs")], { env });
    await Promise.race([relay.printed(/Listening for/), relay.ended]);
  } while (/EADDRINUSE/.test(relay.output()) && Date.now() < deadline);
  try {
    expect(relay.output()).toContain(`Listening for watchers on port ${port}.`);
    await work();
  } finally {
    relay.process.kill();
    await relay.ended;
  }
}

describe("ActivityWatch's client", () => {
  it("passes its own tests, behind the relay of the guide", async () => {
    await whileRelaying(PORT, await newToken(...ALL), async () => {
      const suite = join(ROOT, "node_modules/aw-client/out/test/test.js");
      const mocha = join(ROOT, "node_modules/.bin/mocha");
      const { stdout, stderr } = await startProcess(mocha, ["--reporter", "json", suite]).ended;
      const { stats, failures } = JSON.parse(stdout.slice(stdout.indexOf("{\n"))) as {
        stats: { passes: number };
        failures: object[];
      };
      expect(failures, stderr).toEqual([]);
      expect(stats.passes).toBe(8);
    });
  });

  it("needs no relay if its address and headers can be set", async () => {
    const client = new AWClient("watcher", { baseURL: `${system.url}/compat/aw` });
    client.req.defaults.headers.common.Authorization = `Bearer ${await newToken(...ALL)}`;
    const bucket = "watcher_laptop";
    expect(await client.ensureBucket(bucket, "currentwindow", "laptop")).toEqual({ alreadyExist: false });
    expect(await client.ensureBucket(bucket, "currentwindow", "laptop")).toEqual({ alreadyExist: true });
    const beat = (second: number) => ({
      timestamp: new Date(Date.UTC(2026, 0, 1) + 1000 * second),
      duration: 0,
      data: { app: "Terminal" },
    });
    for (const second of [0, 3, 6, 60]) await client.heartbeat(bucket, 5, beat(second));
    const events = await client.getEvents(bucket);
    expect(events.map(({ duration }) => duration)).toEqual([0, 6]);
    const periods = [{ start: new Date(Date.UTC(2026, 0, 1)), end: new Date(Date.UTC(2026, 0, 2)) }];
    const query = [`RETURN = sum_durations(query_bucket(find_bucket("watcher_")));`];
    expect(await client.query(periods, query)).toEqual([6]);
  });

  it("reads nothing with a token that can only write", async () => {
    const client = new AWClient("watcher", { baseURL: `${system.url}/compat/aw` });
    client.req.defaults.headers.common.Authorization = `Bearer ${await newToken("activity:create")}`;
    await client.ensureBucket("writer_laptop", "currentwindow", "laptop");
    const beat = { timestamp: new Date(), duration: 0, data: { app: "Terminal" } };
    await client.heartbeat("writer_laptop", 5, beat);
    await expect(client.getEvents("writer_laptop")).rejects.toMatchObject({ response: { status: 403 } });
    await expect(client.getBuckets()).rejects.toMatchObject({ response: { status: 403 } });
  });
});

describe("the relay of the guide", () => {
  it("serves programs and extensions, and rejects web pages", async () => {
    const port = await freePort();
    const statusWith = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const url = `http://127.0.0.1:${port}/api/0/buckets/`;
        request(url, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .once("error", reject)
          .end();
      });
    await whileRelaying(port, await newToken("activity:read"), async () => {
      expect(await statusWith({})).toBe(200);
      expect(await statusWith({ Host: `localhost:${port}` })).toBe(200);
      expect(await statusWith({ Origin: "chrome-extension://abcdef" })).toBe(200);
      expect(await statusWith({ Origin: "https://elsewhere.example" })).toBe(403);
      expect(await statusWith({ Origin: "null" })).toBe(403);
      expect(await statusWith({ Host: `elsewhere.example:${port}` })).toBe(403);
    });
  });

  it("reports the name of this machine instead of that of the server", async () => {
    const port = await freePort();
    await whileRelaying(port, await newToken(...ALL), async () => {
      const url = `http://127.0.0.1:${port}/api/0`;
      const info = (await (await fetch(`${url}/info`)).json()) as { hostname: string; version: string };
      expect(info).toMatchObject({ hostname: hostname(), version: expect.stringMatching(/^v/) });
      for (const [id, host] of [
        ["here", "!local"],
        ["named", "laptop"],
      ]) {
        const made = await fetch(`${url}/buckets/${id}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ client: "watcher", type: "test", hostname: host }),
        });
        expect(made.status).toBe(200);
      }
      const buckets = (await (await fetch(`${url}/buckets/`)).json()) as Record<string, { hostname: string }>;
      expect([buckets.here?.hostname, buckets.named?.hostname]).toEqual([hostname(), "laptop"]);
    });
  });

  it("answers 503 if the server can't be reached, and keeps running", async () => {
    const port = await freePort();
    const unreachable = `http://127.0.0.1:${await freePort()}`;
    const env = { ...process.env, SERVER: unreachable, TOKEN: "ptk_", PORT: String(port) };
    const relay = startProcess(process.execPath, [join(ROOT, "src/web/pages/start/watcher-relay.mjs")], {
      env,
    });
    await relay.printed(/Listening for/);
    for (const _ of [1, 2]) expect((await fetch(`http://127.0.0.1:${port}/api/0/info`)).status).toBe(503);
    relay.process.kill();
    await relay.ended;
  });
});

describe("while the database is unreachable", () => {
  const beat = (second: number) => ({
    timestamp: new Date(Date.UTC(2026, 0, 1) + 1000 * second),
    duration: 0,
    data: { app: "Terminal" },
  });

  it("answers a heartbeat so that clients send it again, and then accepts it", async () => {
    const client = new AWClient("watcher", { baseURL: `${system.url}/compat/aw` });
    client.req.defaults.headers.common.Authorization = `Bearer ${await newToken(...ALL)}`;
    await client.ensureBucket("patient_laptop", "currentwindow", "laptop");
    await client.heartbeat("patient_laptop", 5, beat(0));
    await postgres.end("SIGKILL");
    try {
      const response = { status: 503, headers: { "retry-after": "1" } };
      await expect(client.heartbeat("patient_laptop", 5, beat(4))).rejects.toMatchObject({ response });
    } finally {
      await postgres.start();
    }
    await client.heartbeat("patient_laptop", 5, beat(4));
    expect((await client.getEvents("patient_laptop")).map(({ duration }) => duration)).toEqual([4]);
  });

  it("keeps heartbeats in order in the relay, even if their watchers do not wait", async () => {
    const port = await freePort();
    await whileRelaying(port, await newToken(...ALL), async () => {
      const baseURL = `http://127.0.0.1:${port}`;
      const client = new AWClient("watcher", { baseURL });
      const bucket = "relayed_laptop";
      await client.ensureBucket(bucket, "currentwindow", "laptop");
      await client.heartbeat(bucket, 5, beat(0));
      await postgres.end("SIGKILL");
      const sent: Promise<void>[] = [];
      try {
        const hasty = fetch(`${baseURL}/api/0/buckets/${bucket}/heartbeat?pulsetime=5`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(beat(4)),
          signal: AbortSignal.timeout(1500),
        });
        await expect(hasty).rejects.toThrow("timeout");
        sent.push(...[8, 12, 60, 64].map((second) => client.heartbeat(bucket, 5, beat(second))));
      } finally {
        await postgres.start();
      }
      await Promise.all(sent);
      expect((await client.getEvents(bucket)).map(({ duration }) => duration)).toEqual([4, 12]);
    });
  });
});
