import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NeonEndpoint, serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { openPglite, pgliteBackend } from "../../src/cli/local/pglite-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";

const HEADERS = {
  "Neon-Connection-String": "postgres://ada:hush@127.0.0.1/app",
  "Neon-Raw-Text-Output": "true",
  "Neon-Array-Mode": "true",
};

const TEN_MEBIBYTES = 10 * 2 ** 20;

let backend: SqlBackend;
let endpoint: NeonEndpoint;
beforeAll(async () => {
  backend = pgliteBackend(await openPglite(undefined));
  endpoint = await serveNeonEndpoint(backend, { port: 0, password: "hush" });
});
afterAll(async () => {
  await endpoint.close();
  await backend.close();
});

/** Sends a request as a client other than Neon's driver. Returns the answer. */
async function post(body: object, headers: Record<string, string> = {}) {
  const response = await fetch(endpoint.url, {
    method: "POST",
    headers: { ...HEADERS, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Sends raw text over a new connection. Returns the answer. */
async function send(request: string): Promise<string> {
  return text(connect(endpoint.port, "127.0.0.1").end(request));
}

describe("a client other than the driver", () => {
  it("sends parameters as numbers, booleans and objects", async () => {
    const query = "select $1::int + 1, not $2::bool, $3::jsonb -> 'a', $4::text is null";
    const { status, body } = await post({ query, params: [41, true, { a: [1, "x"] }, null] });
    expect([status, body.rows]).toEqual([200, [["42", "f", '[1, "x"]', "t"]]]);
  });

  it("omits the parameters", async () => {
    expect(await post({ query: "select 1" })).toMatchObject({ status: 200, body: { rows: [["1"]] } });
  });

  it.each([
    ["ReadUncommitted", "read uncommitted"],
    ["RepeatableRead", "repeatable read"],
  ])("gets the isolation level %s", async (level, isolation) => {
    const queries = [{ query: "show transaction_isolation" }];
    const { body } = await post({ queries }, { "Neon-Batch-Isolation-Level": level });
    expect(body).toMatchObject({ results: [{ rows: [[isolation]] }] });
  });

  it("gets an error for an unknown isolation level, and changes nothing", async () => {
    const queries = [{ query: "create table never (id int)" }];
    expect(await post({ queries }, { "Neon-Batch-Isolation-Level": "Perfect" })).toEqual({
      status: 400,
      body: expect.objectContaining({ message: "invalid isolation level", code: "", hint: null }),
    });
    expect((await post({ query: "select to_regclass('never')" })).body.rows).toEqual([[null]]);
  });

  it.each(["hush", "postgres://ada:%E0%A4%A@127.0.0.1/app", "postgres://127.0.0.1/app"])(
    "needs the password in its connection string: %s",
    async (connectionString) => {
      const answer = await post({ query: "select 1" }, { "Neon-Connection-String": connectionString });
      const message = expect.stringMatching(/^password authentication failed for user '(ada)?'$/);
      expect(answer).toMatchObject({ status: 400, body: { message, code: "", severity: "", detail: null } });
    },
  );

  it("gets an error for a body of over 10 MiB before it sends the body", async () => {
    const head = `POST /sql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${TEN_MEBIBYTES + 1}\r\n\r\n`;
    const answer = await send(head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain("at most 10485760 bytes");
  });

  it("loses its connection if it sends more than 10 MiB without a length, and others are served", async () => {
    const mebibyte = `100000\r\n${"x".repeat(2 ** 20)}\r\n`;
    const socket = connect(endpoint.port, "127.0.0.1").on("error", () => {});
    socket.write("POST /sql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    const answer = text(socket).catch(() => "");
    for (let sent = 0; sent < 11; sent++) socket.write(mebibyte);
    expect(await answer).toBe("");
    expect(socket.destroyed).toBe(true);
    expect((await post({ query: "select 1" })).status).toBe(200);
  });

  it.each([
    ["a row", [{ query: "select repeat('x', 10485700)" }]],
    ["a row of quotes, which take two bytes each", [{ query: "select repeat('\"', 5242850)" }]],
    ["many rows", [{ query: "select repeat('x', 1000000) from generate_series(1, 11)" }]],
    ["many results", Array(11).fill({ query: "select repeat('x', 1000000)" })],
  ])("gets an error for an answer of over 10 MiB, of %s, and changes nothing", async (_, reads) => {
    const table = `made_${crypto.randomUUID().replaceAll("-", "")}`;
    expect(await post({ queries: [{ query: `create table ${table} ()` }, ...reads] })).toMatchObject({
      status: 507,
      body: { message: "response is too large (max is 10485760 bytes)", code: "" },
    });
    expect((await post({ query: "select to_regclass($1)", params: [table] })).body.rows).toEqual([[null]]);
  });

  it("gets an answer of a little less than 10 MiB", async () => {
    const { status, body } = await post({ query: "select repeat('x', 10485000)" });
    expect([status, JSON.stringify(body.rows).length]).toEqual([200, 10_485_006]);
  });

  it("gets an error without a host name", async () => {
    expect(await send("GET /sql HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
  });
});

it("accepts any password if the endpoint has none", async () => {
  const open = await serveNeonEndpoint(backend, { port: 0 });
  const response = await fetch(open.url, {
    method: "POST",
    headers: { ...HEADERS, "Neon-Connection-String": "anything" },
    body: '{"query":"select 1"}',
  });
  expect(response.status).toBe(200);
  await open.close();
});
