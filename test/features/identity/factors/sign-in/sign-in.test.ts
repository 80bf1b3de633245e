import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { cookiesOf, createTestApi, PASSWORD, type TestApi } from "../../../../support/api.ts";
import { allowUsedCodes, challengeOf, codeNow, enroll } from "../../../../support/authenticator.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Body = Record<string, unknown> & { error?: string; access_token?: string };

const prove = (body: object, headers: Record<string, string> = {}) =>
  api.call<Body>("POST", "/auth/login/second-factor", { body, headers });
const errorOf = async (answer: ReturnType<typeof prove>) => {
  const { status, body } = await answer;
  return status < 300 ? "signed in" : body.error;
};
const sessionsOf = async ({ id }: { id: string }) =>
  Number((await api.db.execute(sql`select count(*) from sessions where user_id = ${id}`)).rows[0]?.count);

/** Signs up a user with an authenticator app. */
async function newUser() {
  const session = await api.signUp();
  return { ...session, ...(await enroll(api, session)) };
}

describe("POST /auth/login with a second factor", () => {
  it("returns a challenge, and opens no session [FACTOR-1]", async () => {
    const user = await newUser();
    const before = await sessionsOf(user);
    const answer = await api.call("POST", "/auth/login", {
      body: { username: user.username, password: PASSWORD },
    });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      message: "A second factor is required to sign in",
      challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      methods: ["totp", "recovery_code"],
      expires_in: 300,
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await sessionsOf(user)).toBe(before);
    const { rows } = await api.db.execute(sql`select t::text as row from one_time_tokens t`);
    expect(JSON.stringify(rows)).not.toContain(answer.body.challenge);
  });

  it("reveals no factors without the password", async () => {
    const [plain, user] = [await api.signUp(), await newUser()];
    const answers = await Promise.all(
      [plain, user].map(({ username }) =>
        api.call("POST", "/auth/login", { body: { username, password: "not the password" } }),
      ),
    );
    expect(answers.map(({ status, body }) => [status, body.error, body.message])).toEqual(
      Array(2).fill([401, "INVALID_CREDENTIALS", "Invalid username or password."]),
    );
  });
});

