import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

interface Token {
  id: string;
  name: string;
  scopes: string[];
  hint: string;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  token: string;
}

const create = (owner: { access: string }, body: object) =>
  api.call<Token & { error?: string }>("POST", "/auth/tokens", { token: owner.access, body });

async function tokenOf(owner: { access: string }, ...scopes: string[]) {
  const { status, body, text } = await create(owner, { name: "export", scopes });
  expect(status, text).toBe(201);
  return body;
}

const list = (owner: { access: string }, query = "") =>
  api.call<Token[]>("GET", `/auth/tokens${query}`, { token: owner.access });

/** Returns the outcome of listing roles, which requires roles:read. */
async function outcomeOf(token: string) {
  const { status, body } = await api.call("GET", "/roles", { token });
  return status < 300 ? "allowed" : body.error;
}

const inDays = (days: number) => Date.now() + days * 86_400_000;

describe("a new personal token", () => {
  it("is shown once, and stored as a hash [TOKEN-1]", async () => {
    const owner = await api.signUpHolding("roles:read");
    const { token, ...made } = await tokenOf(owner, "roles:read");
    expect(token).toMatch(/^ptk_[A-Za-z0-9_-]{75}$/);
    expect(token.startsWith(made.hint)).toBe(true);
    const { text, body } = await list(owner);
    expect(body).toEqual([made]);
    expect(text).not.toContain(token.slice(made.hint.length));
    const { rows } = await api.db.execute(
      sql`select t::text as row from personal_tokens t where id = ${made.id}`,
    );
    expect(JSON.stringify(rows)).not.toContain(token.slice(30, 70));
  });

  it("lives for 90 days by default", async () => {
    const owner = await api.signUp();
    const { body: standard } = await create(owner, { name: "a", scopes: ["tasks:read"] });
    expect(Math.abs(Date.parse(standard.expires_at) - inDays(90))).toBeLessThan(60_000);
    const { body: short } = await create(owner, { name: "b", scopes: ["tasks:read"], expires_in_days: 1 });
    expect(Math.abs(Date.parse(short.expires_at) - inDays(1))).toBeLessThan(60_000);
  });

  it.each([
    ["no name", { scopes: ["tasks:read"] }],
    ["a name of spaces", { name: "  ", scopes: ["tasks:read"] }],
    ["a name of 101 characters", { name: "x".repeat(101), scopes: ["tasks:read"] }],
    ["no scopes", { name: "a" }],
    ["an empty list of scopes", { name: "a", scopes: [] }],
    ["51 scopes", { name: "a", scopes: Array.from({ length: 51 }, (_, i) => `tasks:a${i}`) }],
    ["a scope that is not a permission name", { name: "a", scopes: ["tasks"] }],
    ["a pattern", { name: "a", scopes: ["*:read"] }],
    ["a scope with a quote", { name: "a", scopes: ['tasks:"read"'] }],
    ["0 days", { name: "a", scopes: ["tasks:read"], expires_in_days: 0 }],
    ["367 days", { name: "a", scopes: ["tasks:read"], expires_in_days: 367 }],
    ["half a day", { name: "a", scopes: ["tasks:read"], expires_in_days: 0.5 }],
    ["another's id", { name: "a", scopes: ["tasks:read"], user_id: crypto.randomUUID() }],
  ])("is rejected with %s", async (_, body) => {
    expect((await create(root, body)).body.error).toBe("VALIDATION_ERROR");
  });

  it("drops duplicate scopes", async () => {
    expect((await tokenOf(root, "tasks:read", "tasks:read")).scopes).toEqual(["tasks:read"]);
  });

  it.each([
    [["tasks:read"], ["tasks:read"], 201],
    [["tasks:*"], ["tasks:read", "tasks:*"], 201],
    [["*"], ["*", "unknown:scope"], 201],
    [["superuser"], ["*"], 201],
    [["tasks:read"], ["tasks:update"], 403],
    [["tasks:read"], ["tasks:read", "roles:read"], 403],
    [["tasks:read", "tasks:update"], ["tasks:*"], 403],
    [["tasks:*"], ["*"], 403],
    [[], ["tasks:read"], 403],
  ])(
    "requires an owner who holds its scopes: a holder of %j, with the scopes %j, gets %i",
    async (held, scopes, expected) => {
      const owner = await api.signUpHolding(...held);
      const { status } = await create(owner, { name: "a", scopes });
      expect(status).toBe(expected);
      expect((await list(owner)).body).toHaveLength(expected === 201 ? 1 : 0);
    },
  );

  it("is rejected beyond 100 live tokens", async () => {
    const owner = await api.signUp();
    await api.db.execute(sql`
      insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
      select ${owner.id}, 'old', 'none', '{tasks:read}', now() + make_interval(days => n) from generate_series(-9, 99) n`);
    expect((await list(owner, "?limit=1")).headers.get("X-Total-Count")).toBe("99");
    const last = await tokenOf(owner, "tasks:read");
    const refused = await create(owner, { name: "b", scopes: ["tasks:read"] });
    expect([refused.status, refused.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    await api.call("DELETE", `/auth/tokens/${last.id}`, { token: owner.access });
    await tokenOf(owner, "tasks:read");
  });
});

describe("a list of tokens", () => {
  it("contains the live tokens of the caller, newest first, in pages", async () => {
    const owner = await api.signUp();
    await tokenOf(await api.signUp(), "tasks:read");
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await tokenOf(owner, "tasks:read")).id);
    const first = await list(owner, "?limit=2");
    expect(first.headers.get("X-Total-Count")).toBe("3");
    const [, next = ""] = /<([^>]+)>; rel="next"/.exec(first.headers.get("Link") ?? "") ?? [];
    const second = await api.call<Token[]>("GET", next, { token: owner.access });
    expect([...first.body, ...second.body].map(({ id }) => id)).toEqual(ids);
    expect((await list(owner, "?sort=created_at")).body.map(({ id }) => id)).toEqual(ids.toReversed());
  });

  it("contains the time when a token was last used", async () => {
    const owner = await api.signUp();
    const { token, last_used_at } = await tokenOf(owner, "tasks:read");
    expect(last_used_at).toBeNull();
    await api.call("GET", "/auth/me", { token });
    const [used] = (await list(owner)).body;
    expect(Math.abs(Date.parse(used?.last_used_at ?? "") - Date.now())).toBeLessThan(60_000);
  });
});

