import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import type { sessions } from "../../../database/tables/sessions.ts";
import { users } from "../../../database/tables/users.ts";

/** A session to open. */
export interface NewSession {
  id: string;
  secretHash: string;
  deviceId: string | null;
  tokenDelivery: typeof sessions.$inferSelect.tokenDelivery;
  address: string | null;
  userAgent: string | null;
  idleSeconds: number;
  totalSeconds: number;
}

/** Returns the statement that opens a session for the user that matches `isUser`, a condition on users. */
export const insertSession = (db: Database, session: NewSession, isUser: SQL) =>
  db.execute(sql`
    select insert_session(id, ${JSON.stringify(session)}::jsonb) from ${users} where ${isUser}`);
