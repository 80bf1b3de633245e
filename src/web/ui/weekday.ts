import { dateFormat } from "../i18n/formats.ts";
import { localeTag } from "../i18n/index.ts";

/** Returns a day, such as Monday, 30 November, with its year if that is not the year of `today`. */
export const formatWeekday = (day: string, today: string): string =>
  dateFormat(localeTag(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(day.slice(0, 4) !== today.slice(0, 4) && { year: "numeric" }),
    timeZone: "UTC",
  }).format(Date.parse(`${day}T00:00:00Z`));
