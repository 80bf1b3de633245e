/** What time entries can be exported as: the first where it is all the same. */
export const EXPORT_TYPES = ["text/csv", "application/x-ndjson", "text/calendar"] as const;
export type ExportType = (typeof EXPORT_TYPES)[number];
