import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

type User = Awaited<ReturnType<TestApi["signUpHolding"]>>;

let api: TestApi;
let checker: User;
beforeAll(async () => {
  api = await createTestApi();
  checker = await api.signUpHolding("authz:check");
});

const UNKNOWN_ID = "00000000-0000-0000-0000-000000000000";
const PATH = "/access/v1/evaluation";

const ask = (path: string, token: string, body: unknown, headers = {}) =>
  api.call<Record<string, unknown> & { details: unknown }>("POST", path, { token, body, headers });

/** Builds the question whether the user with `id` may do `name`, as in the standard. */
function question(id: string, name: string) {
  const [type, action] = name.split(":");
  return { subject: { type: "user", id }, action: { name: action }, resource: { type, id: "*" } };
}

const MISSING = { decision: false, context: { reason: "permission_missing" } };
const UNRESOLVED = { decision: false, context: { reason: "subject_unresolved" } };

describe("a decision", () => {
  it.each([
    [["tasks:read"], "tasks:read", true],
    [["tasks:read"], "tasks:update", false],
    [["tasks:read"], "projects:read", false],
    [["tasks:read"], "tasks:*", false],
    [["tasks:read"], "TASKS:read", false],
    [["tasks:*"], "tasks:read", true],
    [["tasks:*"], "tasks:archive", true],
    [["tasks:*"], "tasks:*", true],
    [["tasks:*"], "task:read", false],
    [["tasks:*"], "*:read", false],
    [["*"], "tasks:read", true],
    [["*"], "nothing:known", true],
    [["superuser"], "tasks:read", true],
    [["superuser"], "nothing:known", true],
    [[], "tasks:read", false],
  ] as const)(
    "is for a holder of %j about %s: %s, asked by themselves and by others",
    async (names, name, decision) => {
      const user = await api.signUpHolding(...names);
      const expected = { status: 200, body: decision ? { decision } : MISSING };
      expect(await ask(PATH, user.access, question(user.id, name))).toMatchObject(expected);
      expect(await ask(PATH, checker.access, question(user.id, name))).toMatchObject(expected);
    },
  );

  it.each([
    ["a deactivated user", (id: string) => sql`update users set is_active = false where id = ${id}`],
    ["a deleted user", (id: string) => sql`update users set is_deleted = true where id = ${id}`],
  ])("is false for %s with any permissions", async (_, change) => {
    for (const names of [["tasks:read"], ["superuser"]]) {
      const user = await api.signUpHolding(...names);
      await api.signUpHolding("superuser");
      await api.db.execute(change(user.id));
      const answer = await ask(PATH, checker.access, question(user.id, "tasks:read"));
      expect(answer).toMatchObject({ status: 200, body: UNRESOLVED });
    }
  });

  it.each([
    ["user", UNKNOWN_ID],
    ["user", "ada@example.com"],
    ["user", "' or true --"],
    ["robot", UNKNOWN_ID],
  ])("is false for the unknown subject %s %s", async (type, id) => {
    const asked = { ...question(id, "tasks:read"), subject: { type, id } };
    expect(await ask(PATH, checker.access, asked)).toMatchObject({ status: 200, body: UNRESOLVED });
  });

  it("is false for the id of a user with another type", async () => {
    const root = await api.signUpHolding("superuser");
    const asked = { ...question(root.id, "tasks:read"), subject: { type: "robot", id: root.id } };
    expect(await ask(PATH, root.access, asked)).toMatchObject({ status: 200, body: UNRESOLVED });
  });

  it("keeps resource and action apart at the colon", async () => {
    const user = await api.signUpHolding("tasks:*");
    const asked = question(user.id, "tasks:read");
    const type = { ...asked, resource: { type: "tasks:read", id: "1" }, action: { name: "x" } };
    expect((await ask(PATH, user.access, type)).body).toEqual(MISSING);
  });

  it.each([
    ["the role is deleted", (role: string) => sql`update roles set is_deleted = true where id = ${role}`],
    ["the role is revoked", (role: string) => sql`delete from user_roles where role_id = ${role}`],
    [
      "the role loses the permission",
      (role: string) => sql`delete from role_permissions where role_id = ${role}`,
    ],
    [
      "the permission is deleted",
      (role: string) => sql`update permissions set is_deleted = true
        where id in (select permission_id from role_permissions where role_id = ${role})`,
    ],
  ])("holds from the next request on when %s", async (_, change) => {
    const name = `r${crypto.randomUUID()}:read`;
    const user = await api.signUpHolding(name);
    expect((await ask(PATH, user.access, question(user.id, name))).body).toEqual({ decision: true });
    await api.db.execute(change(user.roleId));
    expect((await ask(PATH, user.access, question(user.id, name))).body).toEqual(MISSING);
  });

  it("ignores unknown properties, context and fields", async () => {
    const { id, access } = await api.signUpHolding("tasks:read");
    const body = {
      subject: { type: "user", id, properties: { department: "Sales" }, extra: 1 },
      action: { name: "read", properties: { method: "GET" } },
      resource: { type: "tasks", id: "*", properties: { owner: { deep: [1, 2] } } },
      context: { time: "2026-01-01T00:00:00Z" },
      extension: { any: "thing" },
    };
    expect((await ask(PATH, access, body)).body).toEqual({ decision: true });
  });

  it("accepts an id in any case", async () => {
    const { id, access } = await api.signUpHolding("tasks:read");
    expect((await ask(PATH, access, question(id.toUpperCase(), "tasks:read"))).body.decision).toBe(true);
  });

  it.each(["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "a.b/c:d;e+f|{g} h"])(
    "returns the request's id %s",
    async (id) => {
      const asked = (access: string) =>
        ask(PATH, access, question(checker.id, "tasks:read"), { "X-Request-ID": id });
      expect((await asked(checker.access)).headers.get("X-Request-ID")).toBe(id);
      const refused = await asked("none");
      expect(refused.headers.get("X-Request-ID")).toBe(id);
      expect(refused.body).toMatchObject({ request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(refused.body).not.toMatchObject({ request_id: id });
    },
  );
});

describe("the right to ask", () => {
  const DENIED = { status: 403, body: { error: "PERMISSION_DENIED" } };

  it("requires authz:check for others, even if they don't exist", async () => {
    const [user, other] = [await api.signUpHolding("users:read"), await api.signUpHolding()];
    for (const id of [other.id, UNKNOWN_ID, "no id"]) {
      const answer = await ask(PATH, user.access, question(id, "tasks:read"));
      expect(answer).toMatchObject(DENIED);
      expect(answer.body).toMatchObject({ request_id: expect.any(String), message: expect.any(String) });
      expect(answer.body).not.toHaveProperty("decision");
    }
  });

  it.each(["authz:check", "authz:*", "*", "superuser"])("comes with %s", async (name) => {
    const user = await api.signUpHolding(name);
    expect((await ask(PATH, user.access, question(checker.id, "authz:check"))).body.decision).toBe(true);
  });

  it("is required for a batch with only one other user, in any place", async () => {
    const user = await api.signUpHolding();
    const evaluations = [question(user.id, "tasks:read"), question(checker.id, "tasks:read")];
    const options = { evaluations_semantic: "deny_on_first_deny" };
    expect(await ask("/access/v1/evaluations", user.access, { evaluations })).toMatchObject(DENIED);
    expect(await ask("/access/v1/evaluations", user.access, { evaluations, options })).toMatchObject(DENIED);
  });

  it("ends with the session, the deactivation of the account, and the permission", async () => {
    const user = await api.signUpHolding("authz:check");
    await api.db.execute(sql`delete from role_permissions where role_id = ${user.roleId}`);
    expect(await ask(PATH, user.access, question(checker.id, "tasks:read"))).toMatchObject(DENIED);
    await api.db.execute(sql`update users set is_active = false where id = ${user.id}`);
    expect((await ask(PATH, user.access, question(user.id, "tasks:read"))).status).toBe(403);
    await api.db.execute(sql`update users set is_deleted = true where id = ${user.id}`);
    expect((await ask(PATH, user.access, question(user.id, "tasks:read"))).status).toBe(401);
  });

  it("requires a signed-in caller", async () => {
    const answer = await api.call("POST", PATH, { body: question(checker.id, "tasks:read") });
    expect(answer).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
  });
});

describe("a malformed request", () => {
  const subject = { type: "user", id: UNKNOWN_ID };
  const action = { name: "read" };
  const resource = { type: "tasks", id: "1" };

  it.each([
    [{ action, resource }, "body.subject"],
    [{ subject, resource }, "body.action"],
    [{ subject, action }, "body.resource"],
    [{ subject: { type: "user" }, action, resource }, "body.subject.id"],
    [{ subject, action: { name: "" }, resource }, "body.action.name"],
    [{ subject, action: { name: 1 }, resource }, "body.action.name"],
    [{ subject, action, resource: { type: "tasks" } }, "body.resource.id"],
    [{ subject, action, resource: { type: "ta\u0000sks", id: "1" } }, "body.resource.type"],
    [{ subject, action, resource: { type: "t".repeat(256), id: "1" } }, "body.resource.type"],
    [{ subject, action, resource, context: "now" }, "body.context"],
    [[], "body"],
  ])("answers %j with 400", async (body, field) => {
    for (const path of [PATH, "/access/v1/evaluations"]) {
      const answer = await ask(path, checker.access, body);
      expect(answer).toMatchObject({ status: 400, body: { error: "BAD_REQUEST" } });
      expect(answer.body.details).toMatchObject([{ field }]);
    }
  });

  it.each(["{", ""])("answers %j with 400", async (body) => {
    const answer = await ask(PATH, checker.access, body);
    expect(answer).toMatchObject({ status: 400, body: { error: "BAD_REQUEST" } });
  });
});

describe("a batch", () => {
  const BATCH = "/access/v1/evaluations";
  const resource = (type: string) => ({ resource: { type, id: "*" } });

  it("fills in missing parts of a question from the defaults, key by key", async () => {
    const user = await api.signUpHolding("tasks:read", "projects:update");
    const answer = await ask(BATCH, user.access, {
      subject: { type: "user", id: user.id },
      action: { name: "read" },
      context: { time: "now" },
      evaluations: [
        resource("tasks"),
        resource("projects"),
        { ...resource("projects"), action: { name: "update" }, unknown: 1 },
      ],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ evaluations: [{ decision: true }, MISSING, { decision: true }] });
  });

  it("is decided as a whole, for many subjects", async () => {
    const user = await api.signUpHolding("tasks:*");
    const asked = [user.id, checker.id, UNKNOWN_ID, user.id].map((id) => question(id, "tasks:update"));
    expect((await ask(BATCH, checker.access, { evaluations: asked })).body).toEqual({
      evaluations: [{ decision: true }, MISSING, UNRESOLVED, { decision: true }],
    });
  });

  it.each([
    ["execute_all", [true, false, true, false]],
    ["deny_on_first_deny", [true, false]],
    ["permit_on_first_permit", [true]],
    [undefined, [true, false, true, false]],
  ])("returns with %s: %j", async (semantic, expected) => {
    const user = await api.signUpHolding("tasks:read");
    const evaluations = ["read", "update", "read", "delete"].map((name) => ({ action: { name } }));
    const { body } = await ask(BATCH, user.access, {
      subject: { type: "user", id: user.id },
      ...resource("tasks"),
      evaluations,
      ...(semantic && { options: { evaluations_semantic: semantic, another: 1 } }),
    });
    expect((body.evaluations as { decision: boolean }[]).map(({ decision }) => decision)).toEqual(expected);
  });

  it("is decided to the end if no semantic stops it", async () => {
    const user = await api.signUpHolding("tasks:read");
    const length = async (semantic: string, name: string) => {
      const evaluations = Array.from({ length: 3 }, () => question(user.id, name));
      const options = { evaluations_semantic: semantic };
      const { body } = await ask(BATCH, user.access, { evaluations, options });
      return (body.evaluations as unknown[]).length;
    };
    expect(await length("deny_on_first_deny", "tasks:read")).toBe(3);
    expect(await length("permit_on_first_permit", "tasks:update")).toBe(3);
  });

  it("reports the problem of one question in its place, and decides the others", async () => {
    const user = await api.signUpHolding("tasks:read");
    const good = question(user.id, "tasks:read");
    const { status, body } = await ask(BATCH, user.access, {
      action: { name: "read" },
      evaluations: [good, { subject: good.subject }, 5, null, { ...good, action: null }, good],
    });
    expect(status).toBe(200);
    const error = (message: string) => ({
      decision: false,
      context: { error: { status: 400, message: expect.stringContaining(message) } },
    });
    expect(body).toEqual({
      evaluations: [
        { decision: true },
        error("resource"),
        error("expected object"),
        error("expected object"),
        error("action"),
        { decision: true },
      ],
    });
  });

  it("denies an entry that is not a question", async () => {
    const user = await api.signUpHolding("tasks:read");
    const evaluations = [{}, question(user.id, "tasks:read")];
    const cut = async (semantic: string) =>
      (await ask(BATCH, user.access, { evaluations, options: { evaluations_semantic: semantic } })).body;
    expect((await cut("deny_on_first_deny")).evaluations).toHaveLength(1);
    expect((await cut("permit_on_first_permit")).evaluations).toHaveLength(2);
  });

  it("requires a signed-in caller even if no entry is a question", async () => {
    const evaluations = [{}];
    expect((await ask(BATCH, checker.access, { evaluations })).status).toBe(200);
    const user = await api.signUpHolding();
    await api.db.execute(sql`update users set is_active = false where id = ${user.id}`);
    expect((await ask(BATCH, user.access, { evaluations })).body.error).toBe("INACTIVE_USER");
  });

  it("is one question without evaluations", async () => {
    const user = await api.signUpHolding("tasks:read");
    const asked = question(user.id, "tasks:read");
    expect((await ask(BATCH, user.access, asked)).body).toEqual({ decision: true });
    expect((await ask(BATCH, user.access, { ...asked, evaluations: [] })).body).toEqual({ decision: true });
  });

  it("requires at most 100 questions, known semantics, and complete defaults", async () => {
    const many = (length: number) => Array.from({ length }, () => question(checker.id, "authz:check"));
    const full = await ask(BATCH, checker.access, { evaluations: many(100) });
    expect(full.body.evaluations).toEqual(many(100).map(() => ({ decision: true })));
    const over = await ask(BATCH, checker.access, { evaluations: many(101) });
    expect(over.body.details).toMatchObject([{ field: "body.evaluations" }]);
    const options = { evaluations_semantic: "guess" };
    const guess = await ask(BATCH, checker.access, { evaluations: many(1), options });
    expect(guess.body.details).toMatchObject([{ field: "body.options.evaluations_semantic" }]);
    const half = await ask(BATCH, checker.access, { subject: { type: "user" }, evaluations: many(1) });
    expect(half.body.details).toMatchObject([{ field: "body.subject.id" }]);
  });
});

describe("a subject", () => {
  const byName = (subject: object) => ({
    subject: { type: "user", ...subject },
    action: { name: "read" },
    resource: { type: "tasks", id: "*" },
  });
  const confirm = (id: string) =>
    api.db.execute(sql`update users set email_verified_at = now() where id = ${id}`);

  it("is found by an email whose domain is written in Unicode", async () => {
    const user = await api.signUpHolding("tasks:read");
    await confirm(user.id);
    const domain = `${crypto.randomUUID()}-münchen.example`;
    const email = `zoe@${new URL(`https://${domain}`).hostname}`;
    await api.db.execute(sql`update users set email = ${email} where id = ${user.id}`);
    for (const id of [email, `zoe@${domain}`])
      expect((await ask(PATH, checker.access, byName({ id }))).body, id).toEqual({ decision: true });
    expect((await ask(PATH, user.access, byName({ id: `zoe@${domain}` }))).status).toBe(200);
  });

  it("is found by username and by confirmed email, in any case, in a single question and in a batch", async () => {
    const user = await api.signUpHolding("tasks:read");
    await confirm(user.id);
    const names = [
      { id: user.username },
      { id: user.username.toUpperCase() },
      { id: user.email },
      { id: user.email.toUpperCase() },
      { id: "auth0|5f7c8ec7c33c6c004bbafe82", properties: { email: user.email } },
      { id: "5f7c8ec7", properties: { username: user.username, email: 7 } },
    ];
    for (const name of names)
      expect((await ask(PATH, checker.access, byName(name))).body, JSON.stringify(name)).toEqual({
        decision: true,
      });
    const evaluations = names.map((name) => ({ subject: { type: "user", ...name } }));
    const batch = await ask("/access/v1/evaluations", checker.access, {
      ...byName({ id: "x" }),
      evaluations,
    });
    expect(batch.body).toEqual({ evaluations: names.map(() => ({ decision: true })) });
  });

  it("is the user with the id if other names belong to another user", async () => {
    const [one, other] = [await api.signUpHolding("tasks:read"), await api.signUpHolding()];
    await confirm(one.id);
    const properties = { username: one.username, email: one.email };
    for (const id of [other.id, other.username])
      expect((await ask(PATH, checker.access, byName({ id, properties }))).body).toEqual(MISSING);
  });

  it.each([
    ["an email that is not confirmed", (user: User) => ({ id: user.email })],
    ["a name of another type", (user: User) => ({ type: "email", id: user.email })],
    ["a part of a name", (user: User) => ({ id: user.username.slice(0, -1) })],
    ["a pattern", () => ({ id: "%@%" })],
    ["a name that no user has", () => ({ id: "unknown-user" })],
  ])("is not resolved by %s", async (_, name) => {
    const user = await api.signUpHolding("tasks:read");
    expect((await ask(PATH, checker.access, byName(name(user)))).body).toEqual(UNRESOLVED);
  });

  it("is not resolved by the name of a deleted or deactivated user", async () => {
    for (const change of [sql`is_active = false`, sql`is_deleted = true`]) {
      const user = await api.signUpHolding("tasks:read");
      await api.db.execute(sql`update users set ${change} where id = ${user.id}`);
      expect((await ask(PATH, checker.access, byName({ id: user.username }))).body).toEqual(UNRESOLVED);
    }
  });

  it("is the caller if the name is the caller's own; all other names are rejected alike", async () => {
    const [user, other] = [await api.signUpHolding("tasks:read"), await api.signUpHolding()];
    expect((await ask(PATH, user.access, byName({ id: user.username }))).body).toEqual({ decision: true });
    expect((await ask(PATH, user.access, byName({ id: user.email }))).status).toBe(403);
    await confirm(user.id);
    await confirm(other.id);
    expect((await ask(PATH, user.access, byName({ id: user.email }))).body).toEqual({ decision: true });
    const strangers = [
      { id: other.username },
      { id: other.email },
      { id: "unknown-user" },
      { id: "unknown@example.com" },
      { id: "sub", properties: { username: user.username } },
      { id: "sub", properties: { email: other.email } },
    ];
    const texts = new Set<string>();
    for (const name of strangers) {
      for (const [path, body] of [
        [PATH, byName(name)],
        ["/access/v1/evaluations", { ...byName({ id: user.id }), evaluations: [{}, byName(name)] }],
        ["/access/v1/search/resource", byName(name)],
        ["/access/v1/search/action", byName(name)],
      ] as const) {
        const { status, body: answer } = await ask(path, user.access, body);
        expect(status, JSON.stringify(name)).toBe(403);
        texts.add(JSON.stringify({ ...answer, request_id: "" }));
      }
    }
    expect(texts.size).toBe(1);
  });

  it.each(["a\u0000b", "\u0000", "\ud800", "a\udfff"])(
    "is not resolved by the invalid properties %j, but by its other names",
    async (untext) => {
      const user = await api.signUpHolding("reports:read");
      const about = (subject: object) => ({
        subject: { type: "user", id: "sub", ...subject },
        action: { name: "read" },
        resource: { type: "reports", id: "*" },
      });
      for (const properties of [{ username: untext }, { email: `${untext}@x.de` }]) {
        const asked = about({ properties });
        expect((await ask(PATH, checker.access, asked)).body).toEqual(UNRESOLVED);
        const evaluations = [asked, about({ properties: { email: untext, username: user.username } })];
        expect((await ask("/access/v1/evaluations", checker.access, { evaluations })).body).toEqual({
          evaluations: [UNRESOLVED, { decision: true }],
        });
        for (const what of ["subject", "resource", "action"]) {
          const found = await ask(`/access/v1/search/${what}`, checker.access, asked);
          expect(found.status, what).toBe(200);
          if (what !== "subject") expect(found.body.results, what).toEqual([]);
        }
      }
    },
  );

  it("is found by its names in searches", async () => {
    const user = await api.signUpHolding("reports:read");
    const ofReports = { ...byName({ id: user.username }), resource: { type: "reports", id: "*" } };
    const about = { ...ofReports, action: undefined };
    const actions = await ask("/access/v1/search/action", checker.access, about);
    expect(actions.body.results).toEqual([{ name: "read" }]);
    const resources = await ask("/access/v1/search/resource", checker.access, ofReports);
    expect(resources.body.results).toEqual([{ type: "reports", id: "*" }]);
  });
});

it.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "text/json",
  "application/json-seq",
  "application/json;",
  "application/json ; charset=utf-8",
  "application/json; charset",
  "",
])("answers a body of type %j with 400, after authentication", async (type) => {
  for (const path of [
    PATH,
    "/access/v1/evaluations",
    "/access/v1/search/subject",
    "/access/v1/search/action",
  ]) {
    const send = (token: string) =>
      api.call("POST", path, {
        token,
        body: JSON.stringify(question(checker.id, "tasks:read")),
        headers: { "Content-Type": type, "X-Request-ID": "pep:1" },
      });
    const refused = await send(checker.access);
    expect(refused).toMatchObject({ status: 400, body: { error: "BAD_REQUEST" } });
    expect(refused.headers.get("X-Request-Id")).toBe("pep:1");
    expect((refused.body as { request_id?: string }).request_id).not.toBe("pep:1");
    expect((await send("forged")).status).toBe(401);
  }
  const charset = { "Content-Type": "Application/JSON; charset=utf-8" };
  expect((await ask(PATH, checker.access, question(checker.id, "tasks:read"), charset)).status).toBe(200);
});
