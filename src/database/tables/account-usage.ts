import { bigint, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { users } from "./users.ts";

/** Approximate number of rows that each account has in the largest tables. Triggers count a sample, and refuse rows beyond the quota. */
export const accountUsage = pgTable(
  "account_usage",
  {
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Name of the table. */
    kind: text("kind").notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
  },
  (usage) => [primaryKey({ columns: [usage.userId, usage.kind] })],
);
