import { type SQL, sql } from "drizzle-orm";
import { countDays, DAY_MS } from "../../../core/dates.ts";
import { isNamed, isRelative, type NamedPeriod, type PeriodName, readPeriod } from "./periods.ts";

/** Which days a report is of: from the one to the other, both included. */
export interface Days {
  first: SQL;
  last: SQL;
  /** Whether they are so many that quarters of an hour are read in place of heartbeats. */
  isLongRange: boolean;
  /** Whether they are more than a week: such reports are made one at a time for each account. */
  isOverWeek: boolean;
  /** Whether only the database can tell how many they are, and that they are in order. */
  areUncounted?: boolean;
}

const MANY_DAYS = 31;
const DAYS_OF_WEEK = 7;

const few = (first: SQL, last: SQL): Days => ({ first, last, isLongRange: false, isOverWeek: false });
const some = (first: SQL, last: SQL): Days => ({ first, last, isLongRange: false, isOverWeek: true });
const many = (first: SQL, last = sql`today`): Days => ({ first, last, isLongRange: true, isOverWeek: true });

const week = sql`(today - (extract(dow from today)::int - week_start + 7) % 7)`;
const month = sql`date_trunc('month', today::timestamp)::date`;
const year = sql`date_trunc('year', today::timestamp)::date`;
const lastDays = (count: number) =>
  (count > DAYS_OF_WEEK ? some : few)(sql`today - ${sql.raw(String(count - 1))}`, sql`today`);

/** The day of the first heartbeat: of slots only the quarter of an hour is known, which may have begun on the day before. */
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
  yesterday: few(sql`today - 1`, sql`today - 1`),
  last_7_days: lastDays(7),
  last_7_days_from_yesterday: few(sql`today - 7`, sql`today - 1`),
  last_14_days: lastDays(14),
  last_30_days: lastDays(30),
  this_week: few(week, sql`${week} + 6`),
  last_week: few(sql`${week} - 7`, sql`${week} - 1`),
  this_month: some(month, sql`(${month} + interval '1 month')::date - 1`),
  last_month: some(sql`(${month} - interval '1 month')::date`, sql`${month} - 1`),
  this_year: many(year, sql`(${year} + interval '1 year')::date - 1`),
  last_6_months: many(sql`(today - interval '6 months')::date + 1`),
  last_year: many(sql`(today - interval '1 year')::date + 1`),
  all_time: many(firstDay),
};

/** The days of a period. */
export function daysOf(period: PeriodName): Days {
  if (isNamed(period)) return NAMED_DAYS[period];
  const isMonth = period.length > 4;
  const first = sql`${isMonth ? `${period}-01` : `${period}-01-01`}::date`;
  const last = sql`(${first} + interval '1 ${sql.raw(isMonth ? "month" : "year")}')::date - 1`;
  return (isMonth ? some : many)(first, last);
}

/** Whether a report of a period, as requests name it, is of more than a week; false for what no request may name. */
export function isOfLongPeriod({ range, start = "", end = "" }: Record<string, string | undefined>): boolean {
  if (range === undefined) return daysBetween(start, end).isOverWeek;
  const period = readPeriod(range);
  return period !== undefined && daysOf(period).isOverWeek;
}

/** From one day to another, each told by its date or its name. */
export function daysBetween(first: string, last: string): Days {
  const areUncounted = isRelative(first) || isRelative(last);
  // It may be yesterday or tomorrow already where the actor is: a day more makes none of few days many.
  const count = countDays(dateAbout(first), dateAbout(last)) - (areUncounted ? 2 : 0);
  return {
    first: dayOf(first),
    last: dayOf(last),
    isLongRange: count > MANY_DAYS,
    isOverWeek: count > DAYS_OF_WEEK,
    areUncounted,
  };
}

const dayOf = (day: string) => (isRelative(day) ? NAMED_DAYS[day].first : sql`${day}::date`);

const dateAbout = (day: string) =>
  isRelative(day) ? new Date(Date.now() - (day === "today" ? 0 : DAY_MS)).toISOString().slice(0, 10) : day;
