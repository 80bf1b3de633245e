import { isCommonPassword } from "./common-passwords.ts";

/** Names of the user and the service, which the password must not repeat. */
export interface PasswordContext {
  email?: string | undefined;
  username?: string | undefined;
  /** Name of the service. */
  product?: string | undefined;
  /** Minimum length in Unicode code points; MIN_PASSWORD_LENGTH by default. */
  minLength?: number | undefined;
}

/**
 * Returns the problem with a new password as a sentence that the user can act on, or undefined.
 *
 * Length counts Unicode code points after NFC normalization (NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.1 and 6.2.9). All characters
 * are allowed and none is required (6.2.5). Common passwords (6.2.4) and obvious guesses for this account (6.2.11) are rejected: the names
 * of the user and the service, with any decoration.
 */
export function passwordProblem(password: string, context: PasswordContext): string | undefined {
  if (!password.isWellFormed() || password.includes("\0")) {
    return "This password contains an unsupported character. Type it again without that character.";
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
  const match =
    words.find(([, word]) => isSame(normalized, word)) ??
    words.find(([, word]) => isDecorated(normalized, word));
  return match && `The ${match[0]} cannot be the password. Choose another password.`;
}

/**
 * Default and minimum of the setting of this name, in Unicode code points (OWASP ASVS 5.0, 6.2.1). NIST SP 800-63B-4, 3.1.1.2, requires 15
 * if the password is the only factor.
 */
export const MIN_PASSWORD_LENGTH = 8;

/** Maximum length in Unicode code points. At least 64 must be allowed (OWASP ASVS 5.0, 6.2.9). */
export const MAX_PASSWORD_LENGTH = 128;

/** Returns each word that the password must not repeat, with its name for the user. */
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

/** Minimum number of letters of a word: shorter words would match too many passwords. */
const MIN_DECORATED_LETTERS = 3;

/** Characters that commonly replace letters, and l, which looks like i. */
const LOOK_ALIKES: Record<string, string> = {
  ...{ 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t" },
  ...{ "@": "a", $: "s", "!": "i", "|": "i", "+": "t", l: "i" },
};

/** Returns whether `password` differs from `word` only in case, look-alikes, digits and punctuation: P.r0duct1v1ty!26 */
function isDecorated(password: string, word: string): boolean {
  const forms = new Set(letterForms(word).filter((form) => form.length >= MIN_DECORATED_LETTERS));
  return letterForms(password).some((form) => forms.has(form));
}

/** Returns the letters of `text` with and without other characters at the ends: a digit there may replace a letter or be added. */
function letterForms(text: string): string[] {
  const beginnings = [text, text.replace(/^[^\p{L}]+/u, "")];
  const cut = beginnings.flatMap((beginning) => [beginning, beginning.replace(/[^\p{L}\p{M}]+$/u, "")]);
  return cut.map(lettersOf);
}

function lettersOf(text: string): string {
  const letters = [...text.normalize("NFKC").toLowerCase()].map(
    (character) => LOOK_ALIKES[character] ?? character,
  );
  return letters.join("").replace(/[^\p{L}\p{M}]/gu, "");
}

function localPart(email: string | undefined): string | undefined {
  const at = email?.lastIndexOf("@") ?? -1;
  return at === -1 ? undefined : email?.slice(0, at);
}
