import { toBase64Url } from "../../src/core/security/encoding.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Returns the JWK with which a Worker of `secret` signs by HS256, derived by HKDF as docs/security.md describes. */
export async function deriveHs256Jwk(secret: string) {
  const material = await crypto.subtle.importKey("raw", utf8(secret), "HKDF", false, ["deriveBits"]);
  const derive = async (info: string, bytes: number) => {
    const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(info) };
    return toBase64Url(new Uint8Array(await crypto.subtle.deriveBits(algorithm, material, bytes * 8)));
  };
  return {
    kty: "oct",
    alg: "HS256",
    kid: await derive("key id", 6),
    k: await derive("access token", 32),
  } as const;
}

/** Returns a new private JWK for ES256. */
export async function newSigningJwk(kid: string = crypto.randomUUID()) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("Expected a key pair for ECDSA.");
  const { kty, crv, x, y, d } = Object(await crypto.subtle.exportKey("jwk", pair.privateKey));
  return { kty, crv, x, y, d, kid } as Record<"kty" | "crv" | "x" | "y" | "d" | "kid", string>;
}
