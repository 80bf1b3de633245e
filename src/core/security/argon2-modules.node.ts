import { readFileSync } from "node:fs";

/** Our binary that fills Argon2's memory, read from disk: Node cannot import `.wasm` as a module without a flag. */
export const argon2Module: WebAssembly.Module = compile("./argon2-fill.wasm");

/** hash-wasm's BLAKE2b binary, on which Argon2 is built (RFC 9106, 3.2). */
export const blake2bModule: WebAssembly.Module = compile("./blake2b.wasm");

function compile(path: string): WebAssembly.Module {
  // The Worker types omit this constructor, since Workers reject it. Node has it.
  return Reflect.construct(WebAssembly.Module, [readFileSync(new URL(path, import.meta.url))]);
}
