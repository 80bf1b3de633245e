import { z } from "@hono/zod-openapi";
import { isOverJsonLimits } from "../../../core/json-limits.ts";
import { joinTags } from "../formats/csv.ts";
import type { TableRow } from "./formats.ts";

/** Interval as `timew export` writes it. Other fields are ignored. */
const Interval = z
  .object({
    start: z.string(),
    end: z.string(),
    tags: z.array(z.string()).transform(joinTags),
    annotation: z.string(),
  })
  .partial();

/** Limits of the JSON, which a list with the maximum number of intervals does not reach. */
const LIMITS = { values: 400_000, depth: 4 };

/** Returns the intervals of an export as rows of a table, or undefined for another file. An invalid interval is an empty row. */
export function readIntervals(file: string): TableRow[] | undefined {
  if (isOverJsonLimits(file, LIMITS)) return undefined;
  const intervals = z.array(z.unknown()).safeParse(parse(file));
  return intervals.data?.map((interval, index) => {
    const cells: Record<string, string | undefined> = Interval.safeParse(interval).data ?? {};
    return { row: index + 1, cells: (column) => cells[column] ?? "" };
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(file);
  } catch {
    return undefined;
  }
}
