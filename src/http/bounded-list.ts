import { z } from "@hono/zod-openapi";

/** Number of items that are validated before the problems are counted. */
const CHUNK_ITEMS = 100;

interface BoundedList<Item extends z.ZodType> extends z.ZodArray<Item> {}

const BoundedListType: z.core.$constructor<BoundedList<z.ZodType>, z.core.$ZodArrayDef> = z.core.$constructor(
  "BoundedList",
  (list, definition) => {
    z.ZodArray.init(list, definition);
    const parse = list._zod.parse.bind(list._zod);
    list._zod.parse = (payload, context) => {
      const items: unknown = payload.value;
      if (!Array.isArray(items)) return parse(payload, context);
      const parsed: unknown[] = [];
      for (let start = 0; start < items.length && payload.issues.length === 0; start += CHUNK_ITEMS) {
        const chunk = parse({ value: items.slice(start, start + CHUNK_ITEMS), issues: [] }, context);
        if (chunk instanceof Promise) throw new z.core.$ZodAsyncError();
        for (const issue of chunk.issues) {
          const [index, ...path] = issue.path ?? [];
          payload.issues.push({ ...issue, path: [start + Number(index), ...path] });
        }
        parsed.push(...(chunk.value as unknown[]));
      }
      payload.value = parsed;
      return payload;
    };
  },
);

/**
 * Returns the schema of an array of at most `max` items that stops at the first chunk with a problem: describing thousands of problems
 * takes ten times as long as reading the items, and happens before the caller is authenticated. Items must validate synchronously.
 */
export const boundedList = <Item extends z.ZodType>(element: Item, max: number) =>
  (new BoundedListType({ type: "array", element }) as BoundedList<Item>).max(max);
