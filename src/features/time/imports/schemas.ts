import { z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../../../core/errors.ts";
import { flag } from "../../../http/ownership-query.ts";
import { instant, rawText, uuid } from "../../../http/schema-parts.ts";
import { Zone } from "../settings/schemas.ts";
import { columnsOf, FIELDS } from "./presets.ts";
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

/** How many imports a list has: the newest. */
export const LISTED_IMPORTS = 100;

export const ImportQuery = z.object({
  format: z.enum(FORMATS).openapi({
    description:
      "Whose export it is; `csv` is what `GET /time-entries/export` made, and `generic` a table with columns such as start, end, duration, project, task, client, tags, description, billable and user",
  }),
  dry_run: flag.openapi({ description: "Tells what would come of it, and leaves all as it is" }),
  timezone: Zone.optional().openapi({
    description: "In which the file's clock times are: what its owner's profile said there. Mine by default",
  }),
  date_order: z.enum(DATE_ORDERS).optional().openapi({
    description:
      "Of dates such as 03/04/2026. Needed where no date of the file tells. A row fails whose date is one in the other order only",
  }),
  columns: rawText(2000)
    .transform((text, context) => {
      const columns = columnsOf(text);
      if (!columns)
        context.addIssue({
          code: "custom",
          message: `must be like start:Begin,end:Finish, of the fields ${FIELDS.join(", ")}`,
        });
      return columns ?? z.NEVER;
    })
    .optional()
    .openapi({
      type: "string",
      maxLength: 2000,
      description:
        "Which columns of the file have which fields, where they have other names: `field:Column`, with commas between. Fields are start, end, or start_date, start_time, end_date and end_time; duration, break, project, task, client, tags, description, billable, user",
      example: "start:Begin,end:Finish,project:Project name",
    }),
  email: rawText(320).optional().openapi({
    description:
      "Whose entries to take, of a file with several people's: an email or a name, as the file has it",
    example: "ada@example.com",
  }),
});
export type ImportQuery = z.output<typeof ImportQuery>;

const count = z.int().openapi({ example: 12 });

export const ImportResult = z
  .object({
    dry_run: z.boolean().openapi({ description: "Whether it was no more than tried" }),
    import_id: uuid()
      .nullable()
      .openapi({ description: "By which it can be taken back. None where nothing was added" }),
    rows: count,
    created: count,
    duplicates: count.openapi({ description: "What came with an earlier import. It was left as it is now" }),
    failed: count,
    made: z
      .object({ clients: count, projects: count, tasks: count, tags: count })
      .openapi({ description: "What was missing, and was made" }),
    errors: z
      .array(
        z.object({
          row: z.int().openapi({ description: "As a spreadsheet numbers it: 1 has the names", example: 2 }),
          error: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
          message: z.string().openapi({ example: "It ends before it starts." }),
        }),
      )
      .openapi({ description: "Why rows failed. They stop no other" }),
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
      .openapi({ description: "How the first rows were understood: look at the times" }),
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
    created: count.openapi({ description: "How many entries it brought" }),
  })
  .openapi("Import");

export const UndoneImport = z
  .object({
    removed: count.openapi({ description: "How many of its entries were removed" }),
    kept: z.array(uuid()).openapi({ description: "Its entries that were changed since, and stay" }),
    removed_with_it: z
      .object({ clients: count, projects: count, tasks: count, tags: count })
      .openapi({ description: "What it had made, and nothing uses" }),
  })
  .openapi("UndoneImport");
