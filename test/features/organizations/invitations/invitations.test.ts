import { sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { nameInMail } from "../../../../src/features/organizations/invitations/messages.ts";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import {
  foundOrganization,
  join,
  leave,
  roleWith,
  signUpMember,
  signUpVerified,
} from "../../../support/organization-members.ts";

let api: TestApi;
let organization: Awaited<ReturnType<typeof foundOrganization>>;
beforeAll(async () => {
  api = await createTestApi();
  organization = await foundOrganization(api);
});
beforeEach(() => api.db.execute(sql`delete from throttles where key like 'invitation%'`));

type User = Awaited<ReturnType<TestApi["signUp"]>>;
type Body = { id: string; error: string; message: string; missing?: string[][] };

const MEMBER = ORGANIZATION_ROLES.member.id;
const newEmail = () => `grace-${crypto.randomUUID()}@example.com`;

const call = (method: string, path: string, user: Pick<User, "access">, body?: unknown) =>
  api.call<Body>(method, path, { token: user.access, body });
const invite = (inviter: User, organizationId: string, email: string, fields = {}) =>
  call("POST", `/organizations/${organizationId}/invitations`, inviter, {
    email,
    role_id: MEMBER,
    ...fields,
  });
const accept = (user: User, token: string) => call("POST", "/invitations/accept", user, { token });
const decline = (user: User, token: string) => call("POST", "/invitations/decline", user, { token });
const own = async (user: User) =>
  (
    await api.call<{ organization: { id: string } }[]>("GET", "/invitations", { token: user.access })
  ).body.map(({ organization: { id } }) => id);

async function membershipOf(organizationId: string, { id }: User) {
  const { rows } = await api.db.execute<{ role_id: string; is_live: boolean }>(sql`
    select role_id, left_at is null as is_live from memberships where organization_id = ${organizationId} and user_id = ${id}`);
  return rows[0];
}

/** Invites a new user, and returns the user and the mailed token. */
async function invited(fields = {}, { inviter = organization.owner, organizationId = organization.id } = {}) {
  const user = await api.signUp();
  const { status, body } = await invite(inviter, organizationId, user.email, fields);
  expect(status).toBe(201);
  return { user, id: body.id, token: await api.mailedToken(user.email) };
}

describe("POST /organizations/{organization_id}/invitations", () => {
  it("mails a link with the token in the fragment, and names the organization and the inviter", async () => {
    const { id, owner } = await foundOrganization(api, { name: "Babbage & Co" });
    await api.db.execute(
      sql`update users set first_name = 'Ada', last_name = 'Lovelace' where id = ${owner.id}`,
    );
    const email = newEmail();
    const { status, body, text } = await invite(owner, id, email);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      organization_id: id,
      email,
      role: { id: MEMBER, name: "member" },
      team_id: null,
    });
    const [mail, ...others] = await api.mailsTo(email);
    expect(others).toEqual([]);
    const token = await api.mailedToken(email);
    expect(text).not.toContain(token);
    expect(mail?.subject).toBe("You are invited to an organization at Productivity Tracker");
    expect(mail?.text).toContain("“Ada Lovelace” invites you to “Babbage & Co” at Productivity Tracker.");
    expect(mail?.text).toContain(`http://api.test/app/invitations#token=${token}\n`);
    const { rows } = await api.db.execute(sql`select invitations::text as row from invitations`);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("answers alike for addresses with and without an account", async () => {
    const known = await api.signUp();
    const answers = [
      await invite(organization.owner, organization.id, known.email),
      await invite(organization.owner, organization.id, newEmail()),
    ];
    const shapes = answers.map(({ status, body }) => [
      status,
      { ...body, id: "", email: "", created_at: "", expires_at: "" },
    ]);
    expect(shapes[0]).toEqual(shapes[1]);
  });

  it("refuses an inviter whose email is not verified, and mails nothing", async () => {
    const inviter = await api.signUp();
    await join(api, organization.id, inviter.id, "admin");
    const email = newEmail();
    const refused = await invite(inviter, organization.id, email);
    expect([refused.status, refused.body.error]).toEqual([400, "BUSINESS_LOGIC_ERROR"]);
    expect(await api.mailsTo(email)).toEqual([]);
  });

  it("answers 404 to strangers and former members, and 403 to members without members:invite", async () => {
    const stranger = await signUpVerified(api);
    expect((await invite(stranger, organization.id, newEmail())).status).toBe(404);
    const former = await signUpMember(api, organization.id, "admin");
    await leave(api, organization.id, former.id);
    expect((await invite(former, organization.id, newEmail())).status).toBe(404);
    const manager = await signUpMember(api, organization.id, "manager");
    const refused = await invite(manager, organization.id, newEmail());
    expect([refused.status, refused.body.missing]).toEqual([403, [["members:invite"]]]);
  });

  it("refuses a personal token with any scopes", async () => {
    const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: organization.owner.access,
      body: { name: "script", scopes: ["full"] },
    });
    const script = { ...organization.owner, access: body.token };
    expect((await invite(script, organization.id, newEmail())).status).toBe(403);
    const { token, user } = await invited();
    const { body: own } = await api.call<{ token: string }>("POST", "/auth/tokens", {
      token: user.access,
      body: { name: "script", scopes: ["full"] },
    });
    expect((await accept({ ...user, access: own.token }, token)).status).toBe(403);
  });

  it("refuses a role with grants that the inviter lacks, and roles that members can't have", async () => {
    const admin = await signUpMember(api, organization.id, "admin");
    const statusFor = async (role_id: string) =>
      (await invite(admin, organization.id, newEmail(), { role_id })).status;
    expect(await statusFor(ORGANIZATION_ROLES.owner.id)).toBe(403);
    expect(await statusFor(ORGANIZATION_ROLES.admin.id)).toBe(201);
    const { rows } = await api.db.execute<{ id: string }>(
      sql`select id from organization_roles where builtin = 'team_lead'`,
    );
    expect(await statusFor(rows[0]?.id ?? "")).toBe(404);
    const other = await foundOrganization(api);
    expect(await statusFor(await roleWith(api, other.id, "members:read"))).toBe(404);
    const recruiter = await signUpMember(
      api,
      organization.id,
      await roleWith(api, organization.id, "members:invite", "members:read"),
    );
    expect((await invite(recruiter, organization.id, newEmail())).status).toBe(403);
    const reader = await roleWith(api, organization.id, "members:read");
    expect((await invite(recruiter, organization.id, newEmail(), { role_id: reader })).status).toBe(201);
  });

  it("keeps one open invitation for each address in any case, and replaces one that has expired", async () => {
    const email = newEmail();
    const first = await invite(organization.owner, organization.id, email);
    const again = await invite(organization.owner, organization.id, email.toUpperCase());
    expect([again.status, again.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    await api.db.execute(sql`update invitations set expires_at = now() where id = ${first.body.id}`);
    expect((await invite(organization.owner, organization.id, email)).status).toBe(201);
  });

  it("limits the invitations of a member to 20 a day", async () => {
    const { id, owner } = await foundOrganization(api);
    const statuses: number[] = [];
    for (let count = 0; count < 21; count++) statuses.push((await invite(owner, id, newEmail())).status);
    expect(statuses).toEqual([...Array(20).fill(201), 429]);
    const admin = await signUpMember(api, id, "admin");
    expect((await invite(admin, id, newEmail())).status).toBe(201);
  });

  it("limits the invitations of an organization to 200 a day", async () => {
    const { id, owner } = await foundOrganization(api);
    expect((await invite(owner, id, newEmail())).status).toBe(201);
    await api.db.execute(sql`update throttles set attempts = 199 where key like 'invitation-organization:%'`);
    const admin = await signUpMember(api, id, "admin");
    expect((await invite(admin, id, newEmail())).status).toBe(201);
    expect((await invite(admin, id, newEmail())).status).toBe(429);
  });

  it("adds to a team only for inviters who could add members to it", async () => {
    const team = crypto.randomUUID();
    await api.db.execute(sql`
      insert into teams (id, organization_id, name) values (${team}, ${organization.id}, ${team})`);
    const recruiter = await signUpMember(
      api,
      organization.id,
      await roleWith(api, organization.id, ...ORGANIZATION_ROLES.member.grants, "members:invite"),
    );
    expect((await invite(recruiter, organization.id, newEmail(), { team_id: team })).status).toBe(403);
    const other = await foundOrganization(api);
    expect((await invite(other.owner, other.id, newEmail(), { team_id: team })).status).toBe(404);
    const { user, token } = await invited({ team_id: team });
    expect((await accept(user, token)).status).toBe(200);
    const { rows } = await api.db.execute(
      sql`select user_id, is_lead from team_members where team_id = ${team}`,
    );
    expect(rows).toEqual([{ user_id: user.id, is_lead: false }]);
  });
});

describe("POST /invitations/accept", () => {
  it("makes the invited person a member, verifies their email, and answers the organization", async () => {
    const { user, token } = await invited();
    const answer = await accept(user, token);
    expect([answer.status, answer.body.id]).toEqual([200, organization.id]);
    expect(await membershipOf(organization.id, user)).toEqual({ role_id: MEMBER, is_live: true });
    const { body: email } = await call("GET", "/auth/email", user);
    expect(email).toMatchObject({ verified_at: expect.any(String) });
  });

  it("accepts the mailed token of a person who signs up after the invitation", async () => {
    const username = `late-${crypto.randomUUID()}`;
    await invite(organization.owner, organization.id, `${username}@example.com`);
    const token = await api.mailedToken(`${username}@example.com`);
    const user = await api.signUp(username);
    expect((await accept(user, token)).status).toBe(200);
  });

  it("answers 404 to another account, also of a member or the inviter, and keeps the token", async () => {
    const { user, token } = await invited();
    const others = [await signUpVerified(api), await signUpMember(api, organization.id, "member")];
    for (const other of [...others, organization.owner]) {
      const answer = await accept(other, token);
      expect([answer.status, answer.body.error]).toEqual([404, "RESOURCE_NOT_FOUND"]);
      expect((await decline(other, token)).status).toBe(404);
    }
    expect((await accept(user, token)).status).toBe(200);
  });

  it("does nothing by GET", async () => {
    const { user, token } = await invited();
    for (const path of [`/invitations/accept?token=${token}`, "/invitations/accept"])
      expect((await call("GET", path, user)).status).toBe(405);
    expect(await membershipOf(organization.id, user)).toBeUndefined();
  });

  it("accepts a token once, even by concurrent requests", async () => {
    const { user, token } = await invited();
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(user, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    await leave(api, organization.id, user.id);
    expect((await accept(user, token)).status).toBe(404);
    expect((await membershipOf(organization.id, user))?.is_live).toBe(false);
  });

  it("refuses a token that was revoked, declined, replaced or has expired", async () => {
    const revoked = await invited();
    const path = `/organizations/${organization.id}/invitations/${revoked.id}`;
    expect((await call("DELETE", path, organization.owner)).status).toBe(204);
    expect((await call("DELETE", path, organization.owner)).status).toBe(404);
    expect((await accept(revoked.user, revoked.token)).status).toBe(404);

    const declined = await invited();
    expect((await decline(declined.user, declined.token)).status).toBe(204);
    expect((await decline(declined.user, declined.token)).status).toBe(404);
    expect((await accept(declined.user, declined.token)).status).toBe(404);

    const expired = await invited();
    await api.db.execute(sql`update invitations set expires_at = now() where id = ${expired.id}`);
    expect((await accept(expired.user, expired.token)).status).toBe(404);
    expect((await accept(expired.user, "forged")).status).toBe(404);
  });

  it("refuses an invitation whose sender may no longer give its role", async () => {
    const role = await roleWith(api, organization.id, "members:read", "audit:read");
    const changes: ((inviter: User) => Promise<unknown>)[] = [
      (inviter) => leave(api, organization.id, inviter.id),
      (inviter) => join(api, organization.id, inviter.id, "member"),
      async (inviter) =>
        join(
          api,
          organization.id,
          inviter.id,
          await roleWith(api, organization.id, "members:invite", "members:read"),
        ),
      (inviter) => api.db.execute(sql`update users set is_active = false where id = ${inviter.id}`),
      (inviter) =>
        api.db.execute(sql`update users set is_deleted = true, deleted_at = now() where id = ${inviter.id}`),
      () =>
        api.db.execute(sql`
          update organization_roles set grants = grants || '{organization:delete}' where id = ${role}`),
      () => api.db.execute(sql`update organization_roles set is_deleted = true where id = ${role}`),
    ];
    for (const change of changes) {
      const inviter = await signUpMember(api, organization.id, "admin");
      await api.db.execute(sql`
        update organization_roles set grants = '{members:read,audit:read}', is_deleted = false where id = ${role}`);
      const { user, token } = await invited({ role_id: role }, { inviter, organizationId: organization.id });
      await api.db.execute(sql`update users set email_verified_at = now() where id = ${user.id}`);
      expect(await own(user)).toEqual([organization.id]);
      await change(inviter);
      const answer = await accept(user, token);
      expect([change.toString(), answer.status]).toEqual([change.toString(), 404]);
      expect(await own(user)).toEqual([]);
      expect(await membershipOf(organization.id, user)).toBeUndefined();
    }
  });

  it("refuses an invitation to a team whose sender may no longer add members to it", async () => {
    const inviter = await signUpMember(api, organization.id, "admin");
    const team = crypto.randomUUID();
    await api.db.execute(sql`
      insert into teams (id, organization_id, name) values (${team}, ${organization.id}, ${team})`);
    const { user, token } = await invited({ team_id: team }, { inviter, organizationId: organization.id });
    // The inviter leads the team, and must not gain the time of a person by an invitation from before.
    await api.db.execute(sql`
      insert into team_members (organization_id, team_id, user_id, is_lead) values (${organization.id}, ${team}, ${inviter.id}, true)`);
    const recruiter = await roleWith(
      api,
      organization.id,
      ...ORGANIZATION_ROLES.member.grants,
      "members:invite",
    );
    await join(api, organization.id, inviter.id, recruiter);
    expect((await accept(user, token)).status).toBe(404);
    expect(await membershipOf(organization.id, user)).toBeUndefined();
    const { rows } = await api.db.execute(sql`select user_id from team_members where team_id = ${team}`);
    expect(rows).toEqual([{ user_id: inviter.id }]);
    await join(api, organization.id, inviter.id, "admin");
    expect((await accept(user, token)).status).toBe(200);
  });

  it("refuses an invitation to an organization that was deleted", async () => {
    const { id, owner } = await foundOrganization(api);
    const { user, token } = await invited({}, { inviter: owner, organizationId: id });
    await api.db.execute(
      sql`update organizations set is_deleted = true, deleted_at = now() where id = ${id}`,
    );
    expect((await accept(user, token)).status).toBe(404);
  });

  it("lets a former member return, and leaves the role of a member as it is", async () => {
    const { user, token } = await invited();
    await join(api, organization.id, user.id, "admin");
    await leave(api, organization.id, user.id);
    expect((await accept(user, token)).status).toBe(200);
    expect(await membershipOf(organization.id, user)).toEqual({ role_id: MEMBER, is_live: true });

    const present = await invited({ role_id: ORGANIZATION_ROLES.admin.id });
    await join(api, organization.id, present.user.id, "member");
    const answer = await accept(present.user, present.token);
    expect([answer.status, answer.body.error]).toEqual([409, "RESOURCE_ALREADY_EXISTS"]);
    expect((await membershipOf(organization.id, present.user))?.role_id).toBe(MEMBER);
  });
});

describe("POST /organizations/{organization_id}/invitations/{invitation_id}/resend", () => {
  it("mails a new token, and ends the old one", async () => {
    const { user, id, token } = await invited();
    await api.db.execute(sql`update invitations set expires_at = now() where id = ${id}`);
    const path = `/organizations/${organization.id}/invitations/${id}/resend`;
    expect((await call("POST", path, organization.owner)).status).toBe(200);
    const renewed = await api.mailedToken(user.email);
    expect(renewed).not.toBe(token);
    expect((await accept(user, token)).status).toBe(404);
    expect((await accept(user, renewed)).status).toBe(200);
    expect((await call("POST", path, organization.owner)).status).toBe(404);
  });

  it("refuses members who lack grants of the role, and counts as an invitation", async () => {
    const { id } = await invited({ role_id: ORGANIZATION_ROLES.owner.id });
    const path = `/organizations/${organization.id}/invitations/${id}/resend`;
    const admin = await signUpMember(api, organization.id, "admin");
    expect((await call("POST", path, admin)).status).toBe(403);
    const other = await foundOrganization(api);
    expect(
      (await call("POST", `/organizations/${other.id}/invitations/${id}/resend`, other.owner)).status,
    ).toBe(404);
    expect((await call("DELETE", `/organizations/${other.id}/invitations/${id}`, other.owner)).status).toBe(
      404,
    );
  });
});

describe("GET /invitations", () => {
  it("lists invitations only to a verified email", async () => {
    const { user } = await invited();
    expect(await own(user)).toEqual([]);
    await api.db.execute(sql`update users set email_verified_at = now() where id = ${user.id}`);
    expect(await own(user)).toEqual([organization.id]);
    expect(await own(await signUpVerified(api))).toEqual([]);
  });
});

describe("GET /organizations/{organization_id}/invitations", () => {
  it("lists the open invitations of the organization, newest first, without tokens", async () => {
    const { id, owner } = await foundOrganization(api);
    const first = await invite(owner, id, newEmail());
    const second = await invite(owner, id, newEmail());
    const gone = await invite(owner, id, newEmail());
    await call("DELETE", `/organizations/${id}/invitations/${gone.body.id}`, owner);
    const list = await api.call<Body[]>("GET", `/organizations/${id}/invitations`, { token: owner.access });
    expect(list.body.map((invitation) => invitation.id)).toEqual([second.body.id, first.body.id]);
    expect(list.text).not.toMatch(/token|hash/);
    const member = await signUpMember(api, id, "member");
    expect((await call("GET", `/organizations/${id}/invitations`, member)).status).toBe(403);
  });
});

it("removes an invitation in the maintenance 30 days after it has expired", async () => {
  const [kept, old] = [await invited(), await invited()];
  await api.db.execute(sql`
    update invitations set expires_at = now() - interval '30 days 1 minute' where id = ${old.id}`);
  await api.db.execute(
    sql`update invitations set expires_at = now() - interval '29 days' where id = ${kept.id}`,
  );
  await maintain(api.settings);
  const { rows } = await api.db.execute(sql`select id from invitations where id in (${kept.id}, ${old.id})`);
  expect(rows).toEqual([{ id: kept.id }]);
});

describe("a name in a mail", () => {
  it.each([
    ["Babbage & Co", "“Babbage & Co”"],
    ["Café Zürich", "“Café Zürich”"],
    ["St. Mary's", "“St. Mary's”"],
    ["<i>Ada</i>", "“iAdai”"],
    ["Line\nbreak", "“Linebreak”"],
    ["https://evil.example/login", "an organization"],
    ["evil.com", "an organization"],
    ["пример.рф", "an organization"],
    ["x".repeat(61), "an organization"],
    ["***", "an organization"],
  ])("of %j is %s", (name, written) => {
    expect(nameInMail(name, "an organization")).toBe(written);
  });
});
