/// <reference types="vite/client" />
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { addPasskey } from "../../../support/factors.ts";
import { foundOrganization } from "../../../support/organization-members.ts";
import { newAuthenticator } from "../../../support/passkey.ts";

let api: TestApi;
let administrator: string;
beforeAll(async () => {
  api = await createTestApi({ OWN_EVENTS_PER_HOUR: "1000" });
  administrator = (await api.signUpHolding("superuser")).access;
});

type User = Awaited<ReturnType<TestApi["signUp"]>>;
type Sent = Promise<{ status: number }>;

interface Row {
  /** Subject of the mails. */
  subject: RegExp;
  /** Number of mails that reach the recipient, out of six. */
  mails: number;
  /** Returns the recipient, and a function that causes a mail, which the test calls six times. */
  prepare: () => Promise<{ recipient: string; ask: (index: number) => Sent }>;
}

const NEW_PASSWORD = "another horse, another battery";
const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;
const asAdministrator = (method: string, path: string, body?: object) =>
  api.call(method, path, { token: administrator, ...(body && { body }) });
const register = (email: string) => {
  const username = `new-${crypto.randomUUID()}`;
  return api.call<{ id: string }>("POST", "/auth/register", {
    body: { email, username, password: PASSWORD },
  });
};

/** Signs up a user whose email is verified. */
async function verified(): Promise<User> {
  const user = await api.signUp();
  const token = await api.mailedToken(user.email);
  await api.call("POST", "/auth/email/verify", { body: { token } });
  return user;
}

/** Changes a user's email to a new one, and confirms it. */
async function changeEmail(user: { access: string }): Sent {
  const email = otherEmail();
  await api.call("PUT", "/auth/me", { token: user.access, body: { email } });
  const token = await api.mailedToken(email);
  return api.call("POST", "/auth/email/confirm-change", { body: { token } });
}

/** Has an administrator request a change of the user's email, after it resets the limits of such requests. */
async function requestChange({ id }: { id: string }, email: string) {
  await api.db.execute(sql`
    delete from throttles
    where key like 'email-change:%' or key like 'mail-account:%' or key like 'mail-recipient:%'`);
  const requested = await asAdministrator("PUT", `/auth/users/${id}`, { email });
  const token = await api.mailedToken(email);
  const confirm = () => api.call("POST", "/auth/email/confirm-change", { body: { token } });
  return { requested, confirm };
}

/** Makes the user's email change due, and runs the maintenance. */
async function maintainWhenDue({ id }: { id: string }): Promise<void> {
  await api.db.execute(sql`
    update email_changes set due_at = now() - interval '1 minute' where user_id = ${id} and applied_at is null`);
  await maintain(api.settings);
}

/** Removes the requester of a change, so that the change is stopped. */
const forgetRequester = ({ id }: { id: string }) =>
  api.db.execute(sql`update email_changes set requested_by = null where user_id = ${id}`);

/** Changes the email of a new, unverified account to `email`, after `wait`, and then to another one. */
async function giveUnproven(email: string, wait: (user: User) => Promise<void>): Sent {
  const user = await api.signUp();
  const { confirm } = await requestChange(user, email);
  const confirmed = await confirm();
  await wait(user);
  await api.db.execute(sql`update users set email = ${otherEmail()} where id = ${user.id}`);
  return confirmed;
}

/** Adds a passkey as a browser does, and removes it, since 20 is the maximum. */
async function addAndRemovePasskey({ access: token }: { access: string }): Sent {
  const begun = await api.call<{ challenge: string }>("POST", "/auth/passkeys/options", { token });
  const { id, response } = await (await newAuthenticator()).create(begun.body);
  const body = { name: "My phone", credential: { id, response } };
  const added = await api.call<{ id: string }>("POST", "/auth/passkeys", { token, body });
  await api.call("DELETE", `/auth/passkeys/${added.body.id}`, { token });
  return added;
}

