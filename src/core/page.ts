import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { AppError } from "./errors.ts";
import { queryInteger, rawText } from "./schema-parts.ts";
import { jsonFromBase64Url, jsonToBase64Url } from "./security/encoding.ts";

/** A place in a sorted list: between what has `key` and `id` and its neighbour. */
export interface Cursor {
  /** What the list is sorted by. */
  sort: string;
  key: string;
  id: string;
  /** Whether the page before this place is meant, and not the one after. */
  isBackward: boolean;
}

export interface PageRequest<Sort extends string> {
  sort: Sort;
  isDescending: boolean;
  limit: number;
  skip: number;
  cursor?: Cursor | undefined;
}

/** Some items of a list, and the places where it goes on. */
export interface Part<Item> {
  items: Item[];
  next?: Cursor;
  previous?: Cursor;
}

export interface Page<Item> extends Part<Item> {
  /** How many there are on all pages, TOTAL_MAX at most. */
  total: number;
  /** Whether there are no more than `total`. */
  isTotalExact: boolean;
}

/** How far a list is counted: to count all of a long one would take longer than its page, and ever longer. */
export const TOTAL_MAX = 10_000;

/** How many items of a long list one round trip brings at most. */
export const PART_ITEMS = 1_000;

/** How many bytes of JSON they take at most, but for a single item that takes more: so that what is sent of them stays under 1 MB. */
export const PART_BYTES = 800_000;

/** All items of a list, part after part, each of which `read` brings when somebody asks for it. */
export async function* partsOf<Item>(
  read: (place: { limit: number; cursor: Cursor | undefined }) => Promise<Part<Item>>,
): AsyncGenerator<Item[]> {
  let cursor: Cursor | undefined;
  do {
    const part = await read({ limit: PART_ITEMS, cursor });
    yield part.items;
    cursor = part.next;
  } while (cursor);
}

const CursorParts = z.tuple([z.string(), rawText(1000), z.uuid(), z.boolean()]);

const NO_CURSOR = "This is no cursor of this list: take it from a Link header.";

const CursorText = rawText(1000)
  .transform((text, context): Cursor => {
    const parts = CursorParts.safeParse(jsonFromBase64Url(text));
    if (!parts.success) {
      context.addIssue({ code: "custom", message: NO_CURSOR });
      return z.NEVER;
    }
    const [sort, key, id, isBackward] = parts.data;
    return { sort, key, id, isBackward };
  })
  .openapi({ type: "string", description: "Where to go on: take it from the `Link` header of another page" });

/** The query of a list: `skip` and `limit`, or a cursor. Each list adds its own `sort`. */
export const pageQuery = {
  skip: queryInteger(0, 10_000_000)
    .default(0)
    .openapi({ description: "How many to leave out from the start; ignored with a cursor" }),
  limit: queryInteger(1, 100).default(100),
  cursor: CursorText.optional(),
};

/** The error for a cursor of another order, or with a key that is none. */
export const noCursor = () =>
  new AppError("VALIDATION_ERROR", {
    details: [{ field: "query.cursor", message: NO_CURSOR, type: "custom" }],
  });

type Ascending<Order extends string> = Order extends `-${string}` ? never : Order;

/** What a validated query asks for. A `-` before the name of the sort key means descending. */
export function pageRequest<Order extends string>(query: {
  sort: Order;
  limit: number;
  skip: number;
  cursor?: Cursor | undefined;
}): PageRequest<Ascending<Order>> {
  const { sort, limit, skip, cursor } = query;
  return {
    sort: sort.replace("-", "") as Ascending<Order>,
    isDescending: sort.startsWith("-"),
    limit,
    skip,
    cursor,
  };
}

/** The items of `page`; the total and the ways on go into the headers (RFC 8288). */
export function sendPage<Item>(c: Context<AppEnv>, page: Page<Item>): Item[] {
  c.header("X-Total-Count", String(page.total));
  c.header("X-Total-Count-Exact", String(page.isTotalExact));
  const links = [
    ...(page.next ? [linkTo(c, page.next, "next")] : []),
    ...(page.previous ? [linkTo(c, page.previous, "prev")] : []),
  ];
  if (links.length > 0) c.header("Link", links.join(", "));
  return page.items;
}

/** The headers that `sendPage` sets, for a route's declaration. */
export const pageHeaders = z.object({
  "X-Total-Count": z
    .string()
    .openapi({ description: `How many there are on all pages, ${TOTAL_MAX} at most`, example: "250" }),
  "X-Total-Count-Exact": z
    .enum(["true", "false"])
    .openapi({ description: "`false` where there are more than `X-Total-Count` says", example: "true" }),
  Link: z.string().optional().openapi({
    description: "The next and previous pages",
    example: '</auth/users?cursor=WyJh>; rel="next"',
  }),
});

function linkTo(c: Context<AppEnv>, cursor: Cursor, relation: string): string {
  const url = new URL(c.req.url);
  url.searchParams.delete("skip");
  const parts: z.input<typeof CursorParts> = [cursor.sort, cursor.key, cursor.id, cursor.isBackward];
  url.searchParams.set("cursor", jsonToBase64Url(parts));
  return `<${url.pathname}${url.search}>; rel="${relation}"`;
}
