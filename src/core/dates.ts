/** Length of a day in milliseconds. */
export const DAY_MS = 86_400_000;

/** Counts the days from `first` to `last`, both included. Returns NaN unless both are ISO 8601 dates. */
export const countDays = (first: string, last: string) => (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;

/** Message for text that is not the name of a time zone. */
export const UNKNOWN_ZONE = "must be a time zone such as Europe/Berlin";
