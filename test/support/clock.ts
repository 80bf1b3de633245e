import { Temporal } from "temporal-polyfill";

/** Number of milliseconds in a minute. */
export const MINUTE = 60_000;
export const DAY_MINUTES = 1440;

/** Days that a clock covers before and after its middle. */
export const REACH_DAYS = 6;

/** Local times of a zone in each minute of some days: `local[n]` in the minute `first + n`, in minutes since 1970. */
export interface Clock {
  zone: string;
  /** Date in the middle of these days. */
  middle: string;
  first: number;
  local: number[];
}

/** Returns the clock of `zone` around the date `middle`, read from Temporal minute by minute. */
export function clockOf(zone: string, middle: string): Clock {
  const noon = Date.parse(`${middle}T12:00Z`) / MINUTE;
  const first = noon - REACH_DAYS * DAY_MINUTES;
  const local = Array.from({ length: 2 * REACH_DAYS * DAY_MINUTES }, (_, n) => {
    const instant = Temporal.Instant.fromEpochMilliseconds((first + n) * MINUTE);
    return first + n + instant.toZonedDateTimeISO(zone).offsetNanoseconds / 60e9;
  });
  return { zone, middle, first, local };
}

/**
 * Returns the day of each minute of `clock`, in days since 1970, for a day boundary `dayStart` minutes after midnight. A day lasts until
 * the next one begins, even if clocks are put back.
 */
export function daysOf({ local }: Clock, dayStart: number): number[] {
  let day = Number.NEGATIVE_INFINITY;
  return local.map((minute) => {
    day = Math.max(day, Math.floor((minute - dayStart) / DAY_MINUTES));
    return day;
  });
}

const EPOCH = Temporal.PlainDate.from("1970-01-01");

/** Returns the date of a day. */
export const dateOf = cached((day: number) => EPOCH.add({ days: day }).toString());
/** Returns the number of days from 1970 to a date. */
export const dayOf = cached(
  (date: string) => EPOCH.until(Temporal.PlainDate.from(date), { largestUnit: "day" }).days,
);
/** Returns the weekday of a day; 0 is Sunday. */
export const weekdayOf = cached((day: number) => Temporal.PlainDate.from(dateOf(day)).dayOfWeek % 7);

/** Returns `compute` with a cache, since Temporal is slow. */
function cached<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
