import { z } from "@hono/zod-openapi";
import { countDays } from "../../../../core/dates.ts";
import { wholeNumber } from "../../../../core/whole-number.ts";
import { rawText, uuid, Zone } from "../../../../http/schema-parts.ts";
import { MAX_DAYS, RELATIVE_DAYS, readPeriod } from "../periods.ts";
import { SLICES } from "../slices.ts";

export const UserParams = z.object({
  user: rawText(100)
    .min(1)
    .openapi({
      param: { name: "user", in: "path" },
      description: "`current`, or the caller's own id or username",
      example: "current",
    }),
});

/** A day: `2026-11-23`, an instant that begins with such a date, `today` or `yesterday`. */
const day = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .pipe(
    z.union([
      z.enum(RELATIVE_DAYS),
      z
        .string()
        .transform((text) => text.slice(0, 10))
        .pipe(z.iso.date())
        .refine((date) => date >= "1900-01-01" && date < "2200-01-01", {
          error: "must be between 1900 and 2200",
        }),
    ]),
  )
  .openapi({ type: "string", description: "A date, `today` or `yesterday`", example: "2026-11-23" });

const period = z
  .string()
  .transform((text, context) => {
    const name = readPeriod(text);
    if (name !== undefined) return name;
    context.addIssue({
      code: "custom",
      message: "must be a period such as last_7_days, Last 7 Days, 2026 or 2026-11",
    });
    return z.NEVER;
  })
  .openapi({
    type: "string",
    description:
      "`today`, `yesterday`, `last_7_days`, `last_7_days_from_yesterday`, `last_14_days`, `last_30_days`, `this_week`, `last_week`, `this_month`, `last_month`, `this_year`, `last_6_months`, `last_year` or `all_time`, also in the form `Last 7 Days`; a year such as `2026`; or a month such as `2026-11`",
    example: "last_7_days",
  });

/** Returns a schema that takes an empty text as absent: clients send unknown parameters empty. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal("").transform(() => undefined), schema]).optional();

/** Returns a schema of text in the Unicode form in which the names of heartbeats are stored. */
const composedText = (max: number) => rawText(max).transform((text) => text.normalize("NFC"));

const name = optional(composedText(255)).openapi({ type: "string", maxLength: 255 });

const flag = optional(z.stringbool()).openapi({ type: "boolean" });

const filter = {
  project: name,
  branches: optional(composedText(4000).transform((text) => text.split(","))).openapi({
    type: "string",
    description: "Branches, separated by commas",
    example: "main,next",
  }),
  language: name,
  category: name,
  editor: name,
  operating_system: name,
  machine: name,
  writes_only: flag,
  timezone: optional(Zone).openapi({ type: "string", example: "Europe/Berlin" }),
  timeout: optional(wholeNumber(1, 60)).openapi({
    type: "integer",
    minimum: 1,
    maximum: 60,
    description:
      "Idle timeout in minutes: a longer time between two heartbeats does not count. Default: the caller's setting",
  }),
};

export type FilterQuery = z.output<z.ZodObject<typeof filter>>;

export const SummariesQuery = z
  .object({
    start: optional(day).openapi({
      type: "string",
      description: "First day: a date, `today` or `yesterday`",
      example: "2026-11-23",
    }),
    end: optional(day).openapi({
      type: "string",
      description: "Last day, included: a date, `today` or `yesterday`",
      example: "2026-11-24",
    }),
    range: optional(period).openapi({
      type: "string",
      description: "A period of `stats`, except `all_time`, in place of `start` and `end`",
      example: "Last 7 Days",
    }),
    ...filter,
  })
  .refine(({ start, end, range }) => range !== undefined || (start !== undefined && end !== undefined), {
    error: "must be given with end, unless range is given",
    path: ["start"],
  })
  .refine(
    ({ start, end, range }) => {
      if (range !== undefined || start === undefined || end === undefined) return range !== "all_time";
      const days = countDays(start, end);
      // The database counts the days if one of them is relative, such as today.
      return Number.isNaN(days) || (days >= 1 && days <= MAX_DAYS);
    },
    { error: `must make a period of 1 to ${MAX_DAYS} days`, path: ["end"] },
  );

export type SummariesQuery = z.output<typeof SummariesQuery>;

export const DayQuery = z.object({ date: day, timezone: filter.timezone });

export type DayQuery = z.output<typeof DayQuery>;

export const DurationsQuery = z.object({
  date: day,
  slice_by: optional(z.enum(SLICES)).openapi({ type: "string", enum: [...SLICES], default: "project" }),
  ...filter,
});

export type DurationsQuery = z.output<typeof DurationsQuery>;

export const ReportQuery = z.object(filter);

export const StatsParams = UserParams.extend({
  range: period.openapi({ param: { name: "range", in: "path" } }),
});

const page = optional(wholeNumber(1, 100_000)).openapi({
  type: "integer",
  minimum: 1,
  maximum: 100_000,
  default: 1,
  description: "Page number; a page has up to 1,000 items",
});

export const ListQuery = z.object({ page });

export const LeadersQuery = z.object({ language: name, page });

export type LeadersQuery = z.output<typeof LeadersQuery>;

export type ListQuery = z.output<typeof ListQuery>;

export const ProjectsQuery = z.object({ q: name, page });

export type ProjectsQuery = z.output<typeof ProjectsQuery>;

export const GoalParams = UserParams.extend({
  goal_id: uuid().openapi({ param: { name: "goal_id", in: "path" } }),
});
