import { signing, verifying } from "hono/utils/jwt/jws";
import { z } from "zod";
import type { Settings } from "../config.ts";
import { AppError, unauthenticated } from "../errors.ts";
import { fromBase64Url, jsonFromBase64Url, jsonToBase64Url, toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";

/** Whom a token speaks for: a user, in one of their sessions. */
export interface SessionClaims {
  userId: string;
  sessionId: string;
}

/** The type of access tokens (RFC 9068 2.1), by which they are told from every other JWT (RFC 8725 3.11). */
const TYPE = "at+jwt";

/** That of releases before this one. */
const PLAIN_TYPE = "JWT";

/** What the header of our tokens has, and nothing else: no key or extension that a token brings along (RFC 8725 3.10). */
const Header = z.strictObject({ alg: z.string(), typ: z.enum([TYPE, PLAIN_TYPE]), kid: z.string() });

/** Those that RFC 9068 2.2 demands, the session, and no others. */
const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  type: z.literal("access"),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
  iss: z.string(),
  aud: z.string(),
  /** There is a single client, which is the issuer itself: people sign in to it. A plain token has none. */
  client_id: z.string().optional(),
  // No token of ours waits for its time.
  nbf: z.undefined().optional(),
});

/** Longer than any token made here; what exceeds it isn't worth parsing. */
const MAX_LENGTH = 2048;

/** How far the clocks of two machines may differ. */
const SKEW_SECONDS = 30;

/** A JWT that lets its bearer act as a user for ACCESS_TOKEN_TTL_SECONDS, while the session lives. */
export async function issueAccessToken(
  settings: Settings,
  { userId, sessionId }: SessionClaims,
): Promise<string> {
  const [key] = (await keyRingOf(settings)).access;
  const now = Math.floor(Date.now() / 1000);
  const claims: z.input<typeof Claims> = {
    sub: userId,
    sid: sessionId,
    type: "access",
    iat: now,
    exp: now + settings.ACCESS_TOKEN_TTL_SECONDS,
    jti: crypto.randomUUID(),
    iss: settings.JWT_ISSUER,
    aud: settings.JWT_AUDIENCE,
    client_id: settings.JWT_ISSUER,
  };
  const text = `${jsonToBase64Url({ alg: key.algorithm, typ: TYPE, kid: key.id })}.${jsonToBase64Url(claims)}`;
  const signature = await signing(key.signing, key.algorithm, new TextEncoder().encode(text));
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

/**
 * Who `token` speaks for, by RFC 8725: compact form only, a key of ours chosen by `kid`, that key's algorithm, then
 * the type, issuer, audience, client and times. Whether the session still lives is for the database to say.
 *
 * @throws AppError INVALID_TOKEN, or TOKEN_EXPIRED for a genuine token past its time.
 */
export async function verifyAccessToken(settings: Settings, token: string): Promise<SessionClaims> {
  const claims = await authenticClaims(settings, token);
  if (claims === undefined) unauthenticated();
  if (claims.exp <= Math.floor(Date.now() / 1000)) throw new AppError("TOKEN_EXPIRED");
  return { userId: claims.sub, sessionId: claims.sid };
}

/** Who a genuine token spoke for, though it may have expired: enough to end its session. */
export async function readAccessToken(settings: Settings, token: string): Promise<SessionClaims | undefined> {
  const claims = await authenticClaims(settings, token);
  return claims && { userId: claims.sub, sessionId: claims.sid };
}

async function authenticClaims(settings: Settings, token: string) {
  const [header = "", payload = "", signature = "", ...rest] =
    token.length <= MAX_LENGTH ? token.split(".") : [];
  const { data: named } = Header.safeParse(jsonFromBase64Url(header));
  const key = (await keyRingOf(settings)).access.find(({ id }) => id === named?.kid);
  const signed = fromBase64Url(signature);
  if (!key || !signed || named?.alg !== key.algorithm || rest.length > 0) return undefined;
  const text = new TextEncoder().encode(`${header}.${payload}`);
  if (!(await verifying(key.verifying, key.algorithm, signed, text))) return undefined;
  // The times are checked after the signature, so that nothing is said of a forged token's expiry.
  const { data: claims } = Claims.safeParse(jsonFromBase64Url(payload));
  const isForUs =
    claims?.iss === settings.JWT_ISSUER &&
    claims.aud === settings.JWT_AUDIENCE &&
    isOfType(settings, named.typ, claims.client_id);
  return isForUs && claims.iat <= Date.now() / 1000 + SKEW_SECONDS ? claims : undefined;
}

/** Plain tokens are good until a date: sessions that were signed in at the release have been refreshed by then. */
const isOfType = (settings: Settings, type: z.output<typeof Header>["typ"], client: string | undefined) =>
  type === TYPE
    ? client === settings.JWT_ISSUER
    : client === undefined && Date.now() < Date.parse(settings.PLAIN_ACCESS_TOKENS_UNTIL);
