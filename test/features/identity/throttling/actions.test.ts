/// <reference types="vite/client" />
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { beginTotp, codeNow } from "../../../support/authenticator.ts";
import { addPasskey } from "../../../support/factors.ts";
import { newAuthenticator } from "../../../support/passkey.ts";

const MOST = 5;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ OWN_EVENTS_PER_HOUR: `${MOST}`, SIGN_IN_MAX_PER_ACCOUNT: "6" });
});

const OWN_EVENTS = "limited by OWN_EVENTS_PER_HOUR";
const ADMINISTRATORS = "only by administrators, within their rate limit of writes";

/** Limits of the audit events of each action. */
const ACTIONS: Record<string, string> = {
  "user.updated": OWN_EVENTS,
  "user.data_exported": OWN_EVENTS,
  "token.created": OWN_EVENTS,
  "feed.created": OWN_EVENTS,
  "factor.added": OWN_EVENTS,
  "recovery_codes.renewed": OWN_EVENTS,
  "user.email_change_requested": "the policy email-change",
  "user.password_changed": "the policy password-change; resets are limited by their mails",
  "session.opened": "the policy sign-in",
  "session.reauthenticated": "the policy sign-in",
  "sign_in.failed": "the policies login, login-account and login-address",
  "second_factor.failed": "the policy second-factor",
  "reauthentication.failed": "the policy password",
  "passkey.copied": "the policy passkey-address",
  "sign_in.blocked": "once for each wait",
  "second_factor.blocked": "once for each wait",
  "reauthentication.blocked": "once for each wait",
  "user.password_reset_requested": "the policy mail-recipient",
  "user.created": "the policy register; otherwise only by administrators",
  "user.email_change_stopped": "one for each requested change",
  "session.token_reused": "once a day for each session",
  "session.ended": "one for each opened session",
  "token.revoked": "one for each created token",
  "feed.revoked": "one for each created feed",
  "factor.removed": "one for each added factor",
  "recovery_code.used": "one for each recovery code, which a renewal or a first factor creates",
  "user.deleted": "once for each account, unless an administrator restores it",
  "user.erased": "once for each account",
  "user.erasure_ordered": ADMINISTRATORS,
  "user.restored": ADMINISTRATORS,
  "user.roles_changed": ADMINISTRATORS,
  "role.created": ADMINISTRATORS,
  "role.updated": ADMINISTRATORS,
  "role.deleted": ADMINISTRATORS,
  "role.restored": ADMINISTRATORS,
  "role.permissions_changed": ADMINISTRATORS,
  "permission.created": ADMINISTRATORS,
  "permission.updated": ADMINISTRATORS,
  "permission.deleted": ADMINISTRATORS,
  "permission.restored": ADMINISTRATORS,
};

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? "");

