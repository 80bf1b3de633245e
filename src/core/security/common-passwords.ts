import { COMMON_PASSWORDS } from "./common-passwords.generated.ts";

/**
 * Returns whether `password`, ignoring case, is one of the 10,000 most common passwords that meet the length rule. OWASP ASVS 5.0 (6.2.4)
 * requires the top 3,000. NIST SP 800-63B-4 (3.1.1.2) advises against an excessively large list: the rate limits on sign-ins keep
 * an attacker from trying more passwords.
 */
export function isCommonPassword(password: string): boolean {
  commonPasswords ??= new Set(decodeFrontCoded(COMMON_PASSWORDS));
  return commonPasswords.has(password.toLowerCase());
}

// Built on first use, to keep start-up fast.
let commonPasswords: Set<string> | undefined;

/** Decodes words. Each starts with a capital letter: the number of characters that it shares with the previous word, from A for none. */
function decodeFrontCoded(text: string): string[] {
  let word = "";
  return Array.from(text.replaceAll("\n", "").matchAll(/([A-Z])([^A-Z]+)/g), ([, letter = "", rest = ""]) => {
    word = word.slice(0, letter.charCodeAt(0) - "A".charCodeAt(0)) + rest;
    return word;
  });
}