describe("a personal token", () => {
  it("acts for its owner within both its scopes and the owner's permissions [TOKEN-4]", async () => {
    const owner = await api.signUpHolding("roles:*", "users:read");
    const { token } = await tokenOf(owner, "roles:read");
    expect(await outcomeOf(token)).toBe("allowed");
    expect((await api.call("GET", "/auth/users", { token })).status).toBe(403);
    expect((await api.call("POST", "/roles", { token, body: { name: "x" } })).status).toBe(403);
    expect((await api.call("GET", "/auth/me", { token })).body.id).toBe(owner.id);
  });

  it("limits a superuser to its scopes", async () => {
    const { token } = await tokenOf(root, "users:read");
    expect(await outcomeOf(token)).toBe("PERMISSION_DENIED");
    expect((await api.call("GET", "/auth/users", { token })).status).toBe(200);
  });

  it.each([
    [
      "is revoked",
      "INVALID_TOKEN",
      ({ access }: Owner, id: string) => api.call("DELETE", `/auth/tokens/${id}`, { token: access }),
    ],
    [
      "expires",
      "INVALID_TOKEN",
      (_: Owner, id: string) =>
        api.db.execute(sql`update personal_tokens set expires_at = now() where id = ${id}`),
    ],
    [
      "has a deleted owner",
      "INVALID_TOKEN",
      ({ id }: Owner) => api.call("DELETE", `/auth/users/${id}`, { token: root.access }),
    ],
    [
      "has a deactivated owner",
      "INACTIVE_USER",
      ({ id }: Owner) => api.call("POST", `/auth/users/${id}/deactivate`, { token: root.access }),
    ],
    [
      "has an owner who lost the permission",
      "PERMISSION_DENIED",
      ({ roleId }: Owner) => api.call("DELETE", `/roles/${roleId}`, { token: root.access }),
    ],
  ])("fails at the next request once it %s: %s [TOKEN-2]", async (_, code, end) => {
    const owner = await api.signUpHolding("roles:read");
    const { token, id } = await tokenOf(owner, "roles:read");
    expect(await outcomeOf(token)).toBe("allowed");
    await end(owner, id);
    expect(await outcomeOf(token)).toBe(code);
  });

  it("stays valid when its owner signs out", async () => {
    const owner = await api.signUpHolding("roles:read");
    const { token } = await tokenOf(owner, "roles:read");
    await api.call("POST", "/auth/logout", { token: owner.access });
    expect(await outcomeOf(token)).toBe("allowed");
  });

  it("is rejected without a database query if it is malformed", async () => {
    const { token } = await tokenOf(root, "roles:read");
    const other = (character = "") => (character === "A" ? "B" : "A");
    const malformed = [4, 20, 30, 50, 70, 77].map(
      (at) => token.slice(0, at) + other(token[at]) + token.slice(at + 1),
    );
    for (const text of [
      ...malformed,
      token.slice(0, -1),
      `${token}A`,
      "ptk_",
      token.slice(4),
      `PTK_${token.slice(4)}`,
    ]) {
      const trips = await api.roundTripsOf(async () => expect(await outcomeOf(text)).toBe("INVALID_TOKEN"));
      expect(trips, text).toBe(0);
    }
  });

  it("is rejected with the secret, id or owner of another token", async () => {
    const [mine, another] = [await tokenOf(root, "roles:read"), await tokenOf(root, "roles:read")];
    await api.db.execute(sql`
      update personal_tokens set secret_hash = (select secret_hash from personal_tokens where id = ${another.id})
      where id = ${mine.id}`);
    expect(await outcomeOf(mine.token)).toBe("INVALID_TOKEN");
    const { id } = await api.signUpHolding("superuser");
    await api.db.execute(sql`update personal_tokens set user_id = ${id} where id = ${another.id}`);
    expect(await outcomeOf(another.token)).toBe("INVALID_TOKEN");
  });

  it("is accepted only in the header", async () => {
    const { token } = await tokenOf(root, "roles:read");
    const headers = { Cookie: `access_token=${token}` };
    const trips = await api.roundTripsOf(async () =>
      expect((await api.call("GET", "/roles", { headers })).body.error).toBe("INVALID_TOKEN"),
    );
    expect(trips).toBe(0);
  });

  /** Returns the outcome of listing roles with the header `Authorization: Basic`. */
  async function outcomeOfBasic(text: string, headers: Record<string, string> = {}) {
    const answer = await api.call("GET", "/roles", {
      headers: { Authorization: `Basic ${text}`, ...headers },
    });
    return answer.status < 300 ? "allowed" : answer.body.error;
  }

  it("is accepted as user or password of Basic authentication", async () => {
    const { token } = await tokenOf(root, "roles:read");
    for (const text of [`watcher:${token}`, `${token}:`, `:${token}`, token, `${token}:secret`]) {
      expect(await outcomeOfBasic(btoa(text)), text).toBe("allowed");
    }
    const wrong = [
      btoa("root:secret"),
      btoa(`root:x:${token}`),
      btoa(":"),
      `${btoa(`:${token}`)}x`,
      "===",
      "a_b",
      "",
    ];
    for (const text of wrong) {
      const trips = await api.roundTripsOf(async () =>
        expect(await outcomeOfBasic(text), text).toBe("INVALID_TOKEN"),
      );
      expect(trips, text).toBe(0);
    }
  });

  it("keeps its limits in Basic authentication, which rejects access tokens", async () => {
    const { token } = await tokenOf(root, "tasks:read");
    expect(await outcomeOfBasic(btoa(`:${token}`))).toBe("PERMISSION_DENIED");
    expect(await outcomeOfBasic(btoa(`:${root.access}`))).toBe("INVALID_TOKEN");
    // A cookie in addition to it is ignored as well.
    expect(await outcomeOfBasic(btoa("root:secret"), { Cookie: `access_token=${root.access}` })).toBe(
      "INVALID_TOKEN",
    );
  });

  it("changes nothing in Basic authentication, which browsers send by themselves, for pages of other origins", async () => {
    const { token } = await tokenOf(root, "tags:create");
    const make = (headers: Record<string, string>) =>
      api.call("POST", "/tags", {
        body: { name: crypto.randomUUID() },
        headers: { Authorization: `Basic ${btoa(`:${token}`)}`, ...headers },
      });
    expect((await make({ "Sec-Fetch-Site": "cross-site" })).body.error).toBe("PERMISSION_DENIED");
    expect((await make({ Origin: "https://elsewhere.test" })).body.error).toBe("PERMISSION_DENIED");
    expect((await make({ "Sec-Fetch-Site": "same-origin" })).status).toBe(201);
    expect((await make({})).status).toBe(201);
  });

  it("does not appear in the log", async () => {
    const lines: unknown[] = [];
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...line) => void lines.push(line)),
    );
    try {
      const talkative = await createTestApi({ LOG_LEVEL: "debug", DEBUG: "true" });
      const owner = await talkative.signUp();
      const body = { name: "a", scopes: ["tasks:read"] };
      const made = await talkative.call<Token>("POST", "/auth/tokens", { token: owner.access, body });
      const { token } = made.body;
      await talkative.call("GET", "/auth/me", { token });
      await talkative.call("GET", "/roles", { token });
      await talkative.call("GET", "/roles", { token: `${token}A` });
      const basic = btoa(`watcher:${token}`);
      await talkative.call("GET", "/auth/me", { headers: { Authorization: `Basic ${basic}` } });
      await fetch(`http://database.test/fault?name=${talkative.database}&kind=refusing`, { method: "POST" });
      await talkative.call("GET", "/auth/me", { token });
      expect(lines.length).toBeGreaterThan(5);
      expect(JSON.stringify(lines)).not.toContain(token.slice(30, 70));
      expect(JSON.stringify(lines)).not.toContain(basic.slice(30, 70));
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  it("appears in audit events as the credential", async () => {
    const owner = await api.signUpHolding("permissions:create");
    const { token, id } = await tokenOf(owner, "permissions:create");
    const body = { resource: `r${crypto.randomUUID()}`, action: "read" };
    await api.call("POST", "/permissions", { token, body });
    await api.call("DELETE", `/auth/tokens/${id}`, { token: owner.access });
    const { rows } = await api.db.execute(sql`
      select action, credential_id = ${id} as by_token from audit_events
      where actor_id = ${owner.id} and action in ('token.created', 'permission.created', 'token.revoked') order by occurred_at`);
    expect(rows).toEqual([
      { action: "token.created", by_token: false },
      { action: "permission.created", by_token: true },
      { action: "token.revoked", by_token: false },
    ]);
  });
});

