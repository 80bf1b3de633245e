import type { Context } from "hono";
import { AppError } from "../../core/errors.ts";
import type { AppEnv } from "../context.ts";

export const MEBIBYTE = 1024 * 1024;

/** How much of a body is read, in bytes, before the database has been asked who sent it. */
export const UNCHECKED_BYTES = 64 * 1024;

/** A body larger than that. */
export interface LargeBody {
  /** How large it may be, in bytes. */
  bytes: number;
  /** Resolves once the guard has let the caller, and throws as the guard does. */
  check: () => Promise<void>;
}

/** Refuses a body whose declared length is over `maxBytes`. @throws AppError PAYLOAD_TOO_LARGE */
export function requireLength(c: Context<AppEnv>, maxBytes: number): void {
  if (c.req.raw.body && (declaredBytes(c.req.raw.headers) ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * Lets the body of a request be read, of at most 64 KiB; or of what `large` allows, of which no more than 64 KiB is read before the
 * guard has let the caller. A declared length is trusted: the server reads no more than that of a connection.
 *
 * @throws AppError PAYLOAD_TOO_LARGE; as the guard does
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

/** The length that the headers declare, if they do: that of a body in chunks is not known (RFC 9112 6.3). */
function declaredBytes(headers: Headers): number | undefined {
  const length = headers.get("Content-Length") ?? "";
  return headers.has("Transfer-Encoding") || !/^\d+$/.test(length) ? undefined : Number(length);
}

/** The whole of a body whose length is not known. @throws AppError PAYLOAD_TOO_LARGE; as the guard does */
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

/** Asks the guard, and skips what is left of the body after a refusal. */
async function checkOrSkip({ bytes, check }: LargeBody, parts: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    await check();
  } catch (error) {
    await skipRest(parts, bytes);
    throw error;
  }
}

/**
 * Reads and drops what is left of a refused body, up to `maxBytes`: a client that is still sending would find its connection broken in
 * place of the answer.
 */
async function skipRest(parts: AsyncGenerator<Uint8Array>, maxBytes: number): Promise<void> {
  let skipped = 0;
  for await (const part of parts) {
    skipped += part.length;
    if (skipped > maxBytes) break;
  }
}

const PART_BYTES = 16 * 1024;

/** A body in parts of 16 KiB where the platform can gather them: a client may send a byte at a time, and each part has its cost. */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = gatheringReaderOf(body);
  if (!reader) return yield* body;
  for (;;) {
    const { done, value } = await reader.readAtLeast(PART_BYTES, new Uint8Array(PART_BYTES));
    if (value?.length) yield value;
    if (done) return;
  }
}

/** What the reader of Workers can do; declared here because the types of a browser, with which clients compile this, do not know it. */
interface GatheringReader {
  readAtLeast(bytes: number, into: Uint8Array): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
}

const isGathering = (reader: object): reader is GatheringReader =>
  "readAtLeast" in reader && typeof reader.readAtLeast === "function";

/** Workers have one for what comes over the network. */
function gatheringReaderOf(body: ReadableStream<Uint8Array>): GatheringReader | undefined {
  try {
    const reader: { releaseLock: () => void } = body.getReader({ mode: "byob" });
    if (isGathering(reader)) return reader;
    reader.releaseLock();
  } catch {
    // It is no stream of bytes: a test's, say.
  }
  return undefined;
}

/** `buffer`, or a copy of it that has room for `bytes`: twice as large each time, so that chunks of a byte cost no more than others. */
function withRoom(buffer: Uint8Array<ArrayBuffer>, bytes: number, limit: number): Uint8Array<ArrayBuffer> {
  if (bytes <= buffer.length) return buffer;
  const grown = new Uint8Array(Math.min(limit, Math.max(bytes, 2 * buffer.length)));
  grown.set(buffer);
  return grown;
}

const tooLarge = (maxBytes: number) =>
  new AppError("PAYLOAD_TOO_LARGE", {
    message: `The request body is over ${maxBytes} bytes. Send less at once.`,
  });
