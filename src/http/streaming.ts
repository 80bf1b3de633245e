import type { Context, TypedResponse } from "hono";
import { AppError, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import type { AppEnv } from "./context.ts";
import { codeOf } from "./error-response.ts";

/**
 * Streams the texts that `parts` yields, each generated when the client is ready to read it. The first text is generated before the
 * response starts, so that an error until then is answered like any other. A later error cuts the response off.
 */
export async function sendStream(
  c: Context<AppEnv>,
  parts: AsyncGenerator<string>,
  headers: Record<"Content-Type", string> & Record<string, string>,
) {
  const { settings, requestId } = c.var;
  const encoder = new TextEncoder();
  let first: IteratorResult<string> | undefined = await parts.next();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = first ?? (await parts.next());
          first = undefined;
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (cause) {
          const error = codeOf(cause);
          const fields = { request_id: requestId, error, cause: describeError(cause) };
          log(settings, "warn", "http", "A response was cut off", fields);
          // Without its cause, which the reader of the stream might show.
          controller.error(new AppError(error));
        }
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    // Nothing is generated before the client reads.
    { highWaterMark: 0 },
  );
  return c.body(stream, 200, headers);
}

/** Streams the JSON text that `parts` yields. The result has the type that the route documents. */
export async function sendJsonStream(
  c: Context<AppEnv>,
  parts: AsyncGenerator<string>,
  headers: Record<string, string> = {},
) {
  const answer: unknown = await sendStream(c, parts, { "Content-Type": "application/json", ...headers });
  return answer as Response & TypedResponse<never, 200, "json">;
}