describe("POST /auth/login/second-factor", () => {
  it("answers like a sign-in without a second factor", async () => {
    const user = await newUser();
    for (const options of [{}, ...["both", "cookie", "body"].map((way) => ({ token_delivery: way }))]) {
      await allowUsedCodes(api, user);
      const plain = await api.signUp();
      const direct = await api.call("POST", "/auth/login", {
        body: { username: plain.username, password: PASSWORD, ...options },
      });
      const challenge = await challengeOf(api, user, options);
      const proved = await prove({ challenge, code: await codeNow(user.secret) });
      expect(proved.status).toBe(200);
      expect(proved.body).toMatchObject({ message: "Login successful", user: { id: user.id } });
      expect(Object.keys(proved.body)).toEqual(Object.keys(direct.body));
      const [made, expected] = [cookiesOf(proved), cookiesOf(direct)];
      expect(Object.keys(made)).toEqual(Object.keys(expected));
      for (const name of Object.keys(made)) expect(made[name]?.attributes).toBe(expected[name]?.attributes);
    }
  });

  it("opens a session for a code, and for a recovery code in any spelling", async () => {
    const user = await newUser();
    const [recoveryCode = "", other = ""] = user.recoveryCodes;
    const typed = ` ${other.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    for (const proof of [
      { code: await codeNow(user.secret, 1) },
      { recovery_code: recoveryCode },
      { recovery_code: typed },
    ]) {
      const { body } = await prove({ challenge: await challengeOf(api, user), ...proof });
      const me = await api.call("GET", "/auth/me", { token: body.access_token });
      expect([me.status, me.body.id]).toEqual([200, user.id]);
    }
  });

  it("accepts each code once, also across challenges, and rejects older codes [FACTOR-4]", async () => {
    const user = await newUser();
    const [earlier, now] = [await codeNow(user.secret, -1), await codeNow(user.secret)];
    const outcomes = [];
    for (const code of [earlier, now, now, earlier]) {
      outcomes.push(await errorOf(prove({ challenge: await challengeOf(api, user), code })));
    }
    const [recoveryCode] = user.recoveryCodes;
    for (let i = 0; i < 2; i++) {
      const proof = { challenge: await challengeOf(api, user), recovery_code: recoveryCode };
      outcomes.push(await errorOf(prove(proof)));
    }
    expect(outcomes).toEqual([
      "signed in",
      "signed in",
      "INVALID_CODE",
      "INVALID_CODE",
      "signed in",
      "INVALID_CODE",
    ]);
  });

  it("accepts a code once under concurrent requests [FACTOR-5]", async () => {
    const user = await newUser();
    const before = await sessionsOf(user);
    const challenges = await Promise.all(Array.from({ length: 8 }, () => challengeOf(api, user)));
    const code = await codeNow(user.secret);
    const outcomes = await Promise.all(challenges.map((challenge) => errorOf(prove({ challenge, code }))));
    expect(outcomes.sort()).toEqual([...Array(7).fill("INVALID_CODE"), "signed in"]);
    expect(await sessionsOf(user)).toBe(before + 1);
  });

  it("accepts a challenge once under concurrent requests, and keeps the other codes valid", async () => {
    const user = await newUser();
    const challenge = await challengeOf(api, user);
    const codes = user.recoveryCodes;
    const outcomes = await Promise.all(
      codes.map((recovery_code) => errorOf(prove({ challenge, recovery_code }))),
    );
    expect(outcomes.sort()).toEqual([...Array(9).fill("INVALID_TOKEN"), "signed in"]);
    const { body } = await api.call("GET", "/auth/factors", { token: user.access });
    expect(body).toMatchObject({ recovery_codes_left: 9 });
  });

  it("accepts a right code after a wrong one", async () => {
    const user = await newUser();
    const challenge = await challengeOf(api, user);
    expect(await errorOf(prove({ challenge, code: await codeNow(user.secret, 5) }))).toBe("INVALID_CODE");
    expect(await errorOf(prove({ challenge, recovery_code: "not one" }))).toBe("INVALID_CODE");
    expect(await errorOf(prove({ challenge, code: await codeNow(user.secret) }))).toBe("signed in");
  });

  it("requires exactly one proof", async () => {
    for (const proof of [{}, { code: "123456", recovery_code: "x" }]) {
      expect(await errorOf(prove({ challenge: "x", ...proof }))).toBe("VALIDATION_ERROR");
    }
  });

  it("rejects another user's code", async () => {
    const [user, other] = [await newUser(), await newUser()];
    const challenge = await challengeOf(api, user);
    expect(await errorOf(prove({ challenge, code: await codeNow(other.secret) }))).toBe("INVALID_CODE");
    expect(await errorOf(prove({ challenge, recovery_code: other.recoveryCodes[0] }))).toBe("INVALID_CODE");
  });

  it("rejects a challenge that is expired, of another purpose, or made up [FACTOR-8]", async () => {
    const user = await newUser();
    const code = await codeNow(user.secret);
    const expectEnded = async (challenge: string) => {
      const { status, body } = await prove({ challenge, code });
      expect([status, body.error, body.message]).toEqual([
        401,
        "INVALID_TOKEN",
        "This sign-in has ended. Start again with the password.",
      ]);
    };
    await expectEnded("made up");
    const old = await challengeOf(api, user);
    await api.db.execute(sql`
      update one_time_tokens set expires_at = expires_at - interval '300 seconds' where user_id = ${user.id}`);
    await expectEnded(old);
    const other = await challengeOf(api, user);
    await api.db.execute(sql`update one_time_tokens set purpose = 'verify_email' where user_id = ${user.id}`);
    await expectEnded(other);
  });

  it("rejects a challenge after a password change, a deactivation or a deletion", async () => {
    const root = await api.signUpHolding("superuser");
    const asRoot = { token: root.access };
    const changes: ((user: Awaited<ReturnType<typeof newUser>>) => Promise<unknown>)[] = [
      ({ access: token }) =>
        api.call("PUT", "/auth/me/password", {
          token,
          body: { current_password: PASSWORD, new_password: "another horse, another battery" },
        }),
      ({ id }) => api.call("POST", `/auth/users/${id}/deactivate`, asRoot),
      ({ id }) => api.call("DELETE", `/auth/users/${id}`, asRoot),
    ];
    for (const change of changes) {
      const user = await newUser();
      const challenge = await challengeOf(api, user);
      await change(user);
      expect(await errorOf(prove({ challenge, code: await codeNow(user.secret) }))).toBe("INVALID_TOKEN");
    }
  });

  it("adds audit events for the failure, the used code and the session", async () => {
    const user = await newUser();
    const challenge = await challengeOf(api, user);
    await prove({ challenge, code: "000000" });
    await prove({ challenge, recovery_code: user.recoveryCodes[0] });
    const { rows } = await api.db.execute(sql`
      select action, actor_id from audit_events
      where target_id = ${user.id} and occurred_at > (select confirmed_at from totp_factors where user_id = ${user.id})
      order by occurred_at, action`);
    expect(rows).toEqual([
      { action: "second_factor.failed", actor_id: null },
      { action: "recovery_code.used", actor_id: user.id },
      { action: "session.opened", actor_id: user.id },
    ]);
  });
});

describe("guessing codes", () => {
  const guess = (challenge: string, device?: string) =>
    prove({ challenge, code: "000000" }, device ? { Cookie: `device=${device}` } : {});

  it("is blocked for the account across challenges, for the right code as well [FACTOR-7]", async () => {
    const user = await newUser();
    const outcomes = [];
    for (let i = 0; i < 11; i++) outcomes.push(await errorOf(guess(await challengeOf(api, user))));
    expect(outcomes).toEqual([...Array(10).fill("INVALID_CODE"), "RATE_LIMIT_EXCEEDED"]);
    const challenge = await challengeOf(api, user);
    const { status, headers } = await prove({ challenge, code: await codeNow(user.secret) });
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"second-factor";q=10;w=900');
    await api.db.execute(sql`update throttles set blocked_until = now()`);
    expect(await errorOf(prove({ challenge, code: await codeNow(user.secret) }))).toBe("signed in");
  });

  it("is limited under concurrent requests", async () => {
    const user = await newUser();
    const challenge = await challengeOf(api, user);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => errorOf(guess(challenge))));
    expect(outcomes.filter((outcome) => outcome === "INVALID_CODE")).toHaveLength(10);
    expect(await errorOf(prove({ challenge, code: await codeNow(user.secret) }))).toBe("RATE_LIMIT_EXCEEDED");
  });

  it("leaves a known device with a quota of its own", async () => {
    const user = await newUser();
    const challenge = await challengeOf(api, user);
    const signedIn = await prove({ challenge, code: await codeNow(user.secret) });
    const device = cookiesOf(signedIn).device?.value ?? "";
    for (let i = 0; i < 11; i++) await guess(await challengeOf(api, user));
    await allowUsedCodes(api, user);
    const code = await codeNow(user.secret);
    const here = await challengeOf(api, user);
    expect(await errorOf(prove({ challenge: here, code }))).toBe("RATE_LIMIT_EXCEEDED");
    expect(await errorOf(prove({ challenge: here, code }, { Cookie: `device=${device}` }))).toBe("signed in");
    for (let i = 0; i < 10; i++) await guess(await challengeOf(api, user), device);
    const { status, headers } = await guess(await challengeOf(api, user), device);
    expect(status).toBe(429);
    expect(headers.get("RateLimit-Policy")).toBe('"second-factor-device";q=10;w=900');
  });

  it("gains no quota from a device of another account", async () => {
    const [user, other] = [await newUser(), await api.signUp()];
    const login = { username: other.username, password: PASSWORD };
    const device = cookiesOf(await api.call("POST", "/auth/login", { body: login })).device?.value;
    for (let i = 0; i < 10; i++) await guess(await challengeOf(api, user), device);
    expect(await errorOf(guess(await challengeOf(api, user)))).toBe("RATE_LIMIT_EXCEEDED");
  });
});

describe("POST /auth/reauthenticate with a second factor", () => {
  const reauthenticate = async ({ access: token }: { access: string }, proof: object) => {
    const options = { token, body: { password: PASSWORD, ...proof } };
    const { status, body } = await api.call<Body>("POST", "/auth/reauthenticate", options);
    return status < 300 ? "proved" : body.error;
  };

  it("requires the factor in addition to the password, and consumes it [FACTOR-10]", async () => {
    const user = await newUser();
    await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${user.id}`);
    const code = await codeNow(user.secret);
    const [recovery_code] = user.recoveryCodes;
    expect(await reauthenticate(user, {})).toBe("INVALID_CODE");
    expect(await reauthenticate(user, { code: "000000" })).toBe("INVALID_CODE");
    expect(await reauthenticate(user, { code, recovery_code })).toBe("VALIDATION_ERROR");
    expect(await reauthenticate(user, { password: "not the password", code })).toBe("PASSWORD_MISMATCH");
    const remove = async () =>
      (await api.call("DELETE", "/auth/factors/totp", { token: user.access })).status;
    expect(await remove()).toBe(401);
    expect(await reauthenticate(user, { code })).toBe("proved");
    expect(await reauthenticate(user, { code })).toBe("INVALID_CODE");
    expect(await reauthenticate(user, { recovery_code })).toBe("proved");
    expect(await reauthenticate(user, { recovery_code })).toBe("INVALID_CODE");
    expect(await remove()).toBe(204);
    expect(await reauthenticate(user, {})).toBe("proved");
  });

  it("counts wrong codes like wrong passwords", async () => {
    const user = await newUser();
    for (let i = 0; i < 10; i++) expect(await reauthenticate(user, { code: "000000" })).toBe("INVALID_CODE");
    const code = await codeNow(user.secret);
    expect(await reauthenticate(user, { code })).toBe("RATE_LIMIT_EXCEEDED");
    await api.db.execute(sql`update throttles set blocked_until = now()`);
    expect(await reauthenticate(user, { code })).toBe("proved");
  });
});
