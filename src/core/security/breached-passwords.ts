import type { Settings } from "../config.ts";
import { describeError } from "../errors.ts";
import { log } from "../logger.ts";
import { toHex } from "./encoding.ts";

const TIMEOUT_MS = 1_000;
const PREFIX_LENGTH = 5;
/** Rest of a hexadecimal SHA-1, and the number of its occurrences; 0 for padding. */
const LINE = /^([0-9A-F]{35}):(\d+)$/i;

/**
 * Returns whether the service at BREACHED_PASSWORDS_URL knows `password` from a breach (OWASP ASVS 5.0 6.2.12). It uses the range protocol
 * of Have I Been Pwned: it sends the first 20 bits of a hash, which hundreds of passwords share, and the response is padded, so that
 * neither the service nor an observer learns the password.
 *
 * Returns false if no service is configured, or if it fails, is slow or responds with invalid data: then only the list of common passwords
 * applies. A third-party service must not prevent users from signing up.
 */
export async function isBreached(settings: Settings, password: string): Promise<boolean> {
  if (settings.BREACHED_PASSWORDS_URL === undefined) return false;
  const hash = await sha1(password.normalize("NFC"));
  try {
    const suffixes = await breachedSuffixes(settings.BREACHED_PASSWORDS_URL, hash.slice(0, PREFIX_LENGTH));
    return suffixes.has(hash.slice(PREFIX_LENGTH));
  } catch (error) {
    log(settings, "warn", "passwords", "The breached-passwords service could not be queried", {
      cause: describeError(error),
    });
    return false;
  }
}

async function breachedSuffixes(url: string, prefix: string): Promise<Set<string>> {
  const response = await fetch(`${url.replace(/\/+$/, "")}/range/${prefix}`, {
    headers: { "Add-Padding": "true", "User-Agent": "productivity-tracker" },
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`It responded with ${response.status}.`);
  const lines = text.trim().split(/\r?\n/).map(parseLine);
  return new Set(lines.flatMap(({ suffix, count }) => (count > 0 ? [suffix] : [])));
}

function parseLine(line: string) {
  const [, suffix, count] = LINE.exec(line) ?? [];
  if (suffix === undefined) throw new Error("It does not follow the range protocol.");
  return { suffix: suffix.toUpperCase(), count: Number(count) };
}

/** Returns the SHA-1 in upper-case hexadecimal. Its weakness does not matter: the service indexes passwords by it. */
async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return toHex(digest).toUpperCase();
}
