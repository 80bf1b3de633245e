// The binaries come from hash-wasm (MIT, Dani Biro): `npm run vendor` extracts them from the package.
import argon2 from "./argon2.wasm";
import blake2b from "./blake2b.wasm";

/**
 * hash-wasm's Argon2 binary, compiled by the runtime: Workers forbid compiling Wasm from bytes in a request.
 */
export const argon2Module: WebAssembly.Module = argon2;

/** hash-wasm's BLAKE2b binary, on which Argon2 is built (RFC 9106, 3.2). */
export const blake2bModule: WebAssembly.Module = blake2b;
