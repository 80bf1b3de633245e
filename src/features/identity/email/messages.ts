import type { Access } from "../../../database/access.ts";

/** The service that sends a mail. */
export interface Sender {
  name: string;
  /** Base URL of the service's pages, without a trailing slash. */
  url: string;
}

/** A mail without its recipient. */
export interface Content {
  subject: string;
  text: string;
  /** Set if a person requested the mail; otherwise it is a notice of an event. */
  isRequested?: true;
  /** Set if the mail lets its reader stop an event; then notices of other kinds don't count against its rate limit. */
  canStop?: true;
}

/**
 * A function that writes a mail. No mail contains text that another person could have chosen, such as a username: otherwise an
 * attacker could write to an address by signing up with it. Only the invitation to an organization has names, without links. A token is in the fragment of a link, which browsers don't send
 * (OWASP ASVS 5.0 14.2.1), and once more as text for callers of the API.
 */
type Writer = (sender: Sender) => Content;

/** Writes the mail that verifies the email of a new or existing account. */
export const verification =
  (token: string): Writer =>
  ({ name, url }) => ({
    isRequested: true,
    subject: `Confirm your email address for ${name}`,
    text: paragraphs(
      `An account at ${name} was created with this email address. If it is yours, confirm the address within one day:`,
      `${url}/verify-email#token=${token}`,
      describeOperation("POST /auth/email/verify", token),
      "If you did not create the account, ignore this message. You can also confirm the address and then disown the account (POST /auth/email/review). This deletes the account and makes the address available again.",
    ),
  });

/** Writes the mail with the token to reset a password. */
export const passwordReset =
  (token: string): Writer =>
  ({ name, url }) => ({
    isRequested: true,
    subject: `Reset your password for ${name}`,
    text: paragraphs(
      `We received a request to reset the password of your account at ${name}. To choose a new password, open this link within half an hour:`,
      `${url}/reset-password#token=${token}`,
      describeOperation("POST /auth/password/reset", token),
      "If you did not request this, ignore this message. Your password stays the same.",
    ),
  });

/** Writes the mail with the token to choose the first password of an invited account. */
export const invitation =
  (token: string): Writer =>
  ({ name, url }) => ({
    isRequested: true,
    subject: `Your account at ${name}`,
    text: paragraphs(
      `An account at ${name} was created for you. To choose its password, open this link within three days:`,
      `${url}/reset-password#token=${token}`,
      describeOperation("POST /auth/password/reset", token),
      "If you did not expect this account, ignore this message.",
    ),
  });

/** Writes the notice of a password change. */
export const passwordChanged: Writer = ({ name, url }) => ({
  subject: `Your password for ${name} was changed`,
  text: paragraphs(
    `The password of your account at ${name} was changed on ${currentTime()}.`,
    `If you did not change it, reset the password immediately, which ends every session: ${url}/forgot-password (POST /auth/password/forgot).`,
  ),
});

/** Writes the notice of a password reset, with the factors that can still open the account. */
export const passwordWasReset =
  (stillOpens: StillOpens): Writer =>
  ({ name, url }) => ({
    subject: `Your password for ${name} was reset`,
    text: paragraphs(
      `The password of your account at ${name} was reset with a link that was sent to this address, on ${currentTime()}. All sessions, personal tokens, API keys and calendar feeds have ended. Create the ones that you need again.`,
      describeStillOpens(stillOpens),
      `If you did not reset it, another person has access to your mailbox. Secure your mailbox first, then reset the password again at ${url}/forgot-password (POST /auth/password/forgot).`,
    ),
  });

/** Writes the notice of a new passkey. */
export const passkeyAdded: Writer = ({ name, url }) => ({
  subject: `A passkey for ${name} was added`,
  text: paragraphs(
    `A passkey was added to your account at ${name} on ${currentTime()}. It can be used to sign in without the password.`,
    `If you did not add it, remove it (DELETE /auth/passkeys/{passkey_id}), end your other sessions (DELETE /auth/sessions), and change your password: ${url}`,
  ),
});

