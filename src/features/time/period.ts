import { type SQL, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { readyCostlyRead, requireAlone } from "../../database/costly-reads.ts";
import { isOwnedBy, neededToList } from "../../database/ownership.ts";
import { requireNamed } from "../../database/preconditions.ts";
import { timeEntries } from "../../database/tables/productivity.ts";
import { ACTIVITY_DAYS } from "./limits.ts";

/** What a report is about. Dates are the viewer's own days, both included; without them it is about today. */
export interface Period {
  actorId: string;
  /** Whose time: the actor's own by default, one other's, or everybody's. */
  owner?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  zone?: string | undefined;
  weekStart?: number | undefined;
  /** Until when what runs counts. */
  now: Date;
  /** Whether what programs saw counts where no entry is. */
  withActivity?: boolean | undefined;
}

/**
 * The table `frame`, for a `with`: in one row how the viewer counts, and the first and the last day of the period. It is found once,
 * and not wherever it is asked for: that took a second for the days of a few months.
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

/** Ten years: how far a report may look back. */
const LOOK_BACK_DAYS = 3653;

/**
 * One row: from which day on the past counts. It is the day before the actor's first entry, of the last ten years; with
 * activity the first of the last 31 days. Needs a `frame`.
 */
export const historyOf = ({ actorId, withActivity }: Period) =>
  withActivity
    ? sql`select today - ${ACTIVITY_DAYS - 1}::int as first_day from frame`
    : sql`
  select greatest(today - ${LOOK_BACK_DAYS}::int, least(today, (
    select (started_at at time zone (':' || zone))::date - 1 from time_entries
    where ${isOwnedBy(timeEntries, actorId)} and not is_deleted order by started_at limit 1))) as first_day
  from frame`;

/** The time of a period by days, as far as it goes from `first` to `last`, of the columns of a `frame`. */
export function slicesOf(period: Period, first: SQL, last: SQL): SQL {
  const what = sql`${ownerOf(period)}, ${first}, ${last}, zone, minutes, now`;
  return period.withActivity
    ? sql`lateral (select * from time_slices(${what}) union all select * from activity_slices(${what}))`
    : sql`time_slices(${what})`;
}

/** The id of whose time it is; null for everybody's. */
export const ownerOf = ({ actorId, owner = actorId }: Period) => sql`${owner === "all" ? null : owner}::uuid`;

/** What a slice adds to what the slices before it reached: nothing is taken for no reach by `greatest`. */
export const UNCOVERED = sql`greatest(ends - greatest(starts, reached), interval '0')`;

/** Requires that the time is the actor's own, or that they hold `reports:read_any`; and for what programs saw as much. */
function requireReadable(db: Database, period: Period) {
  const { actorId, owner = actorId, withActivity } = period;
  const isOwn = owner === actorId;
  const names = [
    ...neededToList(period, "reports"),
    ...(withActivity ? [isOwn ? "activity:read" : "activity:read_any"] : []),
  ];
  const subject = `${isOwn ? "your" : "other users'"} ${withActivity ? "activity" : "time"}`;
  return requireNamed(db, actorId, { names, message: `You cannot read ${subject}.` });
}

/** The days whose activity is read where all of the past counts. */
export const RECENT_DAYS = { first: sql`today - ${ACTIVITY_DAYS - 1}::int`, last: sql`today` };

/** Which days of activity a report reads, of the columns of a `frame`, and how often. */
interface Reading {
  first?: SQL;
  last?: SQL;
  times?: number;
  /** How many rules are held against it, if not those of its owners. */
  rules?: number | undefined;
}

/**
 * The statements that a report begins with, which refuse it if it is not the actor's to read, and if activity is in it, if another such
 * report is being made for the actor, or if there is too much of it: before any of the work is done.
 */
export const beginReport = (db: Database, period: Period, reading: Reading = {}) =>
  [requireReadable(db, period), readyCostlyRead(db), ...beginActivity(db, period, reading)] as const;

/** The same of activity alone. A batch must be as long whatever is in it: where no activity is, nothing is asked twice. */
export function beginActivity(
  db: Database,
  period: Period,
  { first = sql`first`, last = sql`last`, times = 1, rules }: Reading,
) {
  if (!period.withActivity) return [db.execute(sql`select`), db.execute(sql`select`)] as const;
  return [
    requireAlone(db),
    db.execute(sql`
      with ${frameOf(period)}
      select demand_countable_activity(${ownerOf(period)}, day_start(${first}, zone, minutes),
        least(day_start(${last} + 1, zone, minutes), now), ${rules ?? null}::int, ${times}::int)
      from frame`),
  ] as const;
}
