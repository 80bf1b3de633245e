import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { JSON_LINES } from "../../../../src/http/json-lines.ts";
import { type Answer, createTestApi, sessionIdIn, type TestApi } from "../../../support/api.ts";

interface Event {
  id: string;
  occurred_at: string;
  actor_id: string | null;
  credential_id: string | null;
  action: string;
  target_type: string;
  target_id: string | null;
  address: string | null;
  request_id: string | null;
  details: Record<string, unknown>;
}

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let auditor: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let sessionOfRoot: string;

beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  auditor = await api.signUpHolding("audit:read");
  sessionOfRoot = sessionIdIn(root.access);
});

const read = (query: string, token = auditor.access) =>
  api.call<Event[]>("GET", `/audit?${query}`, { token });

/** Sends a request from a known address, and returns its audit events. */
async function eventsOf(
  method: string,
  path: string,
  body?: unknown,
  token: string | undefined = root.access,
) {
  const options = { token, body, headers: { "CF-Connecting-IP": "203.0.113.7" } };
  const { status, body: answer, headers } = await api.call<{ id: string }>(method, path, options);
  const name = headers.get("X-Request-Id");
  const { body: events } = await read(`request_id=${name}`);
  return { name, status, id: answer?.id, events, actions: events.map(({ action }) => action).sort() };
}

const newUser = async () => (await api.signUp()).id;
const newRole = async (permission_ids: string[] = []) =>
  (
    await api.call<{ id: string; name: string }>("POST", "/roles", {
      token: root.access,
      body: { name: `role-${crypto.randomUUID()}`, permission_ids },
    })
  ).body;
const permissionId = async (name: string) =>
  (await api.call<{ id: string }>("GET", `/permissions/name/${name}`, { token: root.access })).body.id;

