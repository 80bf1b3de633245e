import { localeTag } from "../i18n/index.ts";

/** Units of a time that has passed, from the largest, with their seconds. */
const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** Returns a day, such as 30 November 2026, in the user's zone. */
export const formatDay = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat(localeTag(), { dateStyle: "long", timeZone }).format(new Date(instant));

/** Returns a day and a time in the user's zone. */
export const formatMoment = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat(localeTag(), { dateStyle: "medium", timeStyle: "short", timeZone }).format(
    new Date(instant),
  );

/** Returns how long ago or ahead an instant is, such as 3 days ago. */
export function formatRelative(instant: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  const count = Math.abs(seconds) < 60 ? 0 : Math.trunc(seconds / length);
  return new Intl.RelativeTimeFormat(localeTag(), { numeric: "auto" }).format(count, unit);
}

/** Returns a time of day, given in minutes after midnight, as fields of forms have it. */
export const toClock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Returns the minutes after midnight of a field's time of day. */
export function fromClock(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Returns the name of a day of the week: 0 is Sunday. */
export const weekdayName = (day: number): string =>
  new Intl.DateTimeFormat(localeTag(), { weekday: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(2026, 0, 4 + day)),
  );

/** Returns all zones that the browser knows, and `present`. */
export const zoneNames = (present: string): string[] =>
  [...new Set([present, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();

/** Returns the zone of the browser. */
export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
