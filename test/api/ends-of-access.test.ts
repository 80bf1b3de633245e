import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { oneTimeTokens } from "../../src/database/tables/one-time-tokens.ts";
import { createTestApi, PASSWORD, type TestApi } from "../support/api.ts";
import {
  type Authenticator,
  allowUsedCodes,
  challengeOf,
  codeNow,
  enroll,
} from "../support/authenticator.ts";
import { newAuthenticator } from "../support/passkey.ts";

/**
 * Kinds of credentials that still work after each event of a whole account. Each cell is tried over HTTP: the credential is
 * created, used, and used again after the event. `rule` is the event of src/database/functions/access/access_rules.sql.
 */
const KINDS = [
  "session",
  "token",
  "key",
  "feed",
  "password",
  "passkey",
  "authenticator",
  "recovery_codes",
  "challenge",
  "verification",
  "mail",
] as const;
type Kind = (typeof KINDS)[number];

interface Event {
  rule?: string;
  /** True if the email was verified before the event. */
  isProven: boolean;
  happens: (account: Account) => Promise<unknown>;
  /** Credentials that work after the event; all others do not. */
  keeps: Kind[];
}

const FACTORS: Kind[] = ["passkey", "authenticator", "recovery_codes"];
const PROGRAMS: Kind[] = ["token", "key", "feed"];
const NEW_PASSWORD = "another horse, another battery";

const EVENTS: Record<string, Event> = {
  "a change of the password": {
    rule: "password_change",
    isProven: true,
    happens: (account) => changePassword(account, {}),
    keeps: [...PROGRAMS, ...FACTORS, "verification"],
  },
  "a change of the password that ends tokens": {
    rule: "password_and_tokens_change",
    isProven: true,
    happens: (account) => changePassword(account, { end_tokens: true }),
    keeps: [...FACTORS, "verification"],
  },
  "a reset of the password with a verified email": {
    rule: "password_reset",
    isProven: true,
    happens: resetByMail,
    keeps: FACTORS,
  },
  "a reset of the password with an unverified email": {
    rule: "account_claimed",
    isProven: false,
    happens: resetByMail,
    keeps: [],
  },
  "a deactivation": {
    rule: "account_closed",
    isProven: true,
    happens: ({ id }) => administer("POST", `/auth/users/${id}/deactivate`),
    keeps: [],
  },
  "a deletion": {
    rule: "account_closed",
    isProven: true,
    happens: ({ id }) => administer("DELETE", `/auth/users/${id}`),
    keeps: [],
  },
  "a deactivation and an activation": {
    rule: "account_reopened",
    isProven: true,
    happens: async ({ id }) => {
      await administer("POST", `/auth/users/${id}/deactivate`);
      await administer("POST", `/auth/users/${id}/activate`);
    },
    keeps: [...FACTORS, "password"],
  },
  "a deactivation and an activation by PUT": {
    rule: "account_reopened",
    isProven: true,
    happens: async ({ id }) => {
      await administer("PUT", `/auth/users/${id}`, { is_active: false });
      await administer("PUT", `/auth/users/${id}`, { is_active: true });
    },
    keeps: [...FACTORS, "password"],
  },
  "a deletion and a restore": {
    rule: "account_reopened",
    isProven: true,
    happens: async ({ id }) => {
      await administer("DELETE", `/auth/users/${id}`);
      await administer("POST", `/auth/users/${id}/restore`);
    },
    keeps: [...FACTORS, "password"],
  },
  "a reset of the factors by an administrator": {
    rule: "factors_reset",
    isProven: true,
    happens: ({ id }) => administer("DELETE", `/auth/users/${id}/factors`),
    keeps: [...PROGRAMS, "password", "verification", "mail"],
  },
  "a verification of the email": {
    isProven: false,
    happens: (account) => verify(account),
    keeps: [...KINDS],
  },
  "a review that keeps everything": {
    isProven: false,
    happens: (account) => reviewAs(account, "keep"),
    keeps: [...KINDS],
  },
  "a review that ends everything": {
    rule: "account_reviewed",
    isProven: false,
    happens: (account) => reviewAs(account, "end"),
    keeps: [],
  },
  "a review that disowns the account": {
    rule: "account_disowned",
    isProven: false,
    happens: (account) => reviewAs(account, "disown"),
    keeps: [],
  },
  // No password matches afterwards, so only a passkey can be tried; the next row tries the other factors.
  "a change of the email that the old address stops": {
    rule: "email_reverted",
    isProven: true,
    happens: changeEmailAndTakeBack,
    keeps: ["passkey"],
  },
  "a change of the email that the old address stops, and a reset": {
    isProven: true,
    happens: async (account) => {
      await changeEmailAndTakeBack(account);
      await resetByMail(account);
    },
    keeps: FACTORS,
  },
  "an end of every session by an administrator": {
    isProven: true,
    happens: ({ id }) => administer("DELETE", `/auth/users/${id}/sessions`),
    keeps: KINDS.filter((kind) => kind !== "session"),
  },
};

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

