import { sql } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { challengeOf, codeNow, enroll } from "../../../support/authenticator.ts";
import { passkeySignInBody } from "../../../support/factors.ts";
import {
  ALGORITHMS,
  type Defects,
  newAuthenticator,
  type SoftAuthenticator,
} from "../../../support/passkey.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ APP_NAME: "Time & Tasks" });
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Body = Record<string, unknown> & {
  error?: string;
  challenge: string;
  id: string;
  recovery_codes: string[];
};
type Session = Awaited<ReturnType<TestApi["signUp"]>>;

const as = ({ access: token }: Pick<Session, "access">, method: string, path: string, body?: unknown) =>
  api.call<Body>(method, path, { token, body });
const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.call<Body>("POST", path, { body, headers });
const outcomeOf = async (answer: ReturnType<typeof post>) => {
  const { status, body } = await answer;
  return status < 300 ? "done" : body.error;
};
const begin = async (session: Pick<Session, "access">) =>
  (await as(session, "POST", "/auth/passkeys/options")).body;
const create = (session: Session, credential: unknown, name = "My phone") =>
  as(session, "POST", "/auth/passkeys", { name, credential });
const beginSignIn = async () => (await post("/auth/login/passkey/options")).body;
const signIn = (credential: unknown, options: object = {}, headers = {}) =>
  post("/auth/login/passkey", { credential, ...options }, headers);

/** Signs up a user with a passkey. */
async function newUser() {
  const session = await api.signUp();
  const authenticator = await newAuthenticator();
  const { body, text, status } = await create(session, await authenticator.create(await begin(session)));
  expect(status, text).toBe(201);
  return { ...session, authenticator, passkey: body };
}

const use = async (user: { id: string; authenticator: SoftAuthenticator }, odd?: Defects) =>
  user.authenticator.get(await beginSignIn(), user.id, odd);

/** Counts the audit events for copies of a user's passkey. */
async function copiesOf({ id }: { id: string }) {
  const { rows } = await api.db.execute(sql`
    select from audit_events where target_id = ${id} and action = 'passkey.copied'`);
  return rows.length;
}

/** Moves the clock past the end of existing challenges. */
function waitFiveMinutes() {
  const later = Date.now() + 300_000;
  vi.spyOn(Date, "now").mockReturnValue(later);
}

/** Invalid data in responses of a browser or an authenticator. */
const ODDITIES: [string, Defects][] = [
  ["another site", { origin: "http://evil.test" }],
  ["a site whose name begins alike", { origin: "http://localhost.evil.test" }],
  ["a frame of another site", { crossOrigin: true }],
  ["another domain", { rpId: "evil.test" }],
  ["an authenticator that did not verify the user", { verified: false }],
  ["a challenge that was made up", { challenge: "Yt0mHqfWcM0mB5cQ9vSxk1pD3uJ7zR2nLwE6aGhKdTI" }],
  ["another type of client data", { type: "payment.get" }],
];

