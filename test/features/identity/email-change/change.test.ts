import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { allowUsedCodes, challengeOf, codeNow, enroll } from "../../../support/authenticator.ts";
import { addPasskey } from "../../../support/factors.ts";

let api: TestApi;
let administrator: string;
beforeAll(async () => {
  api = await createTestApi();
  administrator = (await api.signUpHolding("superuser")).access;
});

const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;
const verifiedAt = async (token: string) =>
  (await api.call<{ verified_at: string | null }>("GET", "/auth/email", { token })).body.verified_at;

/** Creates a personal token of the user. */
async function personalTokenOf({ access }: { access: string }): Promise<string> {
  const options = { token: access, body: { name: "script", scopes: ["full"] } };
  return (await api.call<{ token: string }>("POST", "/auth/tokens", options)).body.token;
}

/** Signs up a user whose email is verified. */
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

const mailedTo = async (address: string) => (await api.mailsTo(address)).map(({ subject }) => subject);
const emailOf = async ({ id }: { id: string }) => {
  const { rows } = await api.db.execute<{ email: string }>(sql`select email from users where id = ${id}`);
  return rows[0]?.email;
};
const post = (operation: string, token: string) =>
  api.call<{ message: string; error?: string }>("POST", `/auth/email/${operation}`, { body: { token } });
const confirm = async (address: string) => post("confirm-change", await api.mailedToken(address));
const login = (username: string) =>
  api.call("POST", "/auth/login", { body: { username, password: PASSWORD } });

/** Ends the time that a change by an administrator waits for the old address. */
async function waitForDue() {
  await api.db.execute(sql`update email_changes set due_at = due_at - interval '72 hours'`);
  await maintain(api.settings);
}

