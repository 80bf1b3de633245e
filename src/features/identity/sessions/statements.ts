import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { sessions } from "../../../database/tables/sessions.ts";
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
export function insertSession(db: Database, session: NewSession, isUser: SQL) {
  const total = sql`make_interval(secs => ${session.totalSeconds})`;
  const idle = sql`make_interval(secs => ${session.idleSeconds})`;
  return db.execute(sql`
    insert into ${sessions}
      (id, user_id, secret_hash, token_delivery, address, user_agent, device_id, idle_at, ends_at)
    select ${session.id}, id, ${session.secretHash}, ${session.tokenDelivery}, ${session.address}, ${session.userAgent},
      ${session.deviceId}::uuid, now() + least(${idle}, ${total}), now() + ${total}
    from ${users} where ${isUser}`);
}
