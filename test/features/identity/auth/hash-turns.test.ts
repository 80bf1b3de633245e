import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { serve } from "../../../../src/core/in-flight.ts";
import { hashQueueDepth, MAX_WAITING } from "../../../../src/core/security/hash-turns.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

/** Cost of a hash, which decides how many requests may wait: the default. */
const COST = { ARGON2_MEMORY_KIB: "19456", ARGON2_ITERATIONS: "2" };
const FLOOD = MAX_WAITING + 8;
const FLOODER = "198.51.100.1";
const OTHER = "198.51.100.2";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({
    ...COST,
    LOGIN_MAX_FAILURES: "100",
    LOGIN_MAX_FAILURES_PER_ACCOUNT: "1000",
    LOGIN_MAX_FAILURES_PER_ADDRESS: "1000",
  });
});

/** Signs in from `address`. */
const signIn = (username: string, address: string, password = PASSWORD, signal?: AbortSignal) =>
  api.call("POST", "/auth/login", {
    body: { username, password },
    headers: { "CF-Connecting-IP": address },
    ...(signal && { signal }),
  });

/** Waits until `count` requests wait for a hash. */
async function untilWaiting(count: number): Promise<void> {
  while (hashQueueDepth().waiting < count) await new Promise((resume) => setTimeout(resume, 1));
}

/** Waits until a hash runs. */
async function untilRunning(): Promise<void> {
  while (hashQueueDepth().running === 0) await new Promise((resume) => setTimeout(resume, 1));
}

/** Returns the sum of all counted attempts. */
async function countedAttempts(): Promise<number> {
  const { rows } = await api.db.execute(sql`select coalesce(sum(attempts), 0)::int as sum from throttles`);
  return Number(rows[0]?.sum);
}

it("answers 503 with Retry-After to sign-ins beyond the queue, and counts only those that were checked [HASH-2]", async () => {
  const names = Array.from({ length: FLOOD }, (_, nth) => `unknown-${nth}`);
  const answers = await Promise.all(names.map((name) => signIn(name, FLOODER, "not the password")));
  const refused = answers.filter(({ status }) => status === 503);
  const checked = answers.filter(({ status }) => status === 401);
  expect(refused.length + checked.length).toBe(FLOOD);
  expect(refused.length).toBeGreaterThan(0);
  for (const { headers, body } of refused) {
    expect(headers.get("Retry-After")).toBe("2");
    expect(body).toMatchObject({ error: "SERVICE_BUSY" });
  }
  const { rows } = await api.db.execute(sql`select attempts from throttles order by attempts desc limit 1`);
  // The count of the address.
  expect(rows).toEqual([{ attempts: checked.length }]);
});

it("refuses a registration during a flood without counting it", async () => {
  const strict = await createTestApi({ ...COST, REGISTER_MAX_PER_ADDRESS: "1" });
  const register = (username: string) =>
    strict.call("POST", "/auth/register", {
      body: { username, email: `${username}@example.com`, password: PASSWORD },
      headers: { "CF-Connecting-IP": FLOODER },
    });
  const flood = Array.from({ length: FLOOD }, () => signIn("unknown", FLOODER));
  await untilWaiting(MAX_WAITING);
  const refused = await register("ada");
  await Promise.all(flood);
  expect(refused).toMatchObject({ status: 503, body: { error: "SERVICE_BUSY" } });
  expect((await register("ada")).status).toBe(201);
  expect((await register("bob")).status).toBe(429);
});

it("signs a user in from another address during a flood, before most of it [HASH-1]", async () => {
  const { username } = await api.signUp();
  const order: string[] = [];
  const flood = Array.from({ length: FLOOD }, async () => {
    const { status } = await signIn("unknown", FLOODER, "not the password");
    if (status === 401) order.push("flood");
  });
  await untilWaiting(MAX_WAITING);
  expect((await signIn(username, OTHER)).status).toBe(200);
  order.push("user");
  await Promise.all(flood);
  expect(order.indexOf("user")).toBeLessThan(MAX_WAITING / 2);
});

it("checks no password for a client that leaves while it waits", async () => {
  const fail = (name: string, signal?: AbortSignal) => signIn(name, OTHER, "not the password", signal);
  const start = await countedAttempts();
  await fail("first");
  const before = await countedAttempts();
  const client = new AbortController();
  const others = ["a", "b", "c", "d"].map((name) => fail(name));
  await untilWaiting(1);
  const gone = fail("gone", client.signal);
  client.abort();
  expect((await gone).status).toBe(503);
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual(Array(4).fill(401));
  expect(await countedAttempts()).toBe(before + 4 * (before - start));
});

it("answers a signed-in user's request between the hashes of others", async () => {
  const { access } = await api.signUp();
  const order: string[] = [];
  const signIns = Array.from({ length: 16 }, (_, nth) =>
    serve(async () => {
      await signIn(`unknown-${nth}`, OTHER, "not the password");
      order.push("sign-in");
    }),
  );
  await untilWaiting(8);
  await serve(() => api.call("GET", "/auth/me", { token: access }));
  order.push("me");
  await Promise.all(signIns);
  expect(order.indexOf("me")).toBeLessThan(12);
});

it("counts a wrong password also if the client leaves after its hash has begun [HASH-3]", async () => {
  const pending: Promise<unknown>[] = [];
  // The platform ends a request whose client has left, unless it was asked to wait.
  const platform = { waitUntil: (work: Promise<unknown>) => void pending.push(work) };
  const before = await countedAttempts();
  const body = { username: "left", password: "not the password" };
  const answer = api.open("POST", "/auth/login", { body, platform });
  await untilRunning();
  await Promise.all(pending);
  expect(await countedAttempts()).toBeGreaterThan(before);
  expect((await answer).status).toBe(401);
});