/** Calls that send mails, by folder and writer of the mail. */
const ROWS: Record<string, Row> = {
  "auth › verification": {
    subject: /^Confirm your email address/,
    mails: 5,
    // Deleting the account frees its email.
    prepare: async () => {
      const recipient = otherEmail();
      const ask = async () => {
        const { status, body } = await register(recipient);
        await asAdministrator("DELETE", `/auth/users/${body.id}`);
        return { status };
      };
      return { recipient, ask };
    },
  },
  "auth › passwordChanged": {
    subject: /password .* was changed/,
    mails: 5,
    prepare: async () => {
      const { email: recipient, access: token } = await api.signUp();
      let current_password = PASSWORD;
      const ask = (index: number) => {
        const body = { current_password, new_password: `${NEW_PASSWORD} ${index}` };
        current_password = body.new_password;
        return api.call("PUT", "/auth/me/password", { token, body });
      };
      return { recipient, ask };
    },
  },
  "email › verification": {
    subject: /^Confirm your email address/,
    mails: 5,
    prepare: async () => {
      const { email: recipient, access: token } = await api.signUp();
      return { recipient, ask: () => api.call("POST", "/auth/email/verification", { token }) };
    },
  },
  "email-change › emailChanged": {
    subject: /email address .* was changed/,
    mails: 5,
    // An unverified email is free again immediately, so that another account can use it and change it, too.
    prepare: async () => {
      const recipient = otherEmail();
      const ask = async () => {
        const { id } = (await register(recipient)).body;
        const { rows } = await api.db.execute<{ username: string }>(
          sql`select username from users where id = ${id}`,
        );
        return changeEmail(await api.signIn(rows[0]?.username ?? ""));
      };
      return { recipient, ask };
    },
  },
  "email-change › emailChanged, on schedule": {
    subject: /email address .* was changed/,
    mails: 5,
    prepare: async () => {
      const user = await verified();
      // The account must get its email back before the next change can notify it.
      const ask = async () => {
        const { confirm } = await requestChange(user, otherEmail());
        const confirmed = await confirm();
        await maintainWhenDue(user);
        await api.db.execute(sql`update users set email = ${user.email} where id = ${user.id}`);
        return confirmed;
      };
      return { recipient: user.email, ask };
    },
  },
  "email-change › emailChangeStopped": {
    subject: /^The change of your email address .* was stopped$/,
    mails: 5,
    prepare: async () => {
      const user = await verified();
      const ask = async () => {
        const { confirm, requested } = await requestChange(user, otherEmail());
        await forgetRequester(user);
        await api.db.execute(sql`update email_changes set due_at = null where user_id = ${user.id}`);
        await confirm();
        return requested;
      };
      return { recipient: user.email, ask };
    },
  },
  "email-change › emailChangeStopped, on schedule": {
    subject: /^The change of your email address .* was stopped$/,
    mails: 5,
    prepare: async () => {
      const user = await verified();
      const ask = async () => {
        const { confirm } = await requestChange(user, otherEmail());
        const confirmed = await confirm();
        await forgetRequester(user);
        await maintainWhenDue(user);
        return confirmed;
      };
      return { recipient: user.email, ask };
    },
  },
  "email-change › reviewAccount": {
    subject: /^An account at .* has your email address now$/,
    mails: 5,
    prepare: async () => {
      const recipient = otherEmail();
      const ask = () =>
        giveUnproven(recipient, async (user) => {
          const body = { token: await api.mailedToken(user.email) };
          await api.call("POST", "/auth/email/approve-change", { body });
        });
      return { recipient, ask };
    },
  },
  "email-change › reviewAccount, on schedule": {
    subject: /^An account at .* has your email address now$/,
    mails: 5,
    prepare: async () => {
      const recipient = otherEmail();
      return { recipient, ask: () => giveUnproven(recipient, maintainWhenDue) };
    },
  },
  "factors › factorsRemoved": {
    subject: /second factors .* were removed/,
    mails: 5,
    prepare: async () => {
      const user = await api.signUp();
      const ask = async () => {
        await addPasskey(api, { username: user.username });
        return asAdministrator("DELETE", `/auth/users/${user.id}/factors`);
      };
      return { recipient: user.email, ask };
    },
  },
  "invitations › invitation": {
    subject: /^You are invited to an organization at/,
    mails: 5,
    prepare: async () => {
      const { id, owner } = await foundOrganization(api);
      const email = otherEmail();
      const body = { email, role_id: ORGANIZATION_ROLES.member.id };
      const path = `/organizations/${id}/invitations`;
      const first = await api.call<{ id: string }>("POST", path, { token: owner.access, body });
      const again = () => api.call("POST", `${path}/${first.body.id}/resend`, { token: owner.access });
      return { recipient: email, ask: async (index: number) => (index === 0 ? first : again()) };
    },
  },
  "organizations › organizationChanged": {
    subject: /^A change in your organization at/,
    mails: 5,
    prepare: async () => {
      const { id, owner } = await foundOrganization(api);
      const member = await api.signUp();
      const path = `/organizations/${id}/members/${member.id}`;
      await api.db.execute(sql`
        insert into memberships (organization_id, user_id, role_id) values (${id}, ${member.id}, ${ORGANIZATION_ROLES.guest.id})`);
      const roles = [ORGANIZATION_ROLES.member.id, ORGANIZATION_ROLES.guest.id];
      return {
        recipient: owner.email,
        ask: (index: number) => asAdministrator("PUT", path, { role_id: roles[index % 2] }),
      };
    },
  },
  "passkeys › passkeyAdded": {
    subject: /^A passkey .* was added/,
    mails: 5,
    prepare: async () => {
      const user = await api.signUp();
      return { recipient: user.email, ask: () => addAndRemovePasskey(user) };
    },
  },
  "passwords › passwordReset": {
    subject: /^Reset your password/,
    mails: 5,
    prepare: async () => {
      const { email } = await verified();
      // The verification was one of the five mails.
      await api.db.execute(sql`delete from throttles where key like 'mail-recipient:%'`);
      return {
        recipient: email,
        ask: () => api.call("POST", "/auth/password/forgot", { body: { email } }),
      };
    },
  },
  "passwords › passwordWasReset": {
    subject: /password .* was reset/,
    mails: 5,
    prepare: async () => {
      const { email } = await verified();
      const ask = async (index: number) => {
        // Requests for resets are limited as well (above): these are spread over a longer time.
        await api.db.execute(
          sql`delete from throttles where key like 'mail-recipient:%' or key like 'password-reset:%'`,
        );
        await api.call("POST", "/auth/password/forgot", { body: { email } });
        const body = { token: await api.mailedToken(email), new_password: `${NEW_PASSWORD} ${index}` };
        return api.call("POST", "/auth/password/reset", { body });
      };
      return { recipient: email, ask };
    },
  },
  "sessions › sessionsEnded": {
    subject: /^You were signed out/,
    mails: 5,
    prepare: async () => {
      const user = await api.signUp();
      const ask = async () => {
        await api.signIn(user.username);
        return asAdministrator("DELETE", `/auth/users/${user.id}/sessions`);
      };
      return { recipient: user.email, ask };
    },
  },
  "users › accountDeactivated": {
    subject: /was deactivated/,
    mails: 5,
    prepare: async () => {
      const user = await api.signUp();
      const ask = async () => {
        const answer = await asAdministrator("POST", `/auth/users/${user.id}/deactivate`);
        await asAdministrator("POST", `/auth/users/${user.id}/activate`);
        return answer;
      };
      return { recipient: user.email, ask };
    },
  },
  "users › accountDeleted": {
    subject: /was deleted/,
    mails: 5,
    prepare: async () => {
      const user = await api.signUp();
      const ask = async () => {
        const answer = await asAdministrator("DELETE", `/auth/users/${user.id}`);
        await asAdministrator("POST", `/auth/users/${user.id}/restore`);
        return answer;
      };
      return { recipient: user.email, ask };
    },
  },
  "users › confirmEmail": {
    subject: /^Confirm your new email address/,
    mails: 5,
    prepare: async () => {
      const recipient = otherEmail();
      const ask = async () => {
        const { access: token } = await api.signUp();
        return api.call("PUT", "/auth/me", { token, body: { email: recipient } });
      };
      return { recipient, ask };
    },
  },
  "users › emailIsChanging or emailWillBeChanged": {
    subject: /is about to change/,
    mails: 5,
    prepare: async () => {
      const user = await verified();
      const ask = (index: number) => {
        const body = { email: otherEmail() };
        if (index % 2 === 0) return api.call("PUT", "/auth/me", { token: user.access, body });
        return asAdministrator("PUT", `/auth/users/${user.id}`, body);
      };
      return { recipient: user.email, ask };
    },
  },
  "users › invitation": {
    subject: /^Your account at [^ ]+ [^ ]+$/,
    mails: 5,
    prepare: async () => {
      const email = otherEmail();
      const ask = async () => {
        const body = { email, username: `new-${crypto.randomUUID()}` };
        const answer = await asAdministrator("POST", "/auth/users", body);
        await asAdministrator("DELETE", `/auth/users/${answer.body.id}`);
        return answer;
      };
      return { recipient: email, ask };
    },
  },
};