describe.each(Object.entries(CHANGES))("an email change %s", (by, change) => {
  it("is pending until the new address confirms it; until then the old email signs in and resets the password", async () => {
    const user = await verified();
    const other = otherEmail();
    expect(await change(user, { email: other })).toMatchObject({
      status: 200,
      body: { email: user.email, pending_email: other },
    });
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect(await mailedTo(other)).toEqual(["Confirm your new email address for Productivity Tracker"]);
    const [notice] = await api.mailsTo(user.email);
    expect(notice?.subject).toBe("Your email address for Productivity Tracker is about to change");
    expect(notice?.text).not.toContain(other);
    expect((await login(other)).status).toBe(401);
    expect((await login(user.email)).status).toBe(200);
    await api.call("POST", "/auth/password/forgot", { body: { email: other } });
    expect(await mailedTo(other)).toHaveLength(1);

    expect((await confirm(other)).status).toBe(200);
    if (by === "by an administrator") {
      expect(await emailOf(user)).toBe(user.email);
      await waitForDue();
    }
    expect(await emailOf(user)).toBe(other);
    const { body } = await api.call("GET", "/auth/me", { token: user.access });
    expect(body).toMatchObject({ email: other, pending_email: null });
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect((await mailedTo(user.email))[0]).toBe("Your email address for Productivity Tracker was changed");
    expect((await login(other)).status).toBe(200);
  });

  it("stops at the old address's request before it takes effect", async () => {
    const user = await verified();
    const other = otherEmail();
    await change(user, { email: other });
    const token = await api.mailedToken(user.email);
    expect((await post("stop-change", token)).status).toBe(200);
    expect((await confirm(other)).body.error).toBe("INVALID_ONE_TIME_TOKEN");
    await waitForDue();
    expect(await emailOf(user)).toBe(user.email);
    expect((await api.call("GET", "/auth/me", { token: user.access })).body.pending_email).toBeNull();
    expect((await post("stop-change", token)).body.error).toBe("INVALID_ONE_TIME_TOKEN");
  });

  it("reverts at the old address's request within seven days, and ends all access", async () => {
    const user = await verified();
    const other = otherEmail();
    const token = await personalTokenOf(user);
    await change(user, { email: other });
    const stop = await api.mailedToken(user.email);
    await confirm(other);
    await waitForDue();
    await api.call("POST", "/auth/password/forgot", { body: { email: other } });
    const reset = await api.mailedToken(other);
    expect((await post("stop-change", stop)).body.message).toContain("The old email is restored");
    expect(await emailOf(user)).toBe(user.email);
    expect((await api.call("GET", "/auth/me", { token: user.access })).status).toBe(401);
    expect((await api.call("GET", "/auth/me", { token })).status).toBe(401);
    expect((await login(user.email)).status).toBe(401);
    const body = { token: reset, new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(400);
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
    body.token = await api.mailedToken(user.email);
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(200);
  });

  it("rejects a revert after seven days", async () => {
    const user = await verified();
    await change(user, { email: otherEmail() });
    const token = await api.mailedToken(user.email);
    await api.db.execute(sql`
      update email_changes set stoppable_until = now() where user_id = ${user.id}`);
    expect((await post("stop-change", token)).status).toBe(400);
  });

  it("expires after one day without confirmation", async () => {
    const user = await verified();
    const other = otherEmail();
    await change(user, { email: other });
    await api.db.execute(sql`update email_changes set expires_at = now() where user_id = ${user.id}`);
    expect((await confirm(other)).status).toBe(400);
    expect((await api.call("GET", "/auth/me", { token: user.access })).body.pending_email).toBeNull();
  });

  it("replaces an earlier change, and is cancelled by a change to the current email", async () => {
    const user = await verified();
    const [first, second] = [otherEmail(), otherEmail()];
    await change(user, { email: first });
    expect((await change(user, { email: second })).body.pending_email).toBe(second);
    expect((await confirm(first)).status).toBe(400);
    const cancelled = await change(user, { email: user.email.toUpperCase() });
    expect(cancelled).toMatchObject({ status: 200, body: { email: user.email, pending_email: null } });
    expect((await confirm(second)).status).toBe(400);
  });

  it("keeps an equal email verified, and sends no mail", async () => {
    const user = await verified();
    expect((await change(user, { email: user.email.toUpperCase(), first_name: "Ada" })).status).toBe(200);
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect(await api.mailsTo(user.email)).toHaveLength(1);
  });

  it("sends no mail if it is rejected", async () => {
    const [user, taken] = [await verified(), await api.signUp()];
    expect((await change(user, { email: taken.email.toUpperCase() })).status).toBe(409);
    expect(await verifiedAt(user.access)).not.toBeNull();
    expect(await api.mailsTo(user.email)).toHaveLength(1);
    expect(await api.mailsTo(taken.email)).toHaveLength(1);
  });

  it("does not reserve the new email: if another account takes it, the confirmation fails", async () => {
    const user = await verified();
    const username = `other-${crypto.randomUUID()}`;
    const email = `${username}@example.com`;
    await change(user, { email });
    const token = await api.mailedToken(email);
    await api.signUp(username);
    const answer = await post("confirm-change", token);
    if (by === "by an administrator") {
      expect(answer.status).toBe(200);
      await waitForDue();
    } else expect(answer).toMatchObject({ status: 409, body: { error: "EMAIL_ALREADY_EXISTS" } });
    expect(await emailOf(user)).toBe(user.email);
  });

  it("invalidates a mailed token to reset the password", async () => {
    const user = await verified();
    const other = otherEmail();
    await change(user, { email: other });
    const confirmation = await api.mailedToken(other);
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
    const token = await api.mailedToken(user.email);
    await post("confirm-change", confirmation);
    await waitForDue();
    const body = { token, new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(400);
  });

  it("is cancelled by a password reset", async () => {
    const user = await verified();
    const other = otherEmail();
    await change(user, { email: other });
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
    const body = { token: await api.mailedToken(user.email), new_password: "another horse, another battery" };
    expect((await api.call("POST", "/auth/password/reset", { body })).status).toBe(200);
    expect((await confirm(other)).status).toBe(400);
  });
});

it("sends no token to stop a change to an old email that was never confirmed", async () => {
  const user = await api.signUp();
  const other = otherEmail();
  await CHANGES["by its owner"](user, { email: other });
  expect(await api.mailsTo(user.email)).toHaveLength(1);
  expect((await confirm(other)).body.message).toBe("Email changed");
  expect(await emailOf(user)).toBe(other);
  expect((await mailedTo(user.email))[0]).toBe("Your email address for Productivity Tracker was changed");
});

it("cancels a change requested before the old email was verified, once it is verified", async () => {
  const user = await api.signUp();
  const other = otherEmail();
  const verification = await api.mailedToken(user.email);
  await CHANGES["by its owner"](user, { email: other });
  expect((await post("verify", verification)).status).toBe(200);
  expect((await confirm(other)).body.error).toBe("INVALID_ONE_TIME_TOKEN");
  expect(await emailOf(user)).toBe(user.email);
  expect((await api.call("GET", "/auth/me", { token: user.access })).body.pending_email).toBeNull();
});

it("makes an administrator's change wait for the old address even if it was never confirmed", async () => {
  const user = await api.signUp();
  const other = otherEmail();
  await CHANGES["by an administrator"](user, { email: other });
  expect((await confirm(other)).body.message).toContain("once the old address approves");
  expect(await emailOf(user)).toBe(user.email);
  expect((await post("stop-change", await api.mailedToken(user.email))).status).toBe(200);
  await waitForDue();
  expect(await emailOf(user)).toBe(user.email);
});

it("applies a change of an unused invited account without a wait", async () => {
  const [typed, right] = [otherEmail(), otherEmail()];
  const invited = { email: typed, username: `guest-${crypto.randomUUID()}` };
  const { body } = await api.call<{ id: string }>("POST", "/auth/users", {
    token: administrator,
    body: invited,
  });
  await CHANGES["by an administrator"](body, { email: right });
  expect((await confirm(right)).body.message).toBe("Email changed");
  expect(await emailOf(body)).toBe(right);
});

it("lets the old address approve an administrator's change, and still revert it", async () => {
  const user = await verified();
  const other = otherEmail();
  await CHANGES["by an administrator"](user, { email: other });
  const token = await api.mailedToken(user.email);
  expect((await post("approve-change", token)).body.message).toContain("once the new address confirms");
  expect(await emailOf(user)).toBe(user.email);
  expect((await confirm(other)).body.message).toBe("Email changed");
  expect(await emailOf(user)).toBe(other);
  expect((await post("stop-change", token)).status).toBe(200);
  expect(await emailOf(user)).toBe(user.email);
});

it("reserves the old address while it can revert the change", async () => {
  const user = await verified();
  const other = otherEmail();
  await CHANGES["by its owner"](user, { email: other });
  await confirm(other);
  const account = { email: user.email, username: `thief-${crypto.randomUUID()}`, password: PASSWORD };
  expect((await api.call("POST", "/auth/register", { body: account })).status).toBe(409);
  await api.db.execute(sql`update email_changes set stoppable_until = now() where user_id = ${user.id}`);
  expect((await api.call("POST", "/auth/register", { body: account })).status).toBe(201);
});

it("gives the first old address precedence over those of later changes", async () => {
  const user = await verified();
  const [second, third] = [otherEmail(), otherEmail()];
  await CHANGES["by its owner"](user, { email: second });
  const first = await api.mailedToken(user.email);
  await confirm(second);
  await CHANGES["by its owner"](user, { email: third });
  const later = await api.mailedToken(second);
  await confirm(third);
  expect((await post("stop-change", first)).status).toBe(200);
  expect(await emailOf(user)).toBe(user.email);
  expect((await post("stop-change", later)).status).toBe(400);
});

it("applies a change immediately, unverified, if no mail can be sent", async () => {
  const silent = await createTestApi({
    MAIL_API_URL: undefined,
    MAIL_API_KEY: undefined,
    MAIL_FROM: undefined,
  });
  const user = await silent.signUp();
  const email = otherEmail();
  const answer = await silent.call("PUT", "/auth/me", { token: user.access, body: { email } });
  expect(answer.body).toMatchObject({ email, pending_email: null });
  const status = await silent.call("GET", "/auth/email", { token: user.access });
  expect(status.body).toEqual({ email, verified_at: null });
});

it("adds audit events for the request and the stop", async () => {
  const user = await verified();
  await CHANGES["by its owner"](user, { email: otherEmail() });
  await post("stop-change", await api.mailedToken(user.email));
  const { rows } = await api.db.execute(sql`
    select action, actor_id from audit_events where target_id = ${user.id} and action like 'user.email_change_%' order by occurred_at`);
  expect(rows).toEqual([
    { action: "user.email_change_requested", actor_id: user.id },
    { action: "user.email_change_stopped", actor_id: user.id },
  ]);
});

describe("an administrator", () => {
  const change = (token: string, id: string, body: object) =>
    api.call("PUT", `/auth/users/${id}`, { token, body });

  it("lacks the right to change the email, and so reset the password, of a user with more permissions", async () => {
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

  it("needs recent authentication to change their own or another user's email", async () => {
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

  it("needs a session to change their own email", async () => {
    const own = await api.signUpHolding("users:update");
    const body = { name: "export", scopes: ["users:update"] };
    const { body: made } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: own.access,
      body,
    });
    expect((await change(made.token, own.id, { email: otherEmail() })).status).toBe(403);
  });
});

it("keeps the email verified when other fields change", async () => {
  const user = await verified();
  await api.call("PUT", "/auth/me", { token: user.access, body: { first_name: "Ada" } });
  expect(await verifiedAt(user.access)).not.toBeNull();
});

describe("an administrator's change, when it takes effect", () => {
  /** Requests an email change by a new administrator with these permissions, and returns its users and tokens. */
  async function waiting(...permissions: string[]) {
    const [requester, user] = [await api.signUpHolding("users:update", ...permissions), await verified()];
    const other = otherEmail();
    const path = `/auth/users/${user.id}`;
    const { status } = await api.call("PUT", path, { token: requester.access, body: { email: other } });
    expect(status).toBe(200);
    const approval = await api.mailedToken(user.email);
    const confirmation = await api.mailedToken(other);
    return { requester, user, other, approval, confirmation };
  }
  const give = async ({ id }: { id: string }, permission: string) => {
    const { roleId } = await api.signUpHolding(permission);
    await api.db.execute(sql`insert into user_roles (user_id, role_id) values (${id}, ${roleId})`);
  };
  const stops = async ({ id }: { id: string }) => {
    const { rows } = await api.db.execute(sql`
      select actor_id, details from audit_events where target_id = ${id} and action = 'user.email_change_stopped'`);
    return rows;
  };
  const STOPPED = "The change of your email address for Productivity Tracker was stopped";

  type Waiting = Awaited<ReturnType<typeof waiting>>;
  const REASONS: Record<string, (waiting: Waiting) => Promise<unknown>> = {
    "the account has an administrative permission that the requester lacks": ({ user }) =>
      give(user, "users:delete"),
    "the account has a wildcard that the requester lacks": ({ user }) => give(user, "roles:*"),
    "the account has become a superuser": ({ user }) =>
      api.db.execute(sql`update users set is_superuser = true where id = ${user.id}`),
    "the requester is deactivated": ({ requester }) =>
      api.db.execute(sql`update users set is_active = false where id = ${requester.id}`),
    "the requester is deleted": ({ requester }) =>
      api.db.execute(sql`update users set is_deleted = true, deleted_at = now() where id = ${requester.id}`),
    "the requester may no longer change users": ({ requester }) =>
      api.db.execute(sql`delete from user_roles where user_id = ${requester.id}`),
  };

  it.each(Object.entries(REASONS))("is stopped on schedule if %s", async (_, happen) => {
    const change = await waiting();
    expect((await post("confirm-change", change.confirmation)).status).toBe(200);
    await happen(change);
    await waitForDue();
    expect(await emailOf(change.user)).toBe(change.user.email);
    expect(await stops(change.user)).toEqual([
      { actor_id: null, details: { reason: "requester_not_authorized" } },
    ]);
    expect((await mailedTo(change.user.email))[0]).toBe(STOPPED);
    await waitForDue();
    expect(await stops(change.user)).toHaveLength(1);
    expect((await mailedTo(change.user.email)).filter((subject) => subject === STOPPED)).toHaveLength(1);
    expect((await api.call("GET", "/auth/me", { token: change.user.access })).body.pending_email).toBeNull();
  });

  it.each(["confirm-change", "approve-change"])(
    "is stopped by %s, which responds with the reason",
    async (last) => {
      const change = await waiting();
      const tokens = { "approve-change": change.approval, "confirm-change": change.confirmation };
      for (const [operation, token] of Object.entries(tokens).filter(([name]) => name !== last))
        expect((await post(operation, token)).status).toBe(200);
      await give(change.user, "audit:read");
      const token = last === "confirm-change" ? change.confirmation : change.approval;
      expect(await post(last, token)).toMatchObject({
        status: 400,
        body: { error: "BUSINESS_LOGIC_ERROR", message: expect.stringContaining("administrator") },
      });
      expect(await emailOf(change.user)).toBe(change.user.email);
      expect(await stops(change.user)).toHaveLength(1);
      expect((await mailedTo(change.user.email))[0]).toBe(STOPPED);
    },
  );

  it("is applied if the requester holds the permissions that the account gained", async () => {
    const change = await waiting("users:delete");
    await post("confirm-change", change.confirmation);
    await give(change.user, "users:delete");
    await waitForDue();
    expect(await emailOf(change.user)).toBe(change.other);
  });

  it("is applied if the account gained only permissions that are not administrative", async () => {
    const change = await waiting();
    await post("confirm-change", change.confirmation);
    await give(change.user, "reports:read");
    await waitForDue();
    expect(await emailOf(change.user)).toBe(change.other);
  });
});

describe("the confirmation of a new email, if the old email was not confirmed", () => {
  interface Confirmed {
    message: string;
    review_token?: string;
    expires_in?: number;
    review?: Record<string, unknown>;
  }
  const confirmNew = async (address: string) =>
    api.call<Confirmed>("POST", "/auth/email/confirm-change", {
      body: { token: await api.mailedToken(address) },
    });
  const review = (review_token: string, decision: string) =>
    api.call("POST", "/auth/email/review", { body: { review_token, decision } });

  /** Signs up an account with an unconfirmed email, a personal token and a passkey. */
  async function unproven() {
    const account = await api.signUp();
    const token = await personalTokenOf(account);
    await addPasskey(api, account);
    return { ...account, token };
  }

  it("lists earlier access, and returns a token that ends it", async () => {
    const account = await unproven();
    const other = otherEmail();
    await CHANGES["by its owner"](account, { email: other });
    const { status, body } = await confirmNew(other);
    expect([status, body]).toMatchObject([
      200,
      {
        message: "Email changed",
        expires_in: 3_600,
        review: {
          username: account.username,
          created_at: expect.stringMatching(/^20\d\d-.*Z$/),
          sessions: 1,
          tokens: [{ name: "script", created_at: expect.stringMatching(/^20\d\d-.*Z$/) }],
          passkeys: [{ name: "My phone" }],
          authenticator: false,
        },
      },
    ]);
    const ended = await review(body.review_token ?? "", "end");
    expect(ended).toMatchObject({ status: 200, body: { ended: { sessions: 1, tokens: 1, passkeys: 1 } } });
    for (const token of [account.access, account.token])
      expect((await api.call("GET", "/auth/me", { token })).status).toBe(401);
    expect((await login(other)).status).toBe(401);
  });

  it("returns a token that disowns the account and frees the new email", async () => {
    const account = await unproven();
    const other = otherEmail();
    await CHANGES["by its owner"](account, { email: other });
    const { body } = await confirmNew(other);
    expect((await review(body.review_token ?? "", "disown")).status).toBe(200);
    const fresh = { email: other, username: `owner-${crypto.randomUUID()}`, password: PASSWORD };
    expect((await api.call("POST", "/auth/register", { body: fresh })).status).toBe(201);
  });

  it("lists no access if the old email was confirmed", async () => {
    const user = await verified();
    const other = otherEmail();
    await CHANGES["by its owner"](user, { email: other });
    expect((await confirmNew(other)).body).toEqual({ message: "Email changed" });
  });

  it("lists no access while the change waits, and mails the new address a token when it takes effect", async () => {
    const account = await unproven();
    const other = otherEmail();
    await CHANGES["by an administrator"](account, { email: other });
    expect(Object.keys((await confirmNew(other)).body)).toEqual(["message"]);
    await waitForDue();
    expect(await emailOf(account)).toBe(other);
    const [mail] = await api.mailsTo(other);
    expect(mail?.subject).toBe("An account at Productivity Tracker has your email address now");
    expect(mail?.text).toContain("passkeys: 1");
    expect(mail?.text).not.toContain(account.username);
    expect(mail?.text).not.toContain("script");
    expect(await review(await api.mailedToken(other), "end")).toMatchObject({
      status: 200,
      body: { ended: { passkeys: 1 } },
    });
    expect((await api.call("GET", "/auth/me", { token: account.access })).status).toBe(401);
  });

  it("mails the new address a token if the old address approves the change last", async () => {
    const account = await unproven();
    const other = otherEmail();
    await CHANGES["by an administrator"](account, { email: other });
    await confirmNew(other);
    const approved = await post("approve-change", await api.mailedToken(account.email));
    expect(approved.body).toEqual({ message: "Email changed" });
    expect((await review(await api.mailedToken(other), "keep")).status).toBe(200);
  });
});

describe("second factors during an email change", () => {
  const NEW_PASSWORD = "another horse, another battery";

  /** Signs up a user with a passkey and an authenticator app. */
  async function withFactors() {
    const user = await verified();
    const { secret } = await enroll(api, user);
    const { userId, authenticator } = await addPasskey(api, user);
    const signInByPasskey = async () => {
      const begun = await api.call<{ challenge: string }>("POST", "/auth/login/passkey/options");
      const { id, response } = await authenticator.get(begun.body, userId);
      return api.call("POST", "/auth/login/passkey", { body: { credential: { id, response } } });
    };
    const proveCode = async (challenge: string) => {
      await allowUsedCodes(api, user);
      const body = { challenge, code: await codeNow(secret) };
      return api.call("POST", "/auth/login/second-factor", { body });
    };
    return { ...user, signInByPasskey, proveCode };
  }

  it("stays required and valid, with the new email as identifier", async () => {
    const user = await withFactors();
    const other = otherEmail();
    await CHANGES["by its owner"](user, { email: other });
    expect((await user.signInByPasskey()).status).toBe(200);
    await confirm(other);
    expect((await user.signInByPasskey()).body).toMatchObject({ user: { email: other } });
    expect((await login(user.email)).status).toBe(401);
    expect((await user.proveCode(await challengeOf(api, { username: other }))).status).toBe(200);
  });

  it("rejects a pending sign-in after the change is reverted", async () => {
    const user = await withFactors();
    const other = otherEmail();
    await CHANGES["by its owner"](user, { email: other });
    const stop = await api.mailedToken(user.email);
    await confirm(other);
    const challenge = await challengeOf(api, { username: other });
    expect((await post("stop-change", stop)).status).toBe(200);
    expect((await user.proveCode(challenge)).status).toBe(401);
  });

  it("keeps the factors when the change is reverted, and lists them in the password reset", async () => {
    const user = await withFactors();
    const other = otherEmail();
    await CHANGES["by its owner"](user, { email: other });
    const stop = await api.mailedToken(user.email);
    await confirm(other);
    await post("stop-change", stop);
    expect((await user.signInByPasskey()).body).toMatchObject({ user: { email: user.email } });
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
    const body = { token: await api.mailedToken(user.email), new_password: NEW_PASSWORD };
    expect((await api.call("POST", "/auth/password/reset", { body })).body).toMatchObject({
      still_opens: { authenticator: true, passkeys: [{ name: "My phone" }] },
    });
    const again = { username: user.email, password: NEW_PASSWORD };
    expect((await api.call("POST", "/auth/login", { body: again })).status).toBe(202);
  });
});