describe("a change", () => {
  it("is recorded as one event with actor, action, target, address and request", async () => {
    const id = await newUser();
    const { name, events } = await eventsOf("PUT", `/auth/users/${id}`, { first_name: "Ada" });
    expect(events).toEqual([
      {
        id: expect.any(String),
        occurred_at: expect.any(String),
        actor_id: root.id,
        credential_id: sessionOfRoot,
        action: "user.updated",
        target_type: "user",
        target_id: id,
        address: "203.0.113.7",
        request_id: name,
        details: { before: { first_name: null }, after: { first_name: "Ada" } },
      },
    ]);
  });

  it("is recorded once for each effect, for each kind of record", async () => {
    const user = await newUser();
    const on = (path = "") => `/auth/users/${user}${path}`;
    const role = await newRole();
    const ofRole = (path = "") => `/roles/${role.id}${path}`;
    const permission = (
      await eventsOf("POST", "/permissions", { resource: `r${crypto.randomUUID()}`, action: "read" })
    ).id;
    const told: [string[], string, string, unknown?][] = [
      [["session.ended", "user.updated"], "POST", on("/deactivate")],
      [["user.updated"], "POST", on("/activate")],
      [["user.deleted"], "DELETE", on()],
      [["user.restored"], "POST", on("/restore")],
      [["role.updated"], "PUT", ofRole(), { description: "changed" }],
      [["role.permissions_changed"], "POST", ofRole(`/permissions/${permission}`)],
      [["role.permissions_changed"], "DELETE", ofRole(`/permissions/${permission}`)],
      [
        ["role.permissions_changed", "role.updated"],
        "PUT",
        ofRole(),
        { name: "x", permission_ids: [permission] },
      ],
      [["user.roles_changed"], "POST", on("/roles"), { role_ids: [role.id] }],
      [["role.deleted"], "DELETE", ofRole()],
      [["role.restored"], "POST", ofRole("/restore")],
      [["role.created"], "POST", "/roles", { name: "another" }],
      [["permission.updated"], "PUT", `/permissions/${permission}`, { description: "changed" }],
      [["permission.deleted"], "DELETE", `/permissions/${permission}`],
      [["permission.restored"], "POST", `/permissions/${permission}/restore`],
      [["permission.created"], "POST", "/permissions", { resource: "boats", action: "sail" }],
    ];
    for (const [actions, method, path, body] of told) {
      const seen = await eventsOf(method, path, body);
      expect(seen.status, `${method} ${path}`).toBeLessThan(300);
      expect(seen.actions, `${method} ${path}`).toEqual(actions);
      for (const event of seen.events) expect(event.actor_id).toBe(root.id);
    }
  });

  it("records the grants before and after, although rows were replaced", async () => {
    const [read, create] = [await permissionId("tasks:read"), await permissionId("tasks:create")];
    const role = await newRole([create]);
    const { events } = await eventsOf("POST", `/roles/${role.id}/permissions`, { permission_ids: [read] });
    expect(events).toMatchObject([
      {
        action: "role.permissions_changed",
        target_type: "role",
        target_id: role.id,
        details: { before: ["tasks:create"], after: ["tasks:read"] },
      },
    ]);

    const user = await newUser();
    const other = await newRole();
    const given = await eventsOf("POST", `/auth/users/${user}/roles`, { role_ids: [other.id, role.id] });
    expect(given.events).toMatchObject([
      {
        action: "user.roles_changed",
        target_id: user,
        details: { before: ["user"], after: [role.name, other.name].sort() },
      },
    ]);
  });

  it("is not recorded if the grants stay the same", async () => {
    const read = await permissionId("tasks:read");
    const role = await newRole([read]);
    expect((await eventsOf("POST", `/roles/${role.id}/permissions/${read}`)).actions).toEqual([]);
  });

  it("is recorded with the new user as actor at sign-up, sign-in and sign-out", async () => {
    const username = `user-${crypto.randomUUID()}`;
    const password = "correct horse battery staple";
    const account = { username, password, email: `${username}@example.com` };
    const joined = await eventsOf("POST", "/auth/register", account, "");
    expect(joined.actions).toEqual(["user.created", "user.roles_changed"]);
    const arrived = await eventsOf("POST", "/auth/login", { username, password }, "");
    expect(arrived.actions).toEqual(["session.opened"]);
    expect(arrived.events[0]).toMatchObject({ actor_id: joined.id, target_id: joined.id });
    const { access } = await api.signIn(username, password);
    const changed = await eventsOf("PUT", "/auth/me", { last_name: "L" }, access);
    expect(changed.events).toMatchObject([
      { action: "user.updated", actor_id: joined.id, target_id: joined.id },
    ]);
    const left = await eventsOf("POST", "/auth/logout", undefined, access);
    expect(left.events).toMatchObject([
      { action: "session.ended", actor_id: joined.id, details: { reason: "logout" } },
    ]);
  });

  it("ends the other sessions if it is a password change, and reveals neither password", async () => {
    const user = await api.signUp();
    await api.signIn(user.username);
    const { events, actions } = await eventsOf(
      "PUT",
      "/auth/me/password",
      { current_password: user.password, new_password: "another fine passphrase" },
      user.access,
    );
    expect(actions).toEqual(["session.ended", "user.password_changed"]);
    expect(events.find(({ action }) => action === "user.password_changed")?.details).toEqual({});
  });

  it("is recorded without an actor for system actions", async () => {
    const id = await newUser();
    await api.db.execute(sql`update users set is_superuser = true where id = ${id}`);
    const { body } = await read(`target_id=${id}&action=user.updated`);
    expect(body).toMatchObject([
      {
        actor_id: null,
        request_id: null,
        details: { before: { is_superuser: false }, after: { is_superuser: true } },
      },
    ]);
  });
});

