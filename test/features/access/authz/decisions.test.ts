import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, sessionIdIn, type TestApi } from "../../../support/api.ts";
import { generator } from "../../../support/histories.ts";

type User = Awaited<ReturnType<TestApi["signUpHolding"]>>;

interface Question {
  subject: string;
  type: string;
  action: string;
  id: string;
}

/** Number of generated questions. */
const QUESTIONS = 2_000;
const BATCH = 50;
const NOTHING = "00000000-0000-4000-8000-000000000000";

const HOUR = { started_at: "2026-01-01T08:00:00Z", ended_at: "2026-01-01T09:00:00Z" };
const RULE = { field: "app", match: "contains", pattern: "editor", category: "Code" };

/** Path, record and change of each owned type. */
const OWNED: Record<string, [path: string, body: object, change: object]> = {
  clients: ["/clients", { name: "Royal Society" }, { name: "Navy" }],
  projects: ["/projects", { name: "Engine" }, { name: "Compiler" }],
  tasks: ["/tasks", { name: "Note G" }, { name: "Note H" }],
  tags: ["/tags", { name: "deep" }, { name: "shallow" }],
  time_entries: ["/time-entries", HOUR, { description: "mine" }],
  goals: [
    "/goals",
    { name: "Six hours", period: "day", direction: "at_least", target_seconds: 1 },
    { name: "Five hours" },
  ],
  activity: ["/activity/rules", RULE, { category: "Work" }],
};
const TABLES: Record<string, string> = { activity: "activity_rules" };

let api: TestApi;
let checker: User;
/** Callers by their permissions. */
let subjects: Record<string, User>;
/** Ids in the questions, by type. */
const ids: Record<string, string[]> = {};
/** Accounts to act on. They sign in only to have a session. */
let targets: Record<"plain" | "lead" | "root" | "deleted" | "assigned", User>;

const ACTIONS: Record<string, string[]> = {
  ...Object.fromEntries(Object.keys(OWNED).map((type) => [type, ["read", "update", "delete"]])),
  users: ["read", "update", "delete"],
  roles: ["read", "update", "delete", "assign"],
  permissions: ["read", "update", "delete"],
  sessions: ["delete"],
  factors: ["reset"],
};

