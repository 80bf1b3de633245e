import { type SQL, sql } from "drizzle-orm";
import { countDays, DAY_MS } from "../../../core/dates.ts";
import { isNamed, isRelative, type NamedPeriod, type PeriodName, readPeriod } from "./periods.ts";

/** Days of a report: the first and the last, both included. */
export interface Days {
  first: SQL;
  last: SQL;
  /** True if there are so many days that slots are read in place of heartbeats. */
  isLongRange: boolean;
  /** True for more than seven days. Each account gets one such report at a time. */
  isOverWeek: boolean;
  /** True if only the database knows the number of days and whether the first day precedes the last. */
  isUncounted?: boolean;
}

const MAX_SHORT_RANGE_DAYS = 31;
const DAYS_OF_WEEK = 7;

const upToWeek = (first: SQL, last: SQL): Days => ({ first, last, isLongRange: false, isOverWeek: false });
const upToMonth = (first: SQL, last: SQL): Days => ({ first, last, isLongRange: false, isOverWeek: true });
const longRange = (first: SQL, last = sql`today`): Days => ({
  first,
  last,
  isLongRange: true,
  isOverWeek: true,
});

const week = sql`(today - (extract(dow from today)::int - week_start + 7) % 7)`;
const month = sql`date_trunc('month', today::timestamp)::date`;
const year = sql`date_trunc('year', today::timestamp)::date`;
const lastDays = (count: number) =>
  (count > DAYS_OF_WEEK ? upToMonth : upToWeek)(sql`today - ${sql.raw(String(count - 1))}`, sql`today`);

/** The day of the first heartbeat. A slot identifies only a quarter of an hour, which may have begun on the day before. */
const firstDay = sql`
  coalesce((
    select t.today
    from (
      select
        (select slot from heartbeat_slots where user_id = actor() order by slot limit 1) as slot,
        (select at from heartbeats where user_id = actor() order by at limit 1) as at
    ) as earliest,
    time_frame(actor(), zone, null, case when slot < slot_of(at) then slot else coalesce(at, slot) end) as t), today)`;

const NAMED_DAYS: Record<NamedPeriod, Days> = {
  today: lastDays(1),
  yesterday: upToWeek(sql`today - 1`, sql`today - 1`),
  last_7_days: lastDays(7),
  last_7_days_from_yesterday: upToWeek(sql`today - 7`, sql`today - 1`),
  last_14_days: lastDays(14),
  last_30_days: lastDays(30),
  this_week: upToWeek(week, sql`${week} + 6`),
  last_week: upToWeek(sql`${week} - 7`, sql`${week} - 1`),
  this_month: upToMonth(month, sql`(${month} + interval '1 month')::date - 1`),
  last_month: upToMonth(sql`(${month} - interval '1 month')::date`, sql`${month} - 1`),
  this_year: longRange(year, sql`(${year} + interval '1 year')::date - 1`),
  last_6_months: longRange(sql`(today - interval '6 months')::date + 1`),
  last_year: longRange(sql`(today - interval '1 year')::date + 1`),
  all_time: longRange(firstDay),
};

/** Returns the days of a period. */
export function daysOf(period: PeriodName): Days {
  if (isNamed(period)) return NAMED_DAYS[period];
  const isMonth = period.length > 4;
  const first = sql`${isMonth ? `${period}-01` : `${period}-01-01`}::date`;
  const last = sql`(${first} + interval '1 ${sql.raw(isMonth ? "month" : "year")}')::date - 1`;
  return (isMonth ? upToMonth : longRange)(first, last);
}

/** Returns whether a report of a requested period has more than seven days; false if the period is invalid. */
export function isLongPeriod({ range, start = "", end = "" }: Record<string, string | undefined>): boolean {
  if (range === undefined) return daysBetween(start, end).isOverWeek;
  const period = readPeriod(range);
  return period !== undefined && daysOf(period).isOverWeek;
}

/** Returns the days from `first` to `last`, each a date or a relative day. */
export function daysBetween(first: string, last: string): Days {
  const isUncounted = isRelative(first) || isRelative(last);
  // The caller's date may be a day before or after the UTC date. One day more never makes a short range long.
  const count = countDays(approximateDate(first), approximateDate(last)) - (isUncounted ? 2 : 0);
  return {
    first: dayOf(first),
    last: dayOf(last),
    isLongRange: count > MAX_SHORT_RANGE_DAYS,
    isOverWeek: count > DAYS_OF_WEEK,
    isUncounted,
  };
}

const dayOf = (day: string) => (isRelative(day) ? NAMED_DAYS[day].first : sql`${day}::date`);

const approximateDate = (day: string) =>
  isRelative(day) ? new Date(Date.now() - (day === "today" ? 0 : DAY_MS)).toISOString().slice(0, 10) : day;
