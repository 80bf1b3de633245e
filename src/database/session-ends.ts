import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { sessions } from "./tables/sessions.ts";

/** The statement that ends those sessions of a user that were not ended before, and that `which` holds for. */
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
