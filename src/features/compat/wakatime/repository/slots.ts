import { sql } from "drizzle-orm";
import type { Database } from "../../../../database/client.ts";

/** Maximum number of heartbeats that one request adds up to slots. */
const MAX_HEARTBEATS_TO_BUILD = 100_000;

/** Updates slots that are needed and a day behind, as far as one request may, unless the transaction is read-only. */
export const refreshSlots = (db: Database, areNeeded: boolean) =>
  db.execute(sql`
    select build_slots(s.user_id, ${MAX_HEARTBEATS_TO_BUILD}) from heartbeat_states s left join time_settings t on t.user_id = s.user_id
    where ${areNeeded} and s.user_id = actor() and current_setting('transaction_read_only') = 'off'
      and slots_until(s.user_id, make_interval(secs => coalesce(t.idle_timeout_seconds, 900))) < now() - interval '1 day'`);