describe("an action that fails", () => {
  it.each<[string, number, () => Promise<[string, string, unknown?, string?]>]>([
    ["a name that is taken", 409, async () => ["PUT", `/roles/${(await newRole()).id}`, { name: "admin" }]],
    [
      "an email that is taken",
      409,
      async () => ["PUT", `/auth/users/${await newUser()}`, { email: root.email, first_name: "No" }],
    ],
    [
      "a role with a permission that there is not",
      404,
      async () => ["POST", "/roles", { name: "never", permission_ids: [crypto.randomUUID()] }],
    ],
    [
      "roles of which one there is not",
      404,
      async () => ["POST", `/auth/users/${await newUser()}/roles`, { role_ids: [crypto.randomUUID()] }],
    ],
    ["the deletion of a built-in role", 400, async () => ["DELETE", `/roles/${await builtin("viewer")}`]],
    ["the deletion of the own account", 400, async () => ["DELETE", `/auth/users/${root.id}`]],
    [
      "a change without the permission",
      403,
      async () => ["PUT", `/auth/users/${await newUser()}`, { first_name: "No" }, auditor.access],
    ],
    [
      "a change without authentication",
      401,
      async () => ["PUT", `/auth/users/${await newUser()}`, { first_name: "No" }, ""],
    ],
    ["an invalid request", 422, async () => ["POST", "/roles", { name: "" }]],
  ])("leaves no event: %s (%s)", async (_, expected, request) => {
    const { status, events } = await eventsOf(...(await request()));
    expect(status).toBe(expected);
    expect(events).toEqual([]);
  });

  const builtin = async (name: string) =>
    (await api.call<{ id: string }>("GET", `/roles/name/${name}`, { token: root.access })).body.id;
});

it("rolls back an action that cannot be recorded", async () => {
  const { call, db, signUp } = await createTestApi();
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const { access } = await signUp();
  await db.execute(sql`alter table audit_events add check (action <> 'user.updated') not valid`);
  const { status } = await call("PUT", "/auth/me", { token: access, body: { first_name: "Ada" } });
  expect(status).toBe(500);
  expect((await call("GET", "/auth/me", { token: access })).body).toMatchObject({ first_name: null });
  error.mockRestore();
});

describe("the log", () => {
  it("resists changes, truncation and deletion by any SQL", async () => {
    for (const attempt of [
      sql`update audit_events set actor_id = null`,
      sql`delete from audit_events`,
      sql`truncate audit_events`,
      sql`select set_config('audit.retention', 'on', true)`,
    ]) {
      const outcome = api.db.batch([
        api.db.execute(attempt),
        api.db.execute(sql`update audit_events set action = 'x'`),
      ]);
      await expect(outcome).rejects.toMatchObject({ message: "audit events are never changed" });
    }
  });

  it("is kept after its subject is deleted", async () => {
    const { id, access } = await api.signUp();
    await api.call("PUT", "/auth/me", { token: access, body: { first_name: "Ada" } });
    await api.db.execute(sql`delete from users where id = ${id}`);
    const { body } = await read(`actor_id=${id}&action=user.updated`);
    expect(body).toMatchObject([{ actor_id: id, target_id: id }]);
  });

  it("contains no secret after any action", async () => {
    const user = await api.signUp();
    await api.call("POST", "/auth/refresh", { body: { refresh_token: user.refresh } });
    const secrets = [user.password, user.access, user.refresh, ...user.access.split(".").slice(1)];
    const { rows: hashes } = await api.db.execute<{ hash: string }>(sql`
      select password_hash as hash from users union select secret_hash from sessions
      union select secret_hash from personal_tokens`);
    const { rows } = await api.db.execute<{ text: string }>(sql`select e::text as text from audit_events e`);
    const log = rows.map(({ text }) => text).join("\n");
    expect(rows.length).toBeGreaterThan(50);
    expect(hashes.length).toBeGreaterThan(10);
    for (const secret of [...secrets, ...hashes.map(({ hash }) => hash)]) expect(log).not.toContain(secret);
    expect(log).not.toMatch(/argon2|eyJ|ptk_|hash|secret|BEGIN/);
  });
});

