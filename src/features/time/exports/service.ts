import { CSV } from "../../../core/csv.ts";
import { ICALENDAR } from "../../../core/icalendar.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import { JSON_LINES, toLines } from "../../../http/json-lines.ts";
import { writeCalendar } from "../formats/calendar.ts";
import { writeCsv } from "../formats/csv.ts";
import type { TimeEntryExportQuery } from "../time-entries/schemas.ts";
import { exportTimeEntries } from "../time-entries/service.ts";
import type { ExportType } from "./schemas.ts";

type Pages = ReturnType<typeof exportTimeEntries>;

interface Format {
  type: string;
  file: string;
  write: (pages: Pages) => AsyncGenerator<string>;
}

/** Media type, file name and writer of each format of an export. */
const FORMATS: Record<ExportType, Format> = {
  "text/csv": { type: CSV, file: "time-entries.csv", write: writeCsv },
  "application/x-ndjson": { type: JSON_LINES, file: "time-entries.ndjson", write: toLines },
  "text/calendar": { type: ICALENDAR, file: "time-entries.ics", write: (pages) => writeCalendar(pages) },
};

/** Returns all entries that match the query, as text in parts, in the format of a media type. @throws AppError PERMISSION_DENIED */
export function exportAs(scope: PrincipalScope, query: TimeEntryExportQuery, mediaType: ExportType) {
  const { write, ...format } = FORMATS[mediaType];
  return { ...format, parts: write(exportTimeEntries(scope, query)) };
}
