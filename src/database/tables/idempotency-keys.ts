import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Requests that clients may repeat without doing the work twice (Idempotency-Key), and their responses. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Owner of the key: several callers may choose the same key. */
    owner: text("owner").notNull(),
    key: text("key").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Hash of the request. */
    fingerprint: text("fingerprint").notNull(),
    /** Status of the response; null until it is known, and 0 if the response must not be stored. */
    status: integer("status"),
    /**
     * Headers and body of the response, encrypted, because they may contain a token that is shown only once; null also after the
     * caller lost access to records.
     */
    sealedAnswer: text("sealed_answer"),
  },
  (keys) => [
    primaryKey({ columns: [keys.owner, keys.key] }),
    index("idempotency_keys_age").on(keys.createdAt),
  ],
);
