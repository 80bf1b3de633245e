import { afterEach, describe, expect, it, vi } from "vitest";
import {
  ARGON2_LIMITS,
  type Argon2Parameters,
  hashPassword,
  simulateVerification,
  verifyPassword,
} from "../../../src/core/security/password.ts";
import { memoryOf, observeArgon2 } from "./observe-argon2.ts";

const DEFAULT: Argon2Parameters = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const FAST: Argon2Parameters = { memoryKib: 64, iterations: 1, parallelism: 1 };

const observe = () => observeArgon2(() => import("../../../src/core/security/password.ts"));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("hashPassword", () => {
  it("writes a PHC string with the parameters, a salt of 16 bytes and a tag of 32", async () => {
    expect(await hashPassword("correct horse", DEFAULT)).toMatch(
      /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it("uses a new salt each time", async () => {
    const hashes = await Promise.all(Array.from({ length: 20 }, () => hashPassword("correct horse", FAST)));
    expect(new Set(hashes.map((hash) => hash.split("$")[4])).size).toBe(20);
  });

  it.each([DEFAULT, FAST, { memoryKib: 1024, iterations: 3, parallelism: 4 }])(
    "is verified, %o",
    async (parameters) => {
      const hash = await hashPassword("correct horse", parameters);
      expect(await verifyPassword("correct horse", hash, parameters)).toEqual({
        valid: true,
        needsRehash: false,
      });
      expect(await verifyPassword("correct horsf", hash, parameters)).toEqual({
        valid: false,
        needsRehash: false,
      });
    },
  );

  it.each([
    { memoryKib: ARGON2_LIMITS.memoryKib + 1, iterations: 1, parallelism: 1 },
    { memoryKib: 8, iterations: ARGON2_LIMITS.iterations + 1, parallelism: 1 },
    { memoryKib: 64, iterations: 1, parallelism: ARGON2_LIMITS.parallelism + 1 },
    { memoryKib: 65_536, iterations: 5, parallelism: 1 },
    { memoryKib: 7, iterations: 1, parallelism: 1 },
    { memoryKib: 64, iterations: 0, parallelism: 1 },
    { memoryKib: 64, iterations: 1, parallelism: 0 },
    { memoryKib: 64.5, iterations: 1, parallelism: 1 },
  ])("rejects parameters beyond the limits of verification: %o", async (parameters) => {
    await expect(hashPassword("correct horse", parameters)).rejects.toThrow(RangeError);
  });

  it("rejects half of a surrogate pair, which would match any other half", async () => {
    await expect(hashPassword("correct \ud800 horse", FAST)).rejects.toThrow(RangeError);
    const hash = await hashPassword("correct \ufffd horse", FAST);
    expect((await verifyPassword("correct \ufffd horse", hash, FAST)).valid).toBe(true);
    expect((await verifyPassword("correct \ud800 horse", hash, FAST)).valid).toBe(false);
  });
});

describe("verifyPassword: hashes of the reference implementation", () => {
  // printf %s <password> | argon2 salt-of-16-bytes -id -k <m> -t <t> -p <p> -l 32 -e Those of 128 characters
  // or more by argon2id_hash_encoded() of libargon2 20171227, since the command takes less.
  it.each([
    [
      "correct horse battery staple",
      "$argon2id$v=19$m=19456,t=2,p=1$c2FsdC1vZi0xNi1ieXRlcw$DxWLc1JhAatNFvrqyXt8SLU82pIQeOJt7B9cwCZnOcA",
    ],
    [
      "Zażółć gęślą jaźń",
      "$argon2id$v=19$m=19456,t=2,p=1$c2FsdC1vZi0xNi1ieXRlcw$WnzsFHsHvTwOlLj1nm2vl1Z+G/ew0/bu0eMxg6yWEH4",
    ],
    [
      "пароль🔐密码",
      "$argon2id$v=19$m=4096,t=3,p=4$c2l4dGVlbi1ieXRlcy1vaw$pqJ3Rd86SOMqso1KVR3dBp9KWAgStSxqxH7GKIKXthU",
    ],
    [
      "🔑".repeat(31),
      "$argon2id$v=19$m=1024,t=2,p=2$c2FsdC1vZi0xNi1ieXRlcw$eKsiANVeC/LUG63O+qIIREVUe4f9GVzMDmTnd1xV3Ng",
    ],
    [
      "🔑".repeat(128),
      "$argon2id$v=19$m=1024,t=2,p=2$c2FsdC1vZi0xNi1ieXRlcw$c+sU6LEXLVT50OtBVg1GpD2AMaIU9MqvbeGlHnG6Tb4",
    ],
    [
      "0123456789abcdef".repeat(8),
      "$argon2id$v=19$m=1024,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$zrzDp8dydoNqARbhmz+El8G+w8A8iqp3BDqeahxMG8A",
    ],
    [
      `${"0123456789abcdef".repeat(8)}!`,
      "$argon2id$v=19$m=1024,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$hrgw4YPvI3EicJFtJxUezkrCfzQjN+5ce3FrVBiEPa8",
    ],
    [
      "password",
      "$argon2id$v=19$m=7168,t=5,p=1$c2FsdC1vZi0xNi1ieXRlcw$7gNJ1R4IKjeKyUaq2RjOmT+c6xrOzhulN2uBeU5dqBY",
    ],
    ["password", "$argon2id$v=19$m=8,t=1,p=1$OC1ieXRlcy4$C446HQ46Iz8ymzF3kBk7EA"],
    [
      "password",
      "$argon2id$v=19$m=100,t=10,p=3$YSBzYWx0IG9mIDY0IGJ5dGVzLCB0aGUgbW9zdCB0aGF0IGlzIHRha2VuIGZyb20gYSBzdG9yZWQgaGF" +
        "zaCEhIQ$G7x8GWRLPq8XX1cQWsFEAzPvzwMmsibX56Zn9aiqeP3oSmQuoFtc1OYKnSEVS43qQLiDYSGNAWPt0eVL0R/Z8Q",
    ],
  ])("verifies %s against %s", async (password, phc) => {
    expect(await verifyPassword(password, phc, FAST)).toEqual({ valid: true, needsRehash: true });
    expect((await verifyPassword(`${password}.`, phc, FAST)).valid).toBe(false);
    expect((await verifyPassword(password.slice(0, -1), phc, FAST)).valid).toBe(false);
  });

  it("verifies a hash with argon2-cffi's defaults, and asks for a rehash", async () => {
    // printf 'correct horse battery staple' | argon2 salt-of-16-bytes -id -k 65536 -t 3 -p 4 -l 32 -e
    const phc =
      "$argon2id$v=19$m=65536,t=3,p=4$c2FsdC1vZi0xNi1ieXRlcw$wzmnJLh+Qnqej65qCOXfCZyyTCmvtnC85lkh+ncoVm0";
    const password = "correct horse battery staple";
    expect(await verifyPassword(password, phc, DEFAULT)).toEqual({ valid: true, needsRehash: true });
    expect(await verifyPassword("password", phc, DEFAULT)).toEqual({ valid: false, needsRehash: false });
  });
});

describe("verifyPassword: the password", () => {
  it("compares passwords to their last character [PASSWORD-5]", async () => {
    const hash = await hashPassword("p".repeat(129), FAST);
    expect((await verifyPassword("p".repeat(129), hash, FAST)).valid).toBe(true);
    expect((await verifyPassword("p".repeat(128), hash, FAST)).valid).toBe(false);
    expect((await verifyPassword(`${"p".repeat(128)}q`, hash, FAST)).valid).toBe(false);
  });

  it("accepts composed and decomposed characters", async () => {
    const composed = "Gar\u00e7on \u00c5ngstr\u00f6m \ud55c";
    const decomposed = composed.normalize("NFD");
    expect(decomposed).not.toBe(composed);
    expect((await verifyPassword(decomposed, await hashPassword(composed, FAST), FAST)).valid).toBe(true);
    expect((await verifyPassword(composed, await hashPassword(decomposed, FAST), FAST)).valid).toBe(true);
  });

  it.each([
    ["case", "Correct Horse"],
    ["a space before", " correct horse"],
    ["a space after", "correct horse "],
    ["a compatibility form", "ｃorrect horse"],
    ["what follows a NUL", "correct horse\0"],
    ["nothing", ""],
  ])("rejects a similar password: %s [PASSWORD-6]", async (_, other) => {
    const hash = await hashPassword("correct horse", FAST);
    expect((await verifyPassword(other, hash, FAST)).valid).toBe(false);
  });
});

describe("verifyPassword: the tag", () => {
  it("compares all bytes of the tag", async () => {
    const hash = await hashPassword("correct horse", FAST);
    const start = hash.lastIndexOf("$") + 1;
    const withOtherCharacter = (index: number) =>
      `${hash.slice(0, index)}${hash[index] === "A" ? "Q" : "A"}${hash.slice(index + 1)}`;
    for (let index = start; index < hash.length; index++) {
      expect((await verifyPassword("correct horse", withOtherCharacter(index), FAST)).valid).toBe(false);
    }
  });
});

describe("verifyPassword: needsRehash", () => {
  it.each([{ memoryKib: 65 }, { memoryKib: 63 }, { iterations: 2 }, { parallelism: 2 }])(
    "asks for a rehash after a change of parameters: %o",
    async (change) => {
      const hash = await hashPassword("correct horse", { ...FAST, ...change });
      expect(await verifyPassword("correct horse", hash, FAST)).toEqual({ valid: true, needsRehash: true });
    },
  );

  it.each([
    // printf 'correct horse' | argon2 <salt> -id -k 64 -t 1 -p 1 -l <length> -e
    ["a short salt", "$argon2id$v=19$m=64,t=1,p=1$c2FsdC04LWI$T1M9fjmjhMurXPy4dDdh4LSsBppOzzMRphwtaHpTlEg"],
    [
      "a long salt",
      "$argon2id$v=19$m=64,t=1,p=1$YS1zYWx0LW9mLTE3LWJ5dGVz$VykBqQb6WXpHSJdBmGBsaE65z/YW+hfvuoO6RJKI5tA",
    ],
    ["a short tag", "$argon2id$v=19$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$0p3wfMjQL/PV1q2fR+b1JA"],
    [
      "a long tag",
      "$argon2id$v=19$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$ZQ9ti0Clnwb3KKmODY+GAzi1nJm6r7XPJHZwBT0nyVCAR4ec9eFN0XP1FX9q/1AZxgSbrO4CdkqJ7Ztmoy4CYg",
    ],
  ])("asks for a rehash of %s", async (_, phc) => {
    expect(await verifyPassword("correct horse", phc, FAST)).toEqual({ valid: true, needsRehash: true });
  });
});

describe("verifyPassword: invalid or too expensive hashes", () => {
  const SALT = "c2FsdC1vZi0xNi1ieXRlcw";
  const TAG = "jP9hrXH0eEzzu60VvxWPDZmp9Nh6k3tmZkuUvK/0km8";
  const good = `$argon2id$v=19$m=64,t=1,p=1$${SALT}$${TAG}`;
  const withCost = (cost: string) => good.replace("m=64,t=1,p=1", cost);
  const withSalt = (salt: string) => good.replace(SALT, salt);
  const withTag = (tag: string) => good.replace(TAG, tag);

  it("accepts the sample from which the invalid hashes are derived", async () => {
    expect(await verifyPassword("password", good, FAST)).toEqual({ valid: true, needsRehash: false });
  });

  it.each([
    // Parameters beyond the limits.
    withCost("m=4294967295,t=1,p=1"),
    withCost("m=4294967360,t=1,p=1"),
    withCost("m=99999999999999999999,t=1,p=1"),
    withCost("m=65537,t=1,p=1"),
    withCost("m=64,t=1000000000,p=1"),
    withCost("m=64,t=4294967297,p=1"),
    withCost("m=64,t=11,p=1"),
    withCost("m=65536,t=5,p=1"),
    withCost("m=64,t=1,p=5"),
    withCost("m=31,t=1,p=4"),
    withCost("m=7,t=1,p=1"),
    withCost("m=0,t=1,p=1"),
    withCost("m=64,t=0,p=1"),
    withCost("m=64,t=1,p=0"),
    withCost("m=-64,t=1,p=1"),
    withCost("m=64,t=-1,p=1"),
    withCost("m=64,t=1,p=-1"),
    // Numbers in other notations.
    withCost("m=064,t=1,p=1"),
    withCost("m=64,t=01,p=1"),
    withCost("m=64,t=1,p=01"),
    withCost("m=+64,t=1,p=1"),
    withCost("m=0x40,t=1,p=1"),
    withCost("m=6.4e1,t=1,p=1"),
    withCost("m=64.0,t=1,p=1"),
    withCost("m=٦٤,t=1,p=1"),
    withCost("m= 64,t=1,p=1"),
    withCost("m=,t=1,p=1"),
    withCost("m=Infinity,t=1,p=1"),
    // Missing, additional, repeated and reordered fields.
    withCost("t=1,p=1"),
    withCost("m=64,p=1"),
    withCost("m=64,t=1"),
    withCost("t=1,m=64,p=1"),
    withCost("m=64,t=1,p=1,keyid=AAAA"),
    withCost("m=64,m=64,t=1,p=1"),
    withCost("m=64;t=1;p=1"),
    withCost(""),
    good.replace("$v=19", ""),
    good.replace(`$${SALT}`, ""),
    good.replace(`$${TAG}`, ""),
    `${good}$`,
    `$${good}`,
    `${good}$${TAG}`,
    // Other versions and variants.
    good.replace("v=19", "v=16"),
    good.replace("v=19", "v=20"),
    good.replace("v=19", "v=019"),
    good.replace("argon2id", "argon2i"),
    good.replace("argon2id", "argon2d"),
    good.replace("argon2id", "ARGON2ID"),
    good.replace("argon2id", "scrypt"),
    // Base64: alphabet, padding, length and unused bits.
    withSalt(""),
    withSalt(`-${SALT.slice(1)}`),
    withSalt(`${SALT}==`),
    withSalt(SALT.slice(0, -1)),
    withSalt(`${SALT.slice(0, -1)}x`),
    withSalt("c2FsdDc"),
    withSalt("A".repeat(87)),
    withTag(""),
    withTag(`_${TAG.slice(1)}`),
    withTag(`${TAG}=`),
    withTag(`${TAG.slice(0, 10)} ${TAG.slice(11)}`),
    withTag(TAG.slice(0, -1)),
    withTag(`${TAG.slice(0, -1)}d`),
    withTag(TAG.slice(0, 20)),
    withTag("A".repeat(87)),
    // Arbitrary text.
    "",
    "$",
    "$argon2id",
    "$argon2id$v=19$m=64,t=1,p=1$",
    "password",
    "$2b$12$KIXQkJ1ZQZ3Yw1dC1c9qkO8bZk6mX0r1v8c6i3r1l5b0q9x1y2z3a",
    "*",
    ` ${good}`,
    `${good} `,
    `${good}\n`,
    `${good}\0`,
    good.slice(0, -1),
    good.slice(1),
    good.repeat(2),
  ])("rejects %s", async (phc) => {
    expect(await verifyPassword("password", phc, FAST)).toEqual({ valid: false, needsRehash: false });
  });

  // printf password | argon2 <salt> -id -k 64 -t 1 -p 1 -l <length> -e
  // (12 bytes, below the least of that command, by argon2id_hash_encoded() of libargon2 20171227)
  it.each([
    [
      "65 bytes of salt",
      "$argon2id$v=19$m=64,t=1,p=1$NjUgYnl0ZXMgb2Ygc2FsdCwgd2hpY2ggaXMgbW9yZSB0aGFuIGlzIHRha2VuIG" +
        "Zyb20gYSBzdG9yZWQgaGFzaCE$syDc7EoCc7/H70DOytLUsQhO+OI78Vh8JPRIXHlUyaI",
    ],
    ["12 bytes of tag", "$argon2id$v=19$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$y1DR8cnwkjMEYFH4"],
    [
      "65 bytes of tag",
      "$argon2id$v=19$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$kt96vb/O8JWhvdtlQmnx5AQayhBNjKTIHy/AvdK1ZDfykPiPZW5hOhZvl4S1jPZUoc7WxQxnUiwXUwXJfdT8PXU",
    ],
    [
      "version 16",
      "$argon2id$v=16$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$XBVcYLKKCBUu1t/fh5WcZSR1W+Yw48j33uq9PidE8pg",
    ],
    [
      "Argon2i",
      "$argon2i$v=19$m=64,t=1,p=1$c2FsdC1vZi0xNi1ieXRlcw$0+yQ1wlc06beBftf9ua/mKmhKNG5/y78I62Tsfe+CHU",
    ],
  ])("rejects %s, although it would verify", async (_, phc) => {
    expect(await verifyPassword("password", phc, FAST)).toEqual({ valid: false, needsRehash: false });
  });

  it("rejects a tag of a megabyte", async () => {
    expect((await verifyPassword("password", withTag("A".repeat(1_000_000)), FAST)).valid).toBe(false);
  });

  it("costs one hash with the default parameters, and no more memory", async () => {
    const driver = await observe();
    const hash = await driver.hashPassword("password", DEFAULT);
    const [before] = driver.instances.map((instance) => memoryOf(instance).length);
    await driver.verifyPassword("password", hash, DEFAULT);
    await driver.verifyPassword("password", withCost("m=4294967295,t=1,p=1"), DEFAULT);
    await driver.verifyPassword("password", withCost("m=65536,t=10,p=1"), DEFAULT);
    await driver.verifyPassword("password", "", DEFAULT);
    await driver.simulateVerification("password", DEFAULT);
    expect(driver.hashes).toEqual(Array.from({ length: 6 }, () => DEFAULT.memoryKib));
    expect(driver.instances.map((instance) => memoryOf(instance).length)[0]).toBe(before);
    expect(before).toBeLessThan(21 * 1024 * 1024);
  });
});

describe("the memory of a larger hash", () => {
  it("is released after a while without use", async () => {
    const driver = await observe();
    const larger = await driver.hashPassword("password", { ...FAST, memoryKib: 4096 });
    expect((await driver.verifyPassword("password", larger, FAST)).valid).toBe(true);
    for (let count = 0; count < 101; count++) await driver.simulateVerification("password", FAST);
    expect(driver.instances.map((instance) => memoryOf(instance).length > 4096 * 1024)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it("keeps the default size through verifications of other sizes", async () => {
    const driver = await observe();
    const usual = { ...FAST, memoryKib: 4096 };
    const smaller = await driver.hashPassword("password", FAST);
    await driver.hashPassword("password", usual);
    for (let count = 0; count < 101; count++) await driver.verifyPassword("password", smaller, usual);
    expect(driver.instances).toHaveLength(2);
  });
});

describe("simulateVerification", () => {
  it("accepts any password, as a verification does", async () => {
    for (const password of ["", "password", "\ud800", "\0", "p".repeat(100_000)]) {
      await expect(simulateVerification(password, FAST)).resolves.toBeUndefined();
    }
  });
});
