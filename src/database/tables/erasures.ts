import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Deleted accounts whose personal data is being erased or is gone: from the first row on there is no way back. What is erased, and
 * in which order, is in the functions begin_erasure, erase_records and strip_mentions (functions/maintenance/).
 */
export const erasures = pgTable(
  "erasures",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    orderedAt: instant("ordered_at").notNull().defaultNow(),
    /** When the account lost its names. */
    begunAt: instant("begun_at"),
    /** Its names, present and former, in lower case, for the audit log to be searched for; none once it is erased. */
    names: text("names").array().notNull().default([]),
    /** The event up to which the audit log was searched for these, for the next run to go on; null before the first. */
    searchedAt: instant("searched_at"),
    searchedId: uuid("searched_id"),
    /** Null while there is something left. */
    erasedAt: instant("erased_at"),
  },
  (erasures) => [
    index("erasures_unfinished").on(erasures.orderedAt).where(sql`${erasures.erasedAt} is null`),
  ],
);
