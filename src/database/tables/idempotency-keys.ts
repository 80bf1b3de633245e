import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Requests that clients may repeat without doing the work twice (Idempotency-Key), and how they were answered. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose key it is: different callers may choose the same. */
    owner: text("owner").notNull(),
    key: text("key").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** A hash of what was asked. */
    fingerprint: text("fingerprint").notNull(),
    /** Null until the answer is known. */
    status: integer("status"),
    /** The answer's headers and body, encrypted: it may hold a token that is shown once. */
    sealedAnswer: text("sealed_answer"),
  },
  (keys) => [
    primaryKey({ columns: [keys.owner, keys.key] }),
    index("idempotency_keys_age").on(keys.createdAt),
  ],
);
