import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { sessions } from "./tables/sessions.ts";

/** Returns the statement that ends the live sessions of a user that match `which`. */
export const endSessions = (
  db: Database,
  revokedFor: NonNullable<typeof sessions.$inferInsert.revokedFor>,
  userId: string,
  which?: SQL,
) =>
  db
    .update(sessions)
    .set({ revokedAt: sql`now()`, revokedFor })
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), which));
