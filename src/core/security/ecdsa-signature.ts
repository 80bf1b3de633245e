const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Bytes of `r` and of `s` by curve of COSE (RFC 9053 7.1): P-256 and P-384. */
const COMPONENT_BYTES: Record<number, number> = { 1: 32, 2: 48 };

/**
 * Returns an ECDSA signature of an authenticator in the form of WebCrypto: `r` and `s` with a fixed length, instead of a DER sequence of two
 * integers (WebAuthn level 3, 6.5.5; RFC 3279 2.2.3). In the bundle it replaces the library's function of this name, which would include a
 * parser of ASN.1.
 *
 * @throws Error if the signature has another form, or the curve is unknown
 */
export function unwrapEC2Signature(signature: Uint8Array, curve: number): Uint8Array<ArrayBuffer> {
  const bytes = COMPONENT_BYTES[curve];
  if (bytes === undefined || signature[0] !== SEQUENCE || signature[1] !== signature.length - 2)
    throw invalid();
  const unwrapped = new Uint8Array(2 * bytes);
  let start = 2;
  for (const end of [bytes, 2 * bytes]) {
    const [tag, length = 0] = signature.subarray(start, start + 2);
    const integer = signature.subarray(start + 2, start + 2 + length);
    // A zero comes first if the integer would otherwise be negative.
    const digits = integer[0] === 0 ? integer.subarray(1) : integer;
    if (tag !== INTEGER || length === 0 || integer.length !== length || digits.length > bytes)
      throw invalid();
    unwrapped.set(digits, end - digits.length);
    start += 2 + length;
  }
  if (start !== signature.length) throw invalid();
  return unwrapped;
}

const invalid = () => new Error("The ECDSA signature is not a sequence of two integers.");
