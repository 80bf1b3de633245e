import { setTimeout as sleep } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { MAX_WAITING } from "../../src/core/security/hash-turns.ts";
import { hashOfOneTimeToken } from "../../src/core/security/one-time-token.ts";
import { newAuthenticator } from "../support/passkey.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";

/** Tests concurrent requests on PostgreSQL itself, with real concurrency. */
let postgres: PostgresServer;
let databaseUrl: string;
let system: System;

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("races");
  system = await startSystem({
    DATABASE_URL: databaseUrl,
    SUPERUSER_EMAIL: "root@example.com",
    SUPERUSER_USERNAME: "root",
    SUPERUSER_PASSWORD: PASSWORD,
    // All requests come from one address, and retried ones count twice.
    REGISTER_MAX_PER_ADDRESS: "1000",
  });
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

async function call(method: string, path: string, body?: object, token?: string, key?: string) {
  const response = await fetch(system.url + path, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(key && { "Idempotency-Key": key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // Not an error of the service: the proxy of the local runtime answers so if it loses its connection to the Worker.
  if (!response.headers.get("Content-Type")?.startsWith("application/json"))
    throw new Error(`${method} ${path}: ${response.status} ${text}\n${system.output()}`);
  return {
    status: response.status,
    isReplayed: response.headers.has("Idempotency-Replayed"),
    body: JSON.parse(text) as Record<string, string>,
  };
}

const ask = (statement: SQL) =>
  withDatabase(async (db) => (await db.execute<Record<string, string>>(statement)).rows, { databaseUrl });

const times = <Result>(count: number, work: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

async function signUp() {
  const username = `user-${crypto.randomUUID()}`;
  await call("POST", "/auth/register", { username, email: `${username}@example.com`, password: PASSWORD });
  const { body } = await call("POST", "/auth/login", { username, password: PASSWORD });
  return { username, access: body.access_token ?? "", refresh: body.refresh_token ?? "" };
}

/** Returns all time entries of a user by start; entries without a length come first among equal starts. */
async function entriesOf(token: string) {
  const response = await fetch(`${system.url}/time-entries?limit=100`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const entries = (await response.json()) as { started_at: string; ended_at: string | null }[];
  const key = ({ started_at, ended_at }: (typeof entries)[number]) => `${started_at} ${ended_at ?? "9999"}`;
  return entries.sort((a, b) => key(a).localeCompare(key(b)));
}

describe("concurrent requests", () => {
  it("gives an email to one of two accounts that confirm it, and rejects the other", async () => {
    for (let round = 0; round < 10; round++) {
      const email = `wanted-${crypto.randomUUID()}@example.com`;
      const tokens = await times(2, async () => {
        const { username } = await signUp();
        const token = crypto.randomUUID();
        const hash = await hashOfOneTimeToken(token);
        await ask(sql`
          insert into email_changes (user_id, requested_by, from_email, to_email, confirm_hash, expires_at, stoppable_until)
          select id, id, email, ${email}, ${hash}, now() + interval '1 day', now() + interval '7 days'
            from users where username = ${username}`);
        return token;
      });
      const answers = await Promise.all(
        tokens.map((token) => call("POST", "/auth/email/confirm-change", { token })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await ask(sql`select from users where email = ${email}`)).toHaveLength(1);
    }
  });

  it("leaves an email with one account when it is activated and registered again", async () => {
    const { body: root } = await call("POST", "/auth/login", { username: "root", password: PASSWORD });
    for (let round = 0; round < 10; round++) {
      const { username } = await signUp();
      const email = `${username}@example.com`;
      const [account] = await ask(sql`
        update users set is_active = false where username = ${username} returning id`);
      const names = [1, 2].map(() => `late-${crypto.randomUUID()}`);
      const [activated, ...registered] = await Promise.all([
        call("POST", `/auth/users/${account?.id}/activate`, undefined, root.access_token),
        ...names.map((name) => call("POST", "/auth/register", { username: name, email, password: PASSWORD })),
      ]);
      const statuses = registered.map(({ status }) => status).sort();
      expect([
        activated.status,
        [
          [201, 409],
          [409, 409],
        ],
      ]).toEqual([200, expect.arrayContaining([statuses])]);
      const [holder, ...others] = await ask(sql`select username from users where email = ${email}`);
      expect(others).toEqual([]);
      const winner = registered.findIndex(({ status }) => status === 201);
      expect(holder?.username).toBe(winner === -1 ? username : names[winner]);
    }
  });

  it("creates one account for 50 registrations with one email", async () => {
    const signUpAs = (index: number) =>
      call("POST", "/auth/register", {
        username: `race-${index}`,
        email: "Race@example.com",
        password: PASSWORD,
      });
    const answers = await times(50, signUpAs);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const busy = answers.flatMap(({ body }, index) => (body.error === "SERVICE_BUSY" ? [index] : []));
    // This many requests wait; further ones may get the answer to retry.
    expect(busy.length).toBeLessThanOrEqual(50 - MAX_WAITING);
    for (const index of busy) answers[index] = await signUpAs(index);
    const others = answers.filter(({ status }) => status !== 201);
    expect(others.map(({ status, body }) => `${status} ${body.error}`)).toEqual(
      Array(49).fill("409 EMAIL_ALREADY_EXISTS"),
    );
  });

  it("creates one account for 20 registrations with one username, and explains the conflict [RACE-1]", async () => {
    const answers = await times(20, (index) =>
      call("POST", "/auth/register", {
        username: "Racer",
        email: `racer-${index}@example.com`,
        password: PASSWORD,
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const codes = answers.flatMap(({ body }) => body.error ?? []);
    expect(codes).toEqual(Array(19).fill("USERNAME_ALREADY_EXISTS"));
  });

  it("keeps one session for 40 refreshes with one token", async () => {
    const session = await signUp();
    const answers = await times(40, () => call("POST", "/auth/refresh", { refresh_token: session.refresh }));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    const seen = await times(40, (index) =>
      call("GET", "/auth/me", undefined, answers[index]?.body.access_token),
    );
    expect(seen.map(({ status }) => status)).toEqual(Array(40).fill(200));
    const [successor] = [...successors];
    expect((await call("POST", "/auth/refresh", { refresh_token: successor })).status).toBe(200);
  });

  it("keeps the user signed in during a chain of refreshes by 8 racing tabs", async () => {
    const session = await signUp();
    let token = session.refresh;
    for (let round = 0; round < 10; round++) {
      const answers = await times(8, () => call("POST", "/auth/refresh", { refresh_token: token }));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      token = answers[0]?.body.refresh_token ?? "";
    }
  });

  it("accepts one of 20 sign-ins with the same passkey answer, even without a signature counter", async () => {
    const session = await signUp();
    const { id = "" } = (await call("GET", "/auth/me", undefined, session.access)).body;
    const challenge = async (path: string, token?: string) => ({
      challenge: (await call("POST", path, undefined, token)).body.challenge ?? "",
    });
    const authenticator = await newAuthenticator();
    const made = await authenticator.create(await challenge("/auth/passkeys/options", session.access));
    const body = { name: "My phone", credential: made };
    expect((await call("POST", "/auth/passkeys", body, session.access)).status).toBe(201);
    const options = await challenge("/auth/login/passkey/options");
    const credential = await authenticator.get(options, id, { signCount: 0 });
    const answers = await times(20, () => call("POST", "/auth/login/passkey", { credential }));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const codes = answers.flatMap(({ body }) => body.error ?? []);
    expect(codes).toEqual(Array(19).fill("INVALID_TOKEN"));
  });

  it("keeps one of the last two superusers who delete themselves", async ({ onTestFinished }) => {
    onTestFinished(async () => {
      await withDatabase(
        (db) => db.execute(sql`update users set is_superuser = true where username = 'root'`),
        { databaseUrl },
      );
    });
    const promote = (username: string) =>
      withDatabase(
        (db) =>
          db.execute(
            sql`update users set is_superuser = username = ${username} or (is_superuser and username <> 'root')`,
          ),
        { databaseUrl },
      );
    let survivor = await signUp();
    await promote(survivor.username);
    for (let round = 0; round < 5; round++) {
      const pair = [survivor, await signUp()] as const;
      await promote(pair[1].username);
      const answers = await Promise.all(
        pair.map(({ access }) =>
          fetch(`${system.url}/auth/me`, {
            method: "DELETE",
            headers: { Authorization: `Bearer ${access}` },
          }),
        ),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 400]);
      survivor = answers[0]?.status === 204 ? pair[1] : pair[0];
      expect((await call("GET", "/auth/me", undefined, survivor.access)).status).toBe(200);
    }
  });

  it("rejects every read that starts after the answer to a sign-out [RACE-2]", async () => {
    const session = await signUp();
    const before = times(15, () => call("GET", "/auth/me", undefined, session.access));
    expect((await call("POST", "/auth/logout", undefined, session.access)).status).toBe(200);
    const after = await times(15, () => call("GET", "/auth/me", undefined, session.access));
    expect(after.map(({ status }) => status)).toEqual(Array(15).fill(401));
    for (const { status } of await before) expect([200, 401]).toContain(status);
  });

  it("applies one of 5 password changes", async () => {
    const session = await signUp();
    const answers = await times(5, (index) =>
      call(
        "PUT",
        "/auth/me/password",
        { current_password: PASSWORD, new_password: `another battery staple ${index}` },
        session.access,
      ),
    );
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const logins = await times(5, (index) =>
      call("POST", "/auth/login", {
        username: session.username,
        password: `another battery staple ${index}`,
      }),
    );
    expect(logins.map(({ status }) => status)).toEqual(
      Array.from({ length: 5 }, (_, index) => (index === winner ? 200 : 401)),
    );
  });

  it("revokes credentials that a session creates during the password change that ends it", async () => {
    const owner = await signUp();
    const { body } = await call("POST", "/auth/login", { username: owner.username, password: PASSWORD });
    const making = times(20, (index) =>
      index % 2
        ? call("POST", "/auth/login", { username: owner.username, password: PASSWORD })
        : call("POST", "/auth/tokens", { name: `${index}`, scopes: ["tasks:read"] }, body.access_token),
    );
    const change = { current_password: PASSWORD, new_password: `${PASSWORD} 2`, end_tokens: true };
    expect((await call("PUT", "/auth/me/password", change, owner.access)).status).toBe(200);
    const made = (await making).flatMap(({ body: { token, access_token } }) => token ?? access_token ?? []);
    const uses = await Promise.all(made.map((token) => call("GET", "/auth/me", undefined, token)));
    expect(uses.map(({ status }) => status)).toEqual(made.map(() => 401));
    expect((await call("GET", "/auth/me", undefined, owner.access)).status).toBe(200);
  });

  it("creates one role for 20 requests with one Idempotency-Key, and returns it to all that don't come too early", async () => {
    const { body } = await call("POST", "/auth/login", { username: "root", password: PASSWORD });
    for (let round = 0; round < 5; round++) {
      const role = { name: crypto.randomUUID() };
      const create = () => call("POST", "/roles", role, body.access_token, `key-${round}`);
      const answers = await times(20, create);
      answers.push(await create());
      const made = answers.filter(({ status }) => status === 201);
      const others = answers.filter(({ status }) => status !== 201);
      expect(new Set(made.map((answer) => answer.body.id)).size).toBe(1);
      expect(made.filter(({ isReplayed }) => !isReplayed)).toHaveLength(1);
      expect(answers.at(-1)?.isReplayed).toBe(true);
      expect(others.map((answer) => `${answer.status} ${answer.body.error}`)).toEqual(
        others.map(() => "409 IDEMPOTENCY_KEY_IN_USE"),
      );
      const found = await call("GET", `/roles?q=${role.name}`, undefined, body.access_token);
      expect(found.body).toHaveLength(1);
    }
  });

  it("creates one account for 10 registrations with one Idempotency-Key, without a conflict", async () => {
    const username = `user-${crypto.randomUUID()}`;
    const account = { username, email: `${username}@example.com`, password: PASSWORD };
    const answers = await times(10, () => call("POST", "/auth/register", account, undefined, username));
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    const codes = answers.flatMap(({ body }) => body.error ?? []);
    expect(codes).toEqual(Array(10 - made.length).fill("IDEMPOTENCY_KEY_IN_USE"));
  });

  it("creates one time entry for 20 requests with one id", async () => {
    const { access } = await signUp();
    const entry = { id: crypto.randomUUID(), started_at: "2026-01-01T08:00:00Z", description: "notes" };
    const answers = await times(20, () => call("POST", "/time-entries", entry, access));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await call("GET", "/time-entries", undefined, access)).body).toHaveLength(1);
  });

  it("creates one event for 50 equal heartbeats in each of ten buckets [RACE-6]", async () => {
    const { access } = await signUp();
    const beat = { timestamp: "2026-01-01T08:00:00Z", duration: 1, data: { app: "Terminal" } };
    for (let nth = 0; nth < 10; nth++) {
      const bucket = `/compat/aw/api/0/buckets/watcher-${nth}`;
      const made = { client: "watcher", type: "currentwindow", hostname: "laptop" };
      await call("POST", bucket, made, access);
      const answers = await times(50, () => call("POST", `${bucket}/heartbeat?pulsetime=5`, beat, access));
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect((await call("GET", `${bucket}/events/count`, undefined, access)).body).toBe(1);
    }
  });

  it("creates one bucket for 20 requests, and adds the events of concurrent imports once", async () => {
    const { access } = await signUp();
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    const events = [{ timestamp: "2026-01-01T08:00:00Z", duration: 1, data: { app: "Terminal" } }];
    const imported = { buckets: { watcher: { ...bucket, events }, other: { ...bucket, events } } };
    await times(20, (index) =>
      index % 2
        ? fetch(`${system.url}/compat/aw/api/0/buckets/watcher`, {
            method: "POST",
            headers: { "Content-Type": "application/json", Authorization: `Bearer ${access}` },
            body: JSON.stringify(bucket),
          }).then(({ status }) => expect([200, 304]).toContain(status))
        : call("POST", "/compat/aw/api/0/import", imported, access).then(({ status }) =>
            expect(status).toBe(200),
          ),
    );
    const { body } = await call("GET", "/compat/aw/api/0/export", undefined, access);
    const buckets = Object.values(body.buckets ?? {}) as unknown as { events: object[] }[];
    expect(buckets.map((kept) => kept.events.length)).toEqual([1, 1]);
  });

  it("applies 20 changes of one account by two sessions without a deadlock", async () => {
    const session = await signUp();
    const { body } = await call("POST", "/auth/login", { username: session.username, password: PASSWORD });
    const answers = await times(20, (index) =>
      call("PUT", "/auth/me", { first_name: `Ada ${index}` }, index % 2 ? session.access : body.access_token),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  it.each([
    ["/auth/me/preferences", { theme: "dark" }, "preferences"],
    ["/settings/time", { allow_overlap: true }, "time_settings"],
  ])("applies one of 5 concurrent changes of one version of %s", async (path, change, table) => {
    const { access } = await signUp();
    const patch = (tag?: string) =>
      fetch(system.url + path, {
        method: "PATCH",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${access}`,
          ...(tag && { "If-Match": tag }),
        },
        body: JSON.stringify(change),
      });
    const tag = (await patch()).headers.get("ETag") ?? "";
    expect(tag).toMatch(/^(W\/)?"\d+"$/);
    const holder = new pg.Client(databaseUrl);
    await holder.connect();
    try {
      await holder.query(`begin; select from ${table} for update`);
      const answers = times(5, () => patch(tag));
      const waiting = sql`select count(*)::int as count from pg_stat_activity where wait_event_type = 'Lock'`;
      await expect.poll(async () => Number((await ask(waiting))[0]?.count)).toBeGreaterThan(4);
      await holder.query("commit");
      expect((await answers).map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    } finally {
      await holder.end();
    }
  });

  it("leaves one running entry after 100 starts of the timer, and no gap between entries [RACE-4]", async () => {
    const session = await signUp();
    await call("PATCH", "/settings/time", { allow_overlap: false }, session.access);
    const before = Date.now();
    const answers = await times(100, () => call("POST", "/time-entries/start", {}, session.access));
    const after = Date.now();
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(201));
    const entries = await entriesOf(session.access);
    expect(entries).toHaveLength(100);
    expect(entries.filter(({ ended_at }) => ended_at === null)).toHaveLength(1);
    // Each entry ends at the start of the next one, to the millisecond.
    expect(entries.map(({ ended_at }) => ended_at)).toEqual([
      ...entries.slice(1).map(({ started_at }) => started_at),
      null,
    ]);
    expect(Date.parse(entries[0]?.started_at ?? "")).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(entries.at(-1)?.started_at ?? "")).toBeLessThanOrEqual(after + 1);
  });

  it("creates one of 20 entries for the same hour, if overlaps are forbidden [RACE-5]", async () => {
    const session = await signUp();
    await call("PATCH", "/settings/time", { allow_overlap: false }, session.access);
    const answers = await times(20, (index) => {
      const [started_at, ended_at] = ["08", "09"].map((hour) => `2026-01-01T${hour}:${10 + index}:00Z`);
      return call("POST", "/time-entries", { started_at, ended_at }, session.access);
    });
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(19).fill(409)]);
    expect(await entriesOf(session.access)).toHaveLength(1);
  });

  it("creates entries from activity 10 times during a manual one, without an overlap or a gap", async () => {
    // An account can run one of these requests at a time; the others get an error.
    const { access } = await signUp();
    await call("PATCH", "/settings/time", { allow_overlap: false }, access);
    const rule = { field: "app", match: "equals", pattern: "Code", category: "Programming" };
    await call("POST", "/activity/rules", rule, access);
    const events = [{ timestamp: "2026-01-05T09:00:00Z", duration: 7200, data: { app: "Code" } }];
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop", events };
    await call("POST", "/compat/aw/api/0/import", { buckets: { watcher: bucket } }, access);
    const period = { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z" };
    const byHand = { started_at: "2026-01-05T09:30:00Z", ended_at: "2026-01-05T10:00:00Z" };
    const answers = await times(11, (index) =>
      index === 5
        ? call("POST", "/time-entries", byHand, access)
        : call("POST", "/activity/entries", period, access),
    );
    const [hand] = answers.splice(5, 1);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    const clock = ({ started_at, ended_at }: { started_at: string; ended_at: string | null }) =>
      `${started_at.slice(11, 16)}-${ended_at?.slice(11, 16)}`;
    expect((await entriesOf(access)).map(clock)).toEqual(
      hand?.status === 201 ? ["09:00-09:30", "09:30-10:00", "10:00-11:00"] : ["09:00-11:00"],
    );
    expect(hand?.body.error).toBe(hand?.status === 201 ? undefined : "TIME_CONFLICT");
  });

  it("counts covered time once for 40 entries that each overlap half of the one before [RACE-3]", async () => {
    const session = await signUp();
    const answers = await times(40, (index) => {
      const started = Date.parse("2026-01-01T00:00Z") + index * 1_800_000;
      const [started_at, ended_at] = [started, started + 3_600_000].map((time) =>
        new Date(time).toISOString(),
      );
      return call("POST", "/time-entries", { started_at, ended_at }, session.access);
    });
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(201));
    const path = "/reports/summary?from=2026-01-01&group=day&timezone=UTC";
    const { body } = await call("GET", path, undefined, session.access);
    expect(body).toMatchObject({ tracked_seconds: 40 * 3600, covered_seconds: 41 * 1800 });
  });

  it("leaves at most one running entry, and no overlap, after 60 starts, stops and changes of a timer", async () => {
    const session = await signUp();
    await times(60, async (index) => {
      const started = await call("POST", "/time-entries/start", { description: `${index}` }, session.access);
      const path = `/time-entries/${started.body.id}`;
      if (index % 3 === 0) await call("POST", `${path}/stop`, {}, session.access);
      if (index % 3 === 1) await call("PATCH", path, { kind: "focus" }, session.access);
    });
    const entries = await entriesOf(session.access);
    expect(entries).toHaveLength(60);
    const ends = entries.map(({ ended_at }) => ended_at ?? "9999");
    expect(ends.filter((end) => end === "9999").length).toBeLessThanOrEqual(1);
    for (const [index, { started_at }] of entries.slice(1).entries()) {
      expect(started_at >= (ends[index] ?? ""), `${ends[index]} ${started_at}`).toBe(true);
    }
  });

  it("waits for the deletion of a project, and does not add an entry to it", async () => {
    const { access } = await signUp();
    const made = async (path: string, body: object) => (await call("POST", path, body, access)).body.id ?? "";
    const hour = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
    const client = new pg.Client(databaseUrl);
    await client.connect();
    try {
      for (const way of ["alone", "in bulk", "moved", "imported"]) {
        const project_id = await made("/projects", { name: way });
        const task_id = await made("/tasks", { name: "x", project_id });
        const entry = await made("/time-entries", hour);
        await client.query("begin");
        await client.query("update projects set is_deleted = true, deleted_at = now() where id = $1", [
          project_id,
        ]);
        const answer =
          way === "alone"
            ? call("POST", "/time-entries", { ...hour, task_id }, access)
            : way === "in bulk"
              ? call(
                  "POST",
                  "/time-entries/bulk",
                  { items: [{ do: "create", values: { ...hour, task_id } }] },
                  access,
                )
              : way === "moved"
                ? call("PATCH", `/time-entries/${entry}`, { task_id }, access)
                : fetch(`${system.url}/imports?format=generic`, {
                    method: "POST",
                    headers: { "Content-Type": "text/csv", Authorization: `Bearer ${access}` },
                    body: `start,end,project,task\n2026-01-02T08:00:00Z,2026-01-02T09:00:00Z,${way},x\n`,
                  }).then(({ status }) => ({ status, body: {} }));
        const first = await Promise.race([answer.then(() => "answered"), sleep(500, "waits")]);
        await client.query("commit");
        expect([way, first]).toEqual([way, "waits"]);
        const { status, body } = await answer;
        const results = "results" in body ? (body.results as unknown as { status: number }[]) : undefined;
        expect([way, results?.[0]?.status ?? status]).toEqual([way, way === "imported" ? 200 : 404]);
        const { rows } = await client.query("select from time_entries where project_id = $1", [project_id]);
        expect([way, rows]).toEqual([way, []]);
      }
    } finally {
      await client.end();
    }
  });

  it("keeps a tag, and its entry, that is assigned while the import that created the tag is undone", async () => {
    const { access } = await signUp();
    const headers = { "Content-Type": "text/csv", Authorization: `Bearer ${access}` };
    const file = "start,end,tags\n2026-01-02T08:00:00Z,2026-01-02T09:00:00Z,deep\n";
    const imported = await fetch(`${system.url}/imports?format=generic`, {
      method: "POST",
      headers,
      body: file,
    });
    const { import_id } = (await imported.json()) as { import_id: string };
    const [tag] = (await call("GET", "/tags", undefined, access)).body as unknown as { id: string }[];
    const hour = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
    const { id } = (await call("POST", "/time-entries", hour, access)).body;
    const client = new pg.Client(databaseUrl);
    await client.connect();
    try {
      await client.query("begin");
      await client.query("insert into time_entry_tags (entry_id, tag_id) values ($1, $2)", [id, tag?.id]);
      const undone = call("DELETE", `/imports/${import_id}`, undefined, access);
      expect(await Promise.race([undone.then(() => "answered"), sleep(500, "waits")])).toBe("waits");
      await client.query("commit");
      expect((await undone).body).toMatchObject({ removed: 1, removed_with_it: { tags: 0 } });
      const entry = await call("GET", `/time-entries/${id}`, undefined, access);
      expect(entry.body.tag_ids).toEqual([tag?.id]);
    } finally {
      await client.end();
    }
  });

  it("keeps 10 single and 10 bulk entries in the project of their task while the task is moved", async () => {
    const { access } = await signUp();
    const made = async (path: string, body: object) => (await call("POST", path, body, access)).body.id ?? "";
    const projects = await Promise.all(["A", "B"].map((name) => made("/projects", { name })));
    const task_id = await made("/tasks", { name: "moved", project_id: projects[0] });
    const hour = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
    const kept = `/time-entries/${await made("/time-entries", { ...hour, task_id })}`;
    const kinds = [
      (turn: number) =>
        call("PATCH", `/tasks/${task_id}`, { project_id: projects[(turn + 1) % 3] ?? null }, access),
      (turn: number) =>
        call("POST", "/time-entries", { ...hour, task_id, project_id: projects[turn % 2] }, access),
      (turn: number) => call("PATCH", kept, { task_id, description: `${turn}` }, access),
      (turn: number) => {
        const update = { do: "update", id: kept.split("/").at(-1), values: { description: `${turn}` } };
        const items = [update, { do: "create", values: { ...hour, task_id } }];
        return call("POST", "/time-entries/bulk", { items }, access);
      },
    ];
    const answers = await times(
      40,
      (index) => kinds[index % 4]?.(Math.floor(index / 4)) ?? call("GET", kept),
    );
    // Only entries of a project that did not have the task at that moment are rejected.
    const refused = answers.filter(({ status }) => status > 201);
    expect(refused.map(({ status, body }) => [status, body.error])).toEqual(
      refused.map(() => [400, "BUSINESS_LOGIC_ERROR"]),
    );
    expect(refused.length).toBeLessThanOrEqual(10);
    const agreeing = await call("GET", `/time-entries?task_id=${task_id}`, undefined, access);
    const task = await call("GET", `/tasks/${task_id}`, undefined, access);
    const entries = agreeing.body as unknown as { project_id: string | null }[];
    expect(entries).toHaveLength(1 + 10 + 10 - refused.length);
    expect(new Set(entries.map(({ project_id }) => project_id))).toEqual(new Set([task.body.project_id]));
  });
});
