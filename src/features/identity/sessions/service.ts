import { AppError, type ErrorCode, notFound } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import { type Page, pageRequest } from "../../../core/page.ts";
import { issueAccessToken, type SessionClaims } from "../../../core/security/access-token.ts";
import { type Device, encodeDevice } from "../../../core/security/device-cookie.ts";
import { type Principal, sessionIdOf } from "../../../core/security/principal.ts";
import {
  decodeRefreshToken,
  encodeRefreshToken,
  firstRefreshToken,
  hashOfSecret,
  type RefreshToken,
} from "../../../core/security/refresh-token.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { OriginScope, PrincipalScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { sendMailLater } from "../email/service.ts";
import { type Bucket, fromAddress, policiesOf } from "../throttling/policies.ts";
import { countFailure } from "../throttling/service.ts";
import { describeDevice } from "./device.ts";
import * as repository from "./repository.ts";
import type { SessionQuery, TokenDelivery } from "./schemas.ts";

/** The tokens of a session, and how the client receives them. */
export interface SessionTokens {
  access: string;
  refresh: string;
  delivery: TokenDelivery;
}

/** Error for a refused refresh. `hasSessionEnded` is true if the session is known to have ended. */
export class RefreshRefused extends AppError {
  readonly hasSessionEnded: boolean;

  constructor(code: ErrorCode, { hasSessionEnded, message }: { hasSessionEnded: boolean; message?: string }) {
    super(code, message === undefined ? {} : { message });
    this.hasSessionEnded = hasSessionEnded;
  }
}

/** A session to open, its first refresh token, and the value of the browser's device cookie. */
export type Opening = Awaited<ReturnType<typeof newSession>>;

/** Prepares a session for a user who has just signed in on `device`, if the device is known. */
export async function newSession(
  { settings, origin }: OriginScope,
  { userId, device, delivery }: { userId: string; device: Device | undefined; delivery: TokenDelivery },
) {
  const refresh = firstRefreshToken(crypto.randomUUID());
  const deviceId = deviceIdFor(userId, device, delivery);
  const session = {
    id: refresh.sessionId,
    secretHash: await hashOfSecret(refresh),
    deviceId: deviceId ?? null,
    tokenDelivery: delivery,
    address: origin.address || null,
    userAgent: origin.userAgent ?? null,
    idleSeconds: settings.REFRESH_TOKEN_TTL_SECONDS,
    totalSeconds: settings.SESSION_TTL_SECONDS,
  };
  return { session, refresh, device: deviceId && (await encodeDevice(settings, { userId, deviceId })) };
}

/** Returns the browser's device id: its existing id for this user, or a new id. A client without cookies gets none. */
function deviceIdFor(userId: string, device: Device | undefined, delivery: TokenDelivery) {
  if (device?.userId === userId) return device.deviceId;
  return delivery === "body" ? undefined : crypto.randomUUID();
}

/** Returns the user, the tokens and the device cookie for the client of a new session. */
export async function sessionResponse<User extends { id: string }>(
  scope: Scope,
  user: User,
  { refresh, session, device }: Opening,
) {
  const tokens = await tokensOf(scope, { userId: user.id }, refresh, session.tokenDelivery);
  return { user, tokens, device };
}

/** Returns the encoded tokens for `refresh`, which must be the current refresh token of its session. */
async function tokensOf(
  { settings }: Scope,
  { userId }: Pick<SessionClaims, "userId">,
  refresh: RefreshToken,
  delivery: TokenDelivery,
): Promise<SessionTokens> {
  return {
    access: await issueAccessToken(settings, { userId, sessionId: refresh.sessionId }),
    refresh: await encodeRefreshToken(settings, refresh),
    delivery,
  };
}

