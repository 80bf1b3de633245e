import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Deleted accounts whose personal data is being erased or was erased; such an account can't be restored. The functions begin_erasure,
 * erase_records and strip_mentions (functions/maintenance/) define what is erased, and in which order.
 */
export const erasures = pgTable(
  "erasures",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    orderedAt: instant("ordered_at").notNull().defaultNow(),
    /** Time at which the account lost its names. */
    begunAt: instant("begun_at"),
    /** Present and former names of the account, in lower case, to search the audit log for; empty once it is erased. */
    names: text("names").array().notNull().default([]),
    /** Event up to which the audit log was searched for the names, where the next run continues; null before the first run. */
    searchedAt: instant("searched_at"),
    searchedId: uuid("searched_id"),
    /** Null while personal data is left. */
    erasedAt: instant("erased_at"),
  },
  (erasures) => [
    index("erasures_unfinished").on(erasures.orderedAt).where(sql`${erasures.erasedAt} is null`),
  ],
);
