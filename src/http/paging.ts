import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Cursor, INVALID_CURSOR, PAGE_ITEMS, type Page, TOTAL_MAX } from "../core/page.ts";
import { jsonFromBase64Url, jsonToBase64Url } from "../core/security/encoding.ts";
import type { AppEnv } from "./context.ts";
import { queryInteger, rawText, uuid } from "./schema-parts.ts";

const CursorParts = z.tuple([z.string(), rawText(1000), uuid(), z.boolean()]);

const CursorText = rawText(1000)
  .transform((text, context): Cursor => {
    const parts = CursorParts.safeParse(jsonFromBase64Url(text));
    if (!parts.success) {
      context.addIssue({ code: "custom", message: INVALID_CURSOR });
      return z.NEVER;
    }
    const [sort, key, id, isBackward] = parts.data;
    return { sort, key, id, isBackward };
  })
  .openapi({
    type: "string",
    description: "Where the page starts: take it from the `Link` header of another page",
  });

/** Query parameters of a list: `skip` and `limit`, or a cursor. Each list adds its own `sort`. */
export const pageQuery = {
  skip: queryInteger(0, 10_000_000)
    .default(0)
    .openapi({ description: "Number of items to skip; ignored with a cursor" }),
  limit: queryInteger(1, PAGE_ITEMS).default(PAGE_ITEMS),
  cursor: CursorText.optional(),
};

/** Sets the headers with the total and the links to other pages (RFC 8288), and returns the items of `page`. */
export function sendPage<Item>(c: Context<AppEnv>, page: Page<Item>): Item[] {
  if (page.total !== undefined) {
    c.header("X-Total-Count", String(page.total));
    c.header("X-Total-Count-Exact", String(page.isTotalExact));
  }
  const links = [
    ...(page.next ? [linkTo(c, page.next, "next")] : []),
    ...(page.previous ? [linkTo(c, page.previous, "prev")] : []),
  ];
  if (links.length > 0) c.header("Link", links.join(", "));
  return page.items;
}

/** Declares the headers that `sendPage` sets. */
export const pageHeaders = z.object({
  "X-Total-Count": z
    .string()
    .openapi({ description: `Total number of items on all pages, at most ${TOTAL_MAX}`, example: "250" }),
  "X-Total-Count-Exact": z
    .enum(["true", "false"])
    .openapi({ description: "`false` if there are more items than `X-Total-Count` states", example: "true" }),
  Link: z.string().optional().openapi({
    description: "Links to the next and previous pages",
    example: '</auth/users?cursor=WyJh>; rel="next"',
  }),
});

/** Declares the headers that `sendPage` sets for a list that may be uncounted. */
export const partialPageHeaders = pageHeaders.partial();

function linkTo(c: Context<AppEnv>, cursor: Cursor, relation: string): string {
  const url = new URL(c.req.url);
  url.searchParams.delete("skip");
  const parts: z.input<typeof CursorParts> = [cursor.sort, cursor.key, cursor.id, cursor.isBackward];
  url.searchParams.set("cursor", jsonToBase64Url(parts));
  return `<${url.pathname}${url.search}>; rel="${relation}"`;
}
