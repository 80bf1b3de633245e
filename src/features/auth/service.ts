import { argon2ParametersOf } from "../../core/config.ts";
import type { OriginScope, PrincipalScope, Scope } from "../../core/context.ts";
import { AppError } from "../../core/errors.ts";
import { readAccessToken } from "../../core/security/access-token.ts";
import { sha256 } from "../../core/security/encoding.ts";
import { hashNewPassword } from "../../core/security/new-password.ts";
import { hashPassword, simulateVerification, verifyPassword } from "../../core/security/password.ts";
import { sessionIdOf } from "../../core/security/principal.ts";
import { firstRefreshToken, hashOfSecret } from "../../core/security/refresh-token.ts";
import * as sessions from "../sessions/service.ts";
import * as users from "../users/service.ts";
import * as repository from "./repository.ts";
import type { ChangePassword, Login, Reauthenticate, Register } from "./schemas.ts";

/**
 * A new account.
 *
 * @throws AppError INVALID_PASSWORD, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS
 */
export const register = (scope: Scope, input: Register) => users.createUser(scope, input);

/**
 * Opens a session for a username or email and its password. What is answered, and how long it takes, is the same for an
 * unknown account and a wrong password (OWASP ASVS 5.0 6.3.8).
 *
 * @throws AppError INVALID_CREDENTIALS, INACTIVE_USER, RATE_LIMIT_EXCEEDED
 */
export async function login(scope: OriginScope, input: Login) {
  const { db, settings, origin } = scope;
  const identifier = input.username.normalize("NFC").trim();
  const failureKey = await sha256(`${identifier.toLowerCase()}\n${origin.address}`);
  const { account, recent } = await repository.findCredentials(db, identifier, failureKey);
  if (recent && recent.failures >= settings.LOGIN_MAX_FAILURES) throw tooManyFailures(recent.secondsLeft);

  const parameters = argon2ParametersOf(settings);
  if (!account) simulateVerification(input.password, parameters);
  const verdict = account && verifyPassword(input.password, account.passwordHash, parameters);
  if (!account || !verdict?.valid) {
    await repository.countFailure(db, failureKey, settings.LOGIN_FAILURE_WINDOW_SECONDS);
    throw new AppError("INVALID_CREDENTIALS");
  }
  if (!account.isActive) throw new AppError("INACTIVE_USER");

  const refresh = firstRefreshToken(crypto.randomUUID());
  const user = await repository.openSession(db, {
    userId: account.userId,
    passwordHash: account.passwordHash,
    rehash: verdict.needsRehash ? hashPassword(input.password, parameters) : undefined,
    failureKey,
    session: {
      id: refresh.sessionId,
      secretHash: await hashOfSecret(refresh),
      tokenDelivery: input.token_delivery,
      address: origin.address || null,
      userAgent: origin.userAgent ?? null,
      idleSeconds: settings.REFRESH_TOKEN_TTL_SECONDS,
      totalSeconds: settings.SESSION_TTL_SECONDS,
    },
  });
  if (!user) throw new AppError("INVALID_CREDENTIALS");
  return { user, tokens: await sessions.tokensOf(scope, account, refresh, input.token_delivery) };
}

/**
 * Ends the session that the credentials belong to, if they are genuine. An expired access token still says which session
 * it was; ending it needs no more.
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
 * Replaces the signed-in user's password and ends their other sessions (OWASP ASVS 5.0 6.2.3, 7.4.3).
 *
 * @throws AppError PASSWORD_MISMATCH, INVALID_PASSWORD
 */
export async function changePassword({ db, settings, principal }: PrincipalScope, input: ChangePassword) {
  const { userId } = principal;
  const parameters = argon2ParametersOf(settings);
  const stored = await repository.selectPasswordHash(db, userId);
  // The guard has just seen the account: it can only have been deleted in this instant.
  if (!stored) throw new AppError("INVALID_TOKEN");
  const { valid } = verifyPassword(input.current_password, stored.passwordHash, parameters);
  if (!valid) throw new AppError("PASSWORD_MISMATCH");
  const changed = await repository.replacePassword(db, {
    userId,
    keptSessionId: sessionIdOf(principal),
    previousHash: stored.passwordHash,
    passwordHash: await hashNewPassword(settings, input.new_password, stored),
  });
  // Somebody else changed it meanwhile, so that what was given is the current password no longer.
  if (!changed) throw new AppError("PASSWORD_MISMATCH");
  return changed;
}

/**
 * Takes the signed-in user's password as proof of who they are, so that what is sensitive is open to their session for
 * RECENT_AUTHENTICATION_SECONDS (RFC 9470; OWASP ASVS 5.0 7.5.1, 7.5.3).
 *
 * @throws AppError PASSWORD_MISMATCH, RATE_LIMIT_EXCEEDED
 */
export async function reauthenticate({ db, settings, principal }: PrincipalScope, input: Reauthenticate) {
  const { userId } = principal;
  const attemptKey = `reauthenticate:${userId}`;
  const { account, attempts } = await repository.beginProof(db, userId, {
    key: attemptKey,
    windowSeconds: settings.LOGIN_FAILURE_WINDOW_SECONDS,
  });
  if (!account) throw new AppError("INVALID_TOKEN");
  if (attempts.count > settings.LOGIN_MAX_FAILURES) throw tooManyFailures(attempts.secondsLeft);
  const { valid } = verifyPassword(input.password, account.passwordHash, argon2ParametersOf(settings));
  if (!valid) throw new AppError("PASSWORD_MISMATCH");
  const sessionId = sessionIdOf(principal);
  const proof = { sessionId, userId, passwordHash: account.passwordHash, attemptKey };
  if (!(await repository.acceptProof(db, proof))) throw new AppError("PASSWORD_MISMATCH");
}

function tooManyFailures(secondsLeft: number): AppError {
  return new AppError("RATE_LIMIT_EXCEEDED", {
    message: `Too many failed sign-ins. Try again in ${Math.ceil(secondsLeft / 60)} minutes.`,
    headers: { "Retry-After": String(secondsLeft), RateLimit: `"login";r=0;t=${secondsLeft}` },
  });
}
