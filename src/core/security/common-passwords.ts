import { COMMON_PASSWORDS } from "./common-passwords.generated.ts";

/**
 * Whether `password` is, in any case, one of the 10,000 most common passwords that are long enough for the
 * length rule. OWASP ASVS 5.0 (6.2.4) asks for the top 3,000; NIST SP 800-63B-4 (3.1.1.2) for a list that
 * isn't excessively large, since beyond what the limits on sign-ins let an attacker try, a longer one
 * protects nobody.
 */
export function isCommonPassword(password: string): boolean {
  commonPasswords ??= new Set(decodeFrontCoded(COMMON_PASSWORDS));
  return commonPasswords.has(password.toLowerCase());
}

// Built when a password is first chosen: start-up is no place for it.
let commonPasswords: Set<string> | undefined;

/** Each word starts with one digit in base 36: how many characters it shares with the word before. */
function decodeFrontCoded(text: string): string[] {
  let word = "";
  return text
    .trim()
    .split(/\s+/)
    .map((coded) => {
      word = word.slice(0, Number.parseInt(coded.charAt(0), 36)) + coded.slice(1);
      return word;
    });
}
