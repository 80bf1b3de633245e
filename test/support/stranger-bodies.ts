import { app } from "../../src/app.ts";

/** What a stranger may send to an operation that takes a body. */
export interface StrangerBody {
  /** What is before and after the items of each list, or object of any names, that the operation reads. */
  around?: [before: string, after: string][];
  /** Of the body, by default JSON. */
  type?: string;
  /** What else is as small as an item can be, beside what JSON has. */
  items?: string[];
  /** How an operation that anybody may call answers such bodies. */
  answers?: number[];
}

/** Every operation that takes a body, and how large one may be. */
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

/** The smallest items of JSON, with what parts them: lists in lists, and objects in objects, too. */
const ITEMS = ["0,", ",", "{},", '"",', "[", '{"":'];

/** The largest bodies of at most `bytes` that are made of the smallest items, by what they are made of. */
export function largestBodies(
  { around = [], items = [] }: StrangerBody,
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
