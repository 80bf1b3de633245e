import { isCommonPassword } from "./common-passwords.ts";

/** What is known of whose password it will be, and of which service. */
export interface PasswordContext {
  email?: string | undefined;
  username?: string | undefined;
  /** The name of the service. */
  product?: string | undefined;
  /** In Unicode code points: what the deployment asks for, MIN_PASSWORD_LENGTH by default. */
  minLength?: number | undefined;
}

/**
 * What is wrong with a password that somebody wants to use, in a sentence they can act on, or undefined.
 *
 * Length counts Unicode code points after NFC normalisation (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0,
 * 6.2.1 and 6.2.9). All characters are welcome and none is required (6.2.5). Common passwords (6.2.4) and what
 * is tried first on this account (6.2.11) are refused: its names, and the name of the service and the words of
 * it, however they are decorated.
 */
export function passwordProblem(password: string, context: PasswordContext): string | undefined {
  if (!password.isWellFormed() || password.includes("\0")) {
    return "This password has a character that cannot be used. Type it again without that character.";
  }
  const normalized = password.normalize("NFC");
  const length = [...normalized].length;
  const { minLength = MIN_PASSWORD_LENGTH } = context;
  if (length < minLength) return `Use at least ${minLength} characters.`;
  if (length > MAX_PASSWORD_LENGTH) return `Use at most ${MAX_PASSWORD_LENGTH} characters.`;
  if (isCommonPassword(normalized)) {
    return "This password is one of the most common. Choose one that is harder to guess.";
  }
  const words = contextWords(context);
  const same =
    words.find(([, word]) => isSame(normalized, word)) ??
    words.find(([, word]) => isDecorated(normalized, word));
  return same && `The ${same[0]} cannot be the password. Choose another password.`;
}

/**
 * The default and the least of the setting of this name, in Unicode code points (OWASP ASVS 5.0, 6.2.1). NIST SP 800-63B-4,
 * 3.1.1.2, asks for 15 where the password is the only factor.
 */
export const MIN_PASSWORD_LENGTH = 8;

/** In Unicode code points; at least 64 must be allowed (OWASP ASVS 5.0, 6.2.9). */
export const MAX_PASSWORD_LENGTH = 128;

/** What each word is to a person, and the word. */
function contextWords({ email, username, product }: PasswordContext): [name: string, word: string][] {
  const words: [string, string | undefined][] = [
    ["username", username],
    ["email address", email],
    ["first part of the email address", localPart(email)],
    ["name of this service", product],
    ...(product ?? "").split(/\s+/).map((word): [string, string] => ["name of this service", word]),
  ];
  return words.flatMap(([name, word]) => (word ? [[name, word] as [string, string]] : []));
}

function isSame(password: string, word: string): boolean {
  return fold(password) === fold(word);
}

function fold(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** Shorter words say nothing: too much has but one or two letters. */
const MIN_DECORATED_LETTERS = 3;

/** Characters that are written for letters, and l, which looks like i. */
const LOOK_ALIKES: Record<string, string> = {
  ...{ 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t" },
  ...{ "@": "a", $: "s", "!": "i", "|": "i", "+": "t", l: "i" },
};

/** Whether nothing makes `password` differ from `word` but case, look-alikes, digits and punctuation: P.r0duct1v1ty!26 */
function isDecorated(password: string, word: string): boolean {
  const forms = new Set(bareForms(word).filter((form) => form.length >= MIN_DECORATED_LETTERS));
  return bareForms(password).some((form) => forms.has(form));
}

/** A digit at an end may stand for a letter or be put there: so with and without what is no letter at either end. */
function bareForms(text: string): string[] {
  const beginnings = [text, text.replace(/^[^\p{L}]+/u, "")];
  const cut = beginnings.flatMap((beginning) => [beginning, beginning.replace(/[^\p{L}\p{M}]+$/u, "")]);
  return cut.map(bare);
}

function bare(text: string): string {
  const letters = [...text.normalize("NFKC").toLowerCase()].map(
    (character) => LOOK_ALIKES[character] ?? character,
  );
  return letters.join("").replace(/[^\p{L}\p{M}]/gu, "");
}

function localPart(email: string | undefined): string | undefined {
  const at = email?.lastIndexOf("@") ?? -1;
  return at === -1 ? undefined : email?.slice(0, at);
}
