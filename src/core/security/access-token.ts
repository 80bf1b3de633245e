import { z } from "zod";
import type { Settings } from "../config.ts";
import { AppError, unauthenticated } from "../errors.ts";
import { fromBase64Url, jsonFromBase64Url, jsonToBase64Url, toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";
import type { AccessKey } from "./signing-keys.ts";

/** The user and session that an access token authenticates. */
export interface SessionClaims {
  userId: string;
  sessionId: string;
}

/** Type of access tokens (RFC 9068 2.1), which distinguishes them from other JWTs (RFC 8725 3.11). */
const TYPE = "at+jwt";

/** Type of access tokens from earlier releases. */
const PLAIN_TYPE = "JWT";

/** Header of this service's tokens. Keys and extensions in a token are rejected (RFC 8725 3.10). */
const Header = z.strictObject({ alg: z.string(), typ: z.enum([TYPE, PLAIN_TYPE]), kid: z.string() });

/** Claims that RFC 9068 2.2 requires, and the session. */
const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  type: z.literal("access"),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
  iss: z.string(),
  aud: z.string(),
  /** The issuer itself, which is the only client: users sign in to it directly. Missing in plain tokens. */
  client_id: z.string().optional(),
  // Our tokens are valid immediately.
  nbf: z.undefined().optional(),
});

/** Maximum length of a token in characters. This service's tokens are shorter, and longer tokens are not parsed. */
const MAX_LENGTH = 2048;

/** Tolerated difference between the clocks of two machines. */
const SKEW_SECONDS = 30;

const ALGORITHMS = {
  HS256: { name: "HMAC" },
  ES256: { name: "ECDSA", hash: "SHA-256" },
} satisfies Record<AccessKey["algorithm"], object>;

const encoder = new TextEncoder();

/** Issues a JWT that authenticates a user for ACCESS_TOKEN_TTL_SECONDS, while the session is live. */
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
  const signature = await crypto.subtle.sign(ALGORITHMS[key.algorithm], key.signing, encoder.encode(text));
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

/**
 * Verifies `token` by RFC 8725: compact form only, the key of this service that `kid` names, that key's algorithm, then the type, issuer,
 * audience, client and times. The database checks whether the session is live.
 *
 * @throws AppError INVALID_TOKEN, or TOKEN_EXPIRED for a genuine token that has expired
 */
export async function verifyAccessToken(settings: Settings, token: string): Promise<SessionClaims> {
  const claims = await verifyClaims(settings, token);
  if (claims === undefined) unauthenticated();
  if (claims.exp <= Math.floor(Date.now() / 1000)) throw new AppError("TOKEN_EXPIRED");
  return { userId: claims.sub, sessionId: claims.sid };
}

/** Reads a genuine token, even if it has expired: enough to end its session. */
export async function readAccessToken(settings: Settings, token: string): Promise<SessionClaims | undefined> {
  const claims = await verifyClaims(settings, token);
  return claims && { userId: claims.sub, sessionId: claims.sid };
}

/** Headers of genuine tokens, by their text. There are few, because each key signs only those of this service. */
const genuineHeaders = new Map<string, z.output<typeof Header>>();

async function verifyClaims(settings: Settings, token: string) {
  const [header = "", payload = "", signature = "", ...rest] =
    token.length <= MAX_LENGTH ? token.split(".") : [];
  const named = genuineHeaders.get(header) ?? Header.safeParse(jsonFromBase64Url(header)).data;
  const key = (await keyRingOf(settings)).access.find(({ id }) => id === named?.kid);
  const signed = fromBase64Url(signature);
  if (!key || !signed || named?.alg !== key.algorithm || rest.length > 0) return undefined;
  const text = encoder.encode(`${header}.${payload}`);
  if (!(await crypto.subtle.verify(ALGORITHMS[key.algorithm], key.verifying, signed, text))) return undefined;
  genuineHeaders.set(header, named);
  // The times are checked after the signature, so that a forged token never gets TOKEN_EXPIRED.
  const { data: claims } = Claims.safeParse(jsonFromBase64Url(payload));
  const isForUs =
    claims?.iss === settings.JWT_ISSUER &&
    claims.aud === settings.JWT_AUDIENCE &&
    isAcceptedType(settings, named.typ, claims.client_id);
  return isForUs && claims.iat <= Date.now() / 1000 + SKEW_SECONDS ? claims : undefined;
}

/** Returns whether the type is accepted. Plain tokens are accepted until a date, by which sessions from earlier releases are refreshed. */
const isAcceptedType = (
  settings: Settings,
  type: z.output<typeof Header>["typ"],
  client: string | undefined,
) =>
  type === TYPE
    ? client === settings.JWT_ISSUER
    : client === undefined && Date.now() < Date.parse(settings.PLAIN_ACCESS_TOKENS_UNTIL);
