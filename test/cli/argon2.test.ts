import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hashRawSync } from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import {
  BINARY_PATH,
  buildArgon2Fill,
  missingTool,
  SOURCE_PATH,
  SUMS_PATH,
  sums,
} from "../../src/cli/commands/argon2.ts";
import { argon2 } from "../../src/core/security/argon2.ts";

const VARIANTS = ["argon2d", "argon2i", "argon2id"] as const;

describe("npm run argon2", () => {
  it("records the sums of the committed source and binary", () => {
    expect(readFileSync(SUMS_PATH, "utf8")).toBe(sums(readFileSync(SOURCE_PATH), readFileSync(BINARY_PATH)));
  });

  it.skipIf(missingTool() !== undefined)("builds the committed binary, byte by byte", () => {
    expect(sha256(buildArgon2Fill())).toBe(sha256(readFileSync(BINARY_PATH)));
  });

  it("builds a binary with the functions of hash-wasm's", () => {
    const functionsOf = (binary: Uint8Array) =>
      WebAssembly.Module.exports(Reflect.construct(WebAssembly.Module, [binary]))
        .filter(({ kind }) => kind !== "global")
        .map(({ name, kind }) => `${kind} ${name}`)
        .sort();
    expect(functionsOf(readFileSync(BINARY_PATH))).toEqual([
      "function Hash_Calculate",
      "function Hash_GetBuffer",
      "function Hash_SetMemorySize",
      "memory memory",
    ]);
  });
});

describe("the binary that fills Argon2's memory", () => {
  it("computes the tags of a native library, for 200 random inputs", () => {
    for (let count = 0; count < 200; count++) {
      const variant = count % VARIANTS.length;
      const parallelism = randomInteger(1, 5);
      const input = {
        password: randomBytes(randomInteger(1, 100)),
        salt: randomBytes(randomInteger(8, 32)),
        memoryKib: randomInteger(8 * parallelism, count % 10 === 0 ? 3_000 : 300),
        iterations: randomInteger(1, 4),
        parallelism,
        tagBytes: randomInteger(4, 100),
      };
      const expected = hashRawSync(input.password, {
        algorithm: variant,
        memoryCost: input.memoryKib,
        timeCost: input.iterations,
        parallelism,
        outputLen: input.tagBytes,
        salt: input.salt,
      });
      const tag = argon2({ ...input, variant: VARIANTS[variant] ?? "argon2id" });
      expect(Buffer.from(tag).equals(expected), JSON.stringify({ variant, ...input })).toBe(true);
    }
  });
});

function randomInteger(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
