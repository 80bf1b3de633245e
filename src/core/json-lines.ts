import { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "./context.ts";
import { codeOf } from "./error-response.ts";
import { AppError, describeError } from "./errors.ts";
import { log } from "./logger.ts";
import { json } from "./openapi.ts";

/** The media type of one JSON text a line. */
export const JSON_LINES = "application/x-ndjson";

/** A JSON response that clients may also ask for as JSON lines. The typed client knows it as JSON only. */
export function jsonOrLines<Schema extends z.ZodType>(
  schema: Schema,
  { description, line }: { description: string; line: string },
): ReturnType<typeof json<Schema>> {
  const { content } = json(schema, description);
  const lines = { [JSON_LINES]: { schema: z.string().openapi({ description: line }) } };
  return { description, content: { ...content, ...lines } };
}

/**
 * Sends the items of `pages`, one a line, as fast as the client reads them. The first page is here before the answer
 * begins, so that what fails until then is answered as any error is; what fails later cuts the answer off.
 */
export async function sendLines(c: Context<AppEnv>, pages: AsyncGenerator<readonly unknown[]>) {
  const { settings, requestId } = c.var;
  const encoder = new TextEncoder();
  let next = await pages.next();
  const lines = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next.done) return controller.close();
        controller.enqueue(encoder.encode(next.value.map((item) => `${JSON.stringify(item)}\n`).join("")));
        try {
          next = await pages.next();
        } catch (cause) {
          const error = codeOf(cause);
          const fields = { request_id: requestId, error, cause: describeError(cause) };
          log(settings, "warn", "http", "An answer was cut off", fields);
          // Without its cause, which whatever reads the stream might show.
          controller.error(new AppError(error));
        }
      },
    },
    // Nothing is fetched before somebody reads.
    { highWaterMark: 0 },
  );
  const answer: unknown = c.body(lines, 200, { "Content-Type": JSON_LINES });
  // The type of what jsonOrLines() documents, which says nothing of lines.
  return answer as Response & TypedResponse<never, 200, "json">;
}
