import { argon2ParametersOf, type Settings } from "../../../core/config.ts";
import { canonicalIdentifier } from "../../../core/email-address.ts";
import { AppError, unauthenticated } from "../../../core/errors.ts";
import { canSendMail } from "../../../core/mail/send.ts";
import { rateLimitExceeded } from "../../../core/rate-limit.ts";
import { readAccessToken } from "../../../core/security/access-token.ts";
import { decodeDevice } from "../../../core/security/device-cookie.ts";
import { takeTurn } from "../../../core/security/hash-turns.ts";
import { hashNewPassword } from "../../../core/security/new-password.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import { type Assertion, challengeOf, isOwnOrigin, requestOptions } from "../../../core/security/passkey.ts";
import { isPasskeyChallenge, newPasskeyChallenge } from "../../../core/security/passkey-challenge.ts";
import { hashPassword, simulateVerification, verifyPassword } from "../../../core/security/password.ts";
import { MAX_PASSWORD_LENGTH } from "../../../core/security/password-rules.ts";
import { type Principal, sessionIdOf } from "../../../core/security/principal.ts";
import type { OriginScope, PrincipalScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { newMailedToken, sendMailLater } from "../email/service.ts";
import { methodsOf, verifyProof } from "../factors/service.ts";
import { newChallenge } from "../factors/sign-in/service.ts";
import * as sessions from "../sessions/service.ts";
import { type Bucket, fromAddress, policiesOf } from "../throttling/policies.ts";
import { countAttempt, countFailure } from "../throttling/service.ts";
import * as users from "../users/service.ts";
import * as repository from "./repository.ts";
import type { ChangePassword, Login, Reauthenticate, Register } from "./schemas.ts";

/** Returns the settings that a page of `pageOrigin` needs before a user signs in. */
export const getPublicSettings = ({ settings }: { settings: Settings }, pageOrigin: string) => ({
  app_name: settings.APP_NAME,
  can_sign_up: true,
  can_send_mail: canSendMail(settings),
  can_use_passkeys: isOwnOrigin(settings, pageOrigin),
  password: {
    min_length: settings.MIN_PASSWORD_LENGTH,
    max_length: MAX_PASSWORD_LENGTH,
    is_checked_for_breaches: settings.BREACHED_PASSWORDS_URL !== undefined,
  },
});

/**
 * Creates an account and mails its owner a token to verify the email. Attempts from one address are limited, and counted before
 * the password is hashed.
 *
 * @throws AppError INVALID_PASSWORD, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function register(scope: OriginScope, input: Register) {
  const policies = policiesOf(scope.settings);
  const buckets = fromAddress(policies.register, scope.origin);
  const token = await newMailedToken("verification");
  const created = await users.createUser(scope, input, { count: () => countAttempt(scope, buckets), token });
  sendMailLater(scope, input.email, messages.verification(token.text));
  return created;
}

/**
 * Opens a session for a username or email and its password, or returns a challenge if the account has a second factor. The
 * response and its timing are the same for an unknown account and for a wrong password, also while either is blocked (OWASP
 * ASVS 5.0 6.3.8). `deviceCookie` is the cookie that identifies the browser.
 *
 * @throws AppError INVALID_CREDENTIALS, INACTIVE_USER, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function login(scope: OriginScope, input: Login, deviceCookie: string | undefined) {
  const { db, settings, origin } = scope;
  const policies = policiesOf(settings);
  const device = await decodeDevice(settings, deviceCookie);
  const identifier = canonicalIdentifier(input.username.normalize("NFC").trim());
  const attempt = { identifier, address: origin.address, device };
  const { account, block } = await repository.findCredentials(db, policies, attempt);
  // A block of the address reveals nothing about the account, and neither does one at an address that the account signs in from.
  if (block && canRefuseEarly(policies, block)) throw rateLimitExceeded(block);

  const parameters = argon2ParametersOf(settings);
  const verdict = await takeTurn(scope, async () => {
    if (account && !block) return verifyPassword(input.password, account.passwordHash, parameters);
    await simulateVerification(input.password, parameters);
    return undefined;
  });
  if (!account || !verdict?.valid || !account.isActive) {
    const blockByNow = await repository.countFailedSignIn(db, policies, attempt, account?.userId);
    const refusing = block ?? blockByNow;
    if (refusing) throw rateLimitExceeded(refusing);
    throw new AppError(verdict?.valid ? "INACTIVE_USER" : "INVALID_CREDENTIALS");
  }

  const { userId, passwordHash } = account;
  const rehash = verdict.needsRehash ? await rehashPassword(scope, input.password) : undefined;
  const signIn = { userId, passwordHash, rehash, policies, attempt };
  const delivery = input.token_delivery;
  if (methodsOf(account).length > 0) {
    const enrolled = { ...account, passwordHash: rehash ?? passwordHash };
    const challenge = await newChallenge(settings, enrolled, delivery);
    if (!(await repository.openChallenge(db, signIn, challenge.kept)))
      throw new AppError("INVALID_CREDENTIALS");
    return challenge.answer;
  }
  const opening = await sessions.newSession(scope, { userId, device, delivery });
  const user = await repository.openSession(db, signIn, opening.session);
  if (!user) throw new AppError("INVALID_CREDENTIALS");
  return sessions.sessionResponse(scope, user, opening);
}

/** Returns a new hash of a correct password, or undefined while too many hashes are queued: a later sign-in rehashes then. */
const rehashPassword = (scope: OriginScope, password: string) =>
  takeTurn(scope, () => hashPassword(password, argon2ParametersOf(scope.settings))).catch(
    (error: unknown) => {
      if (error instanceof AppError && error.code === "SERVICE_BUSY") return undefined;
      throw error;
    },
  );

/** Returns whether a block can be reported before the password is verified. */
const canRefuseEarly = (
  { loginFromAddress, signIn }: ReturnType<typeof policiesOf>,
  { policy }: { policy: string },
) => policy.startsWith(loginFromAddress.name) || policy === signIn.name;

/**
 * Ends the session that genuine credentials belong to. An expired access token still identifies its session, which is enough
 * to end it.
 */
export async function logout(
  scope: Scope,
  credentials: { accessToken: string | undefined; refreshToken: string | undefined },
): Promise<void> {
  const { accessToken, refreshToken } = credentials;
  const sessionId =
    (accessToken && (await readAccessToken(scope.settings, accessToken))?.sessionId) ||
    (refreshToken && (await sessions.sessionOfToken(scope, refreshToken)));
  if (sessionId) await sessions.endSession(scope, sessionId);
}

/**
 * Replaces the current user's password and ends their other sessions, and with `end_tokens` their tokens, keys and feeds
 * (OWASP ASVS 5.0 6.2.3, 7.4.3). Notifies them by mail (6.3.7).
 *
 * @throws AppError PASSWORD_MISMATCH, INVALID_PASSWORD, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function changePassword(scope: PrincipalScope, input: ChangePassword) {
  const { db, settings, principal } = scope;
  const successes = [{ policy: policiesOf(settings).passwordChange, of: principal.userId }];
  const { stored, buckets } = await provePassword(scope, input.current_password, successes);
  const changed = await repository.replacePassword(db, {
    userId: principal.userId,
    keptSessionId: sessionIdOf(principal),
    event: input.end_tokens ? "password_and_tokens_change" : "password_change",
    previousHash: stored.passwordHash,
    passwordHash: await hashNewPassword(scope, input.new_password, stored),
    buckets,
    successes,
  });
  // Another request changed the password in the meantime.
  if (!changed) throw new AppError("PASSWORD_MISMATCH");
  sendMailLater(scope, stored.email, messages.passwordChanged);
  return changed;
}

/**
 * Reauthenticates the current user with a password, and a second factor if they have one, or with a passkey alone. This lets
 * their session do sensitive operations for RECENT_AUTHENTICATION_SECONDS (RFC 9470; OWASP ASVS 5.0 7.5.1, 7.5.3).
 *
 * @throws AppError PASSWORD_MISMATCH, INVALID_CODE, INVALID_PASSKEY, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function reauthenticate(scope: PrincipalScope, input: Reauthenticate) {
  const { db, principal } = scope;
  const proved =
    input.passkey === undefined
      ? await proveByPassword(scope, input)
      : await proveByPasskey(scope, input.passkey);
  const successes = successesOf(scope);
  const proof = { sessionId: sessionIdOf(principal), successes, ...proved };
  const isCurrent = await repository.acceptProof(db, proof);
  if (!isCurrent) throw new AppError("PASSWORD_MISMATCH");
}

/** Returns the options that the current user's browser needs to reauthenticate with a passkey. */
export async function beginReauthentication({ db, settings, principal }: PrincipalScope) {
  const passkeys = await repository.selectPasskeys(db, principal.userId);
  const challenge = await newPasskeyChallenge(settings, reauthenticationIn(principal));
  return requestOptions(settings, challenge, { passkeys, verified: true });
}

async function proveByPassword(scope: PrincipalScope, input: Reauthenticate) {
  const { stored, buckets } = await provePassword(scope, input.password ?? "");
  const { userId, passwordHash } = stored;
  if (methodsOf(stored).length === 0) return { userId, passwordHash, buckets };
  const { code, recovery_code } = input;
  if (code === undefined && recovery_code === undefined) throw new AppError("INVALID_CODE", CODE_REQUIRED);
  const proof = await verifyProof(scope.settings, stored, { code, recovery_code });
  if (typeof proof === "object") return { userId, passwordHash, buckets, proof };
  await countFailure(scope, buckets, reauthenticationOf(userId));
  throw new AppError("INVALID_CODE");
}

async function proveByPasskey(scope: PrincipalScope, assertion: Assertion) {
  const { settings, principal } = scope;
  const challenge = challengeOf(settings, assertion) ?? "";
  const challengeHash = await hashOfOneTimeToken(challenge);
  const { stored, buckets } = await readStored(scope, { challengeHash });
  const { userId, passwordHash, isAnswered } = stored;
  const isOurs = await isPasskeyChallenge(settings, challenge, reauthenticationIn(principal));
  const passkey = isOurs && !isAnswered ? { assertion, challenge, verified: true } : undefined;
  const proof = await verifyProof(settings, stored, { passkey });
  if (typeof proof === "object") return { userId, passwordHash, buckets, proof, challengeHash };
  await countFailure(scope, buckets, reauthenticationOf(userId, proof));
  throw new AppError("INVALID_PASSKEY");
}

const CODE_REQUIRED = { message: "Provide a second-factor code as well, or use a passkey instead." };

/**
 * Verifies the current user's `password`. Returns the user's stored credentials and the buckets that count wrong passwords.
 * Checks `successes`, the buckets that count correct passwords, before it hashes.
 *
 * @throws AppError PASSWORD_MISMATCH, RATE_LIMIT_EXCEEDED
 */
async function provePassword(scope: PrincipalScope, password: string, successes = successesOf(scope)) {
  const { stored, buckets } = await readStored(scope, { successes });
  const { userId } = stored;
  const parameters = argon2ParametersOf(scope.settings);
  const { valid } = await takeTurn(scope, () => verifyPassword(password, stored.passwordHash, parameters));
  if (valid) return { stored, buckets };
  await countFailure(scope, buckets, reauthenticationOf(userId));
  throw new AppError("PASSWORD_MISMATCH");
}

/** Returns the buckets that count successful sign-ins and reauthentications of the current user. */
const successesOf = ({ settings, principal }: PrincipalScope): Bucket[] => [
  { policy: policiesOf(settings).signIn, of: principal.userId },
];

/** Returns the current user's stored credentials and the buckets that count failed reauthentications. */
async function readStored(
  scope: PrincipalScope,
  { successes = successesOf(scope), challengeHash }: { successes?: Bucket[]; challengeHash?: string },
) {
  const { db, settings, principal } = scope;
  const { userId } = principal;
  const buckets = [{ policy: policiesOf(settings).password, of: userId }];
  const open = [...buckets, ...successes];
  const stored = await repository.selectCredentials(db, userId, { open, challengeHash });
  // The guard found the account, so it was deleted since then.
  if (!stored) unauthenticated();
  return { stored, buckets };
}

const reauthenticationIn = (principal: Principal) => ({
  purpose: "reauthenticate" as const,
  sessionId: sessionIdOf(principal),
});

const reauthenticationOf = (userId: string, failure = "reauthentication.failed") => ({
  failure,
  block: "reauthentication.blocked",
  userId,
});
