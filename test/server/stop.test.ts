import { connect } from "node:net";
import { text } from "node:stream/consumers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBuiltServer } from "../support/built-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let postgres: PostgresServer;
let databaseUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("stop");
});
afterAll(() => postgres?.stop());

const BODY = JSON.stringify({ username: "grace", password: "wrong password here" });
const HEAD = `POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n`;

describe("SIGTERM", () => {
  it("lets a running request end, reports that the server is stopping, accepts no connection, and exits with 0", async () => {
    const server = await startBuiltServer(databaseUrl);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const answers = text(socket);
    socket.write(HEAD + BODY.slice(0, 10));
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(HEAD.length);
    await new Promise((wait) => setTimeout(wait, 200));
    const code = server.stop();
    await server.logged("Stopping");
    await expect.poll(() => fetch(server.url).catch(() => "refused")).toBe("refused");
    socket.write(`${BODY.slice(10)}GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await code).toBe(0);
    const [first, second] = (await answers).split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 401 /);
    expect(first).toContain("INVALID_CREDENTIALS");
    expect(second).toMatch(/^HTTP\/1\.1 503 [\s\S]*"stopping"/);
  });

  it("ends the connections of requests that take longer than ten seconds", async () => {
    const server = await startBuiltServer(databaseUrl);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(HEAD);
    await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0);
    await new Promise((wait) => setTimeout(wait, 200));
    const answer = text(socket).catch(() => "");
    expect(await server.stop()).toBe(1);
    expect(await answer).toBe("");
  });

  it("leaves no connection to the database", async () => {
    const server = await startBuiltServer(databaseUrl);
    await server.logged("Maintenance done");
    expect(await server.stop()).toBe(0);
    const client = new pg.Client(databaseUrl);
    await client.connect();
    const { rows } = await client.query(
      "select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});

describe("the schedule", () => {
  const TAKEN = "This instance runs the maintenance";

  it("runs in one of two instances, and in another after the first has stopped", async () => {
    const first = await startBuiltServer(databaseUrl);
    await first.logged("Maintenance done");
    const second = await startBuiltServer(databaseUrl);
    try {
      await second.logged("Another instance runs the maintenance");
      expect(second.lines().map(({ message }) => message)).not.toContain(TAKEN);
      expect(await first.stop()).toBe(0);
      const third = await startBuiltServer(databaseUrl);
      await third.logged("Maintenance done");
      expect(third.lines().map(({ message }) => message)).toContain(TAKEN);
      expect(await third.stop()).toBe(0);
    } finally {
      await second.stop();
    }
  });
});
