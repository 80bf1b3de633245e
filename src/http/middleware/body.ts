import type { Context } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

export const MEBIBYTE = 1024 * 1024;

/** Maximum number of bytes of a body that are read before the guard has passed. */
export const UNCHECKED_BYTES = 64 * 1024;

/** Limits of a body that may be larger than `UNCHECKED_BYTES`. */
export interface LargeBody {
  /** Maximum size in bytes. */
  bytes: number;
  /** Resolves once the guard has passed. Throws the guard's errors. */
  check: () => Promise<void>;
}

/** Rejects a body whose declared length is over `maxBytes`. @throws AppError PAYLOAD_TOO_LARGE */
export function requireLength(c: Context<AppEnv>, maxBytes: number): void {
  if (c.req.raw.body && (declaredBytes(c.req.raw.headers) ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Admits a body of at most 64 KiB, or of `large.bytes`; then, no more than 64 KiB is read before the guard has passed. The declared
 * length is trusted, since the server reads no more than that from a connection.
 *
 * @throws AppError PAYLOAD_TOO_LARGE, and the guard's errors
 */
export async function admitBody(c: Context<AppEnv>, large?: LargeBody): Promise<void> {
  const { body, headers } = c.req.raw;
  if (!body) return;
  const declared = declaredBytes(headers);
  if (declared === undefined) {
    c.req.raw = new Request(c.req.raw, { body: await readBody(body, large) });
    return;
  }
  requireLength(c, large?.bytes ?? UNCHECKED_BYTES);
  if (large && declared > UNCHECKED_BYTES) await checkOrSkip(large, partsOf(body));
}

/** Returns the length that the headers declare, or undefined for a chunked body (RFC 9112 6.3). */
function declaredBytes(headers: Headers): number | undefined {
  const length = headers.get("Content-Length") ?? "";
  return headers.has("Transfer-Encoding") || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** Reads a body of unknown length. @throws AppError PAYLOAD_TOO_LARGE, and the guard's errors */
async function readBody(
  body: ReadableStream<Uint8Array>,
  large?: LargeBody,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = partsOf(body);
  let limit = UNCHECKED_BYTES;
  let buffer = new Uint8Array(0);
  let size = 0;
  for await (const part of parts) {
    if (size + part.length > limit && large && limit < large.bytes) {
      await checkOrSkip(large, parts);
      limit = large.bytes;
    }
    if (size + part.length > limit) {
      await skipRest(parts, limit);
      throw tooLarge(limit);
    }
    buffer = withRoom(buffer, size + part.length, limit);
    buffer.set(part, size);
    size += part.length;
  }
  return buffer.subarray(0, size);
}

/** Waits for the guard. If it rejects the request, discards the rest of the body. */
async function checkOrSkip({ bytes, check }: LargeBody, parts: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    await check();
  } catch (error) {
    await skipRest(parts, bytes);
    throw error;
  }
}

/**
 * Reads and discards the rest of a rejected body, up to `maxBytes`. Otherwise, a client that is still sending would see a broken
 * connection instead of the response.
 */
async function skipRest(parts: AsyncGenerator<Uint8Array>, maxBytes: number): Promise<void> {
  let skipped = 0;
  for await (const part of parts) {
    skipped += part.length;
    if (skipped > maxBytes) break;
  }
}

const PART_BYTES = 16 * 1024;

/** Yields a body in parts of 16 KiB where the platform can gather them: a client may send single bytes, and each part has a cost. */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = gatheringReaderOf(body);
  if (!reader) return yield* body;
  for (;;) {
    const { done, value } = await reader.readAtLeast(PART_BYTES, new Uint8Array(PART_BYTES));
    if (value?.length) yield value;
    if (done) return;
  }
}

/** Extension of Workers' readers. Declared here because clients compile this file with a browser's types, which lack it. */
interface GatheringReader {
  readAtLeast(bytes: number, into: Uint8Array): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
}

const isGathering = (reader: object): reader is GatheringReader =>
  "readAtLeast" in reader && typeof reader.readAtLeast === "function";

/** Returns a gathering reader if the platform has one: Workers do, for bodies from the network. */
function gatheringReaderOf(body: ReadableStream<Uint8Array>): GatheringReader | undefined {
  try {
    const reader: { releaseLock: () => void } = body.getReader({ mode: "byob" });
    if (isGathering(reader)) return reader;
    reader.releaseLock();
  } catch {
    // Not a byte stream, for example in a test.
  }
  return undefined;
}

/** Returns `buffer`, or a copy with room for `bytes`. It doubles the size each time, so that small chunks stay cheap. */
function withRoom(buffer: Uint8Array<ArrayBuffer>, bytes: number, limit: number): Uint8Array<ArrayBuffer> {
  if (bytes <= buffer.length) return buffer;
  const grown = new Uint8Array(Math.min(limit, Math.max(bytes, 2 * buffer.length)));
  grown.set(buffer);
  return grown;
}

const tooLarge = (maxBytes: number) =>
  new AppError("PAYLOAD_TOO_LARGE", {
    message: `The request body is larger than ${maxBytes} bytes. Send less per request.`,
  });
