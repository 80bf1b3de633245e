import { index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { id, instant, jsonb } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Single-use tokens: mailed tokens, challenges of sign-ins, and answered challenges to passkeys. Only hashes are stored.
 */
export const oneTimeTokens = pgTable(
  "one_time_tokens",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    purpose: text("purpose", {
      enum: ["verify_email", "review_access", "reset_password", "second_factor", "passkey_challenge"],
    }).notNull(),
    /** Null for a challenge to a passkey, which contains its own purpose. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    hash: text("hash").notNull().unique("one_time_tokens_hash_key"),
    /** Data of the purpose, such as the email to verify. */
    payload: jsonb("payload").$type<Record<string, string>>().notNull().default({}),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (tokens) => [
    index("one_time_tokens_by_user").on(tokens.userId, tokens.purpose),
    index("one_time_tokens_expiry").on(tokens.expiresAt),
  ],
);
