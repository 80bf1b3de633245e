import { type SQL, sql } from "drizzle-orm";

/** How much Neon's proxy lets through of a request, and of an answer, where it is not told otherwise: 413 and 507 beyond. */
export const PROXY_BYTES = 10 * 1024 * 1024;

/** For what a request has beside one large parameter. */
const REQUEST_REST = 100_000;

/**
 * Returns the bytes that a value of JSON takes in an answer of the proxy, where it is a text in JSON: a quote that JSON has takes two,
 * and one within a text of it four.
 */
export const bytesInAnswer = (json: SQL) => sql`octet_length(to_json((${json})::text)::text)`;

/** Returns whether `text` can be the one large parameter of a request. */
export const isSendable = (text: string): boolean => bytesInRequest(text) <= PROXY_BYTES - REQUEST_REST;

/** The bytes of `text` as a string of JSON. */
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