type Owner = Awaited<ReturnType<TestApi["signUpHolding"]>>;

describe("managing tokens", () => {
  it("affects only the caller's tokens [TOKEN-3]", async () => {
    const [owner, other] = [await api.signUp(), await api.signUp()];
    const { id, token } = await tokenOf(owner, "tasks:read");
    const refused = await api.call("DELETE", `/auth/tokens/${id}`, { token: other.access });
    expect([refused.status, refused.body.error]).toEqual([404, "RESOURCE_NOT_FOUND"]);
    expect((await api.call("GET", "/auth/me", { token })).status).toBe(200);
    const path = `/auth/tokens/${id}`;
    expect((await api.call("DELETE", path, { token: owner.access })).status).toBe(204);
    expect((await api.call("DELETE", path, { token: owner.access })).status).toBe(404);
  });

  it("requires recent authentication", async () => {
    const owner = await api.signUp();
    const { id, token } = await tokenOf(owner, "tasks:read");
    await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '11 minutes' where user_id = ${owner.id}`);
    const refused = await create(owner, { name: "a", scopes: ["tasks:read"] });
    expect([refused.status, refused.body.error]).toEqual([401, "REAUTHENTICATION_REQUIRED"]);
    expect(refused.headers.get("WWW-Authenticate")).toContain("max_age=600");
    const kept = await api.call("DELETE", `/auth/tokens/${id}`, { token: owner.access });
    expect(kept.body.error).toBe("REAUTHENTICATION_REQUIRED");
    expect((await list(owner)).body).toHaveLength(1);
    expect((await api.call("GET", "/auth/me", { token })).status).toBe(200);
  });
});

describe("granting with a personal token", () => {
  it("fails with any scopes", async () => {
    const { token } = await tokenOf(root, "roles:*", "permissions:read", "tasks:read");
    const idOf = async (name: string) =>
      (await api.call<{ id: string }>("GET", `/permissions/name/${name}`, { token })).body.id;
    const within = await idOf("tasks:read");
    const role = { token, body: { name: crypto.randomUUID(), permission_ids: [within] } };
    expect((await api.call("POST", "/roles", role)).status).toBe(403);
    const made = await api.call<{ id: string }>("POST", "/roles", { ...role, token: root.access });
    const path = `/roles/${made.body.id}/permissions`;
    expect((await api.call("POST", `${path}/${within}`, { token })).status).toBe(403);
    expect((await api.call("POST", path, { token, body: { permission_ids: [within] } })).status).toBe(403);
    const user = await api.signUp();
    const assignment = { token, body: { role_ids: [made.body.id] } };
    expect((await api.call("POST", `/auth/users/${user.id}/roles`, assignment)).status).toBe(403);
  });
});

describe("the permissions of a token", () => {
  const permissionsOf = async (token: string) =>
    (await api.call("GET", "/auth/me/permissions", { token })).body;

  it.each([
    [
      ["tasks:*", "users:read"],
      ["tasks:read", "users:read"],
      ["tasks:read", "users:read"],
    ],
    [["*"], ["tasks:*", "users:read"], ["tasks:*", "users:read"]],
    [["superuser"], ["tasks:delete", "users:*"], ["tasks:delete", "users:*"]],
    [["tasks:read", "tasks:*"], ["tasks:*"], ["tasks:*", "tasks:read"]],
  ])("covers for a holder of %j, with the scopes %j, exactly %j", async (held, scopes, usable) => {
    const owner = await api.signUpHolding(...held);
    const { token } = await tokenOf(owner, ...scopes);
    expect(await permissionsOf(token)).toEqual({ permissions: usable, is_superuser: false });
  });

  it("equals those of a superuser only with the scope *", async () => {
    const { token } = await tokenOf(root, "*");
    expect(await permissionsOf(token)).toEqual(await permissionsOf(root.access));
    expect(await permissionsOf(token)).toMatchObject({ is_superuser: true });
  });

  it("shrinks with the permissions of its owner, and changes its ETag", async () => {
    const owner = await api.signUpHolding("roles:read", "users:read");
    const { token } = await tokenOf(owner, "roles:read", "users:read");
    const ask = (text: string) => api.call("GET", "/auth/me/permissions", { token: text });
    const before = await ask(token);
    expect(before.headers.get("ETag")).toBe((await ask(owner.access)).headers.get("ETag"));
    await api.db.execute(sql`
      delete from role_permissions using permissions p
      where role_id = ${owner.roleId} and p.id = permission_id and p.name = 'users:read'`);
    const after = await ask(token);
    expect(after.body.permissions).toEqual(["roles:read"]);
    expect(after.headers.get("ETag")).not.toBe(before.headers.get("ETag"));
  });

  it("decides AuthZEN questions about its owner, but not about other users", async () => {
    const owner = await api.signUpHolding("superuser");
    const other = await api.signUpHolding("tasks:update");
    const { token } = await tokenOf(owner, "tasks:read", "authz:check");
    const question = (id: string, name: string) => ({
      subject: { type: "user", id },
      action: { name },
      resource: { type: "tasks", id: "*" },
    });
    const decide = async (id: string, name: string, by = token) =>
      (await api.call("POST", "/access/v1/evaluation", { token: by, body: question(id, name) })).body
        .decision;
    expect(await decide(owner.id, "read")).toBe(true);
    expect(await decide(owner.id, "update")).toBe(false);
    expect(await decide(owner.id, "update", owner.access)).toBe(true);
    expect(await decide(other.id, "update")).toBe(true);

    const { action: _, ...anyAction } = question(owner.id, "");
    const actions = await api.call("POST", "/access/v1/search/action", { token, body: anyAction });
    expect(actions.body.results).toEqual([{ name: "read" }]);

    const holders = async (name: string) => {
      const body = { ...question(owner.id, name), subject: { type: "user" } };
      const { body: found } = await api.call<{ results: { id: string }[] }>(
        "POST",
        "/access/v1/search/subject",
        {
          token,
          body,
        },
      );
      return found.results.map(({ id }) => id);
    };
    expect(await holders("read")).toContain(owner.id);
    expect(await holders("update")).toContain(other.id);
    expect(await holders("update")).not.toContain(owner.id);
  });
});

describe("maintenance", () => {
  it("removes only tokens that ended over a week ago", async () => {
    const owner = await api.signUp();
    for (const column of ["expires_at", "revoked_at"]) {
      for (const age of ["8 days", "6 days"]) {
        const { id } = await tokenOf(owner, "tasks:read");
        await api.db.execute(sql`
          update personal_tokens set ${sql.identifier(column)} = now() - ${age}::interval where id = ${id}`);
      }
    }
    await tokenOf(owner, "tasks:read");
    expect(await maintain(api.settings)).toMatchObject({ tokens_removed: expect.any(Number) });
    const { rows } = await api.db.execute(sql`select id from personal_tokens where user_id = ${owner.id}`);
    expect(rows).toHaveLength(3);
  });
});
