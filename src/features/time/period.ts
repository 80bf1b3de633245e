import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { prepareCostlyRead, requireSingleReport } from "../../database/costly-reads.ts";
import { isOwnedBy, type OwnerQuery, permissionsToList } from "../../database/ownership.ts";
import { requireNamed } from "../../database/preconditions.ts";
import { timeEntries } from "../../database/tables/productivity.ts";
import { ACTIVITY_DAYS } from "./limits.ts";

/** Period, owner and scope of a report. Dates are days of the actor's settings, both included; today by default. */
export interface Period extends Omit<OwnerQuery, "isDeleted" | "isCounted"> {
  from?: string | undefined;
  to?: string | undefined;
  zone?: string | undefined;
  weekStart?: number | undefined;
  /** Instant until which a running entry counts. */
  now: Date;
  /** Set if activity that no entry covers counts too. */
  withActivity?: boolean | undefined;
}

/**
 * Returns the table `frame` for a `with`: one row with the actor's time settings and the first and last day of the period. It is
 * materialized, because evaluating it at each use took a second for a few months.
 */
export const frameOf = (
  { actorId, from, to, zone, weekStart, now }: Period,
  columns = sql`zone, minutes, week_start, threshold, today, first, last, now`,
) => sql`
  frame as materialized (
    select ${columns}
    from (
      select frame.*, coalesce(${from ?? null}::date, today) as first, coalesce(${to ?? null}::date, today) as last,
        ${now.toISOString()}::timestamptz as now
      from time_frame(${actorId}, ${zone ?? null}, ${weekStart ?? null}::int, ${now.toISOString()}::timestamptz) as frame
    ) as frame
  )`;

/** Number of days that a report may look back: ten years. */
const LOOK_BACK_DAYS = 3653;

/**
 * Returns a query for one row with the first day of the past that counts: the day before the actor's first entry within the last ten
 * years; with activity, the first of the last 31 days. Requires a `frame`.
 */
export const historyOf = ({ actorId, withActivity }: Period) =>
  withActivity
    ? sql`select today - ${ACTIVITY_DAYS - 1}::int as first_day from frame`
    : sql`
  select greatest(today - ${LOOK_BACK_DAYS}::int, least(today, (
    select (started_at at time zone (':' || zone))::date - 1 from time_entries
    where ${isOwnedBy(timeEntries, actorId)} and not is_deleted order by started_at limit 1))) as first_day
  from frame`;

/** Returns the time of a period from the day `first` to the day `last`, divided at day boundaries. Requires the columns of a `frame`. */
export function slicesOf(period: Period, first: SQL, last: SQL): SQL {
  const slicesArguments = sql`${ownerOf(period)}, ${first}, ${last}, zone, minutes, now`;
  return period.withActivity
    ? sql`lateral (select * from time_slices(${slicesArguments}) union all select * from activity_slices(${slicesArguments}))`
    : sql`time_slices(${slicesArguments})`;
}

/** Returns the id of the owner of a period's time; null for all users. */
export const ownerOf = ({ actorId, owner = actorId }: Period) => sql`${owner === "all" ? null : owner}::uuid`;

/** Part of a slice after `reached`, the latest end of the slices before it. A null `reached` is ignored by `greatest`. */
export const UNCOVERED = sql`greatest(ends - greatest(starts, reached), interval '0')`;

/** Requires `reports:read_any` for other users' time, and `activity:read` or `activity:read_any` if activity is included. */
function requireReadable(db: Database, period: Period) {
  const { actorId, owner = actorId, withActivity } = period;
  const isOwn = owner === actorId;
  const names = [
    ...permissionsToList(period, "reports"),
    ...(withActivity ? [isOwn ? "activity:read" : "activity:read_any"] : []),
  ];
  const subject = `${isOwn ? "your" : "other users'"} ${withActivity ? "activity" : "time"}`;
  return requireNamed(db, actorId, { names, message: `You cannot read ${subject}.` });
}

/** Days whose activity is read in reports about all of the past. */
export const RECENT_DAYS = { first: sql`today - ${ACTIVITY_DAYS - 1}::int`, last: sql`today` };

/** Activity that a report reads, in terms of the columns of a `frame`. */
interface ActivityReading {
  first?: SQL;
  last?: SQL;
  /** Number of times that the report reads the activity; once by default. */
  times?: number;
  /** Number of rules that classify the activity; by default, the number of rules of its owners. */
  rules?: number | undefined;
}

/**
 * Returns the first statements of a report. They reject the report before it does any work if the actor may not read it. With activity,
 * they also reject it if another report with activity is running for the actor, or if there is too much activity.
 */
export const beginReport = (db: Database, period: Period, reading: ActivityReading = {}) =>
  [requireReadable(db, period), prepareCostlyRead(db), ...beginActivity(db, period, reading)] as const;

/**
 * Returns the statements that concern activity. Without activity, they are two empty queries, so that a batch always has the same length.
 */
export function beginActivity(
  db: Database,
  period: Period,
  { first = sql`first`, last = sql`last`, times = 1, rules }: ActivityReading,
) {
  if (!period.withActivity) return [db.execute(sql`select`), db.execute(sql`select`)] as const;
  return [
    requireSingleReport(db),
    db.execute(sql`
      with ${frameOf(period)}
      select demand_countable_activity(${ownerOf(period)}, day_start(${first}, zone, minutes),
        least(day_start(${last} + 1, zone, minutes), now), ${rules ?? null}::int, ${times}::int)
      from frame`),
  ] as const;
}
