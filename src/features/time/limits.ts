/** Maximum number of days in a report: a longer period would be slow, and probably a mistake. */
export const MAX_DAYS = 400;

/** Maximum number of days of activity in a report: each event and heartbeat is read. */
export const ACTIVITY_DAYS = 31;
