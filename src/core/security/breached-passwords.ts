import type { Settings } from "../config.ts";
import { describeError } from "../errors.ts";
import { log } from "../logger.ts";
import { toHex } from "./encoding.ts";

const TIMEOUT_MS = 1_000;
const PREFIX_LENGTH = 5;
/** The rest of a SHA-1 in hexadecimal, and how often it was seen; 0 for lines that only pad. */
const LINE = /^([0-9A-F]{35}):(\d+)$/i;

/**
 * Whether the service at BREACHED_PASSWORDS_URL knows `password` from a breach (OWASP ASVS 5.0 6.2.12). It is told the
 * first 20 bits of a hash that hundreds of passwords share, and its answer is padded, so that neither it nor who watches
 * learns the password: the range protocol of Have I Been Pwned.
 *
 * False if there is no such service, or it fails, is slow or talks nonsense: the list of common passwords, which is part
 * of the rules, then has to do. A service of others must not decide whether people can sign up.
 */
export async function isBreached(settings: Settings, password: string): Promise<boolean> {
  if (settings.BREACHED_PASSWORDS_URL === undefined) return false;
  const hash = await sha1(password.normalize("NFC"));
  try {
    const suffixes = await breachedSuffixes(settings.BREACHED_PASSWORDS_URL, hash.slice(0, PREFIX_LENGTH));
    return suffixes.has(hash.slice(PREFIX_LENGTH));
  } catch (error) {
    log(settings, "warn", "passwords", "The service that knows breached passwords could not be asked", {
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
  if (response.status !== 200) throw new Error(`It answered ${response.status}.`);
  const lines = text.trim().split(/\r?\n/).map(parseLine);
  return new Set(lines.flatMap(({ suffix, count }) => (count > 0 ? [suffix] : [])));
}

function parseLine(line: string) {
  const [, suffix, count] = LINE.exec(line) ?? [];
  if (suffix === undefined) throw new Error("It does not speak the range protocol.");
  return { suffix: suffix.toUpperCase(), count: Number(count) };
}

/** In upper-case hexadecimal. That it is a weak hash is no matter: it is how the service files its passwords. */
async function sha1(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text)));
  return toHex(digest).toUpperCase();
}
