import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import { OPERATIONS } from "../../../support/documented.ts";
import { send, validRequests } from "../../../support/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

/** Creates a token of these scopes, by default of the format `personal`. */
async function tokenOf(owner: { access: string }, scopes: string[], format?: "wakatime") {
  const body = { name: "watcher", scopes, ...(format && { format }) };
  const made = await api.call<{ id: string; token: string; hint: string; format: string; scopes: string[] }>(
    "POST",
    "/auth/tokens",
    { token: owner.access, body },
  );
  expect(made.status, made.text).toBe(201);
  return made.body;
}

/** Sends a valid request of a superuser with a token of these scopes. */
async function answerTo(operationId: string, scopes: string[]) {
  const owner = await api.signUpHolding("superuser");
  const { token } = await tokenOf(owner, scopes);
  const request = await validRequests(api, owner)(operationId, owner);
  return send(api, operationId, request, token);
}

const FOR_PROGRAMS = OPERATIONS.filter(({ isPublic, isInPerson }) => !isPublic && !isInPerson);
const needs = (permissions: string[][], isMet: (name: string) => boolean) =>
  permissions.length > 0 && permissions.every((clause) => clause.some(isMet));
const isReading = (name: string) => /:read(_any)?$/.test(name);

describe("the scope ingest", () => {
  it.each(
    FOR_PROGRAMS.filter(({ permissions }) => !needs(permissions, (name) => name === "activity:create")),
  )("forbids a superuser's token $operationId", async ({ operationId }) => {
    const { status, body } = await answerTo(operationId, ["ingest"]);
    expect([status, body.error]).toEqual([403, "PERMISSION_DENIED"]);
  });
});

describe("the scope read", () => {
  it.each(FOR_PROGRAMS)("allows a token $operationId only if the operation reads", async (operation) => {
    const { operationId, method, permissions, grants } = operation;
    const clauses = [...permissions, ...grants];
    const isAllowed = clauses.length === 0 ? method === "GET" : needs(clauses, isReading);
    const { status } = await answerTo(operationId, ["read"]);
    expect(status < 300 ? "allowed" : status).toBe(isAllowed ? "allowed" : 403);
  });

  it("allows reading all that its owner may read at the time", async () => {
    const owner = await api.signUpHolding("tasks:read");
    const { token, scopes } = await tokenOf(owner, ["read"]);
    expect(scopes).toEqual(["read"]);
    expect((await api.call("GET", "/tasks", { token })).status).toBe(200);
    expect((await api.call("GET", "/roles", { token })).status).toBe(403);
    const { body } = await api.call<{ permissions: string[] }>("GET", "/auth/me/permissions", { token });
    expect(body.permissions).toEqual(["tasks:read"]);
    await api.db.execute(sql`
      insert into role_permissions (role_id, permission_id)
      select ${owner.roleId}, id from permissions where name = 'roles:read'`);
    expect((await api.call("GET", "/roles", { token })).status).toBe(200);
  });
});

describe("the scope full", () => {
  it("allows all that its owner may do, except operations in person", async () => {
    const owner = await api.signUpHolding("tags:create");
    const { token } = await tokenOf(owner, ["full"]);
    const body = { name: crypto.randomUUID() };
    expect((await api.call("POST", "/tags", { token, body })).status).toBe(201);
    expect((await api.call("POST", "/tasks", { token, body })).status).toBe(403);
    expect((await api.call("PATCH", "/settings/time", { token, body: {} })).status).toBe(200);
    expect((await api.call("GET", "/auth/tokens", { token })).status).toBe(403);
    const held = await api.call<{ permissions: string[] }>("GET", "/auth/me/permissions", { token });
    expect(held.body.permissions).toEqual(["tags:create"]);
  });
});

describe("scope sets", () => {
  it("combines with permission names, which the owner must hold", async () => {
    const owner = await api.signUpHolding("tasks:read");
    const { token } = await tokenOf(owner, ["ingest", "tasks:read"]);
    expect((await api.call("GET", "/tasks", { token })).status).toBe(200);
    const body = { name: "more", scopes: ["ingest", "roles:read"] };
    expect((await api.call("POST", "/auth/tokens", { token: owner.access, body })).status).toBe(403);
  });

  it.each(["Ingest", "write", "everything", "constructor"])("rejects the unknown set %s", async (name) => {
    const owner = await api.signUp();
    const body = { name: "other", scopes: [name] };
    expect((await api.call("POST", "/auth/tokens", { token: owner.access, body })).status).toBe(422);
  });
});

describe("an API key", () => {
  it("has the form that WakaTime's plugins accept, is shown once, and is stored as a hash", async () => {
    const owner = await api.signUp();
    const { token, ...made } = await tokenOf(owner, ["ingest"], "wakatime");
    // wakatime-cli (cmd/params) accepts only keys of this form.
    expect(token).toMatch(/^(waka_)?[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/);
    expect(made).toMatchObject({ format: "wakatime", hint: token.slice(0, 9), scopes: ["ingest"] });
    const { body, text } = await api.call("GET", "/auth/tokens", { token: owner.access });
    expect(body).toEqual([made]);
    expect(text).not.toContain(token.slice(9));
    const { rows } = await api.db.execute(
      sql`select t::text as row from personal_tokens t where id = ${made.id}`,
    );
    expect(JSON.stringify(rows)).not.toContain(token.slice(9));
  });

  it("is rejected by other routes, without a database query", async () => {
    const owner = await api.signUpHolding("superuser");
    const { token } = await tokenOf(owner, ["full"], "wakatime");
    const basic = { Authorization: `Basic ${btoa(token)}` };
    const trips = await api.roundTripsOf(async () => {
      expect((await api.call("GET", "/auth/me", { token })).body.error).toBe("INVALID_TOKEN");
      expect((await api.call("GET", "/roles", { headers: basic })).body.error).toBe("INVALID_TOKEN");
      expect((await api.call("GET", `/roles?api_key=${token}`)).body.error).toBe("INVALID_TOKEN");
    });
    expect(trips).toBe(0);
  });
});
