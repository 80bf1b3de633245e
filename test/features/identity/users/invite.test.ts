import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const invitation = (fields = {}) => {
  const username = `guest-${crypto.randomUUID()}`;
  return { username, email: `${username}@example.com`, ...fields };
};
const invite = (token: string, body: object) =>
  api.call<{ id: string; roles: { name: string }[]; error: string }>("POST", "/auth/users", { token, body });
const setPassword = (token: string, new_password = PASSWORD) =>
  api.call("POST", "/auth/password/reset", { body: { token, new_password } });
const login = (username: string, password: string) =>
  api.call("POST", "/auth/login", { body: { username, password } });

/** Creates a role that grants `names`, and returns its id. */
async function roleGranting(...names: string[]): Promise<string> {
  return (await api.signUpHolding(...names)).roleId;
}

describe("POST /auth/users", () => {
  it("creates an account whose owner chooses the password with a mailed token", async () => {
    const { access } = await api.signUpHolding("users:create");
    const account = invitation({ first_name: "Grace", last_name: null });
    const { status, body, headers, text } = await invite(access, account);
    expect(status).toBe(201);
    expect(headers.get("ETag")).toBeTruthy();
    expect(body).toMatchObject({
      ...account,
      is_active: true,
      is_superuser: false,
      roles: [{ name: "user" }],
    });
    expect(text).not.toMatch(/password|token/);

    const [mail, ...others] = await api.mailsTo(account.email);
    expect(others).toEqual([]);
    expect(mail?.subject).toBe("Your account at Productivity Tracker");
    expect((await login(account.username, "$none$")).status).toBe(401);
    expect((await setPassword(await api.mailedToken(account.email))).status).toBe(200);
    const { access: own } = await api.signIn(account.username);
    const { body: email } = await api.call("GET", "/auth/email", { token: own });
    expect(email.verified_at).not.toBeNull();
  });

  it("rejects a password and other fields that administrators cannot choose", async () => {
    const { access } = await api.signUpHolding("users:create");
    for (const extra of [{ password: PASSWORD }, { is_superuser: true }, { id: crypto.randomUUID() }]) {
      expect((await invite(access, invitation(extra))).status).toBe(422);
    }
  });

  it("mails a token that is valid for three days, after which a password reset still works [USER-6]", async () => {
    const { access } = await api.signUpHolding("users:create");
    const account = invitation();
    const { body } = await invite(access, account);
    const age = (hours: number) =>
      api.db.execute(sql`
        update one_time_tokens set expires_at = expires_at - make_interval(hours => ${hours}) where user_id = ${body.id}`);
    await age(71);
    // The password is rejected, so the token stays valid.
    expect((await setPassword(await api.mailedToken(account.email), "short")).status).toBe(422);
    await age(1);
    expect((await setPassword(await api.mailedToken(account.email))).status).toBe(400);
    await api.call("POST", "/auth/password/forgot", { body: { email: account.email } });
    expect((await setPassword(await api.mailedToken(account.email))).status).toBe(200);
  });

  it("assigns roles for a caller who may assign roles and holds their permissions", async () => {
    const tasks = await roleGranting("tasks:read");
    const users = await roleGranting("users:delete");
    const { access } = await api.signUpHolding("users:create", "roles:assign", "tasks:read");
    const { status, body } = await invite(access, invitation({ role_ids: [tasks] }));
    expect([status, body.roles.map(({ name }) => name)]).toEqual([201, [tasks]]);
    expect((await invite(access, invitation({ role_ids: [] }))).body.roles).toEqual([]);

    const refused = invitation({ role_ids: [tasks, users] });
    expect(await invite(access, refused)).toMatchObject({
      status: 403,
      body: { error: "PERMISSION_DENIED" },
    });
    expect(await api.mailsTo(refused.email)).toEqual([]);
    const { rows } = await api.db.execute(sql`select id from users where email = ${refused.email}`);
    expect(rows).toEqual([]);
  });

  it("rejects roles from a caller without roles:assign, even if the caller holds their permissions", async () => {
    const tasks = await roleGranting("tasks:read");
    const { access } = await api.signUpHolding("users:create", "tasks:read");
    expect((await invite(access, invitation({ role_ids: [tasks] }))).status).toBe(403);
    expect((await invite(access, invitation({ role_ids: [] }))).status).toBe(403);
  });

  it("rejects a taken name and an unknown role", async () => {
    const { access, email, username } = await api.signUpHolding("users:create", "roles:assign");
    expect((await invite(access, invitation({ email }))).body.error).toBe("EMAIL_ALREADY_EXISTS");
    expect((await invite(access, invitation({ username }))).body.error).toBe("USERNAME_ALREADY_EXISTS");
    const unknown = invitation({ role_ids: [crypto.randomUUID()] });
    expect((await invite(access, unknown)).body.error).toBe("RESOURCE_NOT_FOUND");
  });
});
