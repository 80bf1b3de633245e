import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { codeOf } from "./error-response.ts";
import { AppError, describeError } from "./errors.ts";
import { log } from "./logger.ts";

/**
 * Sends the texts that `parts` yield, as fast as the client reads them: no part is made before the one before it is gone. The
 * first is here before the answer begins, so that what fails until then is answered as any error is; what fails later
 * cuts the answer off.
 */
export async function sendStream(
  c: Context<AppEnv>,
  parts: AsyncGenerator<string>,
  headers: Record<"Content-Type", string> & Record<string, string>,
) {
  const { settings, requestId } = c.var;
  const encoder = new TextEncoder();
  let next = await parts.next();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.done) return controller.close();
        controller.enqueue(encoder.encode(next.value));
        try {
          next = await parts.next();
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
