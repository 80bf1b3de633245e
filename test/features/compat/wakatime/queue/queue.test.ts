import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { app } from "../../../../../src/app.ts";
import worker from "../../../../../src/worker.ts";
import { createTestApi, type TestApi } from "../../../../support/api.ts";
import {
  ask,
  type BatchResponse,
  beat,
  keyOf,
  sendAll,
  sendBatch,
  signUpWithKey,
  unixTime,
  WAKATIME,
} from "../../../../support/heartbeats.ts";

/** Heartbeats while the database is unreachable, and afterwards. Tests of the real queue are in test/e2e/queue.test.ts. */

const NOON = unixTime("2026-11-23T12:00:00Z");
const MESSAGE_LIMIT = 128_000;

/** Messages of the queue, as its consumer gets them. */
let queued: { body: Record<string, unknown> }[];
let isQueueFull: boolean;
let api: TestApi;
let logged: Record<string, unknown>[];
beforeEach(async () => {
  queued = [];
  isQueueFull = false;
  logged = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void logged.push(JSON.parse(String(line))));
  }
  const HEARTBEATS = {
    send: async (body: unknown, { contentType }: QueueSendOptions) => {
      if (isQueueFull) throw new Error("Queue send failed: Storage Limit Exceeded");
      expect(contentType).toBe("json");
      queued.push({ body: JSON.parse(JSON.stringify(body)) });
    },
    sendBatch: async () => {},
  };
  api = await createTestApi({ HEARTBEATS, LOG_LEVEL: "info" });
  return () => vi.restoreAllMocks();
});

const fault = (kind: string, query = "") =>
  fetch(`http://database.test/fault?name=${api.database}&kind=${kind}&${query}`, { method: "POST" });

const statusesOf = ({ body }: { body: BatchResponse }) => body.responses.map(([, status]) => status);

/**
 * Delivers the messages of the queue. Returns the messages that are done, and as `kept` the messages to retry, with the seconds until the
 * retry.
 */
async function deliver(messages = queued, attempts = 1) {
  const batch = createMessageBatch(
    "heartbeats",
    messages.map(({ body }, n) => ({ id: String(n), timestamp: new Date(), attempts, body })),
  );
  const retries = batch.messages.map((message) => vi.spyOn(message, "retry"));
  const context = createExecutionContext();
  await worker.queue(batch, api.bindings);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  const pauses = retries.flatMap(({ mock }) => mock.calls.map(([options]) => options?.delaySeconds));
  expect(retryMessages).toHaveLength(pauses.length);
  return {
    done: explicitAcks,
    kept: retryMessages.map(({ msgId }: { msgId: string }, n: number) => [msgId, pauses[n]]),
  };
}

const kept = async (key: string) =>
  (await ask<{ data: Record<string, unknown>[] }>(api, key, "heartbeats?date=2026-11-23")).data;

/** Sends `heartbeats` while the database is unreachable, and expects that they are queued. */
async function sendWhileUnreachable(key: string, heartbeats: object[], headers = {}) {
  await fault("unreachable");
  const answer = await sendBatch(api, key, heartbeats, headers);
  await fault("none");
  expect([answer.status, statusesOf(answer)], answer.text).toEqual([202, heartbeats.map(() => 202)]);
  return answer;
}

describe("while the database responds", () => {
  it("queues nothing, and takes no longer", async () => {
    const { key } = await signUpWithKey(api);
    expect(await api.roundTripsOf(() => sendAll(api, key, [beat(NOON)]))).toBe(1);
    const refused = await sendBatch(api, `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`, [beat(NOON)]);
    expect(refused.status).toBe(401);
    expect(queued).toEqual([]);
  });
});

