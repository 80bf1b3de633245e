import { sql } from "drizzle-orm";
import { index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant } from "./columns.ts";
import { users } from "./users.ts";

/**
 * Tokens and keys that people make for programs of theirs. Of the token itself only a hash of its random part is kept; of a key
 * only a hash, by which it is found.
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
    /** What a key begins with; null for a token. */
    keyHint: text("key_hint"),
    secretHash: text("secret_hash").notNull(),
    /** Names of permissions, wildcards among them, and of sets of them: what it may do, as far as its owner may. */
    scopes: text("scopes").array().notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** To the minute. */
    lastUsedAt: instant("last_used_at"),
    revokedAt: instant("revoked_at"),
    /** The event that ended it (functions/access/end_access.sql); null where its owner did, by itself. */
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
