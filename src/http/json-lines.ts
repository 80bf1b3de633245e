import { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "./context.ts";
import { json } from "./openapi.ts";
import { sendStream } from "./streaming.ts";

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

/** The items of `pages`, one a line. */
export async function* toLines(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const items of pages) yield items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

/** Sends the items of `pages`, one a line, as `sendStream` does. */
export async function sendLines(c: Context<AppEnv>, pages: AsyncIterable<readonly unknown[]>) {
  const answer: unknown = await sendStream(c, toLines(pages), { "Content-Type": JSON_LINES });
  // The type of what jsonOrLines() documents, which says nothing of lines.
  return answer as Response & TypedResponse<never, 200, "json">;
}
