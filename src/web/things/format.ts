import { dateFormat, numberFormat } from "../i18n/formats.ts";
import { localeTag } from "../i18n/index.ts";

/** Returns a time in hours, such as 12.5 hr. */
export const formatHours = (seconds: number): string =>
  numberFormat(localeTag(), { style: "unit", unit: "hour", maximumFractionDigits: 1 }).format(seconds / 3600);

/** Returns the day of an instant in a zone, as the API has it: 2026-11-30. */
export const dayIn = (instant: number, timeZone: string): string =>
  dateFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    new Date(instant),
  );

/** Returns the day a year before another. */
export const yearBefore = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCFullYear(date.getUTCFullYear() - 1);
  return date.toISOString().slice(0, 10);
};
