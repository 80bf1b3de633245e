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

interface Form {
  type: string;
  file: string;
  write: (pages: Pages) => AsyncGenerator<string>;
}

/** How each form of an export is made of the pages of entries, and what it is sent as. */
const FORMS: Record<ExportType, Form> = {
  "text/csv": { type: CSV, file: "time-entries.csv", write: writeCsv },
  "application/x-ndjson": { type: JSON_LINES, file: "time-entries.ndjson", write: toLines },
  "text/calendar": { type: ICALENDAR, file: "time-entries.ics", write: (pages) => writeCalendar(pages) },
};

/** The entries that a list with this query has, all of them, as text that comes in parts. @throws AppError PERMISSION_DENIED */
export function exportAs(scope: PrincipalScope, query: TimeEntryExportQuery, wanted: ExportType) {
  const { write, ...form } = FORMS[wanted];
  return { ...form, parts: write(exportTimeEntries(scope, query)) };
}
