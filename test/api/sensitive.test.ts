import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { ADMINISTRATIVE } from "../../src/core/permissions.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import { createFixtures } from "../support/fixtures.ts";
import { entriesWith, entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

const isAdministrative = ({ permissions }: { permissions: string[][] }) =>
  permissions.flat().some((name) => ADMINISTRATIVE.includes(name));

/** Operations that change accounts, their credentials, or permissions. */
const CANDIDATES = OPERATIONS.filter(
  (operation) =>
    !operation.isPublic &&
    operation.method !== "GET" &&
    (isAdministrative(operation) || operation.path.startsWith("/auth/")),
);
const isSensitive = ({ isInPerson, isRecent, sensitiveFields }: (typeof OPERATIONS)[number]) =>
  (isInPerson && isRecent) || sensitiveFields.length > 0;

const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

/** Creates a superuser with a session that authenticated an hour ago, and a personal token with the scope `*`. */
async function newActor() {
  const actor = await api.signUpHolding("superuser");
  const options = { token: actor.access, body: { name: "script", scopes: ["full"] } };
  const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", options);
  return { ...actor, token: body.token };
}

/** Reads the tables of accounts, roles and credentials. */
async function stateOf() {
  const { rows } = await api.db.execute(sql`
    select
      (select jsonb_agg(to_jsonb(t) order by id) from users t) as users,
      (select jsonb_agg(to_jsonb(t) order by user_id, role_id) from user_roles t) as user_roles,
      (select jsonb_agg(to_jsonb(t) order by id) from roles t) as roles,
      (select jsonb_agg(to_jsonb(t) order by role_id, permission_id) from role_permissions t) as role_permissions,
      (select jsonb_agg(to_jsonb(t) order by id) from permissions t) as permissions,
      (select jsonb_agg(to_jsonb(t) order by id) from email_changes t) as email_changes,
      (select jsonb_agg(to_jsonb(t) - 'last_used_at' order by id) from personal_tokens t) as tokens,
      (select jsonb_agg(to_jsonb(t) order by id) from passkeys t) as passkeys,
      (select jsonb_agg(to_jsonb(t) order by user_id) from totp_factors t) as apps,
      (select jsonb_agg(to_jsonb(t) order by id) from recovery_codes t) as codes,
      (select jsonb_agg(to_jsonb(t) order by id) from sessions t) as sessions`);
  return rows[0];
}

describe("an operation that changes credentials or permissions", () => {
  it("requires recent authentication in person, or is listed as opening nothing", () => {
    const undeclared = CANDIDATES.filter(
      (operation) => !isSensitive(operation) && !entryOf(operation.operationId).sensitive,
    ).map(({ operationId }) => operationId);
    expect(undeclared.sort()).toEqual(
      entriesWith("needsNoRecentAuthentication")
        .map(({ operationId }) => operationId)
        .sort(),
    );
  });

  it.each(CANDIDATES.filter(({ operationId }) => !entryOf(operationId).needsNoRecentAuthentication))(
    "$operationId changes nothing with a personal token or an old proof",
    async ({ operationId }) => {
      const actor = await newActor();
      const parts = await (entryOf(operationId).sensitive?.(createFixtures(api, root)) ??
        valid(operationId, actor));
      await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${actor.id}`);
      const before = await stateOf();
      const byToken = await send(api, operationId, parts, actor.token);
      expect([byToken.status, byToken.body.error]).toEqual([403, "PERMISSION_DENIED"]);
      const stale = await send(api, operationId, parts, actor.access);
      expect([stale.status, stale.body.error]).toEqual([401, "REAUTHENTICATION_REQUIRED"]);
      expect(await stateOf()).toEqual(before);
      await api.db.execute(sql`update sessions set authenticated_at = now() where user_id = ${actor.id}`);
      // The request succeeds with recent authentication, so it had no other flaw.
      expect((await send(api, operationId, parts, actor.access)).status).toBeLessThan(300);
    },
  );
});

/** Permissions of administrators on accounts and roles; none lets them read activity of other users. */
describe("the default role admin", () => {
  it("reads no bucket of another user, and can't gain access while the user can stop a change of the email", async () => {
    const victim = await api.signUp();
    const bucket = { client: "watcher", type: "currentwindow", hostname: "laptop" };
    const path = "/compat/aw/api/0/buckets/private";
    expect((await api.call("POST", path, { token: victim.access, body: bucket })).status).toBe(200);
    const admin = await api.signUp();
    await api.db.execute(sql`
      update user_roles set role_id = (select id from roles where builtin = 'admin') where user_id = ${admin.id}`);

    const taken = otherEmail();
    const attempts: [string, string, object?][] = [
      ["PUT", `/auth/users/${victim.id}`, { email: taken, username: `taken-${crypto.randomUUID()}` }],
      ["DELETE", `/auth/users/${victim.id}/factors`],
      ["DELETE", `/auth/users/${victim.id}/sessions`],
      ["POST", `/auth/users/${victim.id}/deactivate`],
      ["POST", `/auth/users/${victim.id}/activate`],
    ];
    for (const [method, address, body] of attempts) {
      const answer = await api.call(method, address, { token: admin.access, body });
      expect(answer.status, address).toBeLessThan(300);
    }
    const confirmation = { token: await api.mailedToken(taken) };
    await api.call("POST", "/auth/email/confirm-change", { body: confirmation });
    await api.call("POST", "/auth/password/forgot", { body: { email: taken } });
    expect((await api.mailsTo(taken)).map(({ subject }) => subject)).toEqual([
      "Confirm your new email address for Productivity Tracker",
    ]);
    expect((await api.call("GET", path, { token: admin.access })).status).toBe(404);
    const events = await api.call("GET", `${path}/events`, { token: admin.access });
    expect(events.status).toBe(404);
    const reports = await api.call("GET", `/reports/summary?include=activity&owner_id=${victim.id}`, {
      token: admin.access,
    });
    expect(reports.status).toBe(403);
  });
});
