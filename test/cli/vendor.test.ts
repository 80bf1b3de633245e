import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dictionary } from "@zxcvbn-ts/language-common";
import { argon2d, argon2i, argon2id } from "hash-wasm";
import { describe, expect, it } from "vitest";
import { SECURITY_FOLDER, vendoredFiles } from "../../src/cli/commands/vendor.ts";
import { argon2 } from "../../src/core/security/argon2.ts";
import { isCommonPassword } from "../../src/core/security/common-passwords.ts";

describe("npm run vendor", () => {
  const files = vendoredFiles();

  it.each(Object.entries(files))("extracts %s as it is committed", (name, content) => {
    expect(Buffer.from(content).equals(readFileSync(join(SECURITY_FOLDER, name)))).toBe(true);
  });

  it("extracts the whole binary of hash-wasm", () => {
    expect(files["blake2b.wasm"]).toHaveLength(7_449);
  });
});

describe("the common passwords", () => {
  const longEnough = dictionary["passwords-common"].filter((password) => [...password].length >= 8);

  it("includes the first 10,000 with 8 characters or more", () => {
    expect(longEnough.slice(0, 10_000).filter((password) => !isCommonPassword(password))).toEqual([]);
    expect(longEnough.slice(10_000).filter(isCommonPassword)).toEqual([]);
    expect(
      dictionary["passwords-common"].filter((password) => password.length < 8 && isCommonPassword(password)),
    ).toEqual([]);
  });
});

describe("Argon2, by hash-wasm's BLAKE2b and our own fill of its memory", () => {
  const variants = { argon2d, argon2i, argon2id };

  it.each(
    Array.from({ length: 24 }, (_, index) => ({
      variant: (["argon2id", "argon2d", "argon2i"] as const)[index % 3] ?? "argon2id",
      password: randomBytes(1, 300),
      salt: randomBytes(8, 64),
      secret: randomBytes(1, 40),
      memoryKib: randomInteger(32, 2_000),
      iterations: randomInteger(1, 4),
      parallelism: randomInteger(1, 4),
      tagBytes: randomInteger(4, 200),
    })),
  )("equals hash-wasm's own $variant, m=$memoryKib t=$iterations p=$parallelism", async (input) => {
    const expected = await variants[input.variant]({
      password: input.password,
      salt: input.salt,
      secret: input.secret,
      memorySize: input.memoryKib,
      iterations: input.iterations,
      parallelism: input.parallelism,
      hashLength: input.tagBytes,
      outputType: "binary",
    });
    expect(argon2(input)).toEqual(expected);
  });
});

function randomInteger(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1));
}

function randomBytes(least: number, most: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(randomInteger(least, most)));
}
