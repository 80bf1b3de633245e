import { type SQL, sql } from "drizzle-orm";
import type { TestApi } from "./api.ts";

/** SQL that selects the triggers that enforce quotas. Their first argument is the limit. */
const BOUNDING = sql`
  from pg_trigger where tgfoid in ('bound_kind'::regproc, 'bound_all'::regproc) and not tgisinternal`;

/** Kinds of records that triggers count when they are added and removed (migration 0039). */
const COUNTED = ["time_entries", "heartbeats", "activity_events"];

/** Runs `work` while every quota of every account is used up. */
export async function withExhaustedQuotas<Result>(
  { db }: Pick<TestApi, "db">,
  work: () => Promise<Result>,
): Promise<Result> {
  const { rows } = await db.execute<{ name: string; table: string; definition: string }>(sql`
    select tgname as name, tgrelid::regclass::text as table, pg_get_triggerdef(oid) as definition ${BOUNDING}`);
  if (rows.length === 0) throw new Error("Expected triggers that enforce quotas.");
  const replaceBy = (definitionOf: (definition: string) => string): SQL =>
    sql.raw(
      rows
        .map(
          ({ name, table, definition }) =>
            `execute 'drop trigger ${name} on ${table}'; execute $d$${definitionOf(definition)}$d$;`,
        )
        .join("\n"),
    );
  await db.execute(sql`
    insert into account_usage (user_id, kind, count)
    select id, kind, 1000000000 from users, unnest(${`{${COUNTED.join(",")}}`}::text[]) as kind
    on conflict (user_id, kind) do update set count = account_usage.count + 1000000000`);
  await db.execute(
    sql`do $$ begin ${replaceBy((definition) => definition.replace(/\('\d+'/, "('0'"))} end $$`,
  );
  try {
    return await work();
  } finally {
    await db.execute(sql`do $$ begin ${replaceBy((definition) => definition)} end $$`);
    // The count of an account may have become smaller, because the work removed records.
    await db.execute(sql`
      update account_usage set count = greatest(0, count - 1000000000) where count >= 500000000`);
  }
}
