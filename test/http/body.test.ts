import { beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { encodePersonalToken, newPersonalToken } from "../../src/core/security/personal-token.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

const CHUNK_BYTES = 16 * 1024;
const UNCHECKED_BYTES = 64 * 1024;

let api: TestApi;
let neverIssued: string;
beforeAll(async () => {
  api = await createTestApi();
  neverIssued = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
});

/** Sends `text` in chunks without a declared length, and returns how much of it was read. */
async function sendChunks(path: string, text: string, token: string, type = "application/json") {
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
  const headers = { "Content-Type": type, Authorization: `Bearer ${token}` };
  const request = new Request(`http://api.test${path}`, { method: "POST", headers, body });
  // Later chunks are skipped, so that the client receives the refusal.
  let readBeforeGuard: number | undefined;
  const ask = globalThis.fetch;
  const fetching = vi.spyOn(globalThis, "fetch").mockImplementation((...question) => {
    readBeforeGuard ??= readBytes;
    return ask(...question);
  });
  const response = await app.fetch(request, api.bindings);
  fetching.mockRestore();
  return { status: response.status, text: await response.text(), readBytes: readBeforeGuard ?? readBytes };
}

describe("an unauthenticated caller", () => {
  it.each([
    [
      "a CSV file of 1 MB of commas",
      "/imports?format=toggl",
      `${",".repeat(1_000_000)}start date,start time\n${"x\n".repeat(2_000)}`,
      "text/csv",
    ],
    [
      "an import of 8 MB of zeros",
      "/compat/aw/api/0/import",
      `{"buckets":{"a":{"type":"t","client":"c","hostname":"h","events":[${"0,".repeat(4_000_000)}0]}}}`,
      "application/json",
    ],
  ])("gets a refusal before %s is read", async (_, path, text, type) => {
    const parse = vi.spyOn(JSON, "parse");
    const { status, readBytes } = await sendChunks(path, text, neverIssued, type);
    const parsed = Math.max(0, ...parse.mock.calls.map(([json]) => String(json).length));
    parse.mockRestore();
    expect(status).toBe(401);
    expect(readBytes).toBeLessThanOrEqual(UNCHECKED_BYTES + CHUNK_BYTES);
    expect(parsed).toBeLessThan(UNCHECKED_BYTES);
  });

  it("gets at most a hundred problems", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`a${n}`, 0]));
    const { status, body } = await api.call<{ details: object[] }>("POST", "/auth/register", {
      body: unknown,
    });
    expect(status).toBe(422);
    expect(body.details).toHaveLength(100);
  });

  it("gets a refusal for text with more combining marks than any language uses", async () => {
    const marks = `a${"\u0301".repeat(150)}${"\u0316".repeat(150)}`;
    const normalize = vi.spyOn(String.prototype, "normalize");
    const { status } = await api.call("POST", "/tasks", { token: neverIssued, body: { name: marks } });
    expect(normalize.mock.contexts.filter((text) => String(text).includes(marks))).toEqual([]);
    normalize.mockRestore();
    expect(status).toBe(401);
  });
});

describe("a body without a declared length", () => {
  const events = (length: number) =>
    JSON.stringify(Array.from({ length }, (_, n) => ({ timestamp: `2026-11-23T00:00:00.${n}Z`, data: {} })));

  it("costs one more round trip only above 64 KiB", async () => {
    const { access } = await api.signUp();
    const bucket = { type: "t", client: "c", hostname: "h" };
    await api.call("POST", "/compat/aw/api/0/buckets/b", { token: access, body: bucket });
    for (const [length, trips] of [
      [500, 1],
      [5_000, 2],
    ] as const) {
      let answer = { status: 0, text: "" };
      const made = await api.roundTripsOf(async () => {
        answer = await sendChunks("/compat/aw/api/0/buckets/b/events", events(length), access);
      });
      expect([answer.status, made], answer.text.slice(0, 200)).toEqual([200, trips]);
      expect(JSON.parse(answer.text)).toHaveLength(length);
    }
  });

  it("causes 413 beyond the limit of its operation", async () => {
    const { access } = await api.signUp();
    const text = "x".repeat(1024 * 1024 + 1);
    expect((await sendChunks("/imports?format=toggl", text, access, "text/csv")).status).toBe(413);
    expect((await sendChunks("/tasks", "x".repeat(65_537), access)).status).toBe(413);
  });
});
