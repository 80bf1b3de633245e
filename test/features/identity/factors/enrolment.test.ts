import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { parseSettings } from "../../../../src/core/config.ts";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { allowUsedCodes, beginTotp, challengeOf, codeNow, enroll } from "../../../support/authenticator.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ APP_NAME: "Time & Tasks" });
});

type Session = Awaited<ReturnType<TestApi["signUp"]>>;

const as = ({ access: token }: Pick<Session, "access">, method: string, path: string, body?: unknown) =>
  api.call<{ error?: string; recovery_codes?: string[]; totp?: unknown }>(method, path, { token, body });
const confirm = (session: Session, code: string) =>
  as(session, "POST", "/auth/factors/totp/confirm", { code });
const login = async ({ username }: Session) =>
  (await api.call("POST", "/auth/login", { body: { username, password: PASSWORD } })).status;
const factorsOf = async (session: Session) => (await as(session, "GET", "/auth/factors")).body;
const kindsOf = async ({ id }: Session) => {
  const { rows } = await api.db.execute<{ event: string }>(sql`
    select concat_ws(' ', action, details->>'kind', actor_id = ${id}) as event from audit_events
    where target_id = ${id} and action ~ 'factor|recovery' order by occurred_at, action`);
  return rows.map(({ event }) => event);
};