beforeAll(async () => {
  api = await createTestApi({ READS_BURST: "100000", WRITES_BURST: "100000" });
  checker = await api.signUpHolding("authz:check");
  const of = (types: string[], ...actions: string[]) =>
    types.flatMap((type) => actions.map((action) => `${type}:${action}`));
  const owned = Object.keys(OWNED);
  const own = of(owned, "create", "read", "update", "delete");
  const overAccounts = [
    ...of(["users", "permissions"], "read", "update", "delete"),
    ...of(["roles"], "read", "update", "delete", "assign"),
    ...of(["sessions"], "read", "delete"),
    "factors:reset",
  ];
  subjects = {
    owner: await api.signUpHolding(...own),
    other: await api.signUpHolding(...own),
    reader: await api.signUpHolding(...of(owned, "read", "read_any"), "users:read"),
    blind: await api.signUpHolding(...of(owned, "update", "update_any", "delete", "delete_any")),
    lead: await api.signUpHolding(...of(owned, "read", "update", "delete", "*")),
    helper: await api.signUpHolding(...overAccounts),
    powerless: await api.signUpHolding(),
    everything: await api.signUpHolding("*"),
    root: await api.signUpHolding("superuser"),
  };
  targets = {
    plain: await api.signUpHolding("tasks:read"),
    lead: await api.signUpHolding("tasks:read_any"),
    root: await api.signUpHolding("superuser"),
    deleted: await api.signUpHolding(),
    assigned: await api.signUpHolding(),
  };
  await api.db.execute(
    sql`update users set is_deleted = true, deleted_at = now() where id = ${targets.deleted.id}`,
  );

  for (const [type, [path, body]] of Object.entries(OWNED)) {
    ids[type] = [NOTHING, "no id"];
    for (const name of ["owner", "other"]) {
      const { access } = subject(name);
      for (const isDeleted of [false, true]) {
        const made = await api.call<{ id: string }>("POST", path, {
          token: access,
          body: withName(body, isDeleted),
        });
        expect(made.status, made.text).toBe(201);
        ids[type].push(made.body.id);
        if (isDeleted)
          await api.db.execute(
            sql`update ${table(type)} set is_deleted = true, deleted_at = now() where id = ${made.body.id}`,
          );
      }
    }
  }
  const { rows: roles } = await api.db.execute<{ id: string }>(sql`
    select id from roles where builtin is not null or id in
      (${targets.plain.roleId}, ${targets.lead.roleId}, ${subject("everything").roleId})`);
  const { rows: permissions } = await api.db.execute<{ id: string }>(sql`
    select id from permissions where name in ('tasks:read', 'tasks:read_any', 'users:delete', '*', 'goals:*')`);
  const deletedRole = await api.signUpHolding("tasks:read");
  await api.db.execute(
    sql`update roles set is_deleted = true, deleted_at = now() where id = ${deletedRole.roleId}`,
  );
  const accounts = [targets.plain, targets.lead, targets.root, targets.deleted].map(({ id }) => id);
  ids.users = [
    ...accounts,
    ...["helper", "everything", "root"].map((name) => subject(name).id),
    NOTHING,
    "no id",
  ];
  ids.factors = [...accounts, NOTHING];
  ids.roles = [...roles.map(({ id }) => id), deletedRole.roleId, NOTHING, "no id"];
  ids.permissions = [...permissions.map(({ id }) => id), NOTHING, "no id"];
  // Sessions of separate accounts, so that no deletion of an account ends them.
  const kept = [await api.signUpHolding(), await api.signUpHolding("superuser")];
  const ended = sessionIdIn((await api.signIn(subject("owner").username)).access);
  await api.db.execute(sql`update sessions set revoked_at = now() where id = ${ended}`);
  ids.sessions = [
    ...kept.map(({ access }) => sessionIdIn(access)),
    ended,
    sessionIdIn((await api.signIn(subject("owner").username)).access),
    sessionIdIn((await api.signIn(subject("helper").username)).access),
    NOTHING,
  ];
});

type Table = ReturnType<typeof sql.identifier>;
const table = (type: string): Table => sql.identifier(TABLES[type] ?? type);

/** Returns `body` with a unique name, which no deleted record has. */
const withName = (body: object, isDeleted: boolean) =>
  "name" in body && isDeleted ? { ...body, name: `${body.name} of old` } : body;

function subject(name: string): User {
  const found = subjects[name];
  if (!found) throw new Error(`Unknown subject ${name}.`);
  return found;
}

/** Returns whether the route answers 2xx, and reverts its effect. */
async function isServed({ subject: name, type, action, id }: Question): Promise<boolean> {
  const { access } = subject(name);
  const send = async (method: string, path: string, body?: unknown) => {
    const { status, text } = await api.call(method, path, { token: access, body });
    expect([200, 204, 400, 403, 404, 422], `${method} ${path} ${text}`).toContain(status);
    expect(text).not.toContain('"NOT_FOUND"');
    return status < 300;
  };
  if (type === "sessions") return endsSession(send, id);
  if (type === "factors") return send("DELETE", `/auth/users/${id}/factors`);
  if (action === "assign") {
    const done = await send("POST", `/auth/users/${targets.assigned.id}/roles`, { role_ids: [id] });
    await api.db.execute(sql`delete from user_roles where user_id = ${targets.assigned.id}`);
    return done;
  }
  const account: [string, object, object] = ["/auth/users", {}, { first_name: "Ada" }];
  const [path, , change] =
    OWNED[type] ?? (type === "users" ? account : [`/${type}`, {}, { description: "x" }]);
  if (action === "read") return send("GET", `${path}/${id}`);
  if (action === "update") return send(type in OWNED ? "PATCH" : "PUT", `${path}/${id}`, change);
  const done = await send("DELETE", `${path}/${id}`);
  if (done)
    await api.db.execute(
      sql`update ${table(type)} set is_deleted = false, deleted_at = null where id = ${id}`,
    );
  return done;
}

