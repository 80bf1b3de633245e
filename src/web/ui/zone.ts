import { keep } from "../i18n/formats.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Returns the format that writes instants as the wall clock of a zone shows them. */
const wallFormat = keep(
  (timeZone: string) =>
    new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    }),
);

/** Returns what the wall clock of a zone shows, as if it were in UTC. */
function wallOf(ms: number, zone: string): number {
  const parts = Object.fromEntries(
    wallFormat(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const offsetAt = (ms: number, zone: string): number => wallOf(ms, zone) - Math.floor(ms / 1000) * 1000;

/** Returns the day of an instant in a zone, such as 2026-11-30. With `dayStart`, in minutes, the time before it belongs to the day before. */
export const dayOf = (ms: number, zone: string, dayStart = 0): string =>
  new Date(wallOf(ms, zone) - dayStart * MINUTE_MS).toISOString().slice(0, 10);

/** Returns the minutes after midnight of an instant in a zone. */
export const minutesOf = (ms: number, zone: string): number =>
  Math.floor((wallOf(ms, zone) % DAY_MS) / MINUTE_MS);

/** Returns the instant of a time of day. A time that the clocks skip is moved by what they skip; of a time that comes twice, it is the first. */
export function instantOf(day: string, minutes: number, zone: string): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE_MS;
  const before = wall - offsetAt(wall - DAY_MS, zone);
  const after = wall - offsetAt(wall + DAY_MS, zone);
  if (wallOf(before, zone) === wall) return before;
  return wallOf(after, zone) === wall ? after : before;
}

/** Returns the day that is `count` days after another. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

/** Returns the first day of the week of a day. Weeks begin on `weekStart`: 0 is Sunday. */
export function weekOf(day: string, weekStart: number): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday - weekStart + 7) % 7));
}
