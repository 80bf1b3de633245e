import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { AppError } from "../errors.ts";

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
  if (declared > (large?.bytes ?? UNCHECKED_BYTES)) throw tooLarge(large);
  if (declared > UNCHECKED_BYTES) await large?.check();
}

/** The length that the headers declare, if they do: that of a body in chunks is not known (RFC 9112 6.3). */
function declaredBytes(headers: Headers): number | undefined {
  const length = headers.get("Content-Length") ?? "";
  return headers.has("Transfer-Encoding") || !/^\d+$/.test(length) ? undefined : Number(length);
}

async function readBody(body: ReadableStream<Uint8Array>, large?: LargeBody): Promise<Uint8Array> {
  const reader = body.getReader();
  let limit = UNCHECKED_BYTES;
  let buffer = new Uint8Array(0);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return buffer.subarray(0, size);
    if (size + value.length > limit && large && limit < large.bytes) {
      await large.check();
      limit = large.bytes;
    }
    if (size + value.length > limit) throw tooLarge(large);
    buffer = withRoom(buffer, size + value.length, limit);
    buffer.set(value, size);
    size += value.length;
  }
}

/** `buffer`, or a copy of it that has room for `bytes`: twice as large each time, so that chunks of a byte cost no more than others. */
function withRoom(buffer: Uint8Array<ArrayBuffer>, bytes: number, limit: number): Uint8Array<ArrayBuffer> {
  if (bytes <= buffer.length) return buffer;
  const grown = new Uint8Array(Math.min(limit, Math.max(bytes, 2 * buffer.length)));
  grown.set(buffer);
  return grown;
}

const tooLarge = (large: LargeBody | undefined) =>
  new AppError("PAYLOAD_TOO_LARGE", {
    message: `The request body is over ${large?.bytes ?? UNCHECKED_BYTES} bytes. Send less at once.`,
  });
