import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../../../database/client.ts";
import { oneTimeTokens } from "../../../../database/tables/one-time-tokens.ts";
import { users } from "../../../../database/tables/users.ts";

/** What is kept of a challenge. */
export interface NewChallenge {
  hash: string;
  payload: Record<string, string>;
  lifeSeconds: number;
}

/** The statement that keeps a challenge for the user that `whose`, a condition on users, holds for. */
export const insertChallenge = (db: Database, { hash, payload, lifeSeconds }: NewChallenge, whose: SQL) =>
  db.execute(sql`
    insert into ${oneTimeTokens} (purpose, user_id, hash, payload, expires_at)
    select 'second_factor', id, ${hash}, ${JSON.stringify(payload)}::jsonb, now() + make_interval(secs => ${lifeSeconds})
    from ${users} where ${whose}`);
