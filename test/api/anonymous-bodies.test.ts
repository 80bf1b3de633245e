import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { app } from "../../src/app.ts";
import { encodePersonalToken, newPersonalToken } from "../../src/core/security/personal-token.ts";
import { largestBodies, OPERATIONS_WITH_BODY } from "../support/anonymous-bodies.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { entriesWith } from "../support/registry.ts";

/**
 * Work that an unauthenticated caller can cause with one request: with the largest bodies that the limit accepts, made of the smallest
 * items. This file counts bytes and calls; test/e2e/anonymous-bodies.test.ts measures the CPU of the process.
 */

const UNCHECKED_BYTES = 64 * 1024;
const CHUNK_BYTES = 16 * 1024;

const ROWS = Object.fromEntries(
  entriesWith("anonymousBody").map(({ operationId, value }) => [operationId, value]),
);

let api: TestApi;
let callers: Record<string, string>;
beforeAll(async () => {
  api = await createTestApi();
  const { access } = await api.signUp();
  await api.call("POST", "/auth/logout", { token: access });
  const neverIssued = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
  callers = { "never issued": neverIssued, revoked: access };
});

type Operation = (typeof OPERATIONS_WITH_BODY)[number];

interface Sending {
  token?: string | undefined;
  type: string;
  /** True for a declared length, false for a body in chunks. */
  isDeclared: boolean;
}

/** Sends a body that is produced on demand, and returns how much of it was read, with the response. */
async function send({ method, path }: Operation, text: string, { token, type, isDeclared }: Sending) {
  const bytes = new TextEncoder().encode(text);
  let readBytes = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (readBytes >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(readBytes, readBytes + CHUNK_BYTES));
        readBytes += CHUNK_BYTES;
      },
    },
    { highWaterMark: 0 },
  );
  const parse = vi.spyOn(JSON, "parse");
  // Later chunks are skipped, so that the client receives the refusal.
  let readBeforeGuard: number | undefined;
  const ask = globalThis.fetch;
  const fetching = vi.spyOn(globalThis, "fetch").mockImplementation((...question) => {
    readBeforeGuard ??= readBytes;
    return ask(...question);
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const request = new Request(`http://api.test${path}`, {
    method,
    body,
    headers: {
      "Content-Type": type,
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(isDeclared && { "Content-Length": String(bytes.length) }),
    },
  });
  const response = await app.fetch(request, api.bindings);
  const answer = await response.arrayBuffer();
  const parsedCharacters = parse.mock.calls.reduce((sum, [json]) => sum + String(json).length, 0);
  parse.mockRestore();
  fetching.mockRestore();
  return {
    status: response.status,
    answerBytes: answer.byteLength,
    error: JSON.parse(new TextDecoder().decode(answer)).error,
    readBytes: readBeforeGuard ?? readBytes,
    parsedCharacters,
  };
}

it("has a row in registry.ts of its feature for every operation with a body", () => {
  expect(Object.keys(ROWS).sort()).toEqual(OPERATIONS_WITH_BODY.map(({ operationId }) => operationId).sort());
});

const GUARDED = OPERATIONS_WITH_BODY.filter(({ isPublic }) => !isPublic);

describe.each(["never issued", "revoked"])("a token that was %s", (kind) => {
  it.each(GUARDED)("causes 401 in $operationId before more than 64 KiB are read", async (operation) => {
    const row = ROWS[operation.operationId] ?? {};
    const sending = { token: callers[kind], type: row.type ?? "application/json" };
    for (const [name, body] of largestBodies(row, operation.maxBytes)) {
      for (const isDeclared of operation.maxBytes > UNCHECKED_BYTES ? [true, false] : [true]) {
        let outcome: Awaited<ReturnType<typeof send>> | undefined;
        const trips = await api.roundTripsOf(async () => {
          outcome = await send(operation, body, { ...sending, isDeclared });
        });
        expect({ ...outcome, trips }, name).toMatchObject({ status: 401, error: "INVALID_TOKEN", trips: 1 });
        expect(outcome?.readBytes, name).toBeLessThanOrEqual(UNCHECKED_BYTES + CHUNK_BYTES);
        expect(outcome?.parsedCharacters, name).toBeLessThan(UNCHECKED_BYTES + 10_000);
        if (isDeclared && operation.maxBytes > UNCHECKED_BYTES) expect(outcome?.readBytes, name).toBe(0);
      }
    }
  });
});

it.each(OPERATIONS_WITH_BODY.filter(({ isPublic }) => isPublic))(
  "rejects such bodies in $operationId with at most a hundred problems",
  async (operation) => {
    const row = ROWS[operation.operationId] ?? {};
    for (const [name, body] of largestBodies(row, operation.maxBytes)) {
      const trips = await api.roundTripsOf(async () => {
        const outcome = await send(operation, body, { type: "application/json", isDeclared: true });
        expect(row.answers, `${name}: ${outcome.status}`).toContain(outcome.status);
        expect(outcome.answerBytes, name).toBeLessThan(30_000);
        expect(outcome.parsedCharacters, name).toBeLessThanOrEqual(operation.maxBytes);
      });
      expect(trips, name).toBe(0);
    }
  },
);