/** Deletes a session by the owner's route, or else by the administrator's. */
async function endsSession(send: (method: string, path: string) => Promise<boolean>, id: string) {
  const { rows } = await api.db.execute<{ user_id: string }>(
    sql`select user_id from sessions where id = ${id}`,
  );
  const revive = () =>
    api.db.execute(sql`update sessions set revoked_at = null, revoked_for = null where id = ${id}`);
  const done =
    (await send("DELETE", `/auth/sessions/${id}`)) ||
    (await send("DELETE", `/auth/users/${rows[0]?.user_id ?? NOTHING}/sessions/${id}`));
  if (done) await revive();
  return done;
}

const asked = ({ subject: name, type, action, id }: Question) => ({
  subject: { type: "user", id: subject(name).id },
  action: { name: action },
  resource: { type, id },
});

async function decisionsOf(questions: Question[], token = checker.access): Promise<boolean[]> {
  const { body } = await api.call<{ evaluations: { decision: boolean }[] }>(
    "POST",
    "/access/v1/evaluations",
    {
      token,
      body: { evaluations: questions.map(asked) },
    },
  );
  return body.evaluations.map(({ decision }) => decision);
}

/** Generates questions from `seed`. */
function generated(seed: number): Question[] {
  const random = generator(seed);
  const oneOf = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  return Array.from({ length: QUESTIONS }, () => {
    const type = oneOf(Object.keys(ACTIONS));
    const action = oneOf(ACTIONS[type] ?? []);
    const name = oneOf(Object.keys(subjects));
    const id = oneOf(ids[type] ?? []);
    // The deletion of another subject would end its sessions.
    const isKept = type === "users" && action === "delete" && id !== subject(name).id;
    const isSubject = Object.values(subjects).some((one) => one.id === id);
    return { subject: name, type, action, id: isKept && isSubject ? NOTHING : id };
  });
}

describe("a decision on a record", () => {
  it("matches the answer of the route to the subject, in 2,000 questions", async () => {
    const served = new Map<string, boolean>();
    const wrong: unknown[] = [];
    const counts = { true: 0, false: 0 };
    const questions = generated(20260101);
    for (let start = 0; start < questions.length; start += BATCH) {
      const batch = questions.slice(start, start + BATCH);
      const decisions = await decisionsOf(batch);
      for (const [index, question] of batch.entries()) {
        const key = JSON.stringify(question);
        const expected = served.get(key) ?? (await isServed(question));
        served.set(key, expected);
        counts[`${expected}`] += 1;
        if (decisions[index] !== expected) wrong.push({ ...question, decision: decisions[index], expected });
      }
    }
    expect(wrong).toEqual([]);
    expect(Math.min(counts.true, counts.false)).toBeGreaterThan(QUESTIONS / 10);
  });

  it("is the same if the subjects ask about themselves", async () => {
    const questions = generated(7).slice(0, 400);
    for (const name of Object.keys(subjects)) {
      const own = questions.map((question) => ({ ...question, subject: name })).slice(0, 100);
      expect(await decisionsOf(own, subject(name).access), name).toEqual(await decisionsOf(own));
    }
  });

  it("is limited to the scopes of a personal token, only about its owner", async () => {
    const { access } = subject("lead");
    const body = { name: "narrow", expires_in_days: 1, scopes: ["tasks:read", "authz:check"] };
    await api.db.execute(sql`
      insert into role_permissions (role_id, permission_id)
      select ${subject("lead").roleId}, id from permissions where name = 'authz:check'`);
    const { body: token } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: access,
      body,
    });
    const [taskId = ""] = (ids.tasks ?? []).slice(2);
    const read = { type: "tasks", action: "read", id: taskId };
    const update = { type: "tasks", action: "update", id: taskId };
    const asked = ["lead", "owner"].flatMap((name) => [
      { subject: name, ...read },
      { subject: name, ...update },
      { subject: name, ...update, id: "*" },
    ]);
    // The owner's token may not read the tasks of others: its scopes have no tasks:read_any.
    expect(await decisionsOf(asked, token.token)).toEqual([false, false, false, true, true, true]);
    expect(await decisionsOf(asked)).toEqual([true, true, true, true, true, true]);
  });
});

