import { z } from "zod";
import { fromBase64Url } from "./encoding.ts";

/** A key that signs or signed access tokens. Its algorithm is fixed; a token cannot choose it (RFC 8725 3.1). */
export interface AccessKey {
  /** `kid` of its tokens. */
  id: string;
  algorithm: "HS256" | "ES256";
  /** The private half, or the secret. */
  signing: CryptoKey;
  /** The public half, or the secret. */
  verifying: CryptoKey;
}

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** 32 bytes in base64url (RFC 7518 6.2). */
const number = z
  .string()
  .refine((text) => fromBase64Url(text)?.length === 32, "must be 32 bytes in base64url");

/** A private key on the curve P-256 (RFC 7517, RFC 7518 6.2), for ES256: 128 bits of security (OWASP ASVS 5.0 11.2.3). */
export const PrivateJwk = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  alg: z.literal("ES256").optional(),
  use: z.literal("sig").optional(),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - or _"),
  x: number,
  y: number,
  d: number.refine((text) => new Set(text).size >= 10, "is too regular to be a secret"),
});

export type PrivateJwk = z.output<typeof PrivateJwk>;

/** Maximum number of keys: a binding of Cloudflare is limited to 5 KiB. */
const MAX_KEYS = 10;

/** A JWK Set (RFC 7517 5) of private keys as JSON. The first signs, all verify. */
export const signingKeys = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "must be a JWK Set: try `npm run signing-keys`" });
      return z.NEVER;
    }
  })
  .pipe(z.object({ keys: z.array(PrivateJwk).min(1).max(MAX_KEYS) }))
  .transform(({ keys }) => keys)
  .refine(
    (keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length,
    "must not contain two keys with the same kid",
  );

/** Returns the public part of a key (RFC 7517 4), which verifies its tokens. */
export const publicJwkOf = ({ kid, x, y }: PrivateJwk) =>
  ({ kty: "EC", crv: "P-256", x, y, kid, use: "sig", alg: "ES256" }) as const;

/** Imports a key. Returns undefined if its private and public halves do not match. */
export async function importSigningKey(jwk: PrivateJwk): Promise<AccessKey | undefined> {
  const { kty, crv, x, y, d, kid } = jwk;
  const signing = await importHalf({ kty, crv, x, y, d }, "sign");
  const verifying = await importHalf({ kty, crv, x, y }, "verify");
  if (!signing || !verifying) return undefined;
  const sample = new Uint8Array(32);
  const signature = await crypto.subtle.sign(ECDSA, signing, sample);
  const isPair = await crypto.subtle.verify(ECDSA, verifying, signature, sample);
  return isPair ? { id: kid, algorithm: "ES256", signing, verifying } : undefined;
}

/** Imports half of a key. Returns undefined if it is invalid, such as a point that is not on the curve. */
const importHalf = (half: JsonWebKey, usage: "sign" | "verify") =>
  crypto.subtle.importKey("jwk", half, ECDSA, false, [usage]).catch(() => undefined);
