import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * One sign-in and the family of refresh tokens that descends from it. `counter` numbers the current token; of the
 * tokens themselves nothing is kept but the hash of the random part that they share.
 */
export const sessions = pgTable(
  "sessions",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    secretHash: text("secret_hash").notNull(),
    counter: integer("counter").notNull().default(0),
    /** The client's address and User-Agent at sign-in, for its owner to know it by. */
    address: text("address"),
    userAgent: text("user_agent"),
    /** What the device cookie of the browser says, where there is one. */
    deviceId: uuid("device_id"),
    /** When the user last proved who they are: what is sensitive asks for recent proof (RFC 9470). */
    authenticatedAt: instant("authenticated_at").notNull().defaultNow(),
    tokenDelivery: text("token_delivery", { enum: ["both", "cookie", "body"] }).notNull(),
    /** When the counter last moved. Until shortly after, its predecessor may still be used. */
    rotatedAt: instant("rotated_at").notNull().defaultNow(),
    /** When a client last came back with the predecessor, long after: forgiven once a day. */
    recoveredAt: instant("recovered_at"),
    /** The end of idleness: moves with each refresh, never past `endsAt`. */
    idleAt: instant("idle_at").notNull(),
    /** The absolute end (OWASP ASVS 5.0 7.3.2). */
    endsAt: instant("ends_at").notNull(),
    revokedAt: instant("revoked_at"),
    revokedFor: text("revoked_for", {
      enum: [
        "logout",
        "password_change",
        "password_reset",
        "token_reuse",
        "account_claimed",
        "account_closed",
        "account_disowned",
        "account_reopened",
        "account_reviewed",
        "factors_reset",
        "password_and_tokens_change",
        "email_reverted",
        "ended_by_owner",
        "replaced",
        "ended_by_administrator",
      ],
    }),
  },
  (sessions) => [
    index("sessions_live_by_user").on(sessions.userId).where(sql`${sessions.revokedAt} is null`),
    index("sessions_dead").on(sql`least(${sessions.idleAt}, ${sessions.endsAt}, ${sessions.revokedAt})`),
  ],
);