describe("setting up a passkey", () => {
  it("returns options in the form that browsers accept", async () => {
    const session = await api.signUp();
    await as(session, "PUT", "/auth/me", { first_name: "Ada", last_name: "Lovelace" });
    const { authenticator } = await newUser();
    const options = await begin(session);
    expect(options).toMatchObject({
      challenge: expect.stringMatching(/^[A-Za-z0-9_-]{80}$/),
      rp: { id: "localhost", name: "Time & Tasks" },
      user: {
        id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        name: session.username,
        displayName: "Ada Lovelace",
      },
      excludeCredentials: [],
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    });
    await create(session, await (await newAuthenticator()).create(options));
    const { excludeCredentials } = await begin(session);
    expect(excludeCredentials).toHaveLength(1);
    expect(excludeCredentials).not.toContainEqual(expect.objectContaining({ id: authenticator.id }));
  });

  it("stores and lists the passkey, and returns recovery codes with the first factor", async () => {
    const { passkey, ...user } = await newUser();
    expect(passkey).toMatchObject({ name: "My phone", is_backed_up: false, last_used_at: null });
    expect(new Set(passkey.recovery_codes).size).toBe(10);
    const second = await create(user, await (await newAuthenticator()).create(await begin(user)), " My key ");
    expect(second.body).toMatchObject({ name: "My key", recovery_codes: [] });
    const { body } = await as(user, "GET", "/auth/passkeys");
    expect(body).toMatchObject([{ name: "My phone" }, { name: "My key" }]);
    const factors = await as(user, "GET", "/auth/factors");
    expect(factors.body).toEqual({ totp: null, passkeys: 2, recovery_codes_left: 10 });
  });

  it.each(ODDITIES)("rejects a credential from %s", async (_, odd) => {
    const session = await api.signUp();
    const authenticator = await newAuthenticator();
    const made = await authenticator.create(await begin(session), odd);
    expect(await outcomeOf(create(session, made))).toBe("INVALID_PASSKEY");
    expect(await outcomeOf(create(session, await authenticator.create(await begin(session))))).toBe("done");
  });

  it("accepts a challenge once, from its user and session, and before it expires", async () => {
    const [session, other] = [await api.signUp(), await api.signUp()];
    const options = await begin(session);
    const [first, second] = [await newAuthenticator(), await newAuthenticator()];
    expect(await outcomeOf(create(other, await first.create(options)))).toBe("INVALID_PASSKEY");
    expect(await outcomeOf(create(session, await first.create(options)))).toBe("done");
    expect(await outcomeOf(create(session, await second.create(options)))).toBe("INVALID_PASSKEY");
    for (const elsewhere of [await beginSignIn(), await begin(await api.signIn(session.username))])
      expect(await outcomeOf(create(session, await second.create(elsewhere)))).toBe("INVALID_PASSKEY");
    const late = await begin(session);
    waitFiveMinutes();
    expect(await outcomeOf(create(session, await second.create(late)))).toBe("INVALID_PASSKEY");
  });

  it.each(ALGORITHMS)("accepts a key for %s, and its signatures", async (algorithm) => {
    const session = await api.signUp();
    const authenticator = await newAuthenticator(algorithm);
    expect(await outcomeOf(create(session, await authenticator.create(await begin(session))))).toBe("done");
    const user = { ...session, authenticator };
    expect(await outcomeOf(signIn(await use(user, { forged: true })))).toBe("INVALID_PASSKEY");
    expect(await outcomeOf(signIn(await use(user)))).toBe("done");
  });

  it("notifies the owner by mail, and repeats the response to a repeated request", async () => {
    const session = await api.signUp();
    const credential = await (await newAuthenticator()).create(await begin(session));
    const request = {
      token: session.access,
      headers: { "Idempotency-Key": crypto.randomUUID() },
      body: { name: "My phone", credential },
    };
    const first = await api.call("POST", "/auth/passkeys", request);
    waitFiveMinutes();
    expect((await api.call("POST", "/auth/passkeys", request)).text).toBe(first.text);
    const mails = await api.mailsTo(session.email);
    expect(mails.filter(({ subject }) => subject === "A passkey for Time & Tasks was added")).toHaveLength(1);
  });

  it("rejects a passkey that is already set up, also by another user", async () => {
    const { authenticator } = await newUser();
    const other = await api.signUp();
    const answer = create(other, await authenticator.create(await begin(other)));
    expect(await outcomeOf(answer)).toBe("RESOURCE_ALREADY_EXISTS");
  });

  it("rejects an attestation, which was not requested", async () => {
    const session = await api.signUp();
    const attestation = { alg: -7, sig: new Uint8Array(70), x5c: [new Uint8Array(300)] };
    const made = await (await newAuthenticator()).create(await begin(session), { attestation });
    expect(await outcomeOf(create(session, made))).toBe("INVALID_PASSKEY");
  });

  it("rejects more than twenty passkeys", async () => {
    const user = await newUser();
    await api.db.execute(sql`
      insert into passkeys (user_id, name, credential_id, public_key, sign_count, transports, is_backed_up)
      select ${user.id}, 'one of many', gen_random_uuid(), 'x', 0, '{}', false from generate_series(1, 19)`);
    expect(await outcomeOf(as(user, "POST", "/auth/passkeys/options"))).toBe("BUSINESS_LOGIC_ERROR");
  });

  it("requires recent authentication, except to rename a passkey", async () => {
    const user = await newUser();
    await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${user.id}`);
    const path = `/auth/passkeys/${user.passkey.id}`;
    for (const answer of [
      as(user, "POST", "/auth/passkeys/options"),
      create(user, {}),
      as(user, "DELETE", path),
    ])
      expect(await outcomeOf(answer)).toBe("REAUTHENTICATION_REQUIRED");
    expect(await outcomeOf(as(user, "PATCH", path, { name: "Old phone" }))).toBe("done");
  });
});

describe("a passkey", () => {
  it("is renamed and removed only by its owner", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const path = `/auth/passkeys/${user.passkey.id}`;
    expect((await as(other, "PATCH", path, { name: "Mine" })).status).toBe(404);
    expect((await as(other, "DELETE", path)).status).toBe(404);
    expect((await as(user, "PATCH", path, { name: "Old phone" })).body).toMatchObject({ name: "Old phone" });
    expect((await as(user, "DELETE", path)).status).toBe(204);
    expect((await as(user, "DELETE", path)).status).toBe(404);
    expect(await outcomeOf(signIn(await use(user)))).toBe("INVALID_PASSKEY");
    const factors = await as(user, "GET", "/auth/factors");
    expect(factors.body).toEqual({ totp: null, passkeys: 0, recovery_codes_left: 0 });
    const { rows } = await api.db.execute(sql`
      select action, details->>'kind' as kind from audit_events
      where target_id = ${user.id} and action like 'factor.%' order by occurred_at`);
    expect(rows).toEqual([
      { action: "factor.added", kind: "passkey" },
      { action: "factor.removed", kind: "passkey" },
    ]);
  });

  it("is removed by an administrator's reset", async () => {
    const user = await newUser();
    const administrator = await api.signUpHolding("factors:reset");
    expect((await as(administrator, "DELETE", `/auth/users/${user.id}/factors`)).status).toBe(204);
    expect(await outcomeOf(signIn(await use(user)))).toBe("INVALID_PASSKEY");
  });
});

describe("signing in with a passkey", () => {
  it("opens a session without a second factor, and records the use", async () => {
    const user = await newUser();
    const answer = await signIn(await use(user));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      message: "Login successful",
      user: { id: user.id },
      token_type: "bearer",
    });
    expect(Object.keys(cookiesOf(answer)).sort()).toEqual(["access_token", "device", "refresh_token"]);
    const me = await api.call("GET", "/auth/me", { token: String(answer.body.access_token) });
    expect(me.body.id).toBe(user.id);
    const byCookie = await signIn(await use(user), { token_delivery: "cookie" });
    expect(byCookie.body).not.toHaveProperty("access_token");
    const { body } = await as(user, "GET", "/auth/passkeys");
    expect(body).toMatchObject([{ last_used_at: expect.any(String) }]);
  });

  it.each([
    ...ODDITIES,
    ["another key", { forged: true }],
    ["a copy with an older signature count", { signCount: 0 }],
    ["another user", { userHandle: "AAAAAAAAAAAAAAAAAAAAAA" }],
    ["an authenticator that does not name the user", { userHandle: undefined }],
  ] satisfies [string, Defects][])("rejects an assertion from %s", async (_, odd) => {
    const user = await newUser();
    expect(await outcomeOf(signIn(await use(user)))).toBe("done");
    const outcome = await outcomeOf(signIn(await use(user, odd)));
    expect(outcome).toBe("challenge" in odd ? "INVALID_TOKEN" : "INVALID_PASSKEY");
    expect(await outcomeOf(signIn(await use(user, { signCount: 10 })))).toBe("done");
  });

  it("accepts each assertion once under concurrent requests", async () => {
    const user = await newUser();
    const answer = await use(user);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcomeOf(signIn(answer))));
    expect(outcomes.sort()).toEqual([...Array(5).fill("INVALID_TOKEN"), "done"]);
    expect(await outcomeOf(signIn(answer))).toBe("INVALID_TOKEN");
    expect(await copiesOf(user)).toBe(0);
  });

  it("adds separate audit events for copies and for other failures", async () => {
    const user = await newUser();
    expect(await outcomeOf(signIn(await use(user, { signCount: 7 })))).toBe("done");
    for (const odd of [{ signCount: 7 }, { signCount: 6 }, { signCount: 0 }, { signCount: 8, forged: true }])
      expect(await outcomeOf(signIn(await use(user, odd)))).toBe("INVALID_PASSKEY");
    expect(await copiesOf(user)).toBe(3);
    const { rows } = await api.db.execute(sql`
      select from audit_events where target_id = ${user.id} and action = 'sign_in.failed'`);
    expect(rows).toHaveLength(1);
  });

  it("accepts authenticators without a signature counter", async () => {
    const user = await newUser();
    for (let i = 0; i < 3; i++) {
      const answer = await use(user, { signCount: 0 });
      expect(await outcomeOf(signIn(answer))).toBe("done");
      expect(await outcomeOf(signIn(answer))).toBe("INVALID_TOKEN");
    }
  });

  it("rejects a challenge that has another purpose or has expired", async () => {
    const user = await newUser();
    const forPassword = await challengeOf(api, user);
    const outcomes = [
      await outcomeOf(signIn(await user.authenticator.get({ challenge: forPassword }, user.id))),
    ];
    const late = await use(user);
    waitFiveMinutes();
    outcomes.push(await outcomeOf(signIn(late)));
    expect(outcomes).toEqual(["INVALID_TOKEN", "INVALID_TOKEN"]);
  });

  it("rejects a deactivated and a deleted account", async () => {
    const asRoot = { access: (await api.signUpHolding("superuser")).access };
    const user = await newUser();
    await as(asRoot, "POST", `/auth/users/${user.id}/deactivate`);
    expect(await outcomeOf(signIn(await use(user)))).toBe("INACTIVE_USER");
    await as(asRoot, "DELETE", `/auth/users/${user.id}`);
    expect(await outcomeOf(signIn(await use(user)))).toBe("INVALID_PASSKEY");
  });

  it("reports a passkey that no account has as unknown", async () => {
    const asRoot = { access: (await api.signUpHolding("superuser")).access };
    const [user, closed] = [await newUser(), await newUser()];
    const detailsOf = async (credential: unknown) => {
      const { status, body } = await signIn(credential);
      return [status, body.error, body.details];
    };
    const known = [422, "INVALID_PASSKEY", undefined];
    expect(await detailsOf(await use(user, { forged: true }))).toEqual(known);
    await as(asRoot, "DELETE", `/auth/users/${closed.id}`);
    expect(await detailsOf(await use(closed))).toEqual(known);
    const listed = (await as(user, "GET", "/auth/passkeys")).body as unknown as { credential_id: string }[];
    const credential = await use(user);
    expect(listed.map(({ credential_id: id }) => id)).toEqual([credential.id]);
    await as(user, "DELETE", `/auth/passkeys/${user.passkey.id}`);
    expect(await detailsOf(credential)).toEqual([
      422,
      "INVALID_PASSKEY",
      [expect.objectContaining({ field: "body.credential.id", type: "unknown_credential" })],
    ]);
  });

  it("is limited by address", async () => {
    const limited = await createTestApi({ LOGIN_MAX_FAILURES_PER_ADDRESS: "3" });
    const { username } = await limited.signUp();
    const bodies = [];
    for (let i = 0; i < 5; i++)
      bodies.push(await passkeySignInBody(limited, { username }, { forged: i < 3 }));
    const from = (address: string, body: unknown) =>
      limited.call("POST", "/auth/login/passkey", { body, headers: { "CF-Connecting-IP": address } });
    for (const forged of bodies.slice(0, 3)) expect((await from("192.0.2.7", forged)).status).toBe(422);
    const refused = await from("192.0.2.7", bodies[3]);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("RateLimit-Policy")).toBe('"passkey-address";q=3;w=900');
    expect((await from("192.0.2.8", bodies[4])).status).toBe(200);
  });
});

describe("a passkey as the second factor", () => {
  const login = ({ username }: Session) =>
    api.call<
      Body & { passkey_options: { challenge: string; allowCredentials: unknown[] }; methods: string[] }
    >("POST", "/auth/login", { body: { username, password: PASSWORD } });
  const prove = (challenge: string, passkey: unknown) =>
    post("/auth/login/second-factor", { challenge, passkey });

  it("is required after the password, without user verification", async () => {
    const user = await newUser();
    const { status, body } = await login(user);
    expect(status).toBe(202);
    expect(body.methods).toEqual(["passkey", "recovery_code"]);
    expect(body.passkey_options).toMatchObject({
      challenge: body.challenge,
      rpId: "localhost",
      userVerification: "preferred",
      allowCredentials: [{ id: user.authenticator.id, type: "public-key", transports: ["internal"] }],
    });
    const used = await user.authenticator.get(body, user.id, { verified: false, userHandle: undefined });
    expect(await outcomeOf(prove(body.challenge, used))).toBe("done");
    expect(await outcomeOf(prove(body.challenge, used))).toBe("INVALID_TOKEN");
  });

  it("accepts only its own challenge and a passkey of the account", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const { challenge } = (await login(user)).body;
    const elsewhere = (await login(user)).body;
    for (const answer of [
      await user.authenticator.get(elsewhere, user.id),
      await other.authenticator.get({ challenge }, other.id),
      await user.authenticator.get({ challenge }, user.id, { forged: true }),
      await user.authenticator.get({ challenge }, user.id, { signCount: 0, origin: "http://evil.test" }),
    ]) {
      expect(await outcomeOf(prove(challenge, answer))).toBe("INVALID_PASSKEY");
    }
    const good = await user.authenticator.get({ challenge }, user.id);
    expect(await outcomeOf(prove(challenge, good))).toBe("done");
    const copied = await user.authenticator.get(elsewhere, user.id, { signCount: 1 });
    expect(await outcomeOf(prove(elsewhere.challenge, copied))).toBe("INVALID_PASSKEY");
    expect(await copiesOf(user)).toBe(1);
  });

  it("is an alternative to an authenticator app", async () => {
    const user = await newUser();
    const { secret, recoveryCodes } = await enroll(api, user);
    expect(recoveryCodes).toEqual([]);
    const { body } = await login(user);
    expect(body.methods).toEqual(["totp", "passkey", "recovery_code"]);
    const byCode = post("/auth/login/second-factor", {
      challenge: body.challenge,
      code: await codeNow(secret),
    });
    expect(await outcomeOf(byCode)).toBe("done");
    await as(user, "DELETE", `/auth/passkeys/${user.passkey.id}`);
    expect((await login(user)).body.methods).toEqual(["totp", "recovery_code"]);
  });
});

describe("reauthentication with a passkey", () => {
  const options = async (user: Pick<Session, "access">) =>
    (await as(user, "POST", "/auth/reauthenticate/options")).body;
  const prove = (user: Session, body: object) => as(user, "POST", "/auth/reauthenticate", body);

  it("needs no password, and allows sensitive operations", async () => {
    const user = await newUser();
    await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${user.id}`);
    const begun = await options(user);
    expect(begun).toMatchObject({
      userVerification: "required",
      allowCredentials: [{ id: user.authenticator.id }],
    });
    const passkey = await user.authenticator.get(begun, user.id);
    expect(await outcomeOf(prove(user, { passkey, password: PASSWORD }))).toBe("VALIDATION_ERROR");
    expect(await outcomeOf(prove(user, {}))).toBe("VALIDATION_ERROR");
    expect(await outcomeOf(prove(user, { passkey }))).toBe("done");
    expect(await outcomeOf(prove(user, { passkey }))).toBe("INVALID_PASSKEY");
    expect(await copiesOf(user)).toBe(0);
    const copied = await user.authenticator.get(await options(user), user.id, { signCount: 1 });
    expect(await outcomeOf(prove(user, { passkey: copied }))).toBe("INVALID_PASSKEY");
    expect(await copiesOf(user)).toBe(1);
    expect((await as(user, "DELETE", `/auth/passkeys/${user.passkey.id}`)).status).toBe(204);
  });

  it("rejects an assertion for a sign-in, for another user or session, or without user verification", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const begun = await options(user);
    for (const passkey of [
      await use(user),
      await other.authenticator.get(begun, other.id),
      await user.authenticator.get(await options(other), user.id),
      await user.authenticator.get(await options(await api.signIn(user.username)), user.id),
      await user.authenticator.get(begun, user.id, { verified: false }),
    ]) {
      expect(await outcomeOf(prove(user, { passkey }))).toBe("INVALID_PASSKEY");
    }
    const passkey = await user.authenticator.get(begun, user.id);
    expect(await outcomeOf(prove(user, { passkey }))).toBe("done");
  });
});