describe("setting up an authenticator app", () => {
  it("returns a secret once, as text and for a QR code, and stores it sealed", async () => {
    const session = await api.signUp("ada lovelace".replace(" ", "-"));
    const { status, body } = await api.call<{ secret: string; otpauth_uri: string }>(
      "POST",
      "/auth/factors/totp",
      { token: session.access },
    );
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(body.otpauth_uri);
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      "otpauth:",
      "totp",
      "/Time & Tasks:ada-lovelace",
    ]);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: body.secret,
      issuer: "Time & Tasks",
      algorithm: "SHA1",
      digits: "6",
      period: "30",
    });
    const { rows } = await api.db.execute(sql`select t::text as row from totp_factors t`);
    expect(JSON.stringify(rows)).not.toContain(body.secret);
    expect((await as(session, "GET", "/auth/factors")).text).not.toContain(body.secret);
  });

  it("requires the app at sign-in only after it is confirmed", async () => {
    const session = await api.signUp();
    const secret = await beginTotp(api, session);
    expect(await login(session)).toBe(200);
    expect(await factorsOf(session)).toEqual({ totp: null, passkeys: 0, recovery_codes_left: 0 });
    const { status, body } = await confirm(session, await codeNow(secret));
    expect(status).toBe(200);
    expect(new Set(body.recovery_codes).size).toBe(10);
    for (const code of body.recovery_codes ?? []) expect(code).toMatch(/^([0-9A-Z]{6}-){3}[0-9A-Z]{6}$/);
    expect(await login(session)).toBe(202);
    expect(await factorsOf(session)).toEqual({
      totp: { confirmed_at: expect.any(String) },
      passkeys: 0,
      recovery_codes_left: 10,
    });
  });

  it("accepts a code with a space in it, and rejects wrong codes", async () => {
    const session = await api.signUp();
    const other = await beginTotp(api, session);
    const secret = await beginTotp(api, session);
    expect(secret).not.toBe(other);
    for (const wrong of [await codeNow(other), await codeNow(secret, 3), "000000"]) {
      const { status, body } = await confirm(session, wrong);
      expect([status, body.error]).toEqual([422, "INVALID_CODE"]);
    }
    for (const malformed of ["12345", "1234567", "12345a", "", "１２３４５６"]) {
      expect((await confirm(session, malformed)).body.error).toBe("VALIDATION_ERROR");
    }
    const code = await codeNow(secret);
    expect((await confirm(session, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(200);
  });

  it("rejects a second app until the first is removed", async () => {
    const session = await api.signUp();
    const { secret } = await enroll(api, session);
    const { status, body } = await as(session, "POST", "/auth/factors/totp");
    expect([status, body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect((await confirm(session, await codeNow(secret))).status).toBe(404);
    expect((await as(session, "DELETE", "/auth/factors/totp")).status).toBe(204);
    expect(await login(session)).toBe(200);
    expect(await factorsOf(session)).toEqual({ totp: null, passkeys: 0, recovery_codes_left: 0 });
    expect((await as(session, "DELETE", "/auth/factors/totp")).status).toBe(404);
    expect((await as(session, "POST", "/auth/factors/totp")).status).toBe(201);
  });

  it("accepts one of several concurrent confirmations", async () => {
    const session = await api.signUp();
    const code = await codeNow(await beginTotp(api, session));
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(session, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { body } = await as(session, "GET", "/auth/factors");
    expect(body).toMatchObject({ recovery_codes_left: 10 });
  });

  it("consumes the code that confirms it", async () => {
    const session = await api.signUp();
    const secret = await beginTotp(api, session);
    const code = await codeNow(secret);
    await confirm(session, code);
    const challenge = await challengeOf(api, session);
    const proof = { challenge, code };
    expect((await api.call("POST", "/auth/login/second-factor", { body: proof })).body.error).toBe(
      "INVALID_CODE",
    );
    await allowUsedCodes(api, session);
    expect((await api.call("POST", "/auth/login/second-factor", { body: proof })).status).toBe(200);
  });

  it("adds audit events, as renewal and removal do", async () => {
    const session = await api.signUp();
    await enroll(api, session);
    await as(session, "POST", "/auth/factors/recovery-codes");
    await as(session, "DELETE", "/auth/factors/totp");
    await beginTotp(api, session);
    await as(session, "DELETE", "/auth/factors/totp");
    expect(await kindsOf(session)).toEqual([
      "factor.added totp t",
      "recovery_codes.renewed t",
      "factor.removed totp t",
    ]);
  });
});

describe("changing factors", () => {
  it("requires recent authentication [FACTOR-9]", async () => {
    const session = await api.signUp();
    const secret = await beginTotp(api, session);
    await api.db.execute(sql`
      update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${session.id}`);
    const attempts = [
      as(session, "POST", "/auth/factors/totp"),
      confirm(session, await codeNow(secret)),
      as(session, "DELETE", "/auth/factors/totp"),
      as(session, "POST", "/auth/factors/recovery-codes"),
    ];
    for (const { status, body } of await Promise.all(attempts)) {
      expect([status, body.error]).toEqual([401, "REAUTHENTICATION_REQUIRED"]);
    }
    expect((await as(session, "GET", "/auth/factors")).status).toBe(200);
  });

  it("rejects personal tokens with any scope", async () => {
    const owner = await api.signUpHolding("*");
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: owner.access,
      body: { name: "all", scopes: ["*"] },
    });
    const program = { access: body.token };
    for (const [method, path, sent] of [
      ["GET", "/auth/factors"],
      ["POST", "/auth/factors/totp"],
      ["POST", "/auth/factors/totp/confirm", { code: "123456" }],
      ["DELETE", "/auth/factors/totp"],
      ["POST", "/auth/factors/recovery-codes"],
      ["DELETE", `/auth/users/${owner.id}/factors`],
    ] as const) {
      const answer = await as(program, method, path, sent);
      expect([answer.status, answer.body.error], path).toEqual([403, "PERMISSION_DENIED"]);
    }
  });
});

describe("recovery codes", () => {
  it("requires another factor", async () => {
    const { status, body } = await as(await api.signUp(), "POST", "/auth/factors/recovery-codes");
    expect([status, body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
  });

  it("stores only hashes, and replaces all codes together [FACTOR-6]", async () => {
    const session = await api.signUp();
    const { recoveryCodes } = await enroll(api, session);
    const renewed = (await as(session, "POST", "/auth/factors/recovery-codes")).body.recovery_codes ?? [];
    expect(new Set([...recoveryCodes, ...renewed]).size).toBe(20);
    const { rows } = await api.db.execute(sql`select r::text as row from recovery_codes r`);
    for (const code of renewed) expect(JSON.stringify(rows)).not.toContain(code);
    const outcomes = [recoveryCodes[0], renewed[0]].map(async (code) => {
      const body = { challenge: await challengeOf(api, session), recovery_code: code };
      return (await api.call("POST", "/auth/login/second-factor", { body })).status;
    });
    expect(await Promise.all(outcomes)).toEqual([422, 200]);
    expect(await factorsOf(session)).toMatchObject({ recovery_codes_left: 9 });
  });
});

describe("an administrator's reset", () => {
  it("removes all factors, and ends all sessions and unfinished sign-ins [FACTOR-2]", async () => {
    const session = await api.signUp();
    const { secret, recoveryCodes } = await enroll(api, session);
    const challenge = await challengeOf(api, session);
    const administrator = await api.signUpHolding("factors:reset");
    const reset = () => as(administrator, "DELETE", `/auth/users/${session.id}/factors`);
    expect((await reset()).status).toBe(204);
    expect((await as(session, "GET", "/auth/me")).status).toBe(401);
    const code = await codeNow(secret);
    for (const proof of [{ code }, { recovery_code: recoveryCodes[0] }]) {
      const body = { challenge, ...proof };
      expect((await api.call("POST", "/auth/login/second-factor", { body })).status).toBe(401);
    }
    expect(await login(session)).toBe(200);
    expect((await reset()).status).toBe(204);
    const { rows } = await api.db.execute(sql`
      select actor_id from audit_events where target_id = ${session.id} and action = 'factor.removed'`);
    expect(rows).toEqual([{ actor_id: administrator.id }]);
  });

  it("requires its permission, recent authentication, and a superuser for a superuser [FACTOR-3]", async () => {
    const [root, target] = [await api.signUpHolding("superuser"), await api.signUp()];
    const helper = await api.signUpHolding("factors:reset");
    const editor = await api.signUpHolding("users:*");
    const reset = async (who: Pick<Session, "access">, { id }: { id: string }) =>
      (await as(who, "DELETE", `/auth/users/${id}/factors`)).status;
    expect(await reset(editor, target)).toBe(403);
    expect(await reset(helper, root)).toBe(403);
    expect(await reset(root, target)).toBe(204);
    await api.db.execute(sql`update sessions set authenticated_at = now() - interval '1 hour'`);
    expect(await reset(root, target)).toBe(401);
  });
});

it("reseals secrets while AUTH_SECRET_PREVIOUS is set, so that it can be removed", async () => {
  const before = await createTestApi();
  const session = await before.signUp();
  const { secret } = await enroll(before, session);
  const bindings = { ...before.bindings, AUTH_SECRET: "local-another-secret-0123456789-zyxwvutsr" };
  const rotating = parseSettings({ ...bindings, AUTH_SECRET_PREVIOUS: before.bindings.AUTH_SECRET });
  expect(await maintain(rotating)).toMatchObject({ factors_resealed: 1 });
  expect(await maintain(rotating)).toMatchObject({ factors_resealed: 0 });
  expect(await maintain(parseSettings(bindings))).toMatchObject({ factors_resealed: 0 });
  const sealed = async (settings: typeof rotating) => {
    const { unseal } = await import("../../../../src/core/security/sealing.ts");
    const { rows } = await before.db.execute<{ sealed_secret: string }>(
      sql`select sealed_secret from totp_factors`,
    );
    return unseal(settings, rows[0]?.sealed_secret ?? "", `totp:${session.id}`);
  };
  expect(await sealed(parseSettings(bindings))).toBe(secret);
  expect(await sealed(before.settings)).toBeUndefined();
});
