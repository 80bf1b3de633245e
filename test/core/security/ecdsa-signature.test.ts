import { expect, it } from "vitest";
import { unwrapEC2Signature } from "../../../src/core/security/ecdsa-signature.ts";

const P256 = 1;
const P384 = 2;

/** Returns a DER sequence of integers with these contents. */
const der = (...integers: number[][]) => {
  const content = integers.flatMap((integer) => [0x02, integer.length, ...integer]);
  return Uint8Array.of(0x30, content.length, ...content);
};

const filled = (length: number, byte: number): number[] => new Array(length).fill(byte);

it.each([
  ["full integers", [filled(32, 1), filled(32, 2)], [...filled(32, 1), ...filled(32, 2)]],
  ["a leading zero", [[0, ...filled(32, 0xff)], filled(32, 2)], [...filled(32, 0xff), ...filled(32, 2)]],
  ["short integers", [[7], [1, 2]], [...filled(31, 0), 7, ...filled(30, 0), 1, 2]],
])("returns both integers with 32 bytes, from %s", (_, integers, expected) => {
  expect([...unwrapEC2Signature(der(...integers), P256)]).toEqual(expected);
});

it("returns both integers with 48 bytes for P-384", () => {
  const expected = [...filled(48, 3), ...filled(47, 0), 4];
  expect([...unwrapEC2Signature(der(filled(48, 3), [4]), P384)]).toEqual(expected);
});

const good = der(filled(32, 1), filled(32, 2));

it.each([
  ["nothing", new Uint8Array()],
  ["another tag", good.with(0, 0x31)],
  ["an integer of another tag", good.with(2, 0x03)],
  ["a wrong length", good.with(1, good.length)],
  ["an integer that is too long", der(filled(33, 1), filled(32, 2))],
  ["an integer that ends after the sequence", good.with(3, 0x7f)],
  ["an empty integer", der([], filled(32, 2))],
  ["one integer", der(filled(32, 1))],
  ["three integers", der([1], [2], [3])],
  ["bytes after the sequence", Uint8Array.of(...good, 0)],
])("throws for %s", (_, signature) => {
  expect(() => unwrapEC2Signature(signature, P256)).toThrow("not a sequence of two integers");
});

it("throws for an unknown curve", () => {
  expect(() => unwrapEC2Signature(good, 3)).toThrow("not a sequence of two integers");
});
