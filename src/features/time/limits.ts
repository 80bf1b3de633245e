/** A report over a longer time would be slow, and a mistake. */
export const MAX_DAYS = 400;

/** For how many days what programs saw counts: all of it is looked at one by one. */
export const ACTIVITY_DAYS = 31;
