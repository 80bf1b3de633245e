import { z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../../../core/errors.ts";
import { flag } from "../../../http/ownership-query.ts";
import { instant, rawText, uuid, Zone } from "../../../http/schema-parts.ts";
import { FIELDS, parseColumns } from "./presets.ts";
import { DATE_ORDERS } from "./times.ts";

const FORMATS = [
  "toggl",
  "clockify",
  "harvest",
  "kimai",
  "timing",
  "watson",
  "solidtime",
  "timewarrior",
  "generic",
  "csv",
] as const;

/** Number of imports in a list. */
export const LISTED_IMPORTS = 100;

export const ImportQuery = z.object({
  format: z.enum(FORMATS).openapi({
    description:
      "Program that exported the file; `csv` is the output of `GET /time-entries/export`, and `generic` is a table with columns such as start, end, duration, project, task, client, tags, description, billable and user",
  }),
  dry_run: flag.openapi({ description: "Validates and previews the import; nothing is saved" }),
  timezone: Zone.optional().openapi({
    description:
      "Time zone of the local times in the file, as set in the profile of the other program; by default, the one in the current user's settings",
  }),
  date_order: z.enum(DATE_ORDERS).optional().openapi({
    description:
      "Order of day and month in dates such as 03/04/2026. Required if no date in the file shows the order. A row fails if its date is valid only in the other order",
  }),
  columns: rawText(2000)
    .transform((text, context) => {
      const columns = parseColumns(text);
      if (!columns)
        context.addIssue({
          code: "custom",
          message: `must be pairs such as start:Begin,end:Finish, with the fields ${FIELDS.join(", ")}`,
        });
      return columns ?? z.NEVER;
    })
    .optional()
    .openapi({
      type: "string",
      maxLength: 2000,
      description:
        "Maps fields to columns with other names: `field:Column` pairs, separated by commas. The fields are start and end, or start_date, start_time, end_date and end_time; duration, break, project, task, client, tags, description, billable, user",
      example: "start:Begin,end:Finish,project:Project name",
    }),
  email: rawText(320).optional().openapi({
    description:
      "Email or name of the person whose entries to import, as written in the file. Required if the file has entries of several people",
    example: "ada@example.com",
  }),
});
export type ImportQuery = z.output<typeof ImportQuery>;

const count = z.int().openapi({ example: 12 });

export const ImportResult = z
  .object({
    dry_run: z.boolean().openapi({ description: "Whether this was a dry run" }),
    import_id: uuid()
      .nullable()
      .openapi({ description: "Id to undo the import by; null if nothing was added" }),
    rows: count,
    created: count,
    duplicates: count.openapi({
      description: "Rows that an earlier import added; their entries stay unchanged",
    }),
    failed: count,
    made: z
      .object({ clients: count, projects: count, tasks: count, tags: count })
      .openapi({ description: "Missing records that were created" }),
    errors: z
      .array(
        z.object({
          row: z.int().openapi({
            description:
              "Line of the file where the row begins: line 1 has the column names. For timewarrior, the number of the interval",
            example: 2,
          }),
          error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
          message: z.string().openapi({ example: "The entry ends before it starts." }),
        }),
      )
      .openapi({ description: "Why rows failed. A failed row does not stop the others" }),
    sample: z
      .array(
        z.object({
          row: z.int().openapi({ example: 2 }),
          started_at: instant,
          ended_at: instant,
          description: z.string(),
          client: z.string().nullable(),
          project: z.string().nullable(),
          task: z.string().nullable(),
          tags: z.array(z.string()),
        }),
      )
      .openapi({ description: "How the first rows were read: check the times" }),
  })
  .openapi("ImportResult");
export type ImportResult = z.output<typeof ImportResult>;

export const ImportParams = z.object({
  import_id: uuid().openapi({ param: { name: "import_id", in: "path" } }),
});

export const Import = z
  .object({
    id: uuid(),
    format: z.string().openapi({ example: "toggl" }),
    created_at: instant,
    created: count.openapi({ description: "Number of entries that the import created" }),
  })
  .openapi("Import");

export const UndoneImport = z
  .object({
    removed: count.openapi({ description: "Number of entries that were deleted" }),
    kept: z
      .array(uuid())
      .openapi({ description: "Entries that stay because they were changed after the import" }),
    removed_with_it: z
      .object({ clients: count, projects: count, tasks: count, tags: count })
      .openapi({ description: "Records that the import created and that were not in use" }),
  })
  .openapi("UndoneImport");
