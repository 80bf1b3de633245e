import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { findRunningDatabase } from "../../src/cli/local/data-lock.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
const FREE_FAILURES = 3;

let system: System;
beforeAll(async () => {
  system = await startSystem({ LOGIN_MAX_FAILURES: String(FREE_FAILURES) });
});
afterAll(() => system?.stop());

/** Sends `body` with `address` in every header in which a proxy may name the client. */
const post = (path: string, body: object, address: string) =>
  fetch(system.url + path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "CF-Connecting-IP": address,
      "X-Forwarded-For": address,
      "X-Real-IP": address,
      "True-Client-IP": address,
      Forwarded: `for=${address}`,
    },
    body: JSON.stringify(body),
  });

async function addressesIn(table: "audit_events" | "sessions") {
  const running = await findRunningDatabase(`${system.dataDir}/data`);
  if (!running) throw new Error("The system has no database.");
  const { rows } = await clientFor(running).execute<{ address: string }>(
    sql`select distinct address from ${sql.identifier(table)} where address is not null and address <> ''`,
  );
  return rows.map(({ address }) => address);
}

it("limits and records a client by its real address, even if it claims another one each time", async () => {
  const ada = { username: "ada", email: "ada@example.com", password: PASSWORD };
  expect((await post("/auth/register", ada, "192.0.2.1")).status).toBe(201);
  expect((await post("/auth/login", ada, "192.0.2.2")).status).toBe(422);
  expect((await post("/auth/login", { username: "ada", password: PASSWORD }, "192.0.2.3")).status).toBe(200);
  for (let attempt = 0; attempt < FREE_FAILURES; attempt++) {
    const guess = { username: "grace", password: `guess ${attempt}` };
    expect((await post("/auth/login", guess, `198.51.100.${attempt}`)).status).toBe(401);
  }
  const blocked = await post("/auth/login", { username: "grace", password: "guess" }, "203.0.113.1");
  expect(blocked.status).toBe(429);
  expect(blocked.headers.get("RateLimit-Policy")).toMatch(/^"login";/);
  expect(await addressesIn("sessions")).toEqual(["127.0.0.1"]);
  expect(await addressesIn("audit_events")).toEqual(["127.0.0.1"]);
});

it("serves the next request on a connection after a body that was not read", async () => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const rejected = await fetch(`${system.origin}/auth/login`, { method: "POST", body: "x".repeat(1000) });
    expect(rejected.status).toBe(415);
    await rejected.text();
    const next = await fetch(`${system.origin}/health`);
    expect(next.status).toBe(200);
    await next.text();
  }
});

it("serves the next request on a connection after a chunked body that is too large", async () => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const chunks = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 6; chunk++)
          controller.enqueue(new TextEncoder().encode(" ".repeat(16_384)));
        controller.close();
      },
    });
    const init = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: chunks,
      duplex: "half",
    };
    const rejected = await fetch(`${system.origin}/auth/login`, init);
    expect(rejected.status).toBe(413);
    await rejected.text();
    const next = await fetch(`${system.origin}/health`);
    expect(next.status).toBe(200);
    await next.text();
  }
});
