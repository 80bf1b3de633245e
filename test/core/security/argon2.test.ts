import { afterEach, describe, expect, it, vi } from "vitest";
import { argon2Module, blake2bModule } from "#argon2-modules";
import { type Argon2Input, argon2 } from "../../../src/core/security/argon2.ts";
import { memoryOf, observeArgon2 } from "./observe-argon2.ts";

const observe = () => observeArgon2(() => import("../../../src/core/security/argon2.ts"));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("argon2: the vectors of RFC 9106, section 5", () => {
  const input = {
    password: new Uint8Array(32).fill(1),
    salt: new Uint8Array(16).fill(2),
    secret: new Uint8Array(8).fill(3),
    associatedData: new Uint8Array(12).fill(4),
    memoryKib: 32,
    iterations: 3,
    parallelism: 4,
    tagBytes: 32,
  };

  it.each([
    ["argon2d", "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb"],
    ["argon2i", "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8"],
    ["argon2id", "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"],
  ] as const)("computes the tag of %s", (variant, tag) => {
    expect(hex(argon2({ ...input, variant }))).toBe(tag);
  });

  it("uses argon2id by default", () => {
    expect(argon2(input)).toEqual(argon2({ ...input, variant: "argon2id" }));
  });
});

describe("argon2: tags of any length", () => {
  // printf password | argon2 salt-of-16-bytes -id -k 64 -t 1 -p 1 -r -l <length>
  // (12 bytes, below the least of that command, by argon2id_hash_encoded() of libargon2 20171227)
  it.each([
    [12, "cb50d1f1c9f09233046051f8"],
    [
      65,
      "92df7abdbfcef095a1bddb654269f1e4041aca104d8ca4c81f2fc0bdd2b56437" +
        "f290f88f656e613a166f9784b58cf654a1ced6c50c67522c175305c97dd4fc3d75",
    ],
    [
      100,
      "c8f38eccc529d82e0c77b3ffeb73b2cd2c2caf8478d31041275a733cd802b09d" +
        "88138b9ceca3897a8dba37a67e1572babe47071293cb4f691139719d59daa15d" +
        "ce4dd220a228bf52ac661296ded4720e2c2f4a42e15573c6fde144191220cb76a246c6e4",
    ],
  ])("computes a tag of %i bytes", (tagBytes, tag) => {
    expect(hex(argon2(sample({ tagBytes })))).toBe(tag);
  });
});

describe("argon2: parameters", () => {
  it.each([
    { parallelism: 0 },
    { parallelism: 9 },
    { iterations: 0 },
    { iterations: 1.5 },
    { memoryKib: Number.NaN },
    { memoryKib: 2 ** 32 + 64 },
    { memoryKib: 2 ** 22 + 64 },
    { iterations: 2 ** 32 + 1 },
    { memoryKib: -64 },
    { tagBytes: 3 },
    { salt: new Uint8Array(7) },
  ])("rejects %o", (wrong) => {
    expect(() => argon2(sample(wrong))).toThrow(RangeError);
  });

  it("hashes an empty password, and one longer than the buffer", () => {
    // argon2id_hash_encoded() of libargon2 20171227: the argon2 command takes at most 127 bytes.
    const long = sample({ password: new TextEncoder().encode("x".repeat(40_000)), tagBytes: 32 });
    expect(hex(argon2(long))).toBe("b9baa498df247fa32e1dd8695d960b7cc463491b5c70d750abe41be4aa54be92");
    const empty = sample({ password: new Uint8Array(), tagBytes: 32 });
    expect(hex(argon2(empty))).toBe("17f8a5e128bfca3103f808acf202055869c118c477aa51a199773c7fdbcf7a3c");
  });
});

describe("argon2: its memory", () => {
  it("creates no instance before the first hash", async () => {
    const { instances } = await observe();
    expect(instances).toHaveLength(0);
  });

  it("keeps its size over 100 hashes", async () => {
    const driver = await observe();
    driver.argon2(sample({ memoryKib: 1024 }));
    const sizes = driver.instances.map((instance) => memoryOf(instance).length);
    for (let count = 0; count < 100; count++) driver.argon2(sample({ memoryKib: 1024 - count }));
    expect(driver.instances.map((instance) => memoryOf(instance).length)).toEqual(sizes);
    expect(sizes).toHaveLength(2);
  });

  it.each([8, 1024])("erases the memory of a hash of %i KiB", async (memoryKib) => {
    const driver = await observe();
    driver.argon2(sample({ memoryKib, secret: new Uint8Array(40).fill(7) }));
    const [blocks, digests] = driver.instances;

    const unusedBlocks = new WebAssembly.Instance(argon2Module);
    call(unusedBlocks, "Hash_GetBuffer");
    if (memoryOf(blocks).length > memoryOf(unusedBlocks).length) {
      call(unusedBlocks, "Hash_SetMemorySize", (memoryKib + 1) * 1024);
    }
    expect(firstDifference(memoryOf(blocks), memoryOf(unusedBlocks))).toBeUndefined();
    expect(
      firstDifference(memoryOf(digests), memoryOf(new WebAssembly.Instance(blake2bModule))),
    ).toBeUndefined();
  });

  it("computes the right hash after an interrupted hash", async () => {
    const driver = await observe();
    const expected = argon2(sample({}));
    expect(driver.argon2(sample({}))).toEqual(expected);
    driver.trapOnce();
    expect(() => driver.argon2(sample({ password: new Uint8Array(20) }))).toThrow(WebAssembly.RuntimeError);
    expect(driver.argon2(sample({}))).toEqual(expected);
    expect(driver.instances).toHaveLength(4);
  });

  it("releases a larger memory after 100 hashes that don't need it", async () => {
    const driver = await observe();
    const usual = sample({ memoryKib: 64, keepMemoryKib: 64 });
    const large = sample({ memoryKib: 4096, keepMemoryKib: 64 });
    const times = (count: number, input: Argon2Input) => {
      for (let index = 0; index < count; index++) driver.argon2(input);
    };
    times(1, large);
    times(99, usual);
    times(2, large);
    times(100, usual);
    expect(driver.instances).toHaveLength(2);
    times(300, usual);
    expect(driver.instances).toHaveLength(4);
    expect(memoryOf(driver.instances[2]).length).toBeLessThan(1024 * 1024);
  });
});

function sample(overrides: Partial<Argon2Input>): Argon2Input {
  return {
    password: new TextEncoder().encode("password"),
    salt: new TextEncoder().encode("salt-of-16-bytes"),
    memoryKib: 64,
    iterations: 1,
    parallelism: 1,
    tagBytes: 32,
    ...overrides,
  };
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function call(instance: WebAssembly.Instance, name: string, ...values: number[]): void {
  const value = instance.exports[name];
  if (typeof value === "function") value(...values);
}

function firstDifference(left: Uint8Array, right: Uint8Array): number | undefined {
  if (left.length !== right.length) return Math.min(left.length, right.length);
  const index = left.findIndex((byte, at) => byte !== right[at]);
  return index === -1 ? undefined : index;
}
