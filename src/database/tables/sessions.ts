import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Sessions: a sign-in and the refresh tokens that descend from it. `counter` numbers the current token. Only the hash of the random part
 * that the tokens share is stored.
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
    /** Address and User-Agent at sign-in, by which the owner recognizes the session. */
    address: text("address"),
    userAgent: text("user_agent"),
    /** Id in the browser's device cookie, if it has one. */
    deviceId: uuid("device_id"),
    /** Time of the last authentication: sensitive operations require a recent one (RFC 9470). */
    authenticatedAt: instant("authenticated_at").notNull().defaultNow(),
    tokenDelivery: text("token_delivery", { enum: ["both", "cookie", "body"] }).notNull(),
    /** Time at which the counter last increased. Shortly after that, the previous token still works. */
    rotatedAt: instant("rotated_at").notNull().defaultNow(),
    /** Time at which a client last used the previous token long after its replacement: tolerated once a day. */
    recoveredAt: instant("recovered_at"),
    /** End of the session if it stays idle. Each refresh extends it, up to `endsAt`. */
    idleAt: instant("idle_at").notNull(),
    /** Absolute end of the session (OWASP ASVS 5.0 7.3.2). */
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
