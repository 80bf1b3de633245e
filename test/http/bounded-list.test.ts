import { z } from "@hono/zod-openapi";
import { describe, expect, it } from "vitest";
import { boundedList } from "../../src/http/bounded-list.ts";

/** Creates the schema of a list of numbers, and counts the validated items. */
function countedList(max: number) {
  const counted = { items: 0 };
  const item = z.object({ n: z.number() }).refine(() => true);
  const seen = z.preprocess((value) => {
    counted.items += 1;
    return value;
  }, item);
  return { counted, list: boundedList(seen, max) };
}

const rightItems = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

describe("a bounded list", () => {
  it("returns every item of a valid list", () => {
    const { list } = countedList(1000);
    expect(list.parse(rightItems(250))).toEqual(rightItems(250));
  });

  it("stops at the first hundred items with a problem", () => {
    const { counted, list } = countedList(10_000);
    const { error } = list.safeParse([...rightItems(150), ...Array(9_000).fill({})]);
    expect(counted.items).toBe(200);
    expect(error?.issues).toHaveLength(50);
  });

  it("names an item by its index in the whole list", () => {
    const { list } = countedList(1000);
    const { error } = list.safeParse([...rightItems(250), { n: "three" }]);
    expect(error?.issues.map(({ path }) => path)).toEqual([[250, "n"]]);
  });

  it("rejects one item more than the limit", () => {
    const { list } = countedList(100);
    expect(list.safeParse(rightItems(100)).success).toBe(true);
    expect(list.safeParse(rightItems(101)).error?.issues[0]).toMatchObject({ code: "too_big", maximum: 100 });
  });

  it("rejects an object in place of a list", () => {
    const { list } = countedList(100);
    expect(list.safeParse({ length: 3 }).error?.issues[0]).toMatchObject({ code: "invalid_type", path: [] });
  });
});
