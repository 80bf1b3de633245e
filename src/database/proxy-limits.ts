import { type SQL, sql } from "drizzle-orm";

/** Default size limit of Neon's proxy for a request and for a response, in bytes. Beyond it, the proxy answers 413 and 507. */
export const PROXY_BYTES = 10 * 1024 * 1024;

/** Bytes reserved for the parts of a request other than one large parameter. */
const REQUEST_REST = 100_000;

/**
 * Returns the size in bytes of a JSON value in a response of the proxy, which encodes it as a JSON string: a quote takes two bytes, and
 * an escaped quote within a string four.
 */
export const bytesInAnswer = (json: SQL) => sql`octet_length(to_json((${json})::text)::text)`;

/** Returns whether `text` can be the one large parameter of a request. */
export const isSendable = (text: string): boolean => bytesInRequest(text) <= PROXY_BYTES - REQUEST_REST;

/** Returns the size in bytes of `text` as a JSON string. */
function bytesInRequest(text: string): number {
  let bytes = 2;
  for (const character of text) bytes += bytesOf(character.codePointAt(0) ?? 0);
  return bytes;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x20) return 6;
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
