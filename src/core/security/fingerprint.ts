import type { Settings } from "../config.ts";
import { toBase64Url } from "./encoding.ts";
import { keyRingOf } from "./keys.ts";

/**
 * Returns fingerprints that identify `text`: with the current key, and with the previous one if there is one. Since the text may contain
 * passwords, the fingerprints cannot be used for guessing without a key, which is not in the database.
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