/**
 * Exchanges a refresh token for new tokens. Concurrent tabs, and a client that lost a response, get the same new refresh token.
 * An older token counts as stolen, and ends the session (RFC 9700 4.14.2).
 *
 * @throws RefreshRefused INVALID_TOKEN, TOKEN_EXPIRED, INACTIVE_USER
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function refreshSession(scope: OriginScope, text: string): Promise<SessionTokens> {
  const { settings, origin } = scope;
  const token = await decodeRefreshToken(settings, text);
  if (!token) throw new RefreshRefused("INVALID_TOKEN", { hasSessionEnded: false });
  const refused = fromAddress(policiesOf(settings).refreshFromAddress, origin);
  return exchangeToken(scope, token, refused).catch(async (error) => {
    if (error instanceof RefreshRefused) await countFailure(scope, refused);
    throw error;
  });
}

/** Returns the new tokens, unless one of `refused`, the buckets that count refusals, is blocked. */
async function exchangeToken(scope: Scope, token: RefreshToken, refused: Bucket[]): Promise<SessionTokens> {
  const { db, settings } = scope;

  const rotation = await repository.rotateToken(db, {
    sessionId: token.sessionId,
    counter: token.counter,
    secretHash: await hashOfSecret(token),
    graceSeconds: settings.REFRESH_GRACE_SECONDS,
    idleSeconds: settings.REFRESH_TOKEN_TTL_SECONDS,
    refreshes: [{ policy: policiesOf(settings).refresh, of: token.sessionId }],
    refused,
  });
  if (!rotation) throw new RefreshRefused("INVALID_TOKEN", { hasSessionEnded: false });

  const { verdict, user_id: userId, counter, token_delivery: delivery } = rotation;
  if (verdict === "recover" || verdict === "theft") {
    const fields = { user_id: userId, session_id: token.sessionId, session_ended: verdict === "theft" };
    log(settings, "warn", "sessions", "A used refresh token came back", fields);
  }
  switch (verdict) {
    case "advance":
    case "reissue":
    case "recover":
      return tokensOf(scope, { userId }, { ...token, counter }, delivery);
    case "superseded":
      throw new RefreshRefused("INVALID_TOKEN", {
        hasSessionEnded: false,
        message: "This refresh token was just replaced. Retry with the new one.",
      });
    case "expired":
      throw new RefreshRefused("TOKEN_EXPIRED", { hasSessionEnded: true });
    case "inactive":
      throw new RefreshRefused("INACTIVE_USER", { hasSessionEnded: true });
    case "theft":
    case "ended":
      throw new RefreshRefused("INVALID_TOKEN", { hasSessionEnded: true });
  }
}

/** Ends a session. Its tokens, including access tokens, are rejected from the next request on. */
export const endSession = ({ db }: Scope, sessionId: string): Promise<void> =>
  repository.revokeSession(db, sessionId);

/** Returns the id of the session that a genuine refresh token belongs to. */
export async function sessionOfToken({ settings }: Scope, text: string): Promise<string | undefined> {
  return (await decodeRefreshToken(settings, text))?.sessionId;
}

/** Lists a page of the current user's live sessions (OWASP ASVS 5.0 7.5.2). */
export const listSessions = async ({ db, principal }: PrincipalScope, query: SessionQuery) =>
  describeSessions(await repository.listOwnSessions(db, principal.userId, pageRequest(query)), principal);

/** Lists a page of a user's live sessions, for administrators. @throws AppError RESOURCE_NOT_FOUND */
export const listUserSessions = async ({ db, principal }: PrincipalScope, id: string, query: SessionQuery) =>
  describeSessions(await repository.listUserSessions(db, id, pageRequest(query)), principal);

/** Ends a session of the current user. @throws AppError RESOURCE_NOT_FOUND, also for a session of another user */
export async function endOwnSession({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.endOwnSession(db, principal.userId, id))) notFound("session");
}

/** Ends all sessions of the current user except the session of the request (OWASP ASVS 5.0 7.4.3). */
export const endOtherSessions = ({ db, principal }: PrincipalScope): Promise<void> =>
  repository.endOtherSessions(db, principal.userId, sessionIdOf(principal));

/**
 * Ends one session of a user, for an administrator (OWASP ASVS 5.0 7.4.5), and notifies the user by mail.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser
 */
export async function endUserSession(scope: PrincipalScope, id: string, sessionId: string) {
  if ((await endSessionsOfUser(scope, id, sessionId)) === 0) notFound("session");
}

/** Ends all sessions of a user, as `endUserSession` does. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser */
export async function endUserSessions(scope: PrincipalScope, id: string): Promise<void> {
  await endSessionsOfUser(scope, id);
}

async function endSessionsOfUser(scope: PrincipalScope, id: string, sessionId?: string): Promise<number> {
  const administration = { actorId: scope.principal.userId, id };
  const { ended, email } = await repository.endUserSessions(scope.db, administration, sessionId);
  if (ended > 0 && email) sendMailLater(scope, email, messages.sessionsEnded);
  return ended;
}

/** Returns the page with the device's name and whether it is the session of the request. */
function describeSessions<Session extends { id: string; user_agent: string | null }>(
  page: Page<Session>,
  { credential }: Principal,
) {
  const items = page.items.map((session) => ({
    ...session,
    device: describeDevice(session.user_agent),
    is_current: session.id === credential.id,
  }));
  return { ...page, items };
}

/** Removes sessions that ended long ago. */
export const removeDeadSessions = ({ db }: Scope, spending: Spending): Promise<Progress> =>
  repository.removeDeadSessions(db, spending);
