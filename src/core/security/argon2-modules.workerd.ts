// `npm run argon2` builds argon2-fill.wasm from argon2-fill.c. blake2b.wasm is from hash-wasm (MIT, Dani Biró): `npm run vendor` extracts
// it from the package.
import argon2 from "./argon2-fill.wasm";
import blake2b from "./blake2b.wasm";

/**
 * Our binary that fills Argon2's memory, compiled by the runtime: Workers forbid compiling Wasm from bytes in a request.
 */
export const argon2Module: WebAssembly.Module = argon2;

/** hash-wasm's BLAKE2b binary, on which Argon2 is built (RFC 9106, 3.2). */
export const blake2bModule: WebAssembly.Module = blake2b;
