import { AppError, unauthenticated } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import { sendMail } from "../../../core/mail/send.ts";
import type { Origin } from "../../../core/origin.ts";
import { hashOfOneTimeToken, newOneTimeToken } from "../../../core/security/one-time-token.ts";
import type { Access, EndedAccess, NamedCredential } from "../../../database/access.ts";
import { createDatabase } from "../../../database/client.ts";
import type { MailedToken } from "../../../database/one-time-tokens.ts";
import type { OriginScope, PrincipalScope, Scope } from "../../../http/context.ts";
import { fromAddress, policiesOf } from "../throttling/policies.ts";
import type { Content, Sender } from "./messages.ts";
import * as messages from "./messages.ts";
import * as repository from "./repository.ts";
import type { ReviewAccess } from "./schemas.ts";

/** Purposes and lifetimes of mailed tokens. Tokens that give access live for less time (OWASP ASVS 5.0 6.4.1). */
const KINDS = {
  verification: { purpose: "verify_email", lifeSeconds: 24 * 3_600 },
  passwordReset: { purpose: "reset_password", lifeSeconds: 30 * 60 },
  invitation: { purpose: "reset_password", lifeSeconds: 72 * 3_600 },
  review: { purpose: "review_access", lifeSeconds: 3_600 },
  mailedReview: { purpose: "review_access", lifeSeconds: 24 * 3_600 },
} as const;

/** Returns a new token: `text` goes into the mail, the other fields into the database. */
export async function newMailedToken(kind: keyof typeof KINDS): Promise<MailedToken & { text: string }> {
  return { ...KINDS[kind], ...(await newOneTimeToken()) };
}

/** Sends a mail after the response. */
export function sendMailLater(scope: OriginScope, to: string, write: (sender: Sender) => Content): void {
  scope.defer(() => sendCountedMail(scope, to, write));
}

/**
 * Sends a mail now, for work that is already deferred. If its recipient has been sent too many, drops and logs it instead. If
 * the database can't count it, sends it anyway.
 */
export async function sendCountedMail(
  { settings, origin }: Pick<Scope, "settings"> & { origin: Pick<Origin, "requestId" | "url"> },
  to: string,
  write: (sender: Sender) => Content,
): Promise<void> {
  const { subject, text, isRequested, canStop } = write({
    name: settings.APP_NAME,
    url: settings.APP_URL ?? origin.url,
  });
  const counted = { to, kind: subject, isRequested: isRequested ?? false, canStop: canStop ?? false };
  const block = await repository
    .countMail(createDatabase(settings), policiesOf(settings), counted)
    .catch(() => undefined);
  if (!block) return sendMail(settings, { to, subject, text });
  const { policy } = block;
  log(settings, "warn", "mail", "A mail was dropped: its recipient was sent too many", {
    request_id: origin.requestId,
    policy,
    subject,
  });
}

/** Sends a mail for scheduled work, as `sendCountedMail` does. Without a request, the URL of the pages is in the settings. */
export const sendMailOnSchedule = (
  { settings }: Pick<Scope, "settings">,
  to: string,
  write: (sender: Sender) => Content,
): Promise<void> => sendCountedMail({ settings, origin: SCHEDULE }, to, write);

const SCHEDULE = { requestId: "schedule", url: "" };

/** Returns the current user's email and when it was verified. */
export async function getEmail({ db, principal }: PrincipalScope) {
  return (await repository.selectEmail(db, principal.userId)) ?? unauthenticated();
}

/**
 * Mails the current user a new token to verify their email, unless it is verified. Earlier tokens stay valid.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function requestVerification(scope: PrincipalScope): Promise<void> {
  const { db, settings, origin, principal } = scope;
  const policies = policiesOf(settings);
  const buckets = fromAddress(policies.mailFromAddress, origin);
  const token = await newMailedToken("verification");
  const email = await repository.keepVerification(db, principal.userId, token, policies, buckets);
  if (email) sendMailLater(scope, email, messages.verification(token.text));
}

/**
 * Records that the account's email is verified, without opening a session. Another person may have created the account with
 * this email (pre-hijacking), so it returns the access created before and a token to review it.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN
 */
export async function verifyEmail({ db }: Scope, token: string) {
  const review = await newMailedToken("review");
  const verified = await repository.verifyEmail(db, await hashOfOneTimeToken(token), review);
  if (!verified) throw new AppError("INVALID_ONE_TIME_TOKEN");
  return offerReview(review, verified);
}

/** An account, and the access to it at the time when its email was verified. */
interface Reviewable {
  username: string;
  /** When the account was created. */
  created_at: string;
  access: Access;
}

/** Returns the part of a response that offers to review the access created before an email was verified. */
export const offerReview = (
  { text, lifeSeconds }: { text: string; lifeSeconds: number },
  { username, created_at, access }: Reviewable,
) => ({
  review_token: text,
  expires_in: lifeSeconds,
  review: { username, created_at: new Date(created_at).toISOString(), ...inUtc(access) },
});

/**
 * Carries out the decision of an email's owner about the account that has it. Returns the number of credentials that this ended.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, BUSINESS_LOGIC_ERROR for disowning the last active superuser
 */
export async function reviewAccess(
  { db }: Scope,
  { review_token, decision }: ReviewAccess,
): Promise<EndedAccess> {
  const hash = await hashOfOneTimeToken(review_token);
  if (decision === "keep") {
    await repository.acceptAccess(db, hash);
    return NOTHING;
  }
  const end = decision === "end" ? repository.endReviewedAccess : repository.disownAccount;
  return (await end(db, hash)) ?? NOTHING;
}

const NOTHING: EndedAccess = {
  sessions: 0,
  tokens: 0,
  keys: 0,
  feeds: 0,
  passkeys: 0,
  authenticators: 0,
  recovery_codes: 0,
};

/** Returns `access` with its instants in UTC: the database writes instants inside JSON in its own time zone. */
export function inUtc({ tokens, keys, feeds, passkeys, ...counts }: Access): Access {
  return {
    ...counts,
    tokens: tokens.map(createdInUtc),
    keys: keys.map(createdInUtc),
    feeds: feeds.map(createdInUtc),
    passkeys: passkeys.map(createdInUtc),
  };
}

/** Returns a credential with its instant in UTC. */
export const createdInUtc = ({ name, created_at }: NamedCredential): NamedCredential => ({
  name,
  created_at: new Date(created_at).toISOString(),
});
