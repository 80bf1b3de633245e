import type { Settings } from "../config.ts";
import { toBase64Url } from "./encoding.ts";

/** What is derived from one secret. The raw secret is used for nothing else (RFC 8725 3.5). */
export interface Keys {
  /** Names the secret in tokens, and tells nothing about it. */
  id: string;
  /** Signs access tokens (HS256). */
  access: { kty: "oct"; alg: "HS256"; kid: string; k: string };
  /** Authenticates refresh tokens (HMAC-SHA-256). */
  refresh: CryptoKey;
  /** Authenticates device cookies (HMAC-SHA-256). */
  device: CryptoKey;
  /** Encrypts what the database keeps but must not be able to read (AES-256-GCM). */
  seal: CryptoKey;
}

/** The keys of the current secret, which sign and seal, and of the previous one, which still verifies and opens. */
export interface KeyRing {
  current: Keys;
  all: readonly Keys[];
}

const derived = new WeakMap<object, KeyRing>();

/** The key ring of `settings`, derived once for each isolate. */
export async function keyRingOf(settings: Settings): Promise<KeyRing> {
  const ring = derived.get(settings) ?? (await deriveKeyRing(settings));
  derived.set(settings, ring);
  return ring;
}

async function deriveKeyRing({ AUTH_SECRET, AUTH_SECRET_PREVIOUS }: Settings): Promise<KeyRing> {
  const current = await deriveKeys(AUTH_SECRET);
  return {
    current,
    all: AUTH_SECRET_PREVIOUS ? [current, await deriveKeys(AUTH_SECRET_PREVIOUS)] : [current],
  };
}

/** Independent keys by HKDF (RFC 5869), so that no key serves two purposes. */
async function deriveKeys(secret: string): Promise<Keys> {
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const derive = async (purpose: string, bytes: number) =>
    new Uint8Array(
      await crypto.subtle.deriveBits(
        { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(purpose) },
        material,
        bytes * 8,
      ),
    );
  const macKey = async (purpose: string) =>
    crypto.subtle.importKey("raw", await derive(purpose, 32), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
      "verify",
    ]);
  const id = toBase64Url(await derive("key id", KEY_ID_BYTES));
  return {
    id,
    access: { kty: "oct", alg: "HS256", kid: id, k: toBase64Url(await derive("access token", 32)) },
    refresh: await macKey("refresh token"),
    device: await macKey("device cookie"),
    seal: await crypto.subtle.importKey("raw", await derive("seal", 32), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]),
  };
}

/** The length of a key's name before encoding. */
export const KEY_ID_BYTES = 6;
