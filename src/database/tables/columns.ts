import { type AnyColumn, sql } from "drizzle-orm";
import { boolean, customType, integer, timestamp, uuid } from "drizzle-orm/pg-core";

/** An instant: `timestamptz` with the milliseconds that a JavaScript `Date` can hold. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** JSON as the driver reads it. Drizzle's own column would read a text in it once more, so that `"1"` became the number. */
export const jsonb = customType<{ data: unknown }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify(value),
});

/** The identity of a row. */
export const id = () => uuid("id").primaryKey().default(sql`gen_random_uuid()`);

/** What every record that people manage has: identity, life span, and the mark of a soft delete. */
export const baseColumns = {
  id: id(),
  createdAt: instant("created_at").notNull().defaultNow(),
  /** Null until the record is changed for the first time. */
  updatedAt: instant("updated_at"),
  isDeleted: boolean("is_deleted").notNull().default(false),
  deletedAt: instant("deleted_at"),
  /** Counts the changes: what an ETag is made of. */
  version: integer("version").notNull().default(1),
};

/** What every change of a record also sets. */
export const touched = ({ version }: { version: AnyColumn }) => ({
  updatedAt: sql`now()`,
  version: sql`${version} + 1`,
});

/**
 * Returns what to set `column`, which says since when a record is marked, for a mark that is set or taken off: the first moment stays
 * until the mark is off. Undefined for a mark that is neither.
 */
export const markedSince = (column: AnyColumn, isMarked: boolean | undefined) =>
  isMarked === undefined ? undefined : isMarked ? sql`coalesce(${column}, now())` : null;

/** What a soft delete sets, and what a restore does. */
export const deleted = { isDeleted: true, deletedAt: sql`now()` };
export const restored = { isDeleted: false, deletedAt: null };
