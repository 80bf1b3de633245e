import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../core/errors.ts";
import { requireAll, requirePermission } from "../../../guard/guard.ts";
import type { AppEnv } from "../../../http/context.ts";
import { MEBIBYTE } from "../../../http/middleware/body.ts";
import { errors, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { Import, ImportParams, ImportQuery, ImportResult, UndoneImport } from "./schemas.ts";
import * as service from "./service.ts";

/** Example in the format of Toggl Track and Clockify. */
const EXAMPLE = `Project,Description,Start date,Start time,End date,End time,Tags
Analytical engine,Notes on the engine,2026-11-23,09:00:00,2026-11-23,10:30:00,deep work
`;

const importTimeEntries = createRoute({
  method: "post",
  path: "/",
  operationId: "importTimeEntries",
  summary: "Import time entries",
  description:
    "Imports a CSV file of up to 2,000 rows and 200 columns: an export of Toggl Track, Clockify, Harvest, Kimai, Timing, Watson, solidtime or this service, or any table with columns for starts and ends or lengths. For Timewarrior, send the output of `timew export`. Importing the same file again adds nothing. Missing clients, projects, tasks and tags are created. Use `dry_run` first, and check the times.",
  tags: ["Time"],
  ...requireAll(["time_entries:create", "clients:create", "projects:create", "tasks:create", "tags:create"], {
    bodyBytes: MEBIBYTE,
  }),
  request: {
    query: ImportQuery,
    body: {
      required: true,
      content: {
        "text/csv": { schema: z.string().openapi({ description: "CSV in UTF-8", example: EXAMPLE }) },
      },
    },
  },
  responses: {
    200: json(ImportResult, "The result of the import"),
    ...errors("VALIDATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", ...GUARD_ERRORS),
  },
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listImports",
  summary: "List imports",
  description: "Lists the current user's latest 100 imports that can be undone, newest first.",
  tags: ["Time"],
  ...requirePermission("time_entries:read"),
  responses: { 200: json(z.array(Import), "The imports"), ...errors(...GUARD_ERRORS) },
});

const undo = createRoute({
  method: "delete",
  path: "/{import_id}",
  operationId: "undoImport",
  summary: "Undo an import",
  description:
    "Permanently deletes the time entries that the import created, and the clients, projects, tasks and tags that it created and that are not in use. Entries that were changed since the import stay. The same file can then be imported again.",
  tags: ["Time"],
  ...requireAll(["time_entries:delete", "clients:delete", "projects:delete", "tasks:delete", "tags:delete"]),
  request: { params: ImportParams },
  responses: {
    200: json(UndoneImport, "The records that were deleted, and the entries that were kept"),
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

export const imports = createRouter()
  .openapi(importTimeEntries, async (c) => {
    const query = c.req.valid("query");
    return c.json(await service.importFile(c.var, await fileOf(c, query.format), query), 200);
  })
  .openapi(list, async (c) =>
    c.json(
      (await service.listImports(c.var)).map(({ created_at, ...rest }) => ({
        ...rest,
        created_at: created_at.toISOString(),
      })),
      200,
    ),
  )
  .openapi(undo, async (c) => c.json(await service.undoImport(c.var, c.req.valid("param").import_id), 200));

/** Returns the body, whose media type must be CSV, or may be JSON for Timewarrior. @throws AppError UNSUPPORTED_MEDIA_TYPE */
async function fileOf(c: Context<AppEnv>, format: ImportQuery["format"]): Promise<Uint8Array> {
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "text/csv" && !(type === "application/json" && format === "timewarrior"))
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", { message: "Send the file as text/csv." });
  return new Uint8Array(await c.req.arrayBuffer());
}
