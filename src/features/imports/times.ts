import type { DATE_ORDERS } from "./schemas.ts";

export type DateOrder = (typeof DATE_ORDERS)[number];

const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$/;
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])\.?M\.?)?$/i;
const LENGTH = /^(\d+):([0-5]\d):([0-5]\d)$/;

/**
 * The order of day and month that all `dates` together tell: by a number over 12, or by the dots with which only the day comes
 * first. Undefined where none tells; "none" where one contradicts another.
 */
export function orderOf(dates: readonly string[]): DateOrder | "any" | "none" | undefined {
  const told = new Set<DateOrder>();
  let isNeeded = false;
  for (const date of dates) {
    const [, first, separator, second] = YEAR_LAST.exec(date.trim()) ?? [];
    if (separator === undefined) continue;
    isNeeded = true;
    if (separator === "." || Number(first) > 12) told.add("dmy");
    if (Number(second) > 12) told.add("mdy");
  }
  if (!isNeeded) return "any";
  return told.size > 1 ? "none" : [...told][0];
}

/** A date and a time of day as Postgres reads them, or undefined where they are none. */
export function localTime(date: string, time: string, order: DateOrder): string | undefined {
  const day = readDate(date.trim(), order);
  const [, hour, minute = "", second = "00", half] = TIME.exec(time.trim()) ?? [];
  if (!day || hour === undefined || Number(minute) > 59 || Number(second) > 59) return undefined;
  const hours = half === undefined ? Number(hour) : onTwelveHourClock(Number(hour), half);
  if (hours === undefined || hours > 23) return undefined;
  return `${day} ${pad(hours)}:${minute}:${second}`;
}

/** The seconds of a length such as 01:30:00, or undefined. */
export function secondsOf(length: string): number | undefined {
  const [, hours, minutes, seconds] = LENGTH.exec(length.trim()) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function readDate(text: string, order: DateOrder): string | undefined {
  const [, year, month, day] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return realDate(Number(year), Number(month), Number(day));
  const [, first, , second, last] = YEAR_LAST.exec(text) ?? [];
  return order === "dmy"
    ? realDate(Number(last), Number(second), Number(first))
    : realDate(Number(last), Number(first), Number(second));
}

function realDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && year >= 1900 && year < 2200 ? `${year}-${pad(month)}-${pad(day)}` : undefined;
}

const onTwelveHourClock = (hour: number, half: string): number | undefined =>
  hour < 1 || hour > 12 ? undefined : (hour % 12) + (half.toUpperCase() === "P" ? 12 : 0);

const pad = (number: number): string => String(number).padStart(2, "0");
