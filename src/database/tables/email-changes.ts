import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Changes of an account's email, from the request until the old address can no longer take them back. Only hashes of the mailed
 * tokens are kept.
 */
export const emailChanges = pgTable(
  "email_changes",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The user or the administrator who requested it; null where that is not known any more. */
    requestedBy: uuid("requested_by").references(() => users.id, { onDelete: "set null" }),
    fromEmail: text("from_email").notNull(),
    /** When the old address was verified; null where that never happened. Only a verified one is kept for the account. */
    fromVerifiedAt: instant("from_verified_at"),
    toEmail: text("to_email").notNull(),
    /** Of the token that the new address confirms the change by. */
    confirmHash: text("confirm_hash").notNull().unique("email_changes_confirm_hash_key"),
    /** Of the token that the old address approves or stops the change by; null where it can do neither. */
    stopHash: text("stop_hash").unique("email_changes_stop_hash_key"),
    /** When the change may take effect at the earliest; null where the confirmation is enough. */
    dueAt: instant("due_at"),
    /** Until when the new address can confirm it. */
    expiresAt: instant("expires_at").notNull(),
    /** Until when the old address can stop it, or take it back. */
    stoppableUntil: instant("stoppable_until").notNull(),
    confirmedAt: instant("confirmed_at"),
    appliedAt: instant("applied_at"),
    cancelledAt: instant("cancelled_at"),
  },
  (changes) => [
    index("email_changes_by_user").on(changes.userId),
    index("email_changes_by_old_email").on(sql`lower(${changes.fromEmail})`),
    index("email_changes_by_age").on(changes.stoppableUntil),
    index("email_changes_due")
      .on(changes.dueAt)
      .where(
        sql`${changes.confirmedAt} is not null and ${changes.appliedAt} is null and ${changes.cancelledAt} is null`,
      ),
  ],
);
