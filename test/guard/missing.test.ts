import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Refused {
  error: string;
  missing?: string[][];
}

interface Documented {
  "x-permissions"?: string[][];
  /** Permissions that only some requests need in addition. */
  "x-may-need"?: string[][];
  responses: object;
}

const ask = async (method: string, path: string, token?: string, body?: unknown) => {
  const answer = await api.call<Refused>(method, path, { token, body });
  return [answer.status, answer.body.missing];
};

async function tokenOf(owner: { access: string }, scopes: string[]): Promise<string> {
  const made = await api.call<{ token: string }>("POST", "/auth/tokens", {
    token: owner.access,
    body: { name: "narrow", scopes },
  });
  expect(made.status, made.text).toBe(201);
  return made.body.token;
}

describe("a refusal for a missing permission", () => {
  it("names the permission that the route needs", async () => {
    const { access } = await api.signUpHolding("tasks:read", "projects:*");
    expect(await ask("GET", "/tags", access)).toEqual([403, [["tags:read"]]]);
    expect(await ask("POST", "/tasks", access, { name: "x" })).toEqual([403, [["tasks:create"]]]);
    expect(await ask("GET", "/projects", access)).toEqual([200, undefined]);
  });

  it("names each of several permissions, but not those that the caller holds", async () => {
    const none = await api.signUpHolding();
    expect(await ask("GET", "/goals/progress", none.access)).toEqual([
      403,
      [["goals:read"], ["reports:read"]],
    ]);
    const one = await api.signUpHolding("goals:*");
    expect(await ask("GET", "/goals/progress", one.access)).toEqual([403, [["reports:read"]]]);
  });

  it("names a permission that the scopes of a personal token lack although its owner holds it", async () => {
    const owner = await api.signUpHolding("tasks:*", "tags:read");
    const token = await tokenOf(owner, ["tasks:read"]);
    expect(await ask("GET", "/tasks", token)).toEqual([200, undefined]);
    expect(await ask("POST", "/tasks", token, { name: "x" })).toEqual([403, [["tasks:create"]]]);
    expect(await ask("GET", "/tags", token)).toEqual([403, [["tags:read"]]]);
  });

  it("names no permissions where another rule rejects the request", async () => {
    const owner = await api.signUpHolding("tasks:*");
    const token = await tokenOf(owner, ["ingest"]);
    expect(await ask("GET", "/auth/me", token), "a set that reads nothing").toEqual([403, undefined]);
    expect(await ask("GET", "/auth/sessions", token), "in person").toEqual([403, undefined]);
    await api.db.execute(sql`update users set is_active = false where id = ${owner.id}`);
    expect(await ask("GET", "/tags", owner.access), "an inactive account").toEqual([403, undefined]);
  });

  it("names permissions that only some requests of a route need", async () => {
    const other = await api.signUpHolding();
    const subject = { type: "user", id: other.id };
    const question = { subject, action: { name: "read" }, resource: { type: "tasks", id: "*" } };
    const none = await api.signUpHolding();
    const about = [
      ["/access/v1/evaluation", question],
      ["/access/v1/evaluations", { evaluations: [question] }],
      ["/access/v1/search/resource", question],
      ["/access/v1/search/action", question],
    ] as const;
    for (const [path, body] of about)
      expect(await ask("POST", path, none.access, body), path).toEqual([403, [["authz:check"]]]);
    const inviter = await api.signUpHolding("users:create", "tasks:read");
    const invited = { email: "ada@example.com", username: "invited", role_ids: [inviter.roleId] };
    expect(await ask("POST", "/auth/users", inviter.access, invited)).toEqual([403, [["roles:assign"]]]);
    const reader = await api.signUpHolding(
      ...["clients", "projects", "tasks", "tags", "goals", "time_entries", "reports"].map(
        (type) => `${type}:read`,
      ),
    );
    for (const type of ["clients", "projects", "tasks", "tags", "goals"])
      for (const owner of [other.id, "all"])
        expect(await ask("GET", `/${type}?owner_id=${owner}`, reader.access), `${type} ${owner}`).toEqual([
          403,
          [[`${type}:read_any`]],
        ]);
    expect(await ask("GET", `/time-entries?owner_id=${other.id}`, reader.access)).toEqual([
      403,
      [["time_entries:read_any"]],
    ]);
    const report = `/reports/summary?from=2026-01-01&to=2026-01-02&owner_id=${other.id}`;
    expect(await ask("GET", report, reader.access)).toEqual([403, [["reports:read_any"]]]);
    expect(await ask("GET", `${report}&include=activity`, reader.access)).toEqual([
      403,
      [["reports:read_any"], ["activity:read_any"]],
    ]);
  });

  it("names scopes that a personal token lacks for only some requests of a route", async () => {
    const [owner, other] = [await api.signUpHolding("tasks:*"), await api.signUpHolding()];
    const token = await tokenOf(owner, ["tasks:read"]);
    expect(await ask("GET", `/tasks?owner_id=${other.id}`, owner.access)).toEqual([200, undefined]);
    expect(await ask("GET", `/tasks?owner_id=${other.id}`, token)).toEqual([403, [["tasks:read_any"]]]);
  });

  it("names no permissions of a role, which the caller may not be allowed to read", async () => {
    const [lead, other] = [await api.signUpHolding("roles:assign"), await api.signUpHolding("goals:read")];
    const given = { role_ids: [other.roleId] };
    const target = await api.signUpHolding();
    expect(await ask("POST", `/auth/users/${target.id}/roles`, lead.access, given)).toEqual([403, undefined]);
  });

  it("lets superusers through", async () => {
    const { access } = await api.signUpHolding("superuser");
    for (const path of ["/tags", "/goals/progress", "/roles", "/audit"]) {
      expect(await ask("GET", path, access), path).toEqual([200, undefined]);
    }
  });

  it("names nothing to unauthenticated callers", async () => {
    expect(await ask("GET", "/tags")).toEqual([401, undefined]);
    expect(await ask("GET", "/tags", "none")).toEqual([401, undefined]);
  });

  it("documents `missing` only where permissions are needed", async () => {
    const { body } = await api.call<{
      paths: Record<string, Record<string, Documented>>;
    }>("GET", "/openapi.json");
    const schemas = Object.values(body.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => {
        const text = JSON.stringify((operation.responses as Record<string, object>)["403"] ?? {});
        const needed = [...(operation["x-permissions"] ?? []), ...(operation["x-may-need"] ?? [])];
        return [needed.length > 0, text.includes("/ForbiddenResponse")];
      }),
    );
    expect(schemas.filter(([needs, tells]) => needs !== tells)).toEqual([]);
    expect(schemas.some(([needs]) => needs)).toBe(true);
  });
});
