import { type Settings, SettingsError } from "../config.ts";
import { toBase64Url } from "./encoding.ts";
import { type AccessKey, importSigningKey } from "./signing-keys.ts";

/** Keys that are derived from one secret. The raw secret is used for nothing else (RFC 8725 3.5). */
export interface Keys {
  /** Identifies the secret in tokens, and reveals nothing about it. */
  id: string;
  /** Signs access tokens (HS256). */
  access: AccessKey;
  /** Authenticates refresh tokens (HMAC-SHA-256). */
  refresh: CryptoKey;
  /** Authenticates device cookies (HMAC-SHA-256). */
  device: CryptoKey;
  /** Authenticates challenges to passkeys (HMAC-SHA-256). */
  challenge: CryptoKey;
  /** Fingerprints requests, to recognize repeated requests (HMAC-SHA-256). */
  fingerprint: CryptoKey;
  /** Encrypts data that the database stores but must not be able to read (AES-256-GCM). */
  seal: CryptoKey;
}

/** Keys of the current secret, which sign and encrypt, and of the previous secret, which still verify and decrypt. */
export interface KeyRing {
  current: Keys;
  all: readonly Keys[];
  /** Keys of access tokens: the first signs, all verify. */
  access: readonly [AccessKey, ...AccessKey[]];
}

const rings = new WeakMap<object, KeyRing>();

/**
 * Returns the key ring of `settings`, created once for each isolate.
 *
 * @throws SettingsError for an unusable signing key
 */
export async function keyRingOf(settings: Settings): Promise<KeyRing> {
  const ring = rings.get(settings) ?? (await makeKeyRing(settings));
  rings.set(settings, ring);
  return ring;
}

async function makeKeyRing({ AUTH_SECRET, AUTH_SECRET_PREVIOUS, SIGNING_KEYS }: Settings): Promise<KeyRing> {
  const current = await deriveKeys(AUTH_SECRET);
  const all = AUTH_SECRET_PREVIOUS ? [current, await deriveKeys(AUTH_SECRET_PREVIOUS)] : [current];
  const derived = all.map(({ access }) => access);
  const [first = current.access, ...others] = [...(await importSigningKeys(SIGNING_KEYS)), ...derived];
  return { current, all, access: [first, ...others] };
}

const importSigningKeys = (keys: Settings["SIGNING_KEYS"]) =>
  Promise.all(
    keys.map(async (jwk, index) => {
      const key = await importSigningKey(jwk);
      if (key) return key;
      throw new SettingsError(`SIGNING_KEYS.keys.${index}: d is not the private half of x and y`);
    }),
  );

/** Derives independent keys by HKDF (RFC 5869), so that no key serves two purposes. */
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
  const access = await macKey("access token");
  return {
    id,
    access: { id, algorithm: "HS256", signing: access, verifying: access },
    refresh: await macKey("refresh token"),
    device: await macKey("device cookie"),
    challenge: await macKey("passkey challenge"),
    fingerprint: await macKey("fingerprint"),
    seal: await crypto.subtle.importKey("raw", await derive("seal", 32), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]),
  };
}

/** Length of a key's id in bytes, before encoding. */
export const KEY_ID_BYTES = 6;
