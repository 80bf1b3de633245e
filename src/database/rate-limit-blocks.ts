import { sql } from "drizzle-orm";
import type { Block } from "../core/rate-limit.ts";
import { createDatabase } from "./client.ts";
import type { DatabaseSettings } from "./connection.ts";
import { throttles } from "./tables/throttles.ts";

/** Stores that an account has exceeded a rate limit, so that the guard refuses its requests in every isolate. */
export async function storeBlock(
  settings: DatabaseSettings,
  accountId: string,
  { policy, seconds }: Block,
): Promise<void> {
  const until = sql`now() + make_interval(secs => ${seconds})`;
  await createDatabase(settings).execute(sql`
    insert into ${throttles} (key, attempts, window_ends_at, blocked_until)
    values (${policy} || ':' || encode(sha256(convert_to(${accountId}, 'UTF8')), 'hex'), 1, ${until}, ${until})
    on conflict (key) do update set window_ends_at = excluded.window_ends_at, blocked_until = excluded.blocked_until`);
}