/** Returns the folder and the writer of the mail of each call that sends a mail. */
function callSites(): string[] {
  const sources: Record<string, string> = import.meta.glob("../../../../src/**/*.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  return Object.entries(sources)
    .filter(([, text]) =>
      /import \{[^}]*\bsend(?:MailLater|CountedMail|MailOnSchedule)\b[^}]*\}|export function sendMailLater\(/.test(
        text,
      ),
    )
    .flatMap(([path, text]) => {
      const feature = /features\/[^/]+\/(.+)\/[^/]+$/.exec(path)?.[1] ?? path;
      const calls = text.matchAll(
        /(?<!function )\bsend(?:MailLater|CountedMail|MailOnSchedule)\((?:[^()]|\{[^}]*\})*?,\s*(?:messages\.)?(\w+)\b(?:\(|\))/g,
      );
      const sites = [...calls].map(([, writer]) => `${feature} › ${writer}`);
      // A call of another form must not be missed.
      const isMissed =
        sites.length !==
        [...text.matchAll(/(?<!function )\bsend(?:MailLater|CountedMail|MailOnSchedule)\(/g)].length;
      return isMissed ? [...sites, `${feature} › a call of another form`] : sites;
    })
    .sort();
}

/** Names of calls whose writer is a variable. */
const NAMES: Record<string, string> = {
  "users › write": "users › emailIsChanging or emailWillBeChanged",
};

it("has a row for every call that sends a mail", () => {
  const seen = new Set<string>();
  const found = callSites()
    .filter((site) => site !== "email › write")
    .map((site) => NAMES[site] ?? site)
    .map((site) => {
      if (seen.has(site)) return `${site}, on schedule`;
      seen.add(site);
      return site;
    });
  expect(found.sort()).toEqual(Object.keys(ROWS).sort());
});

it.each(Object.entries(ROWS))(
  "drops the sixth mail in half an hour: %s",
  async (_, { prepare, subject, mails }) => {
    const { recipient, ask } = await prepare();
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) statuses.push((await ask(index)).status);
    expect(statuses.filter((status) => status >= 300 && status !== 429)).toEqual([]);
    const sent = (await api.mailsTo(recipient)).filter((mail) => subject.test(mail.subject));
    expect(sent).toHaveLength(mails);
  },
);

