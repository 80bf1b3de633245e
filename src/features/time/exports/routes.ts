import { createRoute, z } from "@hono/zod-openapi";
import { admitMembers } from "../../../guard/guard.ts";
import { acceptedType } from "../../../http/negotiation.ts";
import { errors, GUARD_ERRORS } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { sendStream } from "../../../http/streaming.ts";
import { TimeEntryExportQuery } from "../time-entries/schemas.ts";
import { EXPORT_TYPES } from "./schemas.ts";
import * as service from "./service.ts";

const content = (description: string) => ({ schema: z.string().openapi({ description }) });

const exportTimeEntries = createRoute({
  method: "get",
  path: "/",
  operationId: "exportTimeEntries",
  summary: "Export time entries",
  description:
    "Exports all entries that match the filters, oldest first by default, with the names of their clients, projects, tasks and tags. `Accept` selects CSV, JSON lines or iCalendar. The response is streamed, and ends early if the caller loses the permission before all entries are sent.",
  tags: ["Time"],
  ...admitMembers("time_entries:read", { isFiltered: true }),
  request: { query: TimeEntryExportQuery },
  responses: {
    200: {
      description: "The entries",
      content: {
        "text/csv": content(
          "A line of column names, then one line for each entry (RFC 4180). `POST /imports` can import it",
        ),
        "application/x-ndjson": content("One `ExportedTimeEntry` in each line"),
        "text/calendar": content("One event for each entry (RFC 5545)"),
      },
    },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", "NOT_ACCEPTABLE", ...GUARD_ERRORS),
  },
});

export const exports = createRouter().openapi(exportTimeEntries, async (c) => {
  const { type, file, parts } = service.exportAs(c.var, c.req.valid("query"), acceptedType(c, EXPORT_TYPES));
  return sendStream(c, parts, {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${file}"`,
  });
});
