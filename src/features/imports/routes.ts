import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../../core/context.ts";
import { AppError } from "../../core/errors.ts";
import { MEBIBYTE } from "../../core/middleware/body.ts";
import { requireAll } from "../../core/middleware/guard.ts";
import { errors, GUARD_ERRORS, json } from "../../core/openapi.ts";
import { createRouter } from "../../core/router.ts";
import { ImportQuery, ImportResult } from "./schemas.ts";
import * as service from "./service.ts";

/** As Toggl Track and Clockify write. */
const EXAMPLE = `Project,Description,Start date,Start time,End date,End time,Tags
Analytical engine,Notes on the engine,2026-11-23,09:00:00,2026-11-23,10:30:00,deep work
`;

const importTimeEntries = createRoute({
  method: "post",
  path: "/",
  operationId: "importTimeEntries",
  summary: "Import time entries",
  description:
    "A detailed report of Toggl Track or Clockify as CSV, or our own export, of up to 2,000 rows and 200 columns. The same file again adds nothing. Clients, projects, tasks and tags that are missing are made. Try it with `dry_run` first, and look at the times.",
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
    200: json(ImportResult, "What became of it"),
    ...errors("VALIDATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", ...GUARD_ERRORS),
  },
});

export const imports = createRouter().openapi(importTimeEntries, async (c) =>
  c.json(await service.importFile(c.var, await csvOf(c), c.req.valid("query")), 200),
);

/** The body, which must be declared as CSV. @throws AppError UNSUPPORTED_MEDIA_TYPE */
async function csvOf(c: Context<AppEnv>): Promise<Uint8Array> {
  const type = c.req.header("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "text/csv")
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", { message: "Send the file as text/csv." });
  return new Uint8Array(await c.req.arrayBuffer());
}
