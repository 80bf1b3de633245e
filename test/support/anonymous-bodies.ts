import { app } from "../../src/app.ts";

/** Shape of the bodies that an anonymous caller may send to an operation. */
export interface AnonymousBody {
  /** Text before and after the items of each list, or object with arbitrary keys, that the operation reads. */
  around?: [before: string, after: string][];
  /** Media type of the body, by default JSON. */
  type?: string;
  /** Smallest items in addition to those of JSON. */
  items?: string[];
  /** Statuses of a public operation for such bodies. */
  answers?: number[];
}

/** Operations with a body, and the maximum size of each body. */
export const OPERATIONS_WITH_BODY = app.openAPIRegistry.definitions
  .flatMap((definition) => (definition.type === "route" ? [definition.route] : []))
  .filter((route) => route.request?.body !== undefined)
  .map((route) => ({
    operationId: route.operationId ?? "",
    method: route.method.toUpperCase(),
    path: route.path.replace(/\{\w+\}/g, "00000000-0000-4000-8000-000000000000"),
    isPublic: route.security?.length === 0,
    maxBytes: Number(route["x-body-bytes"] ?? 64 * 1024),
  }));

/** Smallest items of JSON with their separators, including nested lists and objects. */
const ITEMS = ["0,", ",", "{},", '"",', "[", '{"":'];

/** Returns the largest bodies of at most `bytes` that consist of the smallest items, each with a name that describes it. */
export function largestBodies(
  { around = [], items = [] }: AnonymousBody,
  bytes: number,
): [name: string, body: string][] {
  const places: [string, string][] = [["", ""], ["[", "0]"], ...around];
  return places.flatMap(([before, after]) =>
    [...ITEMS, ...items].map((item): [string, string] => {
      const count = Math.floor((bytes - before.length - after.length) / item.length);
      return [`${before}${item} × ${count}${after}`, before + item.repeat(count) + after];
    }),
  );
}
