import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

/** Tests two Workers, each in its own process, on one PostgreSQL. */
let postgres: PostgresServer;
const workers: System[] = [];

const both = [0, 1] as const;
type Which = (typeof both)[number];

const ROOT = { email: "root@example.com", username: "root", password: "correct horse battery staple" };
const PASSWORD = ROOT.password;

beforeAll(async () => {
  postgres = await startPostgres();
  const environment = {
    DATABASE_URL: await postgres.createDatabase("shared"),
    AUTH_SECRET: "local-secret-of-two-workers-0123456789-abcdefghij",
    // These tests are about neither the cost of hashes nor timeouts.
    ARGON2_MEMORY_KIB: "7168",
    ARGON2_ITERATIONS: "1",
    DATABASE_TIMEOUT_MS: "60000",
    SUPERUSER_EMAIL: ROOT.email,
    SUPERUSER_USERNAME: ROOT.username,
    SUPERUSER_PASSWORD: ROOT.password,
  };
  // The second Worker starts on the database that the first one created.
  for (const _ of both) workers.push(await startSystem(environment));
});
afterAll(async () => {
  for (const worker of workers) await worker.stop();
  await postgres?.stop();
});

interface Options {
  body?: object;
  token?: string | undefined;
  headers?: Record<string, string>;
}

async function call<Body = Record<string, string>>(
  worker: Which,
  method: string,
  path: string,
  { body, token, headers = {} }: Options = {},
) {
  const response = await fetch(`${workers[worker]?.url}${path}`, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Body };
}

async function signIn(worker: Which, username: string) {
  const { body } = await call(worker, "POST", "/auth/login", { body: { username, password: PASSWORD } });
  return { access: body.access_token ?? "", refresh: body.refresh_token ?? "" };
}

/** Creates an account at one Worker, and signs in at the other. */
async function signUp() {
  const username = `user-${crypto.randomUUID()}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const { body } = await call(0, "POST", "/auth/register", { body: account });
  return { username, id: body.id ?? "", ...(await signIn(1, username)) };
}

const statusOf = async (worker: Which, { access: token }: { access: string }) =>
  (await call(worker, "GET", "/auth/me", { token })).status;
const refresh = (worker: Which, token: string) =>
  call(worker, "POST", "/auth/refresh", { body: { refresh_token: token } });
const other = (worker: Which): Which => (worker === 0 ? 1 : 0);

describe("a change at one Worker", () => {
  it.each(both)("ends a session at the other Worker immediately (Worker %i)", async (worker) => {
    const user = await signUp();
    const second = await signIn(other(worker), user.username);
    expect([await statusOf(0, second), await statusOf(1, second)]).toEqual([200, 200]);
    expect((await call(worker, "DELETE", "/auth/sessions", { token: user.access })).status).toBe(204);
    expect(await statusOf(other(worker), second)).toBe(401);
    expect((await refresh(other(worker), second.refresh)).status).toBe(401);
    expect(await statusOf(other(worker), user)).toBe(200);
  });

  it.each(both)(
    "revokes an account and a role at the other Worker immediately (Worker %i)",
    async (worker) => {
      const user = await signUp();
      const token = (await signIn(0, ROOT.username)).access;
      const roles = (path: string) =>
        call(worker, "POST", `/auth/users/${user.id}/${path}`, { token, body: { role_ids: [] } });
      const tasks = async () => (await call(other(worker), "GET", "/tasks", { token: user.access })).status;
      expect(await tasks()).toBe(200);
      expect((await roles("roles")).status).toBe(200);
      expect(await tasks()).toBe(403);
      expect((await call(worker, "POST", `/auth/users/${user.id}/deactivate`, { token })).status).toBe(200);
      expect(await statusOf(other(worker), user)).toBe(403);
    },
  );
});

it("gives one successor to a refresh token that both Workers get at the same time", async () => {
  const user = await signUp();
  const answers = await Promise.all(both.map((worker) => refresh(worker, user.refresh)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const [first, second] = answers.map(({ body }) => body.refresh_token ?? "");
  expect(second).toBe(first);
  for (const worker of both) expect((await refresh(worker, first ?? "")).status).toBe(200);
});

describe("failed sign-ins at both Workers", () => {
  const fail = (worker: Which, username: string) =>
    call(worker, "POST", "/auth/login", { body: { username, password: "guessed" } });

  it("counts together if they alternate", async () => {
    const { username } = await signUp();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await fail(i % 2 === 0 ? 0 : 1, username)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    for (const worker of both) {
      const body = { username, password: PASSWORD };
      expect((await call(worker, "POST", "/auth/login", { body })).status).toBe(429);
    }
  });

  it("counts together if they are concurrent", async () => {
    const { username } = await signUp();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => fail(i % 2 === 0 ? 0 : 1, username)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(20).fill(429)]);
  });
});

describe("the audit log", () => {
  interface Event {
    action: string;
    actor_id: string;
    request_id: string;
    details: { before: string[]; after: string[] };
  }
  const read = async (worker: Which, query: string, token: string) =>
    (await call<Event[]>(worker, "GET", `/audit?${query}`, { token })).body;

  it("contains the events of both Workers, and both return them", async () => {
    const root = await signIn(0, ROOT.username);
    const user = await signUp();
    for (const worker of both) {
      await call(worker, "PUT", "/auth/me", {
        token: user.access,
        body: { first_name: `Name ${worker}` },
      });
    }
    const query = `target_id=${user.id}&action=user.updated`;
    const [seenByOne, seenByTheOther] = await Promise.all(
      both.map((worker) => read(worker, query, root.access)),
    );
    expect(seenByOne).toMatchObject(
      [1, 0].map((worker) => ({ actor_id: user.id, details: { after: { first_name: `Name ${worker}` } } })),
    );
    expect(seenByTheOther).toEqual(seenByOne);
  });

  it("records concurrent grants of both Workers as a consistent sequence", async () => {
    const token = (await signIn(1, ROOT.username)).access;
    const user = await signUp();
    const roleIds = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const { body } = await call(0, "POST", "/roles", { token, body: { name: crypto.randomUUID() } });
        return body.id;
      }),
    );
    const answers = await Promise.all(
      roleIds.map((id, i) =>
        call(i % 2 === 0 ? 0 : 1, "POST", `/auth/users/${user.id}/roles`, {
          token,
          body: { role_ids: [id] },
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const events = await read(0, `target_id=${user.id}&action=user.roles_changed`, token);
    // The first event is the default role of a new account.
    expect(events).toHaveLength(11);
    const next = new Map(events.map(({ details }) => [details.before.join(), details.after.join()]));
    const states = [""];
    while (next.has(states.at(-1) ?? "")) states.push(next.get(states.at(-1) ?? "") ?? "");
    expect(states).toHaveLength(12);
  });
});
