import type { Settings } from "./config.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** What a log line may carry besides its message. Never a password, token, cookie or email. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** What stands for a secret in the log. */
export const MASK = "***";

/** `text` without the tokens and keys that strayed into it, also after something that is encoded (OWASP ASVS 5.0 16.2.5). */
export const withoutTokens = (text: string): string => text.replace(/(ptk|pcf|waka)_[\w-]+/gi, `$1_${MASK}`);

/**
 * Writes one JSON line, unless `level` is below the configured LOG_LEVEL. Escaping by JSON keeps what a client sent from
 * forging lines (OWASP ASVS 5.0 16.4.1).
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
