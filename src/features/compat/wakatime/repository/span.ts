import { type SQL, sql } from "drizzle-orm";
import { AppError } from "../../../../core/errors.ts";
import type { Database } from "../../../../database/client.ts";
import { SQLSTATES } from "../../../../database/sqlstates.ts";
import type { Days } from "../days.ts";

/** What a report counts. A filter never changes how long something took: see the function heartbeat_stretches. */
export interface ReportQuery {
  days: Days;
  zone: string | undefined;
  /** In place of what the actor chose. */
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

/** How many bytes an answer made in one piece takes on its way from the database at most, about. */
export const MAX_ANSWER_BYTES = 9_000_000;

export const tooLong = () =>
  new AppError("BUSINESS_LOGIC_ERROR", {
    message: "The response would be too large. Request fewer days, or a single project.",
  });

/** How many heartbeats one report adds up. A busy month has 80,000. */
const MAX_HEARTBEATS_OF_A_REPORT = 300_000;

/** Requires that there are not too many heartbeats to add up `among` the instants that `tables` have; it looks at no more than that. */
export const requireCountable = (db: Database, tables: SQL, among: SQL) =>
  db.execute(sql`
    ${tables}
    select demand(count(*) <= ${MAX_HEARTBEATS_OF_A_REPORT}, ${SQLSTATES.ruleViolation.code},
      'These days have too many heartbeats for one report. Request fewer days.')
    from (
      select from heartbeats, ${among} and user_id = actor() limit ${MAX_HEARTBEATS_OF_A_REPORT + 1}
    ) as counted`);

/**
 * How the actor counts, the days of the report, and when each begins: `frame`, `days`, `span`. Where days are of no matter, all are
 * as one: to know when each of many begins takes time. That is for all time only, which ends after all slots.
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

/** Slots know of no writes: where these matter, none are read. */
export function matching(
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
