import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { PERMISSIONS } from "../../src/core/permissions.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import type { Actor } from "../support/fixtures.ts";
import { REGISTERED, registryFileOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

/** Permissions that guard no route: the database checks `_any` for each row. */
const UNGUARDED = /_any$/;

/**
 * Operations that end or replace the session that calls them, or make the caller a member of an organization, which admits the caller to
 * records: each cell gets a new actor.
 */
const USES_UP_THE_SESSION = ["logout", "refresh", "deleteMe", "acceptInvitation", "getCurrentOrganization"];

/** Callers in the order of `access` in the registries. */
const CALLERS = ["anonymous", "viewer", "user", "admin", "superuser", "deactivated", "deleted"];

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
let actors: Record<string, Actor>;

beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
  actors = Object.fromEntries(await Promise.all(CALLERS.map(async (who) => [who, await signUpAs(who)])));
});

/** Creates an account in the state of a column, with a session from before that state. */
async function signUpAs(who: string): Promise<Actor> {
  if (who === "superuser") return api.signUpHolding("superuser");
  const actor = await api.signUp();
  if (who === "viewer" || who === "admin") {
    await api.db.execute(sql`
      update user_roles set role_id = (select id from roles where builtin = ${who})
      where user_id = ${actor.id}`);
  }
  const asRoot = { token: root.access };
  if (who === "deactivated") await api.call("POST", `/auth/users/${actor.id}/deactivate`, asRoot);
  if (who === "deleted") await api.call("DELETE", `/auth/users/${actor.id}`, asRoot);
  return who === "anonymous" ? { username: actor.username } : actor;
}

describe("access", () => {
  it("has a row for every operation in the registry.ts of its feature, and no other rows [ACCESS-3]", () => {
    expect(REGISTERED.map(({ operationId, file }) => `${operationId} in ${file}`).sort()).toEqual(
      OPERATIONS.map(({ operationId }) => `${operationId} in ${registryFileOf(operationId)}`).sort(),
    );
  });

  it.each(REGISTERED)(
    "answers each caller of $operationId with the status in its registry [ACCESS-1]",
    async ({ operationId, entry }) => {
      const answers = [];
      for (const who of CALLERS) {
        const isUsedUp = USES_UP_THE_SESSION.includes(operationId);
        const actor = (isUsedUp ? undefined : actors[who]) ?? (await signUpAs(who));
        const request = await valid(operationId, actor);
        answers.push({ who, ...(await send(api, operationId, request, actor.access)) });
      }
      const seen = answers.map(({ who, status }) => `${who} ${status}`);
      expect(seen).toEqual(CALLERS.map((who, column) => `${who} ${entry.access[column]}`));
      for (const { who, status, body } of answers) {
        if (status !== 403) continue;
        expect(body.error, who).toBe(who === "deactivated" ? "INACTIVE_USER" : "PERMISSION_DENIED");
      }
    },
  );

  it("uses every permission of the catalog to guard a route [ACCESS-2]", () => {
    const guarding = new Set(OPERATIONS.flatMap(({ permissions }) => permissions.flat()));
    expect(PERMISSIONS.filter((name) => !guarding.has(name) && !UNGUARDED.test(name))).toEqual([]);
    expect([...guarding].filter((name) => !PERMISSIONS.some((known) => known === name))).toEqual([]);
  });
});
