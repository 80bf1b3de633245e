import { isCommonPassword } from "./common-passwords.ts";

/**
 * What is wrong with a password that somebody wants to use, in a sentence they can act on, or undefined.
 *
 * Length counts Unicode code points after NFC normalisation (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0,
 * 6.2.1 and 6.2.9). All characters are welcome and none is required (6.2.5). Common passwords (6.2.4) and the
 * account's own names (6.2.11) are refused in any case, since those are tried first.
 */
export function passwordProblem(
  password: string,
  context: { email?: string | undefined; username?: string | undefined },
): string | undefined {
  if (!password.isWellFormed() || password.includes("\0")) {
    return "This password has a character that cannot be used. Type it again without that character.";
  }
  const normalized = password.normalize("NFC");
  const length = [...normalized].length;
  if (length < MIN_PASSWORD_LENGTH) return `Use at least ${MIN_PASSWORD_LENGTH} characters.`;
  if (length > MAX_PASSWORD_LENGTH) return `Use at most ${MAX_PASSWORD_LENGTH} characters.`;
  if (isCommonPassword(normalized)) {
    return "This password is one of the most common. Choose one that is harder to guess.";
  }
  const names = {
    username: context.username,
    "email address": context.email,
    "first part of the email address": localPart(context.email),
  };
  const same = Object.entries(names).find(([, name]) => isSame(normalized, name));
  return same && `The ${same[0]} cannot be the password. Choose another password.`;
}

/** In Unicode code points (OWASP ASVS 5.0, 6.2.1). */
export const MIN_PASSWORD_LENGTH = 8;

/** In Unicode code points; at least 64 must be allowed (OWASP ASVS 5.0, 6.2.9). */
export const MAX_PASSWORD_LENGTH = 128;

function isSame(password: string, name: string | undefined): boolean {
  return name !== undefined && fold(password) === fold(name);
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

function localPart(email: string | undefined): string | undefined {
  const at = email?.lastIndexOf("@") ?? -1;
  return at === -1 ? undefined : email?.slice(0, at);
}
