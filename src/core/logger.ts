import type { Settings } from "./config.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Further fields of a log line. Never a password, token, cookie or email. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** Replacement for secrets in the log. */
export const MASK = "***";

const PREFIXED = /(ptk|pcf|waka)_[\w-]+/gi;

/** Matches a whole or truncated JWT, or only its header or payload: base64url of `{"`. */
const JWT = /eyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g;

const LONG_RUN = /[\w-]{40,}/g;

/**
 * Returns whether a long run has a digit and letters of both cases, as refresh tokens, device cookies, challenges and one-time tokens
 * have. Ids, hexadecimal hashes and names of programs have not.
 */
const isRandom = (run: string) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run);

const RECOVERY_CODE = /[\dA-Z]{6}(?:-[\dA-Z]{6}){3}/gi;

/** Masks tokens, keys and codes in `text`, even next to encoded characters (OWASP ASVS 5.0 16.2.5). */
export const withoutTokens = (text: string): string =>
  text
    .replace(PREFIXED, `$1_${MASK}`)
    .replace(JWT, MASK)
    .replace(LONG_RUN, (run) => (isRandom(run) ? MASK : run))
    .replace(RECOVERY_CODE, MASK);

/**
 * Writes one JSON line, unless `level` is below the configured LOG_LEVEL. JSON's escaping prevents clients from forging lines
 * (OWASP ASVS 5.0 16.4.1).
 */
export function log(
  { LOG_LEVEL }: Pick<Settings, "LOG_LEVEL">,
  level: LogLevel,
  module: string,
  message: string,
  fields: LogFields = {},
): void {
  if (LEVELS.indexOf(level) < LEVELS.indexOf(LOG_LEVEL)) return;
  const line = JSON.stringify({ timestamp: new Date().toISOString(), level, module, message, ...fields });
  console[level](withoutTokens(line));
}