async function administer(method: string, path: string, body?: object) {
  const answer = await api.call(method, path, { token: root.access, body });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
}

/** Sends a request that must succeed, and returns the body of the response. */
async function done<Body>(method: string, path: string, options: { token?: string; body?: object }) {
  const answer = await api.call<Body>(method, path, options);
  expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

/** Creates an account with a credential of every kind. */
async function newAccount({ isProven }: { isProven: boolean }) {
  const session = await api.signUp();
  const make = <Body>(path: string, body: object) =>
    done<Body>("POST", path, { token: session.access, body });
  const firstVerification = await api.mailedToken(session.email);
  await make("/auth/email/verification", {});
  const verification = await api.mailedToken(session.email);
  if (isProven) await done("POST", "/auth/email/verify", { body: { token: firstVerification } });

  const scopes = ["full"];
  const { token } = await make<{ token: string }>("/auth/tokens", { name: "export", scopes });
  const { token: key } = await make<{ token: string }>("/auth/tokens", {
    name: "editor",
    scopes,
    format: "wakatime",
  });
  const { url } = await make<{ url: string }>("/calendar-feeds", { name: "phone" });
  const app = await enroll(api, session);
  const passkey = await newAuthenticator();
  const options = await make<{ challenge: string }>("/auth/passkeys/options", {});
  await make("/auth/passkeys", { name: "My phone", credential: await passkey.create(options) });
  const other = await signInBy(app, session.username, PASSWORD);
  const challenge = await challengeOf(api, session);
  await api.call("POST", "/auth/password/forgot", { body: { email: session.email } });
  const mail = await api.mailedToken(session.email);
  return {
    ...session,
    firstVerification,
    verification,
    personalToken: token,
    key,
    feed: new URL(url).pathname,
    app,
    passkey,
    other,
    challenge,
    mail,
  };
}
type Account = Awaited<ReturnType<typeof newAccount>>;

/** Creates a session of a user with an authenticator app. */
async function signInBy({ secret }: Authenticator, username: string, password: string) {
  const { challenge } = await done<{ challenge: string }>("POST", "/auth/login", {
    body: { username, password, token_delivery: "body" },
  });
  await allowUsedCodes(api, { username });
  const body = { challenge, code: await codeNow(secret) };
  const { access_token, refresh_token } = await done<{ access_token: string; refresh_token: string }>(
    "POST",
    "/auth/login/second-factor",
    { body },
  );
  await allowUsedCodes(api, { username });
  return { access: access_token, refresh: refresh_token };
}

const changePassword = ({ access }: Account, options: object) =>
  done("PUT", "/auth/me/password", {
    token: access,
    body: { current_password: PASSWORD, new_password: NEW_PASSWORD, ...options },
  });

async function resetByMail({ email }: { email: string }) {
  await api.call("POST", "/auth/password/forgot", { body: { email } });
  const body = { token: await api.mailedToken(email), new_password: NEW_PASSWORD };
  return done("POST", "/auth/password/reset", { body });
}

async function changeEmailAndTakeBack({ access, email }: Account) {
  const other = `other-${crypto.randomUUID()}@example.com`;
  await done("PUT", "/auth/me", { token: access, body: { email: other } });
  const stop = { token: await api.mailedToken(email) };
  await done("POST", "/auth/email/confirm-change", { body: { token: await api.mailedToken(other) } });
  return done("POST", "/auth/email/stop-change", { body: stop });
}

const verify = ({ firstVerification: token }: Account) =>
  done<{ review_token: string }>("POST", "/auth/email/verify", { body: { token } });

async function reviewAs(account: Account, decision: string) {
  const { review_token } = await verify(account);
  return done("POST", "/auth/email/review", { body: { review_token, decision } });
}

/** Tries a credential of each kind, and returns the kinds that work. Credentials whose use ends others come last. */
const USES: Record<Kind, (account: Account) => Promise<boolean>> = {
  // Not the session that changed the password: it stays.
  session: async ({ other }) => {
    const isRead = (await api.call("GET", "/auth/me", { token: other.access })).status === 200;
    const body = { refresh_token: other.refresh };
    const isRefreshed = (await api.call("POST", "/auth/refresh", { body })).status === 200;
    expect(isRefreshed).toBe(isRead);
    return isRead;
  },
  token: async ({ personalToken }) =>
    (await api.call("GET", "/auth/me", { token: personalToken })).status === 200,
  key: async ({ key }) =>
    (await api.call("GET", "/compat/wakatime/v1/users/current", { token: key })).status === 200,
  feed: async ({ feed }) => (await api.call("GET", feed)).status === 200,
  challenge: async ({ app, challenge, username }) => {
    await allowUsedCodes(api, { username });
    const body = { challenge, code: await codeNow(app.secret) };
    return (await api.call("POST", "/auth/login/second-factor", { body })).status === 200;
  },
  passkey: async ({ id, passkey }) => {
    const begun = await done<{ challenge: string }>("POST", "/auth/login/passkey/options", {});
    const body = { credential: await passkey.get(begun, id) };
    return (await api.call("POST", "/auth/login/passkey", { body })).status === 200;
  },
  authenticator: async (account) => {
    await allowUsedCodes(api, account);
    return isSecondFactor(account, "totp", { code: await codeNow(account.app.secret) });
  },
  recovery_codes: (account) =>
    isSecondFactor(account, "recovery_code", { recovery_code: account.app.recoveryCodes[0] }),
  password: async ({ username }) => {
    const body = { username, password: PASSWORD };
    return [200, 202].includes((await api.call("POST", "/auth/login", { body })).status);
  },
  verification: async ({ verification: token }) => {
    const body = { token };
    return (await api.call("POST", "/auth/email/verify", { body })).status === 200;
  },
  mail: async ({ mail: token }) => {
    const body = { token, new_password: `${NEW_PASSWORD} 2` };
    return (await api.call("POST", "/auth/password/reset", { body })).status === 200;
  },
};

/** Returns whether a sign-in with the current password, if any, asks for `method` and accepts `proof`. */
async function isSecondFactor({ username }: Account, method: string, proof: object): Promise<boolean> {
  for (const password of [PASSWORD, NEW_PASSWORD]) {
    const body = { username, password };
    const begun = await api.call<{ challenge: string; methods: string[] }>("POST", "/auth/login", { body });
    if (begun.status !== 202) continue;
    const proved = { challenge: begun.body.challenge, ...proof };
    return (
      begun.body.methods.includes(method) &&
      (await api.call("POST", "/auth/login/second-factor", { body: proved })).status === 200
    );
  }
  return false;
}

const ORDER: Kind[] = [...KINDS].filter((kind) => kind !== "mail");
ORDER.push("mail");

async function worksOf(account: Account) {
  const works: Kind[] = [];
  for (const kind of ORDER) if (await USES[kind](account)) works.push(kind);
  return works.sort();
}

it.each(["verified", "unverified"])(
  "accepts every kind of credential before any event (email %s)",
  async (state) => {
    const account = await newAccount({ isProven: state === "proven" });
    expect(await worksOf(account)).toEqual([...KINDS].sort());
  },
);

describe.each(Object.entries(EVENTS))("after %s", (name, { isProven, happens, keeps }) => {
  it(`accepts ${keeps.join(", ") || "no credential"}`, async () => {
    const account = await newAccount({ isProven });
    await happens(account);
    expect(await worksOf(account), name).toEqual([...keeps].sort());
  });
});

it("agrees with the database's rules for every event", async () => {
  const { rows } = await api.db.execute<{ event: string; ends: Kind[] }>(sql`select * from access_rules()`);
  const known = new Set(Object.values(EVENTS).map(({ rule }) => rule));
  expect(rows.map(({ event }) => event).filter((event) => !known.has(event))).toEqual([]);
  expect(rows.flatMap(({ ends }) => ends).filter((kind) => !KINDS.includes(kind))).toEqual([]);
});

/** Columns with a secret or its fingerprint: the kinds of credentials that they store, or the reason why they give no access. */
const SECRETS: Record<string, Kind[] | string> = {
  "users.password_hash": ["password"],
  "sessions.secret_hash": ["session"],
  "sessions.token_delivery": "says how its tokens are delivered",
  "personal_tokens.secret_hash": ["token", "key"],
  "personal_tokens.key_hint": "shows the first characters of a key",
  "calendar_feeds.secret_hash": ["feed"],
  "passkeys.credential_id": ["passkey"],
  "passkeys.public_key": ["passkey"],
  "totp_factors.sealed_secret": ["authenticator"],
  "recovery_codes.code_hash": ["recovery_codes"],
  "one_time_tokens.hash": ["challenge", "verification", "mail"],
  "email_changes.confirm_hash":
    "opens nothing by itself, and a trigger cancels the change when the password changes or the account is closed",
  "email_changes.stop_hash":
    "takes a change back, and no event but deletion ends that: a thief could cause the event",
  "audit_events.credential_id": "names the session or token that was used",
  "idempotency_keys.key": "names a request; its answer is given behind the guard only",
  "idempotency_keys.fingerprint": "recognizes a request",
  "idempotency_keys.sealed_answer": "is sealed, and given to a session that repeats the request",
  "throttles.key": "counts attempts",
  "activity_buckets.key": "names a bucket",
  "activity_events.bucket_key": "names a bucket",
  "activity_settings.key": "names a setting",
  "heartbeats.hash": "recognizes a heartbeat",
  "invitations.token_hash": "lets only a signed-in user with the invited email join an organization",
  "preferences.has_single_key_shortcuts": "says whether a page has shortcuts",
};

/** Kind of credential for each purpose of one-time tokens. */
const PURPOSES: Record<(typeof oneTimeTokens.$inferSelect)["purpose"], Kind | string> = {
  verify_email: "verification",
  review_access: "verification",
  reset_password: "mail",
  second_factor: "challenge",
  passkey_challenge: "opens nothing: it notes that a challenge was answered",
};

it("assigns every column with a secret to a kind of this table", async () => {
  const { rows } = await api.db.execute<{ column: string }>(sql`
    select table_name || '.' || column_name as column from information_schema.columns
     where table_schema = 'public'
       and not (select relispartition from pg_class where oid = format('%I.%I', table_schema, table_name)::regclass)
       and column_name ~ '(hash|secret|token|password|credential|sealed|fingerprint|(^|_)key(_|$)|(^|_)code(_|$))'
     order by 1`);
  expect(rows.map(({ column }) => column)).toEqual(Object.keys(SECRETS).sort());
  expect(Object.keys(PURPOSES).sort()).toEqual([...oneTimeTokens.purpose.enumValues].sort());
});
