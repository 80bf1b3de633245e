import { and, desc, eq } from "drizzle-orm";
import type { Database } from "../../../src/database/client.ts";
import { sessions } from "../../../src/database/tables/sessions.ts";

const signIn = { id: sessions.id, created_at: sessions.createdAt, ends_at: sessions.endsAt };

/** Returns the 100 latest sign-ins of the user `ownerId`. */
export const listSignIns = (db: Database, ownerId: string) =>
  db
    .select(signIn)
    .from(sessions)
    .where(eq(sessions.userId, ownerId))
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(100);

/** Returns the sign-in `id` if it belongs to the user `ownerId`. */
export async function findSignIn(db: Database, ownerId: string, id: string) {
  const isOwn = and(eq(sessions.id, id), eq(sessions.userId, ownerId));
  const [found] = await db.select(signIn).from(sessions).where(isOwn);
  return found;
}
