import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

/** Timeout longer than any test, so that it ends no request. */
const PATIENT_MS = 60_000;
/** Timeout for a database that does not respond. */
const HASTY_MS = 300;
/** Time within which a failing request must end. */
const BOUND_MS = 20_000;

let api: TestApi;
beforeAll(async () => {
  // Silences the log of the expected failures.
  vi.spyOn(console, "error").mockImplementation(() => {});
  api = await createTestApi();
});
afterAll(() => {
  vi.restoreAllMocks();
});

interface Fault {
  kind: string;
  code?: string;
  times?: string;
}

async function fail(fault: Fault): Promise<void> {
  const query = new URLSearchParams({ name: api.database, ...fault });
  const { status } = await fetch(`http://database.test/fault?${query}`, { method: "POST" });
  expect(status).toBe(204);
}

const isSilent = ({ kind }: Fault) => kind === "silent" || kind === "stalled";

/** Sends a request to a Worker that waits at most `timeoutMs` for its database. */
async function ask(method: string, path: string, token: string, timeoutMs: number, body?: object) {
  const request = new Request(`http://api.test${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body && { "Content-Type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const bindings = { ...api.bindings, DATABASE_TIMEOUT_MS: String(timeoutMs) };
  const response = await app.fetch(request, bindings);
  return { response, status: response.status, body: await response.json() };
}

const FAULTS: [name: string, fault: Fault, status: number, error: string][] = [
  ["is silent", { kind: "silent" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["can't be reached", { kind: "unreachable" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["loses its response", { kind: "lost" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["breaks off in the middle of its response", { kind: "cut" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["falls silent in the middle of its response", { kind: "stalled" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["is shutting down", { kind: "refusing", code: "57P01" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["is starting", { kind: "refusing", code: "57P03" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["expects another password", { kind: "refusing", code: "28P01" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["has no connection left", { kind: "refusing", code: "53300" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["has no disk left", { kind: "refusing", code: "53100" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["is read-only", { kind: "refusing", code: "25006" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["cancels long statements", { kind: "refusing", code: "57014" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["can't serialize the transaction", { kind: "refusing", code: "40001" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["finds a deadlock", { kind: "refusing", code: "40P01" }, 503, "DATABASE_CONNECTION_ERROR"],
  ["does not find the table", { kind: "refusing", code: "42P01" }, 500, "DATABASE_ERROR"],
];

describe("a database that fails", () => {
  it.each(FAULTS)(
    "gets an error in the usual format in bounded time if it %s, and works again afterwards",
    async (_, fault, status, error) => {
      const { access } = await api.signUp();
      for (const [method, path, body] of [
        ["GET", "/auth/me", undefined],
        ["PUT", "/auth/me", { first_name: "Ada" }],
        // Invalid, so that only the guard runs in the database.
        ["PUT", "/auth/me", { first_name: 1 }],
      ] as const) {
        await fail(fault);
        const started = performance.now();
        const answer = await ask(method, path, access, isSilent(fault) ? HASTY_MS : PATIENT_MS, body);
        expect(performance.now() - started).toBeLessThan(BOUND_MS);
        expect(answer.status).toBe(status);
        expect(answer.body).toEqual({
          error,
          message: expect.any(String),
          request_id: answer.response.headers.get("X-Request-Id"),
        });
        expect(answer.response.headers.get("Retry-After")).toBe(status === 503 ? "1" : null);
        await fail({ kind: "none" });
        expect((await api.call("GET", "/auth/me", { token: access })).status).toBe(200);
      }
    },
  );
});

describe("a request that the database fails once", () => {
  const ONCE: [name: string, fault: Fault][] = [
    ["can't be sent", { kind: "unreachable", times: "1" }],
    ["loses its response", { kind: "lost", times: "1" }],
    ["has its response cut off", { kind: "cut", times: "1" }],
    ["meets a shutdown", { kind: "refusing", code: "57P01", times: "1" }],
    ["loses its connection behind the proxy", { kind: "refusing", code: "", times: "1" }],
    ["meets a serialization failure", { kind: "refusing", code: "40001", times: "1" }],
  ];
  it.each(ONCE)("is retried if it only reads and %s", async (_, fault) => {
    const { access } = await api.signUp();
    await fail(fault);
    const trips = await api.roundTripsOf(async () => {
      expect((await ask("GET", "/auth/me", access, PATIENT_MS)).status).toBe(200);
    });
    expect(trips).toBe(2);
    await fail(fault);
    // New bindings, because the same Worker would reuse its last result.
    const detailed = new Request("http://api.test/health/detailed");
    expect((await app.fetch(detailed, { ...api.bindings })).status).toBe(200);
  });

  it.each(ONCE)("is never retried if it writes and %s", async (_, fault) => {
    const { access } = await api.signUp();
    await fail(fault);
    const trips = await api.roundTripsOf(async () => {
      expect((await ask("PUT", "/auth/me", access, PATIENT_MS, { first_name: "Ada" })).status).toBe(503);
    });
    expect(trips).toBe(1);
    const { body } = await api.call("GET", "/auth/me", { token: access });
    const wasDone = fault.kind === "lost" || fault.kind === "cut";
    expect(body).toMatchObject({ first_name: wasDone ? "Ada" : null });
  });

  it("is retried only once", async () => {
    const { access } = await api.signUp();
    await fail({ kind: "unreachable" });
    const trips = await api.roundTripsOf(async () => {
      expect((await ask("GET", "/auth/me", access, PATIENT_MS)).status).toBe(503);
    });
    await fail({ kind: "none" });
    expect(trips).toBe(2);
  });

  it.each([
    ["a missing response", { kind: "silent", times: "1" }],
    ["a lack of connections", { kind: "refusing", code: "53300", times: "1" }],
    ["an error of the statement", { kind: "refusing", code: "42P01", times: "1" }],
  ])("is not retried after %s", async (_, fault) => {
    const { access } = await api.signUp();
    await fail(fault);
    const trips = await api.roundTripsOf(async () => {
      expect(
        (await ask("GET", "/auth/me", access, isSilent(fault) ? HASTY_MS : PATIENT_MS)).status,
      ).toBeGreaterThanOrEqual(500);
    });
    expect(trips).toBe(1);
  });
});