describe("while the database is unreachable", () => {
  it("queues valid heartbeats, rejects the others, and later stores the same data as without the outage", async () => {
    const { key } = await signUpWithKey(api);
    const batch = [
      beat(NOON, {
        dependencies: ["hono"],
        ai_model: "m",
        lines: 80,
        lineno: 12,
        cursorpos: 3,
        branch: "main",
      }),
      beat("yesterday"),
      beat(NOON + 1, { project: "<<LAST_PROJECT>>", branch: "<<LAST_BRANCH>>", is_write: true }),
    ];
    await fault("unreachable");
    let answer = await sendBatch(api, key, []);
    const trips = await api.roundTripsOf(async () => {
      answer = await sendBatch(api, key, batch);
    });
    await fault("none");
    expect(trips).toBe(1);
    expect(answer.status).toBe(202);
    expect(answer.body.responses).toEqual([
      [{ data: { entity: "/src/app.ts", type: "file", time: NOON } }, 202],
      [{ errors: { time: ["must be seconds since 1970"] } }, 400],
      [{ data: { entity: "/src/app.ts", type: "file", time: NOON + 1 } }, 202],
    ]);
    expect(await kept(key)).toEqual([]);

    const delivered = await api.roundTripsOf(async () => {
      expect(await deliver()).toEqual({ done: ["0"], kept: [] });
    });
    expect(delivered).toBe(1);
    const waited = await kept(key);
    expect(waited).toMatchObject([{ time: NOON, editor: "vim", machine: "lovelace" }, { branch: "main" }]);

    const other = await signUpWithKey(api);
    await sendBatch(api, other.key, batch);
    const sentDirectly = await kept(other.key);
    const withoutServerFields = ({ created_at: _, user_id: __, ...heartbeat }: Record<string, unknown>) =>
      heartbeat;
    expect(waited.map(withoutServerFields)).toEqual(sentDirectly.map(withoutServerFields));
  });

  it("stores a heartbeat once, even if the queue or the client sends it twice", async () => {
    const { key } = await signUpWithKey(api);
    const batch = [beat(NOON), beat(NOON + 1, { project: "<<LAST_PROJECT>>" }), beat(NOON)];
    await sendWhileUnreachable(key, batch);
    await deliver();
    const before = await kept(key);
    expect(before).toHaveLength(2);
    expect((await deliver([...queued, ...queued])).done).toEqual(["0", "1"]);
    await sendAll(api, key, batch);
    expect(await kept(key)).toEqual(before);
  });

  it.each(["lost", "cut"])("stores a heartbeat once if the response of the database was %s", async (kind) => {
    const { key } = await signUpWithKey(api);
    await fault(kind, "times=1");
    expect((await sendBatch(api, key, [beat(NOON)])).status).toBe(202);
    expect(await kept(key)).toHaveLength(1);
    await deliver();
    expect(await kept(key)).toHaveLength(1);
  });

  it("queues a single heartbeat", async () => {
    const { key } = await signUpWithKey(api);
    await fault("unreachable");
    const answer = await api.call("POST", `${WAKATIME}/heartbeats`, { token: key, body: beat(NOON) });
    await fault("none");
    expect([answer.status, answer.body]).toEqual([
      202,
      { data: { entity: "/src/app.ts", type: "file", time: NOON } },
    ]);
    await deliver();
    expect(await kept(key)).toHaveLength(1);
  });

  it("queues heartbeats of every credential, without the credential in a message or the log", async () => {
    const owner = await signUpWithKey(api);
    const made = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: owner.access,
      body: { name: "script", scopes: ["ingest"] },
    });
    const credentials = [owner.key, made.body.token, owner.access];
    for (const [n, token] of credentials.entries()) {
      await sendWhileUnreachable("", [beat(NOON + n)], { Authorization: `Bearer ${token}` });
    }
    expect((await deliver()).done).toEqual(["0", "1", "2"]);
    expect((await kept(owner.key)).map(({ time }) => time)).toEqual([NOON, NOON + 1, NOON + 2]);
    const written = JSON.stringify([queued, logged]);
    for (const token of credentials) expect(written).not.toContain(token.slice(-20));
  });

  it("rejects malformed credentials, and queues nothing", async () => {
    const { access } = await api.signUp();
    await fault("unreachable");
    for (const token of ["waka_nothing", "ptk_nothing", `${access.slice(0, -4)}AAAA`]) {
      const answer = await api.call("POST", `${WAKATIME}/heartbeats.bulk`, { token, body: [beat(NOON)] });
      expect(answer.status, token).toBe(401);
    }
    expect(queued).toEqual([]);
  });

  it("answers 503 to other requests, and to batches without a valid heartbeat", async () => {
    const { key } = await signUpWithKey(api);
    await fault("unreachable");
    expect((await sendBatch(api, key, [beat("yesterday")])).status).toBe(503);
    expect((await api.call("GET", `${WAKATIME}/statusbar/today`, { token: key })).status).toBe(503);
    expect(queued).toEqual([]);
  });

  it("queues nothing on other errors of the database", async () => {
    const { key } = await signUpWithKey(api);
    await fault("refusing", "code=42P01");
    expect((await sendBatch(api, key, [beat(NOON)])).status).toBe(500);
    expect(queued).toEqual([]);
  });

  it("accepts nothing that the queue rejects", async () => {
    const { key } = await signUpWithKey(api);
    isQueueFull = true;
    await fault("unreachable");
    const answer = await sendBatch(api, key, [beat(NOON)]);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect(logged).toContainEqual(
      expect.objectContaining({
        level: "error",
        module: "queue",
        cause: expect.stringContaining("Storage Limit"),
      }),
    );
  });

  it("queues a large batch if the database is silent for DATABASE_TIMEOUT_MS", async () => {
    const { key } = await signUpWithKey(api);
    const batch = Array.from({ length: 1000 }, (_, n) =>
      beat(NOON + n, { entity: `/${"a".repeat(400)}/${n}` }),
    );
    await fault("silent", "times=1");
    const request = new Request(`http://api.test${WAKATIME}/heartbeats.bulk`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}` },
      body: JSON.stringify(batch),
    });
    const start = Date.now();
    const { status } = await app.fetch(request, { ...api.bindings, DATABASE_TIMEOUT_MS: "1000" });
    expect(status).toBe(202);
    expect(Date.now() - start).toBeLessThan(20_000);
    await deliver();
    expect(await kept(key)).toHaveLength(1000);
  });

  it("splits a large batch into messages that fit the queue, and stores all of it", async () => {
    const { key } = await signUpWithKey(api);
    const batch = Array.from({ length: 1000 }, (_, n) =>
      beat(NOON + n, { entity: `/${"é".repeat(n % 400)}/${n}` }),
    );
    await sendWhileUnreachable(key, batch);
    const sizes = queued.map(({ body }) => new TextEncoder().encode(JSON.stringify(body)).length);
    expect(sizes.length).toBeGreaterThan(5);
    expect(sizes.filter((size) => size > MESSAGE_LIMIT)).toEqual([]);
    // All messages but the last are full.
    expect(sizes.slice(0, -1).filter((size) => size < MESSAGE_LIMIT - 10_000)).toEqual([]);
    expect(await api.roundTripsOf(() => deliver())).toBe(queued.length);
    expect((await kept(key)).map(({ time }) => time)).toEqual(batch.map(({ time }) => time));
  });
});

describe("when queued heartbeats are stored", () => {
  /** Returns the log lines about dropped heartbeats. */
  const dropped = () =>
    logged.filter(({ message }) => /dropped/.test(String(message))).map(({ code, level }) => [level, code]);

  const stored = async () => (await api.db.execute(sql`select from heartbeats`)).rows.length;

  it.each([
    ["the key was revoked", "update personal_tokens set revoked_at = now()", "INVALID_TOKEN"],
    ["the key has expired", "update personal_tokens set expires_at = now()", "INVALID_TOKEN"],
    ["its owner is deactivated", "update users set is_active = false", "INACTIVE_USER"],
    ["its owner is deleted", "update users set is_deleted = true", "INVALID_TOKEN"],
    ["its owner has lost the permission", "delete from user_roles", "PERMISSION_DENIED"],
  ])("drops them if %s", async (_, change, code) => {
    const { key } = await signUpWithKey(api);
    await sendWhileUnreachable(key, [beat(NOON)]);
    await api.db.execute(sql.raw(change));
    expect(await deliver()).toEqual({ done: ["0"], kept: [] });
    expect(await stored()).toBe(0);
    expect(dropped()).toEqual([["warn", code]]);
  });

  it("drops them if their sender never had permission", async () => {
    const owner = await signUpWithKey(api);
    const reader = await keyOf(api, owner, ["read"]);
    await sendWhileUnreachable(reader, [beat(NOON)]);
    await sendWhileUnreachable(`waka_${crypto.randomUUID()}`, [beat(NOON)]);
    await fault("unreachable");
    const answer = await api.call("POST", "/compat/wakatime/v1/users/another/heartbeats.bulk", {
      token: owner.key,
      body: [beat(NOON)],
    });
    await fault("none");
    expect(answer.status).toBe(202);
    expect((await deliver()).done).toEqual(["0", "1", "2"]);
    expect(await stored()).toBe(0);
    expect(dropped().map(([, code]) => code)).toEqual([
      "PERMISSION_DENIED",
      "INVALID_TOKEN",
      "RESOURCE_NOT_FOUND",
    ]);
  });

  it("logs the request, and how long the heartbeats waited", async () => {
    const { key } = await signUpWithKey(api);
    const { headers } = await sendWhileUnreachable(key, [beat(NOON), beat(NOON + 1)]);
    await deliver();
    const lines = logged.filter(({ module }) => module === "queue");
    expect(lines).toMatchObject([
      { level: "warn", message: "Heartbeats queued", heartbeats: 2, cause: expect.any(String) },
      {
        queue: "heartbeats",
        message: "Queued heartbeats stored",
        waited_seconds: 0,
        heartbeats_too_old: 0,
      },
    ]);
    expect(lines.map(({ request_id }) => request_id)).toEqual(Array(2).fill(headers.get("X-Request-Id")));
  });

  it("retries them after ever longer pauses while the database is unreachable, and tries the database once", async () => {
    const { key } = await signUpWithKey(api);
    for (const n of [0, 1, 2]) await sendWhileUnreachable(key, [beat(NOON + n)]);
    await fault("unreachable");
    const trips = await api.roundTripsOf(async () => {
      expect(await deliver()).toEqual({
        done: [],
        kept: [
          ["0", 5],
          ["1", 5],
          ["2", 5],
        ],
      });
    });
    expect(trips).toBe(1);
    expect((await deliver(queued.slice(0, 1), 4)).kept).toEqual([["0", 40]]);
    expect((await deliver(queued.slice(0, 1), 100)).kept).toEqual([["0", 3600]]);
    await fault("none");
    expect((await deliver()).done).toEqual(["0", "1", "2"]);
    expect(await kept(key)).toHaveLength(3);
  });

  it("retries a message that is invalid or can't be stored, and handles the others", async () => {
    const { key } = await signUpWithKey(api);
    for (const n of [0, 1]) await sendWhileUnreachable(key, [beat(NOON + n)]);
    const [first, second] = queued;
    const unknown = { body: { ...second?.body, heartbeats: "none" } };
    await fault("refusing", "code=42P01&times=1");
    const messages = [first, unknown, second].filter((message) => message !== undefined);
    expect(await deliver(messages)).toEqual({
      done: ["2"],
      kept: [
        ["0", 5],
        ["1", 5],
      ],
    });
    expect((await kept(key)).map(({ time }) => time)).toEqual([NOON + 1]);
    const errors = logged.filter(({ level, module }) => level === "error" && module === "queue");
    expect(errors.map(({ message }) => message)).toEqual([
      "Heartbeats can't be stored",
      "Invalid message in the queue",
    ]);
  });
});
