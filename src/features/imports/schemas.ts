import { z } from "@hono/zod-openapi";
import { ERRORS, type ErrorCode } from "../../core/errors.ts";
import { flag } from "../../core/owned-parts.ts";
import { instant, rawText } from "../../core/schema-parts.ts";
import { Zone } from "../settings/schemas.ts";

export const FORMATS = ["toggl", "clockify", "csv"] as const;

/** In which order the numbers of a date such as 03/04/2026 come. */
export const DATE_ORDERS = ["dmy", "mdy"] as const;

export const ImportQuery = z.object({
  format: z.enum(FORMATS).openapi({
    description:
      "A detailed report of Toggl Track or Clockify, or `csv`: what `GET /time-entries/export` made",
  }),
  dry_run: flag.openapi({ description: "Tells what would come of it, and leaves all as it is" }),
  timezone: Zone.optional().openapi({
    description: "In which the file's clock times are: what its owner's profile said there. Mine by default",
  }),
  date_order: z
    .enum(DATE_ORDERS)
    .optional()
    .openapi({ description: "Of dates such as 03/04/2026. Needed where no date of the file tells" }),
  email: rawText(320).optional().openapi({
    description: "Whose entries to take, of a file with several people's",
    example: "ada@example.com",
  }),
});
export type ImportQuery = z.output<typeof ImportQuery>;

const count = z.int().openapi({ example: 12 });

export const ImportResult = z
  .object({
    dry_run: z.boolean().openapi({ description: "Whether it was no more than tried" }),
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
