import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * Attempts of late, counted under a key that names a policy and whom it counts: an account, an address, a device. Of these
 * only a hash is kept.
 */
export const throttles = pgTable(
  "throttles",
  {
    key: text("key").primaryKey(),
    attempts: integer("attempts").notNull(),
    /** When the count starts anew. */
    windowEndsAt: instant("window_ends_at").notNull(),
    /** Until when nothing is tried at all; null where the policy has no delays. */
    blockedUntil: instant("blocked_until"),
  },
  (throttles) => [index("throttles_window").on(throttles.windowEndsAt)],
);
