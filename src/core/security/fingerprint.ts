import type { Settings } from "../config.ts";
import { toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";

/**
 * Marks by which `text` is known again: with the current key, and with the one before if there is one. Texts may hold
 * passwords, so the marks are of no use for guessing without a key that is not in the database.
 */
export async function fingerprintsOf(settings: Settings, text: string): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  const { all } = await keyRingOf(settings);
  return Promise.all(
    all.map(async ({ fingerprint }) =>
      toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", fingerprint, bytes))),
    ),
  );
}