/** Returns all actions that functions and triggers of the database, or the sources, name. */
async function actions(): Promise<Set<string>> {
  const { rows } = await api.db.execute<{ text: string }>(sql`
    select prosrc as text from pg_proc where pronamespace = current_schema()::regnamespace`);
  const functions = rows.map(({ text }) => text).join("\n");
  const triggers = await api.db.execute<{ text: string }>(sql`
    select pg_get_triggerdef(t.oid) as text from pg_trigger t join pg_class c on c.oid = tgrelid
    where c.relnamespace = current_schema()::regnamespace and not tgisinternal`);
  const definitions = triggers.rows.map(({ text }) => text).join("\n");
  const sources = Object.values<string>(
    import.meta.glob(["../../../../src/**/*.ts", "!../../../../src/web/**"], {
      query: "?raw",
      import: "default",
      eager: true,
    }),
  ).join("\n");
  const kinds = matches(definitions, /audit_record\('(\w+)'\)/g);
  const endings = matches(functions, /'(\.(?:created|updated|deleted|restored))'/g);
  return new Set([
    ...matches(functions + sources, /\baudit\(\s*'(\w+\.\w+)'/g),
    ...matches(definitions, /audit_grants\('\w+', '(\w+\.\w+)'\)/g),
    ...kinds.flatMap((kind) => endings.map((ending) => kind + ending)),
    ...matches(sources, /"(\w+\.(?:failed|blocked|copied))"/g),
  ]);
}

it("lists every action of the audit log", async () => {
  expect([...(await actions())].sort()).toEqual(Object.keys(ACTIONS).sort());
});

type User = Awaited<ReturnType<TestApi["signUp"]>>;
const post = ({ access: token }: User, path: string, body?: object) =>
  api.call<Record<string, string>>("POST", path, { token, ...(body && { body }) });
const remove = ({ access: token }: User, path: string) => api.call("DELETE", path, { token });

/** Operations that an account can repeat without other people. */
const LOOPS: Record<string, (user: User, index: number) => Promise<unknown>> = {
  "is renamed": ({ access: token }, i) =>
    api.call("PUT", "/auth/me", { token, body: { first_name: `name ${i}` } }),
  "creates and revokes tokens": async (user) => {
    const { body } = await post(user, "/auth/tokens", { name: "t", scopes: ["read"] });
    await remove(user, `/auth/tokens/${body.id}`);
  },
  "creates and revokes feeds": async (user) => {
    const { body } = await post(user, "/calendar-feeds", { name: "f" });
    await remove(user, `/calendar-feeds/${body.id}`);
  },
  "adds and removes passkeys": async (user) => {
    const { body: begun } = await post(user, "/auth/passkeys/options");
    const { id, response } = await (await newAuthenticator()).create(begun as { challenge: string });
    const { body } = await post(user, "/auth/passkeys", { name: "p", credential: { id, response } });
    await remove(user, `/auth/passkeys/${body.id}`);
  },
  "adds and removes an authenticator app": async (user) => {
    const secret = await beginTotp(api, user);
    await post(user, "/auth/factors/totp/confirm", { code: await codeNow(secret) });
    await remove(user, "/auth/factors/totp");
  },
  "renews recovery codes": async (user, i) => {
    if (i === 0) await addPasskey(api, user);
    await post(user, "/auth/factors/recovery-codes");
  },
  "exports its data": ({ access: token }) => api.call("GET", "/auth/me/data", { token }),
  "opens and ends sessions": async ({ username }) => {
    const { access: token } = await api.signIn(username);
    await api.call("POST", "/auth/logout", { token });
  },
  reauthenticates: (user) => post(user, "/auth/reauthenticate", { password: PASSWORD }),
  "guesses its own password": (user) => post(user, "/auth/reauthenticate", { password: "not the password" }),
  "is the target of password guesses": ({ username }) =>
    api.call("POST", "/auth/login", { body: { username, password: "not the password" } }),
  "changes its password": ({ access: token }, i) => {
    const passwords = [PASSWORD, "another horse, another battery"];
    const body = { current_password: passwords[i % 2], new_password: passwords[(i + 1) % 2] };
    return api.call("PUT", "/auth/me/password", { token, body });
  },
  "changes its email": async ({ access: token }) => {
    const email = `${crypto.randomUUID()}@example.com`;
    await api.call("PUT", "/auth/me", { token, body: { email } });
  },
  "requests password resets": ({ email }) => api.call("POST", "/auth/password/forgot", { body: { email } }),
};

const rowsAbout = async ({ id }: User) => {
  const { rows } = await api.db.execute(sql`select action from audit_events where target_id = ${id}`);
  return rows.length;
};

describe("the audit log stops growing while an account", () => {
  it.each(Object.entries(LOOPS))("%s", async (_, act) => {
    const user = await api.signUp();
    const before = await rowsAbout(user);
    for (let i = 0; i < 14; i++) await act(user, i);
    const grown = await rowsAbout(user);
    expect(grown).toBeGreaterThan(before + 1);
    for (let i = 14; i < 18; i++) await act(user, i);
    expect(await rowsAbout(user)).toBe(grown);
  });
});

it("writes no audit event of an unlisted action", async () => {
  const { rows } = await api.db.execute<{ action: string }>(sql`select distinct action from audit_events`);
  expect(rows.map(({ action }) => action).filter((action) => !(action in ACTIONS))).toEqual([]);
});
