import { toPlainDigits } from "./digits.ts";

/** Longest duration that a field accepts, in seconds: a larger one is a mistake. */
const MAXIMUM = 1000 * 3600;

/** A number with a unit, by its English or German name. */
const PART =
  /(\d+(?:\.\d+)?)\s*(?:(h|hrs?|hours?|std|stunden?)|(m|mins?|minutes?|minuten)|(?:s|secs?|seconds?|sek|sekunden?))(?![a-z])\.?/g;

/**
 * Returns the seconds of a duration as people type it: `1:30` and `1:30:00` in hours, `90` and `90m` in minutes, `1.5h`, `1h 30m`. Returns
 * undefined for another text.
 */
export function parseDuration(typed: string): number | undefined {
  const text = toPlainDigits(typed).trim().toLowerCase().replaceAll(",", ".");
  const seconds = secondsOfClock(text) ?? secondsOfUnits(text) ?? secondsOfMinutes(text);
  return seconds !== undefined && seconds <= MAXIMUM ? Math.round(seconds) : undefined;
}

function secondsOfClock(text: string): number | undefined {
  const match = /^(\d{0,3}):([0-5]?\d)(?::([0-5]\d))?$/.exec(text);
  if (!match) return undefined;
  const [, hours, minutes, seconds = 0] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Returns the seconds of a text with units. */
function secondsOfUnits(text: string): number | undefined {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || text.replaceAll(PART, "").trim() !== "") return undefined;
  return parts.reduce(
    (sum, [, count, hours, minutes]) => sum + Number(count) * (hours ? 3600 : minutes ? 60 : 1),
    0,
  );
}

/** Returns the seconds of a number of minutes; with a fraction, it is one of hours. */
function secondsOfMinutes(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 60;
  return /^\d+\.\d+$/.test(text) ? Number(text) * 3600 : undefined;
}

/** Returns the minutes after midnight of a time as people type it: `9`, `930`, `9:30`, `21.15`, `9:30 pm`. Returns undefined for another text. */
export function parseTime(typed: string): number | undefined {
  const text = toPlainDigits(typed).trim().toLowerCase();
  const match = /^(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(?:uhr|h)?\s*([ap])?\.?(?:m\.?)?$/.exec(text);
  if (!match) return undefined;
  const [, given, minutes = 0, half] = match;
  const hour = Number(given);
  if (half ? hour < 1 || hour > 12 : hour > 24) return undefined;
  const hours = half ? (hour % 12) + (half === "p" ? 12 : 0) : hour;
  const total = hours * 60 + Number(minutes);
  return total <= 24 * 60 ? total % (24 * 60) : undefined;
}
