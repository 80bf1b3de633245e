/// <reference types="vite/client" />
import { sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { maintain } from "../../../../src/jobs/maintenance.ts";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";
import { addPasskey } from "../../../support/factors.ts";
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
  /** The subject of the mails. */
  subject: RegExp;
  /** So many reach the recipient, of six that are asked for. */
  mails: number;
  /** What asks for a mail, to be called six times; and who gets it. */
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

/** A signed-in user whose email is verified. */
async function verified(): Promise<User> {
  const user = await api.signUp();
  const token = await api.mailedToken(user.email);
  await api.call("POST", "/auth/email/verify", { body: { token } });
  return user;
}

/** A change of a user's email to a new one, which confirms it. */
async function changeEmail(user: { access: string }): Sent {
  const email = otherEmail();
  await api.call("PUT", "/auth/me", { token: user.access, body: { email } });
  const token = await api.mailedToken(email);
  return api.call("POST", "/auth/email/confirm-change", { body: { token } });
}

/** Has an administrator request a change of the user's email, however often that was done before. */
async function requestChange({ id }: { id: string }, email: string) {
  await api.db.execute(sql`
    delete from throttles
    where key like 'email-change:%' or key like 'mail-account:%' or key like 'mail-recipient:%'`);
  const requested = await asAdministrator("PUT", `/auth/users/${id}`, { email });
  const token = await api.mailedToken(email);
  const confirm = () => api.call("POST", "/auth/email/confirm-change", { body: { token } });
  return { requested, confirm };
}

/** Runs the schedule after the user's old address had its time to stop a change. */
async function maintainWhenDue({ id }: { id: string }): Promise<void> {
  await api.db.execute(sql`
    update email_changes set due_at = now() - interval '1 minute' where user_id = ${id} and applied_at is null`);
  await maintain(api.settings);
}

/** Leaves the requester of a change unknown: then no user may make it. */
const forgetRequester = ({ id }: { id: string }) =>
  api.db.execute(sql`update email_changes set requested_by = null where user_id = ${id}`);

/** Gives `email` to an account that never confirmed one, after `wait`, and takes it away again. */
async function giveUnproven(email: string, wait: (user: User) => Promise<void>): Sent {
  const user = await api.signUp();
  const { confirm } = await requestChange(user, email);
  const confirmed = await confirm();
  await wait(user);
  await api.db.execute(sql`update users set email = ${otherEmail()} where id = ${user.id}`);
  return confirmed;
}

/** Adds a passkey as a browser does, and removes it: there are 20 at most. */
async function addAndRemovePasskey({ access: token }: { access: string }): Sent {
  const begun = await api.call<{ challenge: string }>("POST", "/auth/passkeys/options", { token });
  const { id, response } = await (await newAuthenticator()).create(begun.body);
  const body = { name: "My phone", credential: { id, response } };
  const added = await api.call<{ id: string }>("POST", "/auth/passkeys", { token, body });
  await api.call("DELETE", `/auth/passkeys/${added.body.id}`, { token });
  return added;
}

/** Every place that sends mails, by its file and what it sends there. */
const ROWS: Record<string, Row> = {
  "auth › verification": {
    subject: /^Confirm your email address/,
    mails: 5,
    // The address is free again once the account is deleted.
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
    // An address that its account never proved is free again at once: so another account can leave it, too.
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
      // An account leaves its address once, and may be told of it once more only when it has it again.
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
      // The mail to verify the email was one of the five.
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
        // Resets are counted as they are asked for (above): these come over a longer time.
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

/** Where a writer is chosen before it is called, and where one is sent by two calls in one file. */
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

it.each(Object.entries(ROWS))("%s: no sixth mail in half an hour", async (_, { prepare, subject, mails }) => {
  const { recipient, ask } = await prepare();
  const statuses: number[] = [];
  for (let index = 0; index < 6; index++) statuses.push((await ask(index)).status);
  expect(statuses.filter((status) => status >= 300 && status !== 429)).toEqual([]);
  const sent = (await api.mailsTo(recipient)).filter((mail) => subject.test(mail.subject));
  expect(sent).toHaveLength(mails);
});

it("a registration with a taken email sends no mail, however often it is tried", async () => {
  const { email } = await api.signUp();
  for (let i = 0; i < 6; i++) expect((await register(email)).status).toBe(409);
  expect(await api.mailsTo(email)).toHaveLength(1);
});

it("no flood of other mails keeps from the old address what stops a change of the email", async () => {
  const user = await verified();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  for (let i = 0; i < 6; i++)
    await api.call("POST", "/auth/password/forgot", { body: { email: user.email } });
  await api.call("PUT", "/auth/me", { token: user.access, body: { email: otherEmail() } });
  const token = await api.mailedToken(user.email);
  expect((await api.call("POST", "/auth/email/stop-change", { body: { token } })).status).toBe(200);
});

it("no flood of notices keeps it from an address that its account has not proved", async () => {
  const user = await api.signUp();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  await asAdministrator("PUT", `/auth/users/${user.id}`, { email: otherEmail() });
  const [mail] = await api.mailsTo(user.email);
  expect(mail?.subject).toMatch(/is about to change/);
});

it("no flood of changes keeps the first token from taking all of them back", async () => {
  const user = await verified();
  await api.call("PUT", "/auth/me", { token: user.access, body: { email: otherEmail() } });
  const token = await api.mailedToken(user.email);
  for (let i = 0; i < 3; i++) await changeEmail(user);
  expect((await api.call("POST", "/auth/email/stop-change", { body: { token } })).status).toBe(200);
  const { rows } = await api.db.execute(sql`select email from users where id = ${user.id}`);
  expect(rows).toEqual([{ email: user.email }]);
});

it("a notice of one kind comes through a flood of another", async () => {
  const user = await verified();
  for (let i = 0; i < 6; i++) await addAndRemovePasskey(user);
  const body = { current_password: PASSWORD, new_password: NEW_PASSWORD };
  await api.call("PUT", "/auth/me/password", { token: user.access, body });
  const [mail] = await api.mailsTo(user.email);
  expect(mail?.subject).toMatch(/was changed/);
});