/** Writes the notice of a deactivation. */
export const accountDeactivated: Writer = ({ name, url }) => ({
  subject: `Your account at ${name} was deactivated`,
  text: paragraphs(
    `An administrator deactivated your account at ${name} on ${currentTime()}. You can't sign in until it is activated again.`,
    `If you did not expect this, contact the operators of ${name} (${url}).`,
  ),
});

/** Writes the notice of sessions that an administrator ended. */
export const sessionsEnded: Writer = ({ name, url }) => ({
  subject: `You were signed out of ${name}`,
  text: paragraphs(
    `An administrator ended sessions of your account at ${name} on ${currentTime()}. You can sign in again at any time.`,
    `If you did not expect this, contact the operators of ${name} (${url}).`,
  ),
});

/** Writes the notice of a reset of the second factors. */
export const factorsRemoved: Writer = ({ name, url }) => ({
  subject: `Your second factors for ${name} were removed`,
  text: paragraphs(
    `An administrator removed the authenticator app, the passkeys and the recovery codes of your account at ${name} on ${currentTime()}, and ended its sessions. You can now sign in with the password alone.`,
    `If you did not request this, change your password (${url}/forgot-password, POST /auth/password/forgot), and contact the operators of ${name}.`,
  ),
});

/** Writes the mail to the new address that confirms an email change. */
export const confirmEmail =
  (token: string): Writer =>
  ({ name, url }) => ({
    isRequested: true,
    subject: `Confirm your new email address for ${name}`,
    text: paragraphs(
      `A change of an account at ${name} to this email address was requested. If the account is yours, confirm the address within one day:`,
      `${url}/confirm-email#token=${token}`,
      describeOperation("POST /auth/email/confirm-change", token),
      "If it is not, ignore this message. The address of the account stays the same.",
    ),
  });

/** Writes to the old address about a change that the account's owner requested. */
export const emailIsChanging =
  (token: string): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `Your email address for ${name} is about to change`,
    text: paragraphs(
      `A new email address was requested for your account at ${name} on ${currentTime()}. It replaces this address as soon as it is confirmed.`,
      "If you did not request this, stop the change with the link below. Within seven days, this also reverts a change that has been made, and ends all access to the account:",
      `${url}/stop-email-change#token=${token}`,
      describeOperation("POST /auth/email/stop-change", token),
      `Then choose a new password: ${url}/forgot-password (POST /auth/password/forgot).`,
    ),
  });

/** Writes to the old address about a change that an administrator requested, and that waits for this address. */
export const emailWillBeChanged =
  (token: string): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `Your email address for ${name} is about to change`,
    text: paragraphs(
      `An administrator requested a new email address for your account at ${name} on ${currentTime()}. It replaces this address three days after it is confirmed.`,
      "If you don't want this, stop the change with the link below. Within seven days, this also reverts a change that has been made, and ends all access to the account:",
      `${url}/stop-email-change#token=${token}`,
      describeOperation("POST /auth/email/stop-change", token),
      `If you want it, you can approve the change now: ${url}/approve-email-change#token=${token} (POST /auth/email/approve-change with the same token).`,
    ),
  });

/** Writes to the old address that an email change took effect. */
export const emailChanged: Writer = ({ name, url }) => ({
  subject: `Your email address for ${name} was changed`,
  text: paragraphs(
    `The email address of your account at ${name} was changed on ${currentTime()}. Mail about the account now goes to the new address.`,
    `If you did not want this, use the link in our earlier message to stop the change. If you don't have that message, contact the operators of ${name} (${url}) immediately.`,
  ),
});

/** Writes to the address that the account keeps. */
export const emailChangeStopped: Writer = ({ name, url }) => ({
  subject: `The change of your email address for ${name} was stopped`,
  text: paragraphs(
    `An administrator had requested a new email address for your account at ${name}. The change was stopped on ${currentTime()}, because the administrator may no longer make it: their permissions or those of your account have changed.`,
    `Mail about the account still goes to this address. If you want to use another one, change it yourself, or contact the operators of ${name} (${url}).`,
  ),
});

