import type { Settings } from "../config.ts";
import { fromBase64Url, toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";

/** NIST SP 800-38D, 8.2.2: random, of 96 bits, so for fewer than 2^32 texts with one key. */
const NONCE_BYTES = 12;

/**
 * `text`, encrypted with a key that is not in the database (AES-256-GCM; OWASP ASVS 5.0 11.3.2, 13.3.1), as
 * `<key's name>.<base64url>`. It opens only in the `context` that it was sealed for, such as whose it is: moved to
 * another row, it is of no use.
 */
export async function seal(settings: Settings, text: string, context: string): Promise<string> {
  const { id, seal: key } = (await keyRingOf(settings)).current;
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const encrypted = await crypto.subtle.encrypt(
    algorithm(nonce, context),
    key,
    new TextEncoder().encode(text),
  );
  const bytes = new Uint8Array(NONCE_BYTES + encrypted.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(encrypted), NONCE_BYTES);
  return `${id}.${toBase64Url(bytes)}`;
}

/**
 * The text that was sealed for `context`. Undefined if it was for another, was changed, or if its key is neither the
 * current one nor the one before.
 */
export async function unseal(
  settings: Settings,
  sealed: string,
  context: string,
): Promise<string | undefined> {
  const [id, encoded = ""] = sealed.split(".");
  const key = (await keyRingOf(settings)).all.find((known) => known.id === id)?.seal;
  const bytes = fromBase64Url(encoded);
  if (!key || !bytes) return undefined;
  try {
    const nonce = bytes.slice(0, NONCE_BYTES);
    const text = await crypto.subtle.decrypt(algorithm(nonce, context), key, bytes.slice(NONCE_BYTES));
    return new TextDecoder().decode(text);
  } catch {
    return undefined;
  }
}

/** What every text begins with that the current key sealed. */
export const sealPrefix = async (settings: Settings): Promise<string> =>
  `${(await keyRingOf(settings)).current.id}.`;

const algorithm = (iv: Uint8Array<ArrayBuffer>, context: string) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(context),
});
