import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";

let api: TestApi;
let administrator: string;
beforeAll(async () => {
  api = await createTestApi();
  administrator = (await api.signUpHolding("superuser")).access;
});

const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;
const verifiedAt = async (token: string) =>
  (await api.call<{ verified_at: string | null }>("GET", "/auth/email", { token })).body.verified_at;

/** A signed-in user whose email is verified. */
async function verified() {
  const user = await api.signUp();
  const token = await api.mailedToken(user.email);
  expect((await api.call("POST", "/auth/email/verify", { body: { token } })).status).toBe(200);
  return user;
}

const CHANGES = {
  "by its owner": (user: { access: string }, body: object) =>
    api.call("PUT", "/auth/me", { token: user.access, body }),
  "by an administrator": (user: { id: string }, body: object) =>
    api.call("PUT", `/auth/users/${user.id}`, { token: administrator, body }),
};

describe.each(Object.entries(CHANGES))("a change of the email %s", (_, change) => {
  it("takes effect at once, unverified, and both addresses are told", async () => {
    const user = await verified();
    const other = otherEmail();
    expect(await change(user, { email: other })).toMatchObject({ status: 200, body: { email: other } });
    expect(await verifiedAt(user.access)).toBeNull();

    const [notice, ...before] = await api.mailsTo(user.email);
    expect(before).toHaveLength(1);
    expect(notice?.subject).toBe("Your email address for Productivity Tracker was changed");
    expect(notice?.text).toMatch(/was changed on 20\d\d-\d\d-\d\d \d\d:\d\d UTC\..*If it was not you/s);
    expect(notice?.text).not.toContain(other);
    expect(notice?.text).not.toContain("token=");

    const token = await api.mailedToken(other);
    expect((await api.call("POST", "/auth/email/verify", { body: { token } })).status).toBe(200);
    expect(await verifiedAt(user.access)).not.toBeNull();
  });

  it("to what it is leaves it verified, and tells nobody", async () => {
    const user = await verified();
    expect((await change(user, { email: user.email.toUpperCase(), first_name: "Ada" })).status).toBe(200);
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect(await api.mailsTo(user.email)).toHaveLength(1);
  });

  it("that is refused tells nobody", async () => {
    const [user, taken] = [await verified(), await api.signUp()];
    expect((await change(user, { email: taken.email })).status).toBe(409);
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect(await api.mailsTo(user.email)).toHaveLength(1);
    expect(await api.mailsTo(taken.email)).toHaveLength(1);
  });

  it("leaves what was sent to reset the password by without use", async () => {
    const user = await verified();
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
    const token = await api.mailedToken(user.email);
    await change(user, { email: otherEmail() });
    const body = { token, new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(400);
  });
});

describe("an administrator", () => {
  const change = (token: string, id: string, body: object) =>
    api.call("PUT", `/auth/users/${id}`, { token, body });

  it("does not change the email of who may do more: else they could reset the password by it", async () => {
    const { access } = await api.signUpHolding("users:update");
    const mighty = await api.signUpHolding("users:delete");
    expect(await change(access, mighty.id, { email: otherEmail() })).toMatchObject({
      status: 403,
      body: { error: "PERMISSION_DENIED" },
    });
    expect(await api.mailsTo(mighty.email)).toHaveLength(1);
    expect((await change(access, mighty.id, { email: mighty.email, first_name: "Ada" })).status).toBe(403);
    const equal = await api.signUpHolding("users:update", "users:delete");
    expect((await change(equal.access, mighty.id, { email: otherEmail() })).status).toBe(200);
  });

  it("gives recent proof to change their own or another's", async () => {
    const own = await api.signUpHolding("users:update");
    await api.db.execute(
      sql`update sessions set authenticated_at = now() - interval '1 hour' where user_id = ${own.id}`,
    );
    expect(await change(own.access, own.id, { email: otherEmail() })).toMatchObject({
      status: 401,
      body: { error: "REAUTHENTICATION_REQUIRED" },
    });
    expect((await change(own.access, own.id, { first_name: "Ada" })).status).toBe(200);
    const user = await api.signUpHolding();
    expect((await change(own.access, user.id, { email: otherEmail() })).status).toBe(401);
    await api.call("POST", "/auth/reauthenticate", { token: own.access, body: { password: own.password } });
    expect((await change(own.access, own.id, { email: otherEmail() })).status).toBe(200);
  });

  it("does not change their own by a personal token", async () => {
    const own = await api.signUpHolding("users:update");
    const body = { name: "export", scopes: ["users:update"] };
    const { body: made } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: own.access,
      body,
    });
    expect((await change(made.token, own.id, { email: otherEmail() })).status).toBe(403);
  });
});

it("another change leaves the email verified", async () => {
  const user = await verified();
  await api.call("PUT", "/auth/me", { token: user.access, body: { first_name: "Ada" } });
  expect(await verifiedAt(user.access)).not.toBeNull();
});