/** Writes to the new address of an account without a confirmed email. Leaves out names, which an attacker may have chosen. */
export const reviewAccount =
  (token: string, { sessions, tokens, keys, feeds, ...factors }: Access): Writer =>
  ({ name, url }) => ({
    canStop: true,
    subject: `An account at ${name} has your email address now`,
    text: paragraphs(
      `Since ${currentTime()}, this is the email address of an account at ${name}, as you confirmed. No address of the account had been confirmed before, so another person may have created the account or some of the access to it.`,
      `The account has sessions: ${sessions}; personal tokens: ${tokens.length}; API keys: ${keys.length}; calendar feeds: ${feeds.length}; ${describeFactors(factors) || "no second factors"}.`,
      "Within one day, you can keep this access, end it, or disown the account:",
      `${url}/review-account#token=${token}`,
      `${describeOperation("POST /auth/email/review", token)}\n(as review_token, with the decision keep, end or disown)`,
    ),
  });

/** Writes about a deletion that an administrator can undo for `days` days from now. */
export const accountDeleted =
  (days: number): Writer =>
  ({ name, url }) => ({
    subject: `Your account at ${name} was deleted`,
    text: paragraphs(
      `Your account at ${name} was deleted on ${currentTime()}. All its sessions, tokens, API keys and calendar feeds have ended.`,
      `Until ${dayIn(days)}, the operators of ${name} (${url}) can restore it. After that, it is erased with all its data.`,
      "If you did not delete it, contact them before that day.",
    ),
  });

/** Events in an organization that its owners are notified of, as the mail describes them. */
const ORGANIZATION_EVENTS = {
  deleted: "The organization was deleted. It can be restored for 30 days.",
  transferred: "A member became an owner of the organization.",
  member_added: "An operator of the service added a member to the organization, or joined it.",
  member_changed: "An operator of the service changed the role of a member.",
  member_removed: "An operator of the service removed a member.",
};

/** Name of an event in an organization that its owners are notified of. */
export type OrganizationEvent = keyof typeof ORGANIZATION_EVENTS;

/** Writes the notice of an event in the organization with `id`. Leaves out its name and the member's, which other people chose. */
export const organizationChanged =
  (id: string, event: OrganizationEvent): Writer =>
  ({ name, url }) => ({
    subject: `A change in your organization at ${name}`,
    text: paragraphs(
      `This happened on ${currentTime()} in an organization at ${name} that you own: ${ORGANIZATION_EVENTS[event]}`,
      `The organization: ${id}`,
      `Its audit log has the details (GET /organizations/${id}/audit). If you did not expect this, contact the operators of ${name} (${url}).`,
    ),
  });

/** The factors that a password reset left in place. */
interface StillOpens {
  passkeys: { created_at: string }[];
  authenticator: boolean;
  recovery_codes: number;
}

function describeStillOpens(left: StillOpens): string {
  const factors = describeFactors(left);
  if (factors === "") return "Only the new password opens the account now.";
  return `In addition to the new password, these still open the account: ${factors}. Remove any that are not yours (GET /auth/passkeys, GET /auth/factors).`;
}

/** Returns a list of the factors, or an empty text. Lists passkeys by date, since an attacker may have chosen their names. */
function describeFactors({ passkeys, authenticator, recovery_codes: codes }: StillOpens): string {
  const days = passkeys.map(({ created_at }) => created_at.slice(0, 10)).join(", ");
  const kinds = [
    ...(passkeys.length > 0 ? [`passkeys: ${passkeys.length} (added on ${days})`] : []),
    ...(authenticator ? ["an authenticator app"] : []),
    ...(codes > 0 ? [`recovery codes: ${codes}`] : []),
  ];
  return kinds.join("; ");
}

/** Returns paragraphs as the text of a mail. */
export const paragraphs = (...texts: string[]) => `${texts.join("\n\n")}\n`;

/** Returns the paragraph with a token for callers of the API. */
export const describeOperation = (operation: string, token: string) =>
  `If you use the API directly, send this token to ${operation}:\n${token}`;

/** Returns the day `days` from now, such as 2026-12-23. */
const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Returns the current time, such as 2026-11-23 15:04 UTC. */
const currentTime = () => `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
