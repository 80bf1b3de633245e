import type { Context, TypedResponse } from "hono";
import { AppError, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import type { AppEnv } from "./context.ts";
import { codeOf } from "./error-response.ts";

/**
 * Sends the texts that `parts` yield, each made when the client is ready to read it. The first is here before the answer begins, so
 * that what fails until then is answered as any error is; what fails later cuts the answer off.
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
          log(settings, "warn", "http", "An answer was cut off", fields);
          // Without its cause, which whatever reads the stream might show.
          controller.error(new AppError(error));
        }
      },
      async cancel() {
        await parts.return(undefined);
      },
    },
    // Nothing is made before somebody reads.
    { highWaterMark: 0 },
  );
  return c.body(stream, 200, headers);
}

/** Sends JSON whose text `parts` yield, as `sendStream` does. Its type is that of what is documented. */
export async function sendJsonStream(
  c: Context<AppEnv>,
  parts: AsyncGenerator<string>,
  headers: Record<string, string> = {},
) {
  const answer: unknown = await sendStream(c, parts, { "Content-Type": "application/json", ...headers });
  return answer as Response & TypedResponse<never, 200, "json">;
}