describe("GET /audit", () => {
  const DAY = 86_400_000;
  const target = crypto.randomUUID();

  beforeAll(async () => {
    // One event per day of the last ten days, distinguished by action.
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, target_id, details)
      select now() - make_interval(days => n), case when n < 5 then 'boat.sailed_' else 'boats.sold_' end || n, 'boat', ${target}, '{}'
      from generate_series(1, 10) n`);
  });
  const namesOf = (events: Event[]) => events.map(({ action }) => action.split("_")[1] ?? "");

  it("is sorted latest first, with cursors in both directions", async () => {
    const pages: string[][] = [];
    let path: string | undefined = `/audit?target_id=${target}&limit=4`;
    let back: string | undefined;
    while (path) {
      const page: Answer<Event[]> = await api.call("GET", path, { token: auditor.access });
      pages.push(namesOf(page.body));
      expect(page.headers.get("X-Total-Count")).toBe("10");
      const link: string = page.headers.get("Link") ?? "";
      path = /<([^>]+)>; rel="next"/.exec(link)?.[1];
      back = /<([^>]+)>; rel="prev"/.exec(link)?.[1];
    }
    expect(pages).toEqual([
      ["1", "2", "3", "4"],
      ["5", "6", "7", "8"],
      ["9", "10"],
    ]);
    const { body } = await api.call<Event[]>("GET", back ?? "", { token: auditor.access });
    expect(namesOf(body)).toEqual(pages[1]);
  });

  it.each([
    ["action=boat.*", ["1", "2", "3", "4"]],
    ["action=boat.sailed_2", ["2"]],
    ["action=boat.sailed", []],
    ["action=boat%25", []],
    ["action=b__t.*", []],
    ["target_type=boat&action=boats.*", ["5", "6", "7", "8", "9", "10"]],
    ["target_type=ship", []],
    [`from=${new Date(Date.now() - 2.5 * DAY).toISOString()}`, ["1", "2"]],
    [`to=${new Date(Date.now() - 8.5 * DAY).toISOString()}`, ["9", "10"]],
    [`from=${encodeURIComponent("1900-01-01T00:00:00+00:00")}&to=2199-12-31T23:59:59Z&limit=1`, ["1"]],
  ])("filters by %s", async (query, expected) => {
    const { status, body } = await read(`target_id=${target}&${query}`);
    expect(status).toBe(200);
    expect(namesOf(body)).toEqual(expected);
  });

  it("lists the events of a prefix of actions like those of one action", async () => {
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, details)
      select date_trunc('day', now()) - make_interval(days => n / 2), 'pre%_fix.' || chr(97 + n % 3) || '_' || n, 'thing', '{}'
      from generate_series(1, 9) n`);
    const ask = async (query: string, token = auditor.access) => {
      const answer = await api.call<Event[]>("GET", query, { token });
      const link = answer.headers.get("Link") ?? "";
      const linkTo = (rel: string) => new RegExp(`<([^>]+)>; rel="${rel}"`).exec(link)?.[1] ?? "";
      const days = answer.body.map(({ occurred_at }) => occurred_at.slice(0, 10));
      return { names: answer.body.map(({ action }) => action), days, linkTo, answer };
    };
    const prefix = `/audit?action=${encodeURIComponent("pre%_fix.*")}`;
    const all = await ask(prefix);
    expect(all.answer.headers.get("X-Total-Count")).toBe("9");
    expect([all.names.length, all.days]).toEqual([9, all.days.toSorted().reverse()]);
    const first = await ask(`${prefix}&limit=4`);
    const second = await ask(first.linkTo("next"));
    const third = await ask(second.linkTo("next"));
    expect([...first.names, ...second.names, ...third.names]).toEqual(all.names);
    expect((await ask(third.linkTo("prev"))).names).toEqual(second.names);
    expect((await ask(`${prefix}&limit=3&skip=5`)).names).toEqual(all.names.slice(5, 8));
    expect((await ask(`${prefix}&to=${all.days[0]}T00:00:00Z`)).names.length).toBe(8);
    expect((await ask(`/audit?action=${encodeURIComponent("pre__fix.*")}`)).names).toEqual([]);
    const headers = { Accept: JSON_LINES };
    const lines = await api.call("GET", prefix, { token: auditor.access, headers });
    expect(
      lines.text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).action),
    ).toEqual(all.names);
  });

  it("filters by actor", async () => {
    const { body } = await read(`actor_id=${root.id}&limit=5`);
    expect(body).toHaveLength(5);
    for (const event of body) expect(event.actor_id).toBe(root.id);
  });

  it.each([
    "actor_id=x",
    "target_id=1",
    "from=yesterday",
    "from=2026-01-01T00:00:00",
    "to=1899-12-31T00:00:00Z",
    "action=%00",
    `cursor=${btoa(JSON.stringify(["occurred_at", "soon", crypto.randomUUID(), false])).replaceAll("=", "")}`,
    "limit=101",
  ])("rejects %s", async (query) => {
    expect((await read(query)).status).toBe(422);
  });

  it("requires the permission to read it", async () => {
    const { access } = await api.signUp();
    expect((await read("", access)).body).toMatchObject({ error: "PERMISSION_DENIED" });
  });
});