it("sends no mail for registrations with a taken email", async () => {
  const { email } = await api.signUp();
  for (let i = 0; i < 6; i++) expect((await register(email)).status).toBe(409);
  expect(await api.mailsTo(email)).toHaveLength(1);
});

it("mails the old address the token to stop an email change, despite a flood of other mails", async () => {
  const user = await verified();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  for (let i = 0; i < 6; i++)
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
  await api.call("PUT", "/auth/me", { token: user.access, body: { email: otherEmail() } });
  const token = await api.mailedToken(user.email);
  expect((await api.call("POST", "/auth/email/stop-change", { body: { token } })).status).toBe(200);
});

it("mails an unverified address the token to stop an email change, despite a flood of notices", async () => {
  const user = await api.signUp();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  await asAdministrator("PUT", `/auth/users/${user.id}`, { email: otherEmail() });
  const [mail] = await api.mailsTo(user.email);
  expect(mail?.subject).toMatch(/is about to change/);
});

it("reverts all of several changes with the first token", async () => {
  const user = await verified();
  await api.call("PUT", "/auth/me", { token: user.access, body: { email: otherEmail() } });
  const token = await api.mailedToken(user.email);
  for (let i = 0; i < 3; i++) await changeEmail(user);
  expect((await api.call("POST", "/auth/email/stop-change", { body: { token } })).status).toBe(200);
  const { rows } = await api.db.execute(sql`select email from users where id = ${user.id}`);
  expect(rows).toEqual([{ email: user.email }]);
});

it("sends a notice of one kind despite a flood of another kind", async () => {
  const user = await verified();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  const body = { current_password: PASSWORD, new_password: NEW_PASSWORD };
  await api.call("PUT", "/auth/me/password", { token: user.access, body });
  const [mail] = await api.mailsTo(user.email);
  expect(mail?.subject).toMatch(/was changed/);
});
