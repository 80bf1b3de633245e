import { argon2 } from "#argon2";
import { equalInConstantTime } from "./constant-time.ts";

/** Cost of a hash: memory in KiB, passes over it, and lanes. */
export type Argon2Parameters = { memoryKib: number; iterations: number; parallelism: number };

/**
 * Maximum accepted costs, in settings and in stored hashes: an imported hash must not exhaust the Worker's memory or time. argon2-cffi's
 * defaults (m=65536, t=3, p=4) are within these limits. `workKib` is memory times passes.
 */
export const ARGON2_LIMITS = { memoryKib: 65_536, iterations: 10, parallelism: 4, workKib: 262_144 } as const;

/**
 * Hashes `password` with Argon2id and returns a PHC string: random salt of 16 bytes, tag of 32 (RFC 9106, 4). The whole password is hashed
 * (OWASP ASVS 5.0, 6.2.8), in NFC, so that the keyboard does not matter (NIST SP 800-63B-4, 3.1.1.2).
 *
 * @throws {RangeError} for parameters outside `ARGON2_LIMITS`, or a password with a lone surrogate: all of them are encoded as the same
 * bytes, so other passwords would match
 */
export async function hashPassword(password: string, parameters: Argon2Parameters): Promise<string> {
  if (!password.isWellFormed()) throw new RangeError("The password is not well-formed Unicode.");
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const tag = await deriveTag(password, { parameters, salt, tagBytes: TAG_BYTES }, parameters);
  const { memoryKib, iterations, parallelism } = parameters;
  const cost = `m=${memoryKib},t=${iterations},p=${parallelism}`;
  return `$argon2id$v=19$${cost}$${toBase64(salt)}$${toBase64(tag)}`;
}

/**
 * Verifies `password` against the hash `phc`, and returns whether it should be rehashed with the current `parameters` (OWASP Password
 * Storage: upgrade the cost at the next sign-in). Any text but an Argon2id hash within `ARGON2_LIMITS` matches no password, and takes as
 * long to verify as a current hash.
 */
export async function verifyPassword(
  password: string,
  phc: string,
  parameters: Argon2Parameters,
): Promise<{ valid: boolean; needsRehash: boolean }> {
  const stored = parsePhc(phc);
  if (stored === undefined) {
    await simulateVerification(password, parameters);
    return { valid: false, needsRehash: false };
  }
  const tag = await deriveTag(password, { ...stored, tagBytes: stored.tag.length }, parameters);
  const valid = equalInConstantTime(tag, stored.tag) && password.isWellFormed();
  return { valid, needsRehash: valid && !isCurrent(stored, parameters) };
}

/**
 * Takes as long as verifying `password` against a hash with the current `parameters`. Used if the user does not exist, so that the response
 * time does not reveal whether the user exists (OWASP ASVS 5.0, 6.3.8).
 */
export async function simulateVerification(password: string, parameters: Argon2Parameters): Promise<void> {
  const salt = new Uint8Array(SALT_BYTES);
  const tag = await deriveTag(password, { parameters, salt, tagBytes: TAG_BYTES }, parameters);
  equalInConstantTime(tag, new Uint8Array(TAG_BYTES));
}

/** Value in place of a hash that no password matches. Verifying against it costs as much as for a wrong password. */
export const NO_PASSWORD = "$none$";

const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Maximum length of a PHC string: longer than any accepted hash. */
const MAX_PHC_LENGTH = 256;
/** PHC string as Argon2's reference implementation writes it: numbers have no leading zeros, and nothing is optional. */
const PHC =
  /^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,9})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

type StoredHash = { parameters: Argon2Parameters; salt: Uint8Array; tag: Uint8Array };

function parsePhc(phc: string): StoredHash | undefined {
  if (phc.length > MAX_PHC_LENGTH) return undefined;
  const [, memoryKib, iterations, parallelism, saltText = "", tagText = ""] = PHC.exec(phc) ?? [];
  const salt = fromBase64(saltText);
  const tag = fromBase64(tagText);
  if (salt === undefined || salt.length < 8 || salt.length > 64) return undefined;
  if (tag === undefined || tag.length < 16 || tag.length > 64) return undefined;
  const parameters = {
    memoryKib: Number(memoryKib),
    iterations: Number(iterations),
    parallelism: Number(parallelism),
  };
  return isWithinLimits(parameters) ? { parameters, salt, tag } : undefined;
}

function isWithinLimits({ memoryKib, iterations, parallelism }: Argon2Parameters): boolean {
  return (
    memoryKib >= 8 * parallelism &&
    memoryKib <= ARGON2_LIMITS.memoryKib &&
    iterations <= ARGON2_LIMITS.iterations &&
    parallelism <= ARGON2_LIMITS.parallelism &&
    memoryKib * iterations <= ARGON2_LIMITS.workKib
  );
}

function isCurrent({ parameters, salt, tag }: StoredHash, current: Argon2Parameters): boolean {
  return (
    parameters.memoryKib === current.memoryKib &&
    parameters.iterations === current.iterations &&
    parameters.parallelism === current.parallelism &&
    salt.length === SALT_BYTES &&
    tag.length === TAG_BYTES
  );
}

async function deriveTag(
  password: string,
  { parameters, salt, tagBytes }: { parameters: Argon2Parameters; salt: Uint8Array; tagBytes: number },
  current: Argon2Parameters,
): Promise<Uint8Array> {
  if (!isWithinLimits(parameters)) throw new RangeError("The Argon2 parameters are outside the limits.");
  const bytes = new TextEncoder().encode(password.normalize("NFC"));
  try {
    return await argon2({ ...parameters, password: bytes, salt, tagBytes, keepMemoryKib: current.memoryKib });
  } finally {
    bytes.fill(0);
  }
}

/** Encodes `bytes` in the standard alphabet without padding, as in PHC strings. */
function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
}

/** Decodes `text`. Returns undefined for an encoding that `toBase64` would not write, so that each hash has only one encoding. */
function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : undefined;
}