describe("an id that no route has", () => {
  it("is ignored: sessions:update and factors other than reset depend only on the permission", async () => {
    const own = await api.signUpHolding();
    const session = sessionIdIn(own.access);
    const { body: held } = await api.call<{ permissions: string[] }>("GET", "/auth/me/permissions", {
      token: own.access,
    });
    expect(held.permissions).toEqual([]);
    subjects = { ...subjects, own };
    try {
      const asked = (name: string, type: string, action: string, ids: string[]) =>
        ids.map((id) => ({ subject: name, type, action, id }));
      const places = [session, NOTHING, "no id", "*"];
      expect(await decisionsOf(asked("own", "sessions", "update", places))).toEqual(places.map(() => false));
      expect(await decisionsOf(asked("root", "sessions", "update", places))).toEqual(places.map(() => true));
      for (const action of ["read", "update", "delete", "zap"]) {
        const accounts = [own.id, NOTHING, "no id", "*"];
        expect(await decisionsOf(asked("root", "factors", action, accounts)), action).toEqual(
          accounts.map(() => true),
        );
        expect(await decisionsOf(asked("helper", "factors", action, accounts)), action).toEqual(
          accounts.map(() => false),
        );
        const ofRoot = { subject: "root", type: "factors", action, id: "" };
        expect(await search("resource", ofRoot), action).toEqual(["*"]);
      }
      expect(await decisionsOf(asked("root", "factors", "reset", [own.id, NOTHING]))).toEqual([true, false]);
      const update = { type: "sessions", action: "update", id: session };
      expect(await search("resource", { subject: "own", ...update })).toEqual([]);
      expect(await search("resource", { subject: "root", ...update })).toEqual(["*"]);
      expect(await search("subject", { subject: "", ...update })).not.toContain(own.id);
      expect(await search("subject", { subject: "", ...update })).toContain(subject("root").id);
      const known = await api.call<{ results: { name: string }[] }>("POST", "/access/v1/search/action", {
        token: own.access,
        body: { subject: { type: "user", id: own.id }, resource: { type: "sessions", id: session } },
      });
      expect(known.body.results).toEqual([{ name: "delete" }, { name: "read" }]);
    } finally {
      const { own: _, ...others } = subjects;
      subjects = others;
    }
  });
});

describe("a personal token that asks about its owner", () => {
  const TOKEN = { name: "asks", expires_in_days: 1 };
  const tokenOf = async (owner: User, scopes: string[]) => {
    const body = { ...TOKEN, scopes };
    const made = await api.call<{ token: string }>("POST", "/auth/tokens", { token: owner.access, body });
    expect(made.status, made.text).toBe(201);
    return made.body.token;
  };
  const ask = (path: string, token: string, body: object) =>
    api.call<{ decision: boolean; results: unknown[] }>("POST", path, { token, body });

  it.each([["read"], ["full"], ["tasks:read"]])("gets an answer with the scope %s", async (scope) => {
    const owner = await api.signUpHolding("tasks:read", "tasks:update");
    const token = await tokenOf(owner, [scope]);
    const about = { subject: { type: "user", id: owner.id }, resource: { type: "tasks", id: "*" } };
    const decision = async (name: string) => {
      const { status, body } = await ask("/access/v1/evaluation", token, { ...about, action: { name } });
      return [status, body.decision];
    };
    expect(await decision("read")).toEqual([200, true]);
    expect(await decision("update")).toEqual([200, scope === "full"]);
    const evaluations = [{ ...about, action: { name: "read" } }];
    expect((await ask("/access/v1/evaluations", token, { evaluations })).body).toEqual({
      evaluations: [{ decision: true }],
    });
    const found = await ask("/access/v1/search/resource", token, { ...about, action: { name: "read" } });
    expect([found.status, found.body.results.length]).toEqual([200, 0]);
    const actions = await ask("/access/v1/search/action", token, about);
    expect(actions.body.results).toEqual(
      scope === "full" ? [{ name: "read" }, { name: "update" }] : [{ name: "read" }],
    );
  });

  it("is rejected with a set that reads nothing", async () => {
    const owner = await api.signUpHolding("tasks:read");
    const token = await tokenOf(owner, ["ingest"]);
    const about = { subject: { type: "user", id: owner.id }, resource: { type: "tasks", id: "*" } };
    expect((await ask("/access/v1/evaluation", token, { ...about, action: { name: "read" } })).status).toBe(
      403,
    );
  });

  it.each([["full"], ["read"], ["tasks:read"]])(
    "is denied with the scope %s actions on its owner's sessions that require a session",
    async (scope) => {
      const owner = await api.signUpHolding("tasks:read");
      const token = await tokenOf(owner, [scope]);
      const session = sessionIdIn(owner.access);
      expect((await api.call("DELETE", `/auth/sessions/${NOTHING}`, { token })).status).toBe(403);
      const about = { subject: { type: "user", id: owner.id } };
      const resource = { type: "sessions", id: session };
      for (const name of ["read", "delete"]) {
        const body = { ...about, action: { name }, resource };
        expect((await ask("/access/v1/evaluation", token, body)).body.decision, name).toBe(false);
        expect((await ask("/access/v1/evaluation", owner.access, body)).body.decision, name).toBe(true);
        expect((await ask("/access/v1/evaluation", checker.access, body)).body.decision, name).toBe(true);
        expect((await ask("/access/v1/search/resource", token, body)).body.results, name).toEqual([]);
        expect((await ask("/access/v1/search/resource", owner.access, body)).body.results, name).toEqual([
          resource,
        ]);
      }
      expect((await ask("/access/v1/search/action", token, { ...about, resource })).body.results).toEqual([]);
    },
  );

  it("is limited by its scopes for others' sessions, as for every permission", async () => {
    const owner = await api.signUpHolding("sessions:read", "sessions:delete");
    const other = await api.signUpHolding();
    const token = await tokenOf(owner, ["sessions:read"]);
    const decision = async (name: string) => {
      const resource = { type: "sessions", id: sessionIdIn(other.access) };
      const body = { subject: { type: "user", id: owner.id }, action: { name }, resource };
      return (await ask("/access/v1/evaluation", token, body)).body.decision;
    };
    expect([await decision("read"), await decision("delete")]).toEqual([true, false]);
  });
});

