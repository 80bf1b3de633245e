/** Media types of exports. The first is the default. */
export const EXPORT_TYPES = ["text/csv", "application/x-ndjson", "text/calendar"] as const;
export type ExportType = (typeof EXPORT_TYPES)[number];
