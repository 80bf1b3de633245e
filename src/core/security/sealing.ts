import type { Settings } from "../config.ts";
import { fromBase64Url, toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";

/** Length of the random nonce, 96 bits: enough for fewer than 2^32 texts with one key (NIST SP 800-38D, 8.2.2). */
const NONCE_BYTES = 12;

/**
 * Encrypts `text` with a key that is not in the database (AES-256-GCM; OWASP ASVS 5.0 11.3.2, 13.3.1), and returns
 * `<key id>.<base64url>`. It can be decrypted only in the same `context`, such as its owner, so it is useless in another row.
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
 * Decrypts text that was encrypted for `context`. Returns undefined if it was for another context, was changed, or if its key is neither the
 * current nor the previous one.
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

/** Returns the prefix of all texts that the current key encrypted. */
export const sealPrefix = async (settings: Settings): Promise<string> =>
  `${(await keyRingOf(settings)).current.id}.`;

const algorithm = (iv: Uint8Array<ArrayBuffer>, context: string) => ({
  name: "AES-GCM",
  iv,
  additionalData: new TextEncoder().encode(context),
});