interface Found {
  results: { id: string }[];
  page: { next_token: string };
}

/** Returns the ids that a search finds, page by page. */
async function search(what: "subject" | "resource", { subject: name, type, action, id }: Question) {
  const found: string[] = [];
  let token = "";
  do {
    const { body } = await api.call<Found>("POST", `/access/v1/search/${what}`, {
      token: checker.access,
      body: {
        subject: { type: "user", ...(what === "resource" && { id: subject(name).id }) },
        action: { name: action },
        resource: { type, ...(what === "subject" && { id }) },
        page: { limit: 7, token },
      },
    });
    found.push(...body.results.map((result) => result.id));
    token = body.page.next_token;
  } while (token !== "");
  return found;
}

/** Returns the questions with each type, action and name, of a few. */
const sampled = (each: (type: string, action: string) => Question[]) =>
  Object.entries(ACTIONS).flatMap(([type, actions]) => actions.flatMap((action) => each(type, action)));

describe("a search", () => {
  it("finds the users for whom the decision about a record is true", async () => {
    const users = Object.entries(subjects);
    for (const question of sampled((type, action) =>
      (ids[type] ?? []).slice(2, 4).map((id) => ({ subject: "", type, action, id })),
    )) {
      const questions = users.map(([name]) => ({ ...question, subject: name }));
      const decisions = await decisionsOf(questions);
      const found = await search("subject", question);
      const expected = users.filter((_, index) => decisions[index]).map(([, { id }]) => id);
      const isSubject = (id: string) => users.some(([, user]) => user.id === id);
      expect(found.filter(isSubject).sort(), JSON.stringify(question)).toEqual(expected.sort());
      expect(found).toEqual([...new Set(found)].sort());
    }
  });

  it("finds the records for which the decision about a user is true", async () => {
    for (const question of sampled((type, action) =>
      ["owner", "lead", "helper"].map((name) => ({ subject: name, type, action, id: "" })),
    )) {
      const found = await search("resource", question);
      const asked = [...new Set([...(ids[question.type] ?? []), ...found])].slice(0, 100);
      const decisions = await decisionsOf(asked.map((id) => ({ ...question, id })));
      const expected = asked.filter((_, index) => decisions[index]);
      expect(found.toSorted(), JSON.stringify(question)).toEqual(expected.sort());
    }
  });
});
