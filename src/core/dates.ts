/** A day of a calendar, in milliseconds. */
export const DAY_MS = 86_400_000;

/** How many days there are from `first` to `last`, both included: dates as ISO 8601 has them. NaN for others. */
export const countDays = (first: string, last: string) => (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;

/** Says that a text does not name a time zone. */
export const UNKNOWN_ZONE = "must be a time zone such as Europe/Berlin";
