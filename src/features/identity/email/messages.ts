import type { Access } from "../../../database/access.ts";

/** Who writes, and where its pages are. */
export interface Sender {
  name: string;
  /** Without a slash at the end. */
  url: string;
}

export interface Content {
  subject: string;
  text: string;
  /** Whether somebody asked for it; else it is a notice of what was done. */
  isAskedFor?: true;
  /** Whether its reader can stop something by it: then no notices of other kinds are counted with it. */
  canStop?: true;
}

/**
 * All mails. They say nothing that somebody else could have chosen, such as a username: who signs up with the address of
 * another could write to them. A token is in the part of a link that browsers keep to themselves (OWASP ASVS 5.0 14.2.1),
 * and once more for who uses the API itself.
 */
type Writer = (sender: Sender) => Content;

export const verification =
  (token: string): Writer =>
  ({ name, url }) => ({
    isAskedFor: true,
    subject: `Confirm your email address for ${name}`,
    text: paragraphs(
      `This address was given for an account at ${name}. If that was you, confirm it within a day:`,
      `${url}/verify-email#token=${token}`,
      byHand("POST /auth/email/verify", token),
      "If it was not you, do nothing, or confirm the address and then disown the account (POST /auth/email/review): it is deleted, and the address is free again.",
    ),
  });

export const passwordReset =
  (token: string): Writer =>
  ({ name, url }) => ({
    isAskedFor: true,
    subject: `Reset your password for ${name}`,
    text: paragraphs(
      `Somebody asked to reset the password of your account at ${name}. If that was you, choose a new one within half an hour:`,
      `${url}/reset-password#token=${token}`,
      byHand("POST /auth/password/reset", token),
      "If it was not you, do nothing: your password stays as it is.",
    ),
  });

export const invitation =
  (token: string): Writer =>
  ({ name, url }) => ({
    isAskedFor: true,
    subject: `Your account at ${name}`,
    text: paragraphs(
      `An account at ${name} was made for this address. Choose a password for it within three days:`,
      `${url}/reset-password#token=${token}`,
      byHand("POST /auth/password/reset", token),
      "If you expect no such account, do nothing.",
    ),
  });

export const passwordChanged: Writer = ({ name, url }) => ({
  subject: `Your password for ${name} was changed`,
  text: paragraphs(
    `The password of your account at ${name} was changed on ${now()}.`,
    `If it was not you, reset it at once, which ends every session: ${url}/forgot-password (POST /auth/password/forgot).`,
  ),
});

export const passwordWasReset =
  (stillOpens: StillOpens): Writer =>
  ({ name, url }) => ({
    subject: `Your password for ${name} was reset`,
    text: paragraphs(
      `The password of your account at ${name} was set by a link that was sent to this address, on ${now()}. All sessions, personal tokens, keys and calendar feeds have ended: make those again that you use.`,
      describeStillOpens(stillOpens),
      `If it was not you, somebody reads your mail: secure your mailbox first, then reset the password again at ${url}/forgot-password (POST /auth/password/forgot).`,
    ),
  });

export const passkeyAdded: Writer = ({ name, url }) => ({
  subject: `A passkey for ${name} was added`,
  text: paragraphs(
    `A passkey was added to your account at ${name} on ${now()}. Whoever has it can sign in without the password.`,
    `If it was not you, remove it (DELETE /auth/passkeys/{passkey_id}), end your other sessions (DELETE /auth/sessions), and change your password: ${url}`,
  ),
});

export const accountDeactivated: Writer = ({ name, url }) => ({
  subject: `Your account at ${name} was deactivated`,
  text: paragraphs(
    `An administrator deactivated your account at ${name} on ${now()}. Until it is activated again, you can't sign in.`,
    `If you did not expect that, write to those who run ${name} (${url}).`,
  ),
});

export const sessionsEnded: Writer = ({ name, url }) => ({
  subject: `You were signed out of ${name}`,
  text: paragraphs(
    `An administrator ended sessions of your account at ${name} on ${now()}. You can sign in again at any time.`,
    `If you did not expect that, write to those who run ${name} (${url}).`,
  ),
});

export const factorsRemoved: Writer = ({ name, url }) => ({
  subject: `Your second factors for ${name} were removed`,
  text: paragraphs(
    `An administrator removed the authenticator app, the passkeys and the recovery codes of your account at ${name} on ${now()}, and ended its sessions. The password alone opens it now.`,
    `If you did not ask for that, change your password (${url}/forgot-password, POST /auth/password/forgot), and write to those who run ${name}.`,
  ),
});

export const confirmEmail =
  (token: string): Writer =>
  ({ name, url }) => ({
    isAskedFor: true,
    subject: `Confirm your new email address for ${name}`,
    text: paragraphs(
      `This address was given as the new one of an account at ${name}. If that is yours, confirm it within a day:`,
      `${url}/confirm-email#token=${token}`,
      byHand("POST /auth/email/confirm-change", token),
      "If it is not, do nothing: the address of the account stays as it is.",
    ),
  });