describe("JSON lines", () => {
  const fetchLines = (query: string, token = auditor.access, accept: string = JSON_LINES) =>
    api.call<Event[]>("GET", `/audit?${query}`, { token, headers: { Accept: accept } });
  const target = crypto.randomUUID();

  beforeAll(async () => {
    await api.db.execute(sql`
      insert into audit_events (occurred_at, action, target_type, target_id, details)
      select now() - make_interval(secs => n / 3), 'boat.sailed', 'boat', ${target}, jsonb_build_object('n', n)
      from generate_series(1, 2500) n`);
  });

  it("contains all matching events once, a thousand per round trip", async () => {
    let text = "";
    const trips = await api.roundTripsOf(async () => {
      const answer = await fetchLines(`target_id=${target}&limit=1&skip=1`);
      expect(answer.headers.get("Content-Type")).toBe(JSON_LINES);
      expect(answer.headers.get("Vary")).toContain("Accept");
      text = answer.text;
    });
    const events: Event[] = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(2500);
    expect(new Set(events.map(({ details }) => details.n)).size).toBe(2500);
    const times = events.map(({ occurred_at }) => occurred_at);
    expect(times).toEqual(times.toSorted().reverse());
    expect(trips).toBe(3);
  });

  it("is empty without events", async () => {
    const { status, text } = await fetchLines(`target_id=${crypto.randomUUID()}`);
    expect([status, text]).toEqual([200, ""]);
  });

  it("is rejected like the list, with the usual error", async () => {
    const { access } = await api.signUp();
    expect((await fetchLines("", access)).body).toMatchObject({ error: "PERMISSION_DENIED" });
    expect((await fetchLines("from=x")).body).toMatchObject({ error: "VALIDATION_ERROR" });
  });

  it.each([
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["application/*", "application/json"],
    ["text/html", "application/json"],
    ["Application/X-NDJSON", JSON_LINES],
    [`application/json;q=0.5, ${JSON_LINES}`, JSON_LINES],
    [`application/json, ${JSON_LINES};q=0.9`, "application/json"],
    [`${JSON_LINES};q=0, */*`, "application/json"],
    [`application/json;q=0, */*;q=0.1`, JSON_LINES],
    [`${JSON_LINES};charset=utf-8; q=0.8, */*;q=0.5`, JSON_LINES],
  ])("answers Accept: %s with %s", async (accept, type) => {
    const headers = accept === undefined ? {} : { Accept: accept };
    const answer = await api.call("GET", `/audit?target_id=${crypto.randomUUID()}`, {
      token: auditor.access,
      headers,
    });
    expect(answer.headers.get("Content-Type")).toBe(type);
  });

  it("ends when the permission is lost", async () => {
    const leaving = await api.signUpHolding("audit:read");
    const response = await api.open("GET", `/audit?target_id=${target}`, {
      token: leaving.access,
      headers: { Accept: JSON_LINES },
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value).trimEnd().split("\n")).toHaveLength(1000);
    await api.db.execute(sql`delete from role_permissions where role_id = ${leaving.roleId}`);
    const rest = (async () => {
      while (!(await reader?.read())?.done);
    })();
    await expect(rest).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  });
});
