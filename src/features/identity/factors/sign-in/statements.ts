import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../../database/client.ts";
import { oneTimeTokens } from "../../../../database/tables/one-time-tokens.ts";
import { users } from "../../../../database/tables/users.ts";

/** A challenge to store. */
export interface NewChallenge {
  hash: string;
  payload: Record<string, string>;
  lifeSeconds: number;
}

/** Returns the statement that stores a challenge for the user that matches `isUser`, a condition on users. */
export const insertChallenge = (db: Database, { hash, payload, lifeSeconds }: NewChallenge, isUser: SQL) =>
  db.execute(sql`
    insert into ${oneTimeTokens} (purpose, user_id, hash, payload, expires_at)
    select 'second_factor', id, ${hash}, ${JSON.stringify(payload)}::jsonb, now() + make_interval(secs => ${lifeSeconds})
    from ${users} where ${isUser}`);
