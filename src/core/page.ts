import { AppError } from "./errors.ts";

/** A position in a sorted list: next to the item with `key` and `id`. */
export interface Cursor {
  /** Name of the sort key. */
  sort: string;
  key: string;
  id: string;
  /** True for the page before this position, false for the page after it. */
  isBackward: boolean;
}

export interface PageRequest<Sort extends string> {
  sort: Sort;
  isDescending: boolean;
  limit: number;
  skip: number;
  cursor?: Cursor | undefined;
}

/** Some items of a list, and the cursors of the adjacent parts. */
export interface Part<Item> {
  items: Item[];
  next?: Cursor;
  previous?: Cursor;
}

export interface Page<Item> extends Part<Item> {
  /** Number of items on all pages, at most TOTAL_MAX; undefined if they were not counted. */
  total: number | undefined;
  /** True if there are no more items than `total`; undefined if they were not counted. */
  isTotalExact: boolean | undefined;
}

/** Maximum up to which a list is counted: counting a long list would take longer than reading its page. */
export const TOTAL_MAX = 10_000;

/** Maximum number of items of a page. */
export const PAGE_ITEMS = 100;

/** Maximum number of items of a long list per round trip. */
export const PART_ITEMS = 1_000;

/** Maximum bytes of JSON per round trip, unless a single item is larger. It keeps each sent chunk under 1 MB. */
export const PART_BYTES = 800_000;

/** Yields all items of a list in parts, each of which `read` loads on demand. */
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

/** Message for text that is not a cursor of the list. */
export const INVALID_CURSOR = "must be a cursor from a Link header of this list";

/** Creates the error for a cursor that was issued for another sort order or is malformed. */
export const invalidCursor = () =>
  new AppError("VALIDATION_ERROR", {
    details: [{ field: "query.cursor", message: INVALID_CURSOR, type: "custom" }],
  });

type Ascending<Order extends string> = Order extends `-${string}` ? never : Order;

/** Converts a validated query. A `-` before the name of the sort key means descending. */
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
