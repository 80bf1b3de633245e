import { hashRaw } from "@node-rs/argon2";
import type { Argon2Input } from "./argon2.ts";

/** Argon2id, the only variant that passwords should use (RFC 9106, 4), by its number in the native library. */
const ARGON2ID = 2;

/**
 * Computes the Argon2id tag (RFC 9106, version 1.3) of `input` in a thread of Node's pool, so that requests are served in the meantime.
 * Returns the tag that argon2.ts computes for the same input.
 *
 * @throws Error for parameters that RFC 9106 (3.1) excludes
 */
export async function argon2(
  input: Omit<Argon2Input, "associatedData" | "secret" | "variant">,
): Promise<Uint8Array> {
  return hashRaw(input.password, {
    algorithm: ARGON2ID,
    memoryCost: input.memoryKib,
    timeCost: input.iterations,
    parallelism: input.parallelism,
    outputLen: input.tagBytes,
    salt: input.salt,
  });
}
