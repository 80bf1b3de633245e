import { sql } from "drizzle-orm";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { serve } from "../../../../src/core/in-flight.ts";
import { hashQueueDepth, takeTurn } from "../../../../src/core/security/hash-turns.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

/** Cost of a hash, which decides how many requests may wait: nine, instead of 32 with the default. */
const COST = { ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "2" };
const LIMIT = 9;
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

/** Fails to sign in from `address`. */
const fail = (username: string, address: string, signal?: AbortSignal) =>
  signIn(username, address, "not the password", signal);

/** Takes one turn, and lets `waiting` further requests of the flooder wait for theirs. Returns a function that ends them. */
function holdQueue(waiting = 0) {
  const hasher = { settings: api.settings, origin: { address: FLOODER } };
  const held = Promise.withResolvers<void>();
  let displaced = 0;
  const turns = Array.from({ length: 1 + waiting }, () => takeTurn(hasher, () => held.promise));
  for (const turn of turns) turn.catch(() => displaced++);
  const release = async () => {
    held.resolve();
    return (await Promise.allSettled(turns)).map(({ status }) => status);
  };
  onTestFinished(() => void release());
  return Object.assign(release, { displaced: () => displaced });
}

/** Waits until `isTrue` returns true. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resume) => setTimeout(resume, 1));
}

const untilWaiting = (count: number) => until(() => hashQueueDepth().waiting === count);

/** Returns the sum of all counted attempts. */
async function countAttempts(): Promise<number> {
  const { rows } = await api.db.execute(sql`select coalesce(sum(attempts), 0)::int as sum from throttles`);
  return Number(rows[0]?.sum);
}

it("answers 503 with Retry-After to sign-ins beyond the queue, and counts only checked ones [HASH-2]", async () => {
  const release = holdQueue();
  const answers: Awaited<ReturnType<typeof fail>>[] = [];
  const flood = Array.from({ length: 20 }, async (_, nth) => answers.push(await fail(`a-${nth}`, FLOODER)));
  await until(() => answers.length === 20 - LIMIT);
  for (const { status, headers, body } of answers) {
    expect(status).toBe(503);
    expect(headers.get("Retry-After")).toBe("2");
    expect(body).toMatchObject({ error: "SERVICE_BUSY" });
  }
  await release();
  await Promise.all(flood);
  expect(answers.slice(20 - LIMIT).map(({ status }) => status)).toEqual(Array(LIMIT).fill(401));
  const { rows } = await api.db.execute(sql`select max(attempts) as of_the_address from throttles`);
  expect(rows).toEqual([{ of_the_address: LIMIT }]);
});

it("refuses a registration while the queue is full without counting it", async () => {
  const strict = await createTestApi({ ...COST, REGISTER_MAX_PER_ADDRESS: "1" });
  const register = (username: string) =>
    strict.call("POST", "/auth/register", {
      body: { username, email: `${username}@example.com`, password: PASSWORD },
      headers: { "CF-Connecting-IP": FLOODER },
    });
  const release = holdQueue(LIMIT);
  expect(await register("ada")).toMatchObject({ status: 503, body: { error: "SERVICE_BUSY" } });
  await release();
  expect((await register("ada")).status).toBe(201);
  expect((await register("bob")).status).toBe(429);
});

it("signs a user in from another address while the queue is full, in place of one request [HASH-1]", async () => {
  const { username } = await api.signUp();
  const release = holdQueue(LIMIT);
  const signedIn = signIn(username, OTHER);
  await until(() => release.displaced() === 1);
  const ends = await release();
  expect((await signedIn).status).toBe(200);
  expect(ends).toEqual([...Array(LIMIT).fill("fulfilled"), "rejected"]);
});

it("checks no password for a client that leaves while it waits", async () => {
  const before = await countAttempts();
  const release = holdQueue();
  const client = new AbortController();
  const gone = fail("gone", OTHER, client.signal);
  await untilWaiting(1);
  client.abort();
  expect((await gone).status).toBe(503);
  expect(hashQueueDepth()).toEqual({ running: 1, waiting: 0 });
  await release();
  expect(await countAttempts()).toBe(before);
});

it("counts a wrong password also if the client leaves after its hash has begun [HASH-3]", async () => {
  const pending: Promise<unknown>[] = [];
  // The platform ends a request whose client has left, unless it was asked to wait.
  const platform = { waitUntil: (work: Promise<unknown>) => void pending.push(work) };
  const before = await countAttempts();
  const body = { username: "left", password: "not the password" };
  const answer = api.open("POST", "/auth/login", { body, platform });
  await until(() => hashQueueDepth().running === 1);
  await Promise.all(pending);
  expect(await countAttempts()).toBeGreaterThan(before);
  expect((await answer).status).toBe(401);
});

it("answers a signed-in user's request between the hashes of others", async () => {
  const { access } = await api.signUp();
  const release = holdQueue();
  const order: string[] = [];
  const signIns = Array.from({ length: LIMIT }, (_, nth) =>
    serve(async () => {
      await fail(`b-${nth}`, OTHER);
      order.push("sign-in");
    }),
  );
  await untilWaiting(LIMIT);
  const me = serve(async () => {
    await api.call("GET", "/auth/me", { token: access });
    order.push("me");
  });
  await Promise.all([release(), me, ...signIns]);
  expect(order.indexOf("me")).toBeLessThan(LIMIT - 2);
});
