import { sql } from "drizzle-orm";
import { boolean, timestamp, uuid } from "drizzle-orm/pg-core";

/** An instant: `timestamptz` with the milliseconds that a JavaScript `Date` can hold. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

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
};
