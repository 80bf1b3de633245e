import { AppError } from "./errors.ts";

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

/** Says that a text is not a cursor of the list that it was sent to. */
export const NO_CURSOR = "This is no cursor of this list: take it from a Link header.";

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