/** To the old address, of a change that the owner of the account asked for. */
export const emailIsChanging =
  (token: string): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `Your email address for ${name} is about to change`,
    text: paragraphs(
      `Another email address was given for your account at ${name} on ${now()}. It takes the place of this one as soon as it is confirmed.`,
      `If it was not you, stop that; within seven days this also takes the change back and ends all access to the account:`,
      `${url}/stop-email-change#token=${token}`,
      byHand("POST /auth/email/stop-change", token),
      `Then choose another password: ${url}/forgot-password (POST /auth/password/forgot).`,
    ),
  });

/** The same, of a change that an administrator asked for: it waits for this address. */
export const emailWillBeChanged =
  (token: string): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `Your email address for ${name} is about to change`,
    text: paragraphs(
      `An administrator gave another email address for your account at ${name} on ${now()}. Once it is confirmed, it takes the place of this one after three days.`,
      `If you don't want that, stop it; within seven days this also takes the change back and ends all access to the account:`,
      `${url}/stop-email-change#token=${token}`,
      byHand("POST /auth/email/stop-change", token),
      `If you do, you need not wait: ${url}/approve-email-change#token=${token} (POST /auth/email/approve-change with the same token).`,
    ),
  });

export const emailChanged: Writer = ({ name, url }) => ({
  subject: `Your email address for ${name} was changed`,
  text: paragraphs(
    `The email address of your account at ${name} was changed on ${now()}. Mail about it goes to another address from now on.`,
    `If you did not want that, stop it by the link of the mail that told of it before; if you have none, write at once to those who run ${name} (${url}).`,
  ),
});

/** To the address that the account keeps. */
export const emailChangeStopped: Writer = ({ name, url }) => ({
  subject: `The change of your email address for ${name} was stopped`,
  text: paragraphs(
    `An administrator had given another email address for your account at ${name}. That change was stopped on ${now()}: the administrator may not make it any more, since their permissions or those of your account have changed.`,
    `Mail about the account goes to this address as before. If you want another one, change it yourself, or ask those who run ${name} (${url}).`,
  ),
});

/** To the new address of an account that had no confirmed email before. Names in it could be chosen by a stranger. */
export const reviewAccount =
  (token: string, { sessions, tokens, keys, feeds, ...factors }: Access): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `An account at ${name} has your email address now`,
    text: paragraphs(
      `Since ${now()} this is the email address of an account at ${name}, as you confirmed. No address of that account had been confirmed before, so another person may have made the account or what opens it.`,
      `The account has sessions: ${sessions}; personal tokens: ${tokens.length}; keys: ${keys.length}; calendar feeds: ${feeds.length}; ${describeFactors(factors) || "no second factors"}.`,
      "Within a day you can keep all of that, end it, or disown the account:",
      `${url}/review-account#token=${token}`,
      `${byHand("POST /auth/email/review", token)}\n(as review_token, with the decision keep, end or disown)`,
    ),
  });

/** Says until which day an administrator can undo it: `days` from now. */
export const accountDeleted =
  (days: number): Writer =>
  ({ name, url }) => ({
    subject: `Your account at ${name} was deleted`,
    text: paragraphs(
      `Your account at ${name} was deleted on ${now()}. Every session, token, key and calendar feed of it has ended.`,
      `Until ${dayIn(days)} those who run ${name} (${url}) can restore it. Then it is erased with everything recorded in it.`,
      "If it was not you, write to them before that day.",
    ),
  });

/** What a reset of the password left. */
interface StillOpens {
  passkeys: { created_at: string }[];
  authenticator: boolean;
  recovery_codes: number;
}

function describeStillOpens(left: StillOpens): string {
  const factors = describeFactors(left);
  if (factors === "") return "Nothing but the new password opens the account now.";
  return `Besides the new password, these still open the account: ${factors}. Remove what is not yours (GET /auth/passkeys, GET /auth/factors).`;
}

/** Returns passkeys by the day they were added, since a stranger who added them chose their names; empty if there are no factors. */
function describeFactors({ passkeys, authenticator, recovery_codes: codes }: StillOpens): string {
  const days = passkeys.map(({ created_at }) => created_at.slice(0, 10)).join(", ");
  const kinds = [
    ...(passkeys.length > 0 ? [`passkeys: ${passkeys.length} (added on ${days})`] : []),
    ...(authenticator ? ["an authenticator app"] : []),
    ...(codes > 0 ? [`recovery codes: ${codes}`] : []),
  ];
  return kinds.join("; ");
}

const paragraphs = (...texts: string[]) => `${texts.join("\n\n")}\n`;

const byHand = (operation: string, token: string) =>
  `Without a page for it, send this to ${operation}:\n${token}`;

/** The day `days` from now, such as 2026-12-23. */
const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Such as 2026-11-23 15:04 UTC. */
const now = () => `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
