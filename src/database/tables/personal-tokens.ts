import { sql } from "drizzle-orm";
import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Personal tokens and API keys that users create for programs. Only hashes are stored: of a token's random part, and of a whole key,
 * which is looked up by its hash.
 */
export const personalTokens = pgTable(
  "personal_tokens",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    /** First characters of a key; null for a token. */
    keyHint: text("key_hint"),
    secretHash: text("secret_hash").notNull(),
    /** Permissions, wildcards and scope sets. They limit the token, which never has more permissions than its owner. */
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Precise to the minute. */
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    /** Event that ended the token (functions/access/end_access.sql); null if its owner revoked it individually. */
    revokedFor: text("revoked_for"),
  },
  (tokens) => [
    index("personal_tokens_live_by_user")
      .on(tokens.userId, tokens.createdAt)
      .where(sql`${tokens.revokedAt} is null`),
    index("personal_tokens_dead")
      .on(sql`least(${tokens.expiresAt}, ${tokens.revokedAt})`)
      .where(sql`${tokens.revokedFor} is distinct from 'account_closed'`),
    uniqueIndex("personal_tokens_key").on(tokens.secretHash).where(sql`${tokens.keyHint} is not null`),
  ],
);