describe("the origins that may use passkeys", () => {
  const [APP, OTHER] = ["https://app.example.com", "https://example.com"];
  const ORIGINS = [APP, OTHER, "https://evil.example.com", "http://app.example.com", `${APP}:8443`];
  it.each([
    [{ PASSKEY_RP_ID: "example.com", PASSKEY_ORIGINS: `${APP},${OTHER}` }, "example.com", [APP, OTHER]],
    [{ PASSKEY_RP_ID: "example.com", APP_URL: `${APP}/time` }, "example.com", [APP]],
    [{ PASSKEY_RP_ID: "example.com" }, "example.com", [OTHER]],
    [{ APP_URL: APP }, "app.example.com", [APP]],
  ])("follows from the settings %o", async (settings, rpId, expected) => {
    const production = {
      ENVIRONMENT: "production",
      AUTH_SECRET: "an-honest-secret-of-production-0123456789",
      MAIL_API_URL: "",
    };
    const there = await createTestApi({ ...production, ...settings });
    const { access: token } = await there.signUp();
    const taken = [];
    for (const origin of ORIGINS) {
      const { body } = await there.call<Body>("POST", "/auth/passkeys/options", { token });
      expect(body.rp).toMatchObject({ id: rpId });
      const credential = await (await newAuthenticator()).create(body, { origin, rpId });
      const made = await there.call("POST", "/auth/passkeys", { token, body: { name: "x", credential } });
      if (made.status === 201) taken.push(origin);
    }
    expect(taken).toEqual(expected);
  });
});
