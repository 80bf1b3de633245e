import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Failed sign-ins of late, counted for each pair of account name and client address, which are kept only as a hash. */
export const loginFailures = pgTable(
  "login_failures",
  {
    key: text("key").primaryKey(),
    failures: integer("failures").notNull(),
    windowEndsAt: instant("window_ends_at").notNull(),
  },
  (loginFailures) => [index("login_failures_window").on(loginFailures.windowEndsAt)],
);
