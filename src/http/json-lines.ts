import { z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "./context.ts";
import { json } from "./openapi.ts";
import { sendStream } from "./streaming.ts";

/** Media type of JSON lines. */
export const JSON_LINES = "application/x-ndjson";

/** Returns the declaration of a response that is also available as JSON lines. The typed client only knows its JSON form. */
export function jsonOrLines<Schema extends z.ZodType>(
  schema: Schema,
  { description, line }: { description: string; line: string },
): ReturnType<typeof json<Schema>> {
  const { content } = json(schema, description);
  const lines = { [JSON_LINES]: { schema: z.string().openapi({ description: line }) } };
  return { description, content: { ...content, ...lines } };
}

/** Yields the items of `pages` as text, one item per line. */
export async function* toLines(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  for await (const items of pages) yield items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

/** Streams the items of `pages` as JSON lines. */
export async function sendLines(c: Context<AppEnv>, pages: AsyncIterable<readonly unknown[]>) {
  const answer: unknown = await sendStream(c, toLines(pages), { "Content-Type": JSON_LINES });
  // The type of the JSON form, which is the only one that jsonOrLines() declares to the typed client.
  return answer as Response & TypedResponse<never, 200, "json">;
}
