import { sql } from "drizzle-orm";
import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Changes of an account's email, from the request until the old address can no longer revert them. Only hashes of the mailed tokens
 * are stored.
 */
export const emailChanges = pgTable(
  "email_changes",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The user or administrator who requested the change; null once that account is removed. */
    requestedBy: uuid("requested_by").references(() => users.id, { onDelete: "set null" }),
    fromEmail: text("from_email").notNull(),
    /** Time at which the old address was verified; null if it never was. Only a verified address stays reserved for the account. */
    fromVerifiedAt: instant("from_verified_at"),
    toEmail: text("to_email").notNull(),
    /** Hash of the token with which the new address confirms the change. */
    confirmHash: text("confirm_hash").notNull().unique("email_changes_confirm_hash_key"),
    /** Hash of the token with which the old address approves or stops the change; null if it can do neither. */
    stopHash: text("stop_hash").unique("email_changes_stop_hash_key"),
    /** Earliest time at which the change may take effect; null if it only needs the confirmation. */
    dueAt: instant("due_at"),
    /** Time until which the new address can confirm the change. */
    expiresAt: instant("expires_at").notNull(),
    /** Time until which the old address can stop or revert the change. */
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
