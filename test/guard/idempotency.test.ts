import { createRoute } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { requestId } from "hono/request-id";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { AppError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/security/encoding.ts";
import { storeAnswer } from "../../src/database/idempotency.ts";
import { anyone, requirePermission, signedIn } from "../../src/guard/guard.ts";
import { idempotent } from "../../src/guard/idempotency.ts";
import { renderError } from "../../src/http/error-response.ts";
import { readOrigin } from "../../src/http/middleware/origin.ts";
import { readSettings } from "../../src/http/middleware/settings.ts";
import { takeSteps } from "../../src/http/middleware/steps.ts";
import { createRouter } from "../../src/http/router.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { foundOrganization, joinProject, leave, signUpMember } from "../support/organization-members.ts";
import { entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

const newKey = () => crypto.randomUUID();
const newRole = () => ({ name: crypto.randomUUID() });

interface Options {
  key?: string;
  token?: string;
  path?: string;
  on?: TestApi;
}

const createRole = (body: object, { key, token = root.access, path = "/roles", on = api }: Options = {}) =>
  on.call<{ id: string; error?: string; message: string; details?: { field: string }[] }>("POST", path, {
    token,
    body,
    headers: key === undefined ? {} : { "Idempotency-Key": key },
  });

async function rolesNamed({ name }: { name: string }, { db } = api) {
  return (await db.execute(sql`select id from roles where name = ${name}`)).rows.length;
}

const rowOf = async (key: string) =>
  (await api.db.execute(sql`select k.*, k::text as row from idempotency_keys k where key = ${key}`)).rows[0];

const isReplayed = ({ headers }: { headers: Headers }) => headers.get("Idempotency-Replayed") === "true";

const fault = ({ database }: TestApi, kind: string) =>
  fetch(`http://database.test/fault?name=${database}&kind=${kind}`, { method: "POST" });

/** Operations that create any number of records, and so answer 200. */
const MAKE_ANY_NUMBER = ["changeTimeEntriesInBulk", "createActivityEntries"];

describe("a request with an Idempotency-Key", () => {
  it.each(
    OPERATIONS.filter((operation) => operation.isIdempotent).map((operation) => ({
      ...operation,
      trips: (entryOf(operation.operationId).roundTrips?.[0] ?? 1) + 1,
    })),
  )(
    "to $operationId is carried out once, in $trips round trips, and answered again in 1",
    async ({ operationId, isPublic, trips }) => {
      const parts = await valid(operationId, root);
      const keyed = { ...parts, headers: { "Idempotency-Key": `"${newKey()}"` } };
      const ask = () => send(api, operationId, keyed, isPublic ? undefined : root.access);
      const answers: Awaited<ReturnType<typeof ask>>[] = [];
      const askAgain = async () => void answers.push(await ask());
      // The response is known only after the work, so storing it takes a second round trip.
      expect(await api.roundTripsOf(askAgain)).toBe(trips);
      expect(await api.roundTripsOf(askAgain)).toBe(1);
      const [first, second] = answers.map(({ status, text, headers }) => ({
        status,
        text,
        headers: ["ETag", "Content-Type", "Location"].map((name) => headers.get(name)),
      }));
      expect(first?.status).toBe(MAKE_ANY_NUMBER.includes(operationId) ? 200 : 201);
      expect(second).toEqual(first);
      expect(answers.map(isReplayed)).toEqual([false, true]);
    },
  );

  it("runs again without a key", async () => {
    const role = newRole();
    await createRole(role);
    expect((await createRole(role)).body.error).toBe("RESOURCE_ALREADY_EXISTS");
  });

  it("replays the first response with its own request id", async () => {
    const key = newKey();
    const [first, second] = [
      await createRole({ name: key }, { key }),
      await createRole({ name: key }, { key }),
    ];
    expect(second.headers.get("X-Request-Id")).not.toBe(first.headers.get("X-Request-Id"));
    expect(second.headers.get("Cache-Control")).toBe(first.headers.get("Cache-Control"));
    expect(second.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("counts as a repetition under the other prefix of its route", async () => {
    const [key, role] = [newKey(), newRole()];
    const first = await createRole(role, { key });
    const second = await createRole(role, { key, path: "/api/v1/roles/" });
    expect([second.status, second.body.id]).toEqual([201, first.body.id]);
  });

  it("rejects a key that was used with another body or route", async () => {
    const key = newKey();
    await createRole(newRole(), { key });
    const role = newRole();
    const other = await createRole(role, { key });
    expect([other.status, other.body.error]).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect(await rolesNamed(role)).toBe(0);
    const permission = await createRole({ resource: "x", action: "y" }, { key, path: "/permissions" });
    expect(permission.body.error).toBe("IDEMPOTENCY_KEY_REUSED");
  });

  it("runs independently of another user's request with an equal key", async () => {
    const [key, role] = [newKey(), newRole()];
    await createRole(role, { key });
    const another = await api.signUpHolding("roles:create");
    expect((await createRole(role, { key, token: another.access })).body.error).toBe(
      "RESOURCE_ALREADY_EXISTS",
    );
    const own = await createRole(newRole(), { key, token: another.access });
    expect([own.status, isReplayed(own)]).toEqual([201, false]);
  });

  it("counts as a repetition from another session of the user", async () => {
    const [key, role] = [newKey(), newRole()];
    const first = await createRole(role, { key });
    const { access } = await api.signIn(root.username);
    expect((await createRole(role, { key, token: access })).body.id).toBe(first.body.id);
  });

  it("releases the key when it is rejected", async () => {
    const role = newRole();
    const taken = await createRole(role);
    const key = newKey();
    expect((await createRole(role, { key })).body.error).toBe("RESOURCE_ALREADY_EXISTS");
    expect((await createRole({ name: 1 }, { key })).body.error).toBe("VALIDATION_ERROR");
    await api.call("DELETE", `/roles/${taken.body.id}`, { token: root.access });
    const made = await createRole(role, { key });
    expect([made.status, isReplayed(made)]).toEqual([201, false]);
  });

  it("replays a response only to callers who are still allowed", async () => {
    const owner = await api.signUpHolding("roles:create");
    const [key, role] = [newKey(), newRole()];
    const options = { key, token: owner.access };
    await createRole(role, options);
    await api.db.execute(sql`update roles set is_deleted = true where id = ${owner.roleId}`);
    expect((await createRole(role, options)).body.error).toBe("PERMISSION_DENIED");
    await api.db.execute(sql`update roles set is_deleted = false where id = ${owner.roleId}`);
    expect(isReplayed(await createRole(role, options))).toBe(true);
    await api.call("POST", "/auth/logout", { token: owner.access });
    expect((await createRole(role, options)).body.error).toBe("INVALID_TOKEN");
  });

  it("writes one audit event", async () => {
    const [key, role] = [newKey(), newRole()];
    const { body } = await createRole(role, { key });
    await createRole(role, { key });
    const { rows } = await api.db.execute(sql`select action from audit_events where target_id = ${body.id}`);
    expect(rows).toEqual([{ action: "role.created" }]);
  });
});

describe("an Idempotency-Key", () => {
  it.each([
    ["", false],
    ['""', false],
    ['"', false],
    ['"open', false],
    ['"a"b"', false],
    ['"a", "b"', false],
    ['"a\\b"', false],
    ["a b", false],
    ["schlüssel", false],
    ['"\t"', false],
    ["x".repeat(256), false],
    [`"${"x".repeat(256)}"`, false],
    ["x".repeat(255), true],
    [`"${"y".repeat(255)}"`, true],
    ['"a b \\" \\\\"', true],
    ["8e03978e-40d5-43dd-bc93-6894a57f9324", true],
    ["a,b;c=d", true],
  ])("treats %j as well formed: %j", async (key, isWellFormed) => {
    const { status, body } = await createRole(newRole(), { key });
    if (isWellFormed) expect(status).toBe(201);
    else {
      expect([status, body.error]).toEqual([422, "VALIDATION_ERROR"]);
      expect(body.details).toMatchObject([{ field: "header.Idempotency-Key" }]);
    }
  });

  it("matches with quotes and without", async () => {
    const [key, role] = [newKey(), newRole()];
    await createRole(role, { key });
    expect(isReplayed(await createRole(role, { key: `"${key}"` }))).toBe(true);
  });

  it("reports a malformed key only to callers who are allowed", async () => {
    const { access } = await api.signUpHolding();
    expect((await createRole(newRole(), { key: '"', token: access })).status).toBe(403);
    expect((await createRole(newRole(), { key: '"', token: "none" })).status).toBe(401);
  });

  it("expires after a day", async () => {
    const [young, old] = [newKey(), newKey()];
    const [role, other] = [newRole(), newRole()];
    const { body } = await createRole(role, { key: old });
    await createRole(other, { key: young });
    await api.db.execute(sql`
      update idempotency_keys set created_at = now() - case key when ${old} then interval '25 hours' else interval '23 hours' end
      where key in (${old}, ${young})`);
    expect(await maintain(api.settings)).toMatchObject({ idempotency_keys_removed: 1 });
    await api.call("DELETE", `/roles/${body.id}`, { token: root.access });
    expect(isReplayed(await createRole(role, { key: old }))).toBe(false);
    expect(isReplayed(await createRole(other, { key: young }))).toBe(true);
  });
});

describe("a stored response", () => {
  it("reveals no token, and does not help to guess a password", async () => {
    const key = newKey();
    const headers = { "Idempotency-Key": key };
    const body = { name: "a", scopes: ["tasks:read"] };
    const ask = () =>
      api.call<{ token: string }>("POST", "/auth/tokens", { token: root.access, body, headers });
    const [first, second] = [await ask(), await ask()];
    expect(second.body.token).toBe(first.body.token);
    expect(JSON.stringify(await rowOf(key))).not.toContain(first.body.token.slice(30, 60));
    const plain = await sha256(["POST", "/auth/tokens", JSON.stringify(body)].join("\n"));
    expect((await rowOf(key))?.fingerprint).toMatch(/^[\w-]{43}$/);
    expect((await rowOf(key))?.fingerprint).not.toBe(plain);
  });

  it("fails to decrypt under another key", async () => {
    const [key, other] = [newKey(), newKey()];
    const [role, another] = [newRole(), newRole()];
    await createRole(role, { key });
    await createRole(another, { key: other });
    await api.db.execute(sql`
      update idempotency_keys set sealed_answer = (select sealed_answer from idempotency_keys where key = ${other})
      where key = ${key}`);
    const { status, body } = await createRole(role, { key });
    expect([status, body.error]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect(body.message).toContain("its response was lost");
  });

  it("survives a rotation of the secret", async () => {
    const [key, role] = [newKey(), newRole()];
    const first = await createRole(role, { key });
    const request = new Request("http://api.test/roles", {
      method: "POST",
      headers: {
        Authorization: `Bearer ${root.access}`,
        "Content-Type": "application/json",
        "Idempotency-Key": key,
      },
      body: JSON.stringify(role),
    });
    const answer = await app.fetch(request, {
      ...api.bindings,
      AUTH_SECRET: "local-secret-of-tomorrow-0123456789-abcdefghij",
      AUTH_SECRET_PREVIOUS: api.bindings.AUTH_SECRET,
    });
    expect([answer.status, await answer.text(), isReplayed(answer)]).toEqual([201, first.text, true]);
  });
});

describe("after the end of access to an organization's records", () => {
  type Place = { organization: string; project: string; owner: { access: string }; memberId: string };
  const remove = ({ owner }: Place, path: string) => api.call("DELETE", path, { token: owner.access });

  it.each<[event: string, end: (place: Place) => Promise<{ status: number }>]>([
    ["the caller leaves", (at) => remove(at, `/organizations/${at.organization}/members/${at.memberId}`)],
    ["a project loses the caller", (at) => remove(at, `/projects/${at.project}/members/${at.memberId}`)],
    ["the organization is deleted", (at) => remove(at, `/organizations/${at.organization}`)],
  ])("returns no stored response, and does nothing again, after %s", async (_event, end) => {
    const { id: organization, owner } = await foundOrganization(api);
    const member = await signUpMember(api, organization, "member");
    const { body: project } = await api.call<{ id: string }>("POST", "/projects", {
      token: owner.access,
      body: { name: "Shared", organization_id: organization },
    });
    await joinProject(api, organization, project.id, member.id);
    const key = newKey();
    const create = () =>
      createRole(
        { name: "Draw", organization_id: organization, project_id: project.id },
        { key, token: member.access, path: "/tasks" },
      );
    expect((await create()).status).toBe(201);
    expect(isReplayed(await create())).toBe(true);
    const mine = { key: newKey(), token: member.access, path: "/tags" };
    expect((await createRole({ name: "personal" }, mine)).status).toBe(201);

    const place = { organization, project: project.id, owner, memberId: member.id };
    expect((await end(place)).status).toBe(204);
    const { rows } = await api.db.execute(sql`
      select count(*)::int as kept from idempotency_keys where owner = ${member.id} and sealed_answer is not null`);
    expect(rows).toEqual([{ kept: 0 }]);
    expect([401, 403, 404, 409]).toContain((await create()).status);
    const again = await createRole({ name: "personal" }, mine);
    expect([again.status, again.body.error]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect((await api.db.execute(sql`select from tags where owner_id = ${member.id}`)).rows).toHaveLength(1);
  });

  it("stays empty if access ended before the response was stored", async () => {
    const { id: organization } = await foundOrganization(api);
    const member = await signUpMember(api, organization, "member");
    const key = { owner: member.id, key: newKey() };
    await api.db.execute(
      sql`insert into idempotency_keys (owner, key, fingerprint) values (${key.owner}, ${key.key}, 'x')`,
    );
    await leave(api, organization, member.id);
    await storeAnswer(api.db, key, { status: 201, sealedAnswer: "sealed" });
    expect((await rowOf(key.key))?.sealed_answer).toBeNull();
  });
});

describe("when something fails", () => {
  it("runs a request once although the database's response was lost", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const [key, role] = [newKey(), newRole()];
    const cut = await createTestApi();
    const { access: token } = await cut.signUpHolding("superuser");
    await fault(cut, "lost");
    expect((await createRole(role, { key, token, on: cut })).status).toBe(503);
    await fault(cut, "none");
    const again = await createRole(role, { key, token, on: cut });
    expect([again.status, again.body.error]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect(again.body.message).toContain("still in progress");
    await cut.db.execute(sql`update idempotency_keys set created_at = created_at - interval '2 minutes'`);
    const late = await createRole(role, { key, token, on: cut });
    expect([late.status, late.body.error]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    expect(late.body.message).toContain("its response was lost");
    expect(await rolesNamed(role, cut)).toBe(1);
    vi.restoreAllMocks();
  });

  it("allows repeating a request that never reached the database", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const [key, role] = [newKey(), newRole()];
    const away = await createTestApi();
    const { access: token } = await away.signUpHolding("superuser");
    await fault(away, "unreachable");
    expect((await createRole(role, { key, token, on: away })).status).toBe(503);
    await fault(away, "none");
    expect((await createRole(role, { key, token, on: away })).status).toBe(201);
    vi.restoreAllMocks();
  });

  it("sends a response that can't be stored, and logs the failure", async () => {
    const lines: unknown[] = [];
    vi.spyOn(console, "error").mockImplementation((...line) => void lines.push(line));
    const [key, role] = [newKey(), newRole()];
    const full = await createTestApi();
    const { access: token } = await full.signUpHolding("superuser");
    await full.db.execute(sql`alter table idempotency_keys add check (sealed_answer is null)`);
    expect((await createRole(role, { key, token, on: full })).status).toBe(201);
    expect(JSON.stringify(lines)).toContain("A response could not be stored");
    expect((await createRole(role, { key, token, on: full })).status).toBe(409);
    expect(await rolesNamed(role, full)).toBe(1);
    vi.restoreAllMocks();
  });
});

describe("a route that is declared idempotent", () => {
  const responses = { 200: { description: "Done" } };
  const other = createRouter();
  other.use(requestId());
  other.use(takeSteps(readSettings, readOrigin));
  other.onError(renderError);
  const route = <Declared extends object>(path: string, declared: Declared) =>
    createRoute({ method: "post", path, responses, ...declared });
  const count = () => sql`insert into roles (name) values (${crypto.randomUUID()})`;
  let handled = 0;

  other.openapi(route("/nothing", idempotent(signedIn())), (c) => c.text(`${++handled}`));
  other.openapi(route("/one", idempotent(anyone())), async (c) => {
    await c.var.db.execute(sql`select 1`);
    return c.text(`${++handled}`);
  });
  other.openapi(route("/two", idempotent(requirePermission("roles:create"))), async (c) => {
    await c.var.db.execute(count());
    await c.var.db.batch([c.var.db.execute(count()), c.var.db.execute(count())]);
    return c.text(`${++handled}`);
  });
  other.openapi(route("/refuses", idempotent(signedIn())), async (c) => {
    await c.var.db.execute(sql`select 1`);
    if (++handled % 2 === 1) throw new AppError("BUSINESS_LOGIC_ERROR");
    return c.text("done");
  });
  other.openapi(route("/breaks", idempotent(signedIn())), async (c) => {
    await c.var.db.execute(sql`select 1`);
    throw new Error("after the work");
  });
  other.openapi(route("/tries-again", idempotent(signedIn())), async (c) => {
    await c.var.db.execute(sql`select 1 / 0`).catch(() => {});
    await c.var.db.execute(count());
    return c.text(`${++handled}`);
  });

  const ask = async (path: string, key: string) => {
    const headers = { Authorization: `Bearer ${root.access}`, "Idempotency-Key": key };
    const answer = await other.request(path, { method: "POST", headers }, api.bindings);
    return { status: answer.status, text: await answer.text(), isReplayed: isReplayed(answer) };
  };

  it("allows a handler that never uses the database", async () => {
    const key = newKey();
    const [first, second] = [await ask("/nothing", key), await ask("/nothing", key)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect([first.isReplayed, second.isReplayed]).toEqual([false, false]);
    expect(first.text).not.toBe(second.text);
  });

  it.each(["/one", "/two", "/tries-again"])(
    "allows a handler to use the database as it needs: %s",
    async (path) => {
      const key = newKey();
      const first = await ask(path, key);
      expect([first.status, first.isReplayed]).toEqual([200, false]);
      expect(await ask(path, key)).toEqual({ ...first, isReplayed: true });
    },
  );

  it("releases the key when the handler rejects after a query", async () => {
    const key = newKey();
    handled = 0;
    expect((await ask("/refuses", key)).status).toBe(400);
    expect(await ask("/refuses", key)).toMatchObject({ status: 200, isReplayed: false });
    expect(await ask("/refuses", key)).toMatchObject({ status: 200, isReplayed: true });
  });

  it("keeps the key when the handler fails after the work", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const key = newKey();
    expect((await ask("/breaks", key)).status).toBe(500);
    const again = await ask("/breaks", key);
    expect([again.status, JSON.parse(again.text).error]).toEqual([409, "IDEMPOTENCY_KEY_IN_USE"]);
    vi.restoreAllMocks();
  });

  it("requires a declaration of permissions", async () => {
    const { access } = await api.signUpHolding();
    const headers = { Authorization: `Bearer ${access}`, "Idempotency-Key": newKey() };
    expect((await other.request("/two", { method: "POST", headers }, api.bindings)).status).toBe(403);
    const document = other.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "", version: "" } });
    expect(document.paths?.["/two"]?.post).toMatchObject({
      "x-permissions": [["roles:create"]],
      parameters: [{ name: "Idempotency-Key", in: "header" }],
    });
  });
});
