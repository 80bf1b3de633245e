import { dateFormat, numberFormat, relativeFormat, unitListFormat } from "../i18n/formats.ts";
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
  dateFormat(localeTag(), { dateStyle: "long", timeZone }).format(new Date(instant));

/** Returns a day and a time in the user's zone. */
export const formatMoment = (instant: string, timeZone: string): string =>
  dateFormat(localeTag(), { dateStyle: "medium", timeStyle: "short", timeZone }).format(new Date(instant));

/** Returns how long ago or ahead an instant is, such as 3 days ago. */
export function formatRelative(instant: string, now = Date.now()): string {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  const count = Math.abs(seconds) < 60 ? 0 : Math.trunc(seconds / length);
  return relativeFormat(localeTag()).format(count, unit);
}

/** Returns the name of a day of the week: 0 is Sunday. */
export const weekdayName = (day: number): string =>
  dateFormat(localeTag(), { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2026, 0, 4 + day)));

/** Returns all zones that the browser knows, and `present`. */
export const zoneNames = (present: string): string[] =>
  [...new Set([present, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();

/** Returns the zone of the browser. */
export const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Returns the time of day of an instant, such as 9:30. */
export const formatTime = (ms: number, timeZone: string): string =>
  dateFormat(localeTag(), { timeStyle: "short", timeZone }).format(ms);

const twoDigits = (number: number) => numberFormat(localeTag(), { minimumIntegerDigits: 2 }).format(number);

const plain = (number: number) => numberFormat(localeTag(), { useGrouping: false }).format(number);

/** Returns a duration as hours and minutes, such as 1:05. */
export function formatDuration(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  return `${plain(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/** Returns a duration that ticks, such as 1:05:09. */
export const formatTicking = (seconds: number): string =>
  `${formatDuration(seconds)}:${twoDigits(Math.floor(Math.max(0, seconds)) % 60)}`;

/** Returns a duration in words, such as 1 hour, 5 minutes. */
export function describeDuration(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  const inUnit = (count: number, unit: "hour" | "minute") =>
    numberFormat(localeTag(), { style: "unit", unit, unitDisplay: "long" }).format(count);
  const parts = [inUnit(Math.floor(minutes / 60), "hour"), inUnit(minutes % 60, "minute")];
  const needed = minutes < 60 ? parts.slice(1) : minutes % 60 === 0 ? parts.slice(0, 1) : parts;
  return unitListFormat(localeTag()).format(needed);
}
