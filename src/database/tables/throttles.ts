import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * Recent attempts, counted under a key that consists of a policy and the hash of its subject: an account, an address or a device.
 */
export const throttles = pgTable(
  "throttles",
  {
    key: text("key").primaryKey(),
    attempts: integer("attempts").notNull(),
    /** Time at which the count restarts. */
    windowEndsAt: instant("window_ends_at").notNull(),
    /** Time until which every attempt is refused; null if the policy has no delays. */
    blockedUntil: instant("blocked_until"),
  },
  (throttles) => [index("throttles_window").on(throttles.windowEndsAt)],
);
