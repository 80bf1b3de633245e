import { bigint, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./users.ts";

/** About how many rows of the largest tables each account has: triggers keep count of a sample, and refuse more than the quota. */
export const accountUsage = pgTable(
  "account_usage",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The table. */
    kind: text("kind").notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
  },
  (usage) => [primaryKey({ columns: [usage.userId, usage.kind] })],
);
