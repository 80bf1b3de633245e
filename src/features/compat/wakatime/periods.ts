/** WakaTime's names for periods. */
const NAMED_PERIODS = [
  "today",
  "yesterday",
  "last_7_days",
  "last_7_days_from_yesterday",
  "last_14_days",
  "last_30_days",
  "this_week",
  "last_week",
  "this_month",
  "last_month",
  "this_year",
  "last_6_months",
  "last_year",
  "all_time",
] as const;
export type NamedPeriod = (typeof NAMED_PERIODS)[number];

/** A period: its name in WakaTime, a year, or a month. */
export type PeriodName = NamedPeriod | `${number}` | `${number}-${number}`;

/** Wakapi's names for some of the periods. */
const ALIASES: Record<string, NamedPeriod> = {
  "7_days": "last_7_days",
  "14_days": "last_14_days",
  "30_days": "last_30_days",
  "6_months": "last_6_months",
  "12_months": "last_year",
  last_12_months: "last_year",
  week: "this_week",
  month: "this_month",
  year: "this_year",
  any: "all_time",
};

/** Returns whether `name` is one of `NAMED_PERIODS`, rather than a year or a month. */
export const isNamed = (name: string): name is NamedPeriod => NAMED_PERIODS.some((known) => known === name);
const isDated = (name: string): name is `${number}` | `${number}-${number}` =>
  /^(19|2[01])\d\d(-(0[1-9]|1[0-2]))?$/.test(name);

/** Returns the period that `text` names in any spelling, such as `Last 7 Days` or `last_7_days`. */
export function readPeriod(text: string): PeriodName | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "_");
  const known = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
  return known !== undefined && (isNamed(known) || isDated(known)) ? known : undefined;
}

/** Maximum number of days of a daily summary. A longer period would be slow, and is probably a mistake. */
export const MAX_DAYS = 366;

/** Days whose dates only the database knows. */
export const RELATIVE_DAYS = ["today", "yesterday"] as const;

export type RelativeDay = (typeof RELATIVE_DAYS)[number];
/** Returns whether `day` is a relative day rather than a date. */
export const isRelative = (day: string): day is RelativeDay => RELATIVE_DAYS.some((name) => name === day);

const DATE = new Intl.DateTimeFormat("en", {
  year: "numeric",
  month: "short",
  day: "numeric",
  timeZone: "UTC",
});
const MONTH = new Intl.DateTimeFormat("en", { year: "numeric", month: "long", timeZone: "UTC" });

/** Returns a date such as `2026-11-29` as WakaTime shows it: `Nov 29 2026`. */
export const dateInWords = (date: string) => DATE.format(new Date(date)).replace(",", "");

/** Describes a period in words. `first` is its first day. */
export function periodInWords(period: PeriodName, first: string): string {
  if (period === "all_time") return `since ${dateInWords(first)}`;
  return isDated(period) && period.length > 4 ? MONTH.format(new Date(first)) : period.replaceAll("_", " ");
}
