import { type AnyColumn, sql } from "drizzle-orm";
import { boolean, customType, integer, timestamp, uuid } from "drizzle-orm/pg-core";

/** Defines an instant: `timestamptz` in milliseconds, the precision of a JavaScript `Date`. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** JSON as the driver parses it. Drizzle's own column would parse strings a second time, so that `"1"` would become a number. */
export const jsonb = customType<{ data: unknown }>({
  dataType: () => "jsonb",
  toDriver: (value) => JSON.stringify(value),
});

/** Defines the id of a row. */
export const id = () => uuid("id").primaryKey().default(sql`gen_random_uuid()`);

/** Columns of every record that users manage: id, timestamps, soft deletion and version. */
export const baseColumns = {
  id: id(),
  createdAt: instant("created_at").notNull().defaultNow(),
  /** Null until the record is changed for the first time. */
  updatedAt: instant("updated_at"),
  isDeleted: boolean("is_deleted").notNull().default(false),
  deletedAt: instant("deleted_at"),
  /** Counts the changes; the ETag is derived from it. */
  version: integer("version").notNull().default(1),
};

/** Returns the columns that every change of a record also sets. */
export const touched = ({ version }: { version: AnyColumn }) => ({
  updatedAt: sql`now()`,
  version: sql`${version} + 1`,
});

/**
 * Returns the new value of `column`, the time since which a record is marked (as `archivedAt`): an existing time stays while the mark is
 * set. Undefined if `isMarked` is.
 */
export const markedSince = (column: AnyColumn, isMarked: boolean | undefined) =>
  isMarked === undefined ? undefined : isMarked ? sql`coalesce(${column}, now())` : null;

/** Columns that a soft delete sets. */
export const deleted = { isDeleted: true, deletedAt: sql`now()` };

/** Returns the condition that a row is deleted, if `isDeleted`, or else live. It matches the predicates of partial indexes. */
export const hasRequestedState = (table: { isDeleted: AnyColumn }, isDeleted = false) =>
  isDeleted ? sql`${table.isDeleted}` : sql`not ${table.isDeleted}`;

/** Columns that a restore sets. */
export const restored = { isDeleted: false, deletedAt: null };
