import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../../../core/errors.ts";
import type { Database } from "../../../../database/client.ts";
import { SQLSTATES } from "../../../../database/sqlstates.ts";
import type { Days } from "../days.ts";

/** Query of a report. A filter never changes how long something took: see the SQL function heartbeat_stretches. */
export interface ReportQuery {
  days: Days;
  zone: string | undefined;
  /** Idle timeout that replaces the caller's setting. */
  idleSeconds?: number | undefined;
  filter: {
    project?: string | undefined;
    branches?: string[] | undefined;
    language?: string | undefined;
    category?: string | undefined;
    editor?: string | undefined;
    operating_system?: string | undefined;
    machine?: string | undefined;
    writesOnly?: boolean | undefined;
  };
}

/** Maximum number of bytes, estimated, that the database returns for an answer in one piece. */
export const MAX_ANSWER_BYTES = 9_000_000;

/** Returns the error for an answer of more than MAX_ANSWER_BYTES. */
export const answerTooLarge = () =>
  new AppError("BUSINESS_LOGIC_ERROR", {
    message: "The response would be too large. Request fewer days, or a single project.",
  });

/** Maximum number of heartbeats that one report adds up. A busy month has 80,000. */
const MAX_HEARTBEATS_OF_A_REPORT = 300_000;

/** Requires that at most MAX_HEARTBEATS_OF_A_REPORT heartbeats are `among` the instants of `tables`, and reads no more than that. */
export const requireCountable = (db: Database, tables: SQL, among: SQL) =>
  db.execute(sql`
    ${tables}
    select demand(count(*) <= ${MAX_HEARTBEATS_OF_A_REPORT}, ${SQLSTATES.ruleViolation.code},
      'These days have too many heartbeats for one report. Request fewer days.')
    from (
      select from heartbeats, ${among} and user_id = actor() limit ${MAX_HEARTBEATS_OF_A_REPORT + 1}
    ) as counted`);

/**
 * Returns the CTEs `frame`, `days` and `span`: how the caller counts, the days of the report, and when each begins. Without `withDays`
 * all days are one, since computing the start of each takes time. That is only for all time, which ends after all slots.
 */
export const spanOf = ({ days, zone, idleSeconds }: Omit<ReportQuery, "filter">, withDays = true) => sql`
  asked as materialized (
    select f.*, make_interval(secs => coalesce(${idleSeconds ?? null}::int, s.idle_timeout_seconds, 900)) as idle
    from time_frame(actor(), demand_zone(${zone ?? null}, ${SQLSTATES.unknownZoneParameter.code}, 'query.timezone'), null, now()) f left join time_settings s on s.user_id = actor()
  ),
  frame as materialized (
    select *, ${days.first} as first, ${days.last} as last from asked
  ),
  bounds as materialized (
    select d.day, d.starts from frame, ${
      withDays
        ? sql`day_starts(first, last + 1, zone, minutes) d`
        : sql`unnest(array[first, last + 1]) as edge, day_starts(edge, edge, zone, minutes) d`
    }
  ),
  days as (
    select * from (select day, starts, lead(starts) over (order by day) as ends from bounds) as bound where ends is not null
  ),
  span as materialized (
    select array_agg(starts order by day) as starts, min(starts) as begins, max(starts) as ends,
      ${withDays ? sql`bool_and(starts = slot_of(starts))` : sql`true`} as is_of_slots
    from bounds
  )`;

/** Returns the condition of a filter. Slots don't tell writes apart, and are not read if these matter. */
export function matchesFilter(
  { branches, writesOnly, ...names }: ReportQuery["filter"],
  of: "heartbeats" | "slots" = "heartbeats",
): SQL {
  const conditions = Object.entries(names)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`s.${sql.identifier(column)} = ${value}`);
  if (branches)
    conditions.push(sql`s.branch in (select jsonb_array_elements_text(${JSON.stringify(branches)}::jsonb))`);
  if (writesOnly && of === "heartbeats") conditions.push(sql`s.is_write`);
  return sql.join([sql`true`, ...conditions], sql` and `);
}
