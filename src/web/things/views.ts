import type { ListQuery } from "./sources.ts";

/** Parts of a list, by the name that the address has. */
export const VIEWS = {
  active: { archived: false },
  archived: { archived: true },
  open: { done: false },
  done: { done: true },
  deleted: { deleted: true, sort: "-created_at" },
} as const satisfies Record<string, Partial<ListQuery>>;
export type View = keyof typeof VIEWS;
