import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
import { acceptedType } from "../../../http/negotiation.ts";
import { errors, GUARD_ERRORS } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { sendStream } from "../../../http/streaming.ts";
import { TimeEntryExportQuery } from "../time-entries/schemas.ts";
import { EXPORT_TYPES } from "./schemas.ts";
import * as service from "./service.ts";

const form = (description: string) => ({ schema: z.string().openapi({ description }) });

const exportTimeEntries = createRoute({
  method: "get",
  path: "/",
  operationId: "exportTimeEntries",
  summary: "Export time entries",
  description:
    "All entries that a list with these filters has, oldest first, with the names of what they are about: as CSV, JSON lines or iCalendar, by `Accept`. It is sent as it is read, and ends early if the permission is lost meanwhile.",
  tags: ["Time"],
  ...requirePermission("time_entries:read"),
  request: { query: TimeEntryExportQuery },
  responses: {
    200: {
      description: "The entries",
      content: {
        "text/csv": form(
          "A line of names, then one for each entry (RFC 4180). `POST /imports` takes it back",
        ),
        "application/x-ndjson": form("An `ExportedTimeEntry` a line"),
        "text/calendar": form("One event for each entry (RFC 5545)"),
      },
    },
    ...errors("VALIDATION_ERROR", "NOT_ACCEPTABLE", ...GUARD_ERRORS),
  },
});

export const exports = createRouter().openapi(exportTimeEntries, async (c) => {
  const { type, file, parts } = service.exportAs(c.var, c.req.valid("query"), acceptedType(c, EXPORT_TYPES));
  return sendStream(c, parts, {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${file}"`,
  });
});
