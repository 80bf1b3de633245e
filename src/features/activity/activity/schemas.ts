import { z } from "@hono/zod-openapi";
import { DAY_MS } from "../../../core/dates.ts";
import { day, instant, isPeriodOf, moment, uuid } from "../../../http/schema-parts.ts";
import { ACTIVITY_DAYS } from "../../time/limits.ts";
import { Zone } from "../../time/settings/schemas.ts";
import { CreateActivityRule, MAX_RULES } from "../activity-rules/schemas.ts";

/** How long a time may be turned into entries at once. */
const MAX_ENTRIES_DAYS = 7;

const period = {
  from: day.optional().openapi({ description: "The first day, in one's own zone; today by default" }),
  to: day.optional().openapi({ description: "The last day; the first by default" }),
  timezone: Zone.optional().openapi({ description: "As one's settings say, by default" }),
};

export const ActivityQuery = z.strictObject(period).refine(...isPeriodOf(ACTIVITY_DAYS));
export type ActivityQuery = z.output<typeof ActivityQuery>;

export const DryRun = z
  .strictObject({
    ...period,
    rules: z
      .array(CreateActivityRule)
      .max(MAX_RULES)
      .optional()
      .openapi({ description: "In their order; one's own as they are, by default" }),
  })
  .refine(...isPeriodOf(ACTIVITY_DAYS))
  .openapi("ActivityDryRun");
export type DryRun = z.output<typeof DryRun>;

const seconds = z.number().openapi({ example: 5400 });

const measures = {
  active_seconds: seconds,
  unclassified_seconds: seconds.openapi({ description: "What no rule knows" }),
  pulse: z.number().nullable().openapi({
    description: "From 0, all of it distraction, to 100; null where no rule judges any of it",
    example: 75,
  }),
};

export const ActivityReport = z
  .object({
    from: day,
    to: day,
    timezone: z.string().openapi({ example: "Europe/Berlin" }),
    ...measures,
    days: z
      .array(z.object({ day, ...measures }))
      .openapi({ description: "Those on which there was anything" }),
    groups: z
      .array(
        z.object({
          category: z.string().nullable(),
          project_id: uuid().nullable(),
          active_seconds: seconds,
          pulse: measures.pulse,
        }),
      )
      .openapi({ description: "What rules know, the longest first" }),
    rules: z
      .array(
        z.object({
          id: uuid().nullable().openapi({ description: "Null for one that was given" }),
          active_seconds: seconds,
        }),
      )
      .openapi({ description: "Each rule, in order, and how long it was the first to be met" }),
    unclassified: z
      .array(z.object({ app: z.string(), domain: z.string(), project: z.string(), active_seconds: seconds }))
      .openapi({ description: "What no rule knows, the longest twenty" }),
  })
  .openapi("ActivityReport");

export const CreateActivityEntries = z
  .strictObject({
    from: moment.openapi({ example: "2026-11-23T08:00:00Z" }),
    to: moment.openapi({ example: "2026-11-23T18:00:00Z", description: "7 days later at most" }),
    max_gap_seconds: z.int().min(0).max(3600).default(120).openapi({
      description: "What is shorter and unknown, between two spans of the same, belongs to them",
    }),
    min_seconds: z
      .int()
      .min(60)
      .max(86_400)
      .default(300)
      .openapi({ description: "What is shorter makes no entry" }),
    dry_run: z.boolean().default(false).openapi({ description: "Only tell what would be made" }),
  })
  // Also asked of what is no instant, which has been refused by then.
  .refine(({ from, to }) => from < to && Number(to) - Number(from) <= MAX_ENTRIES_DAYS * DAY_MS, {
    error: `must be after from, and ${MAX_ENTRIES_DAYS} days after it at most`,
    path: ["to"],
  })
  .openapi("CreateActivityEntries");
export type CreateActivityEntries = z.output<typeof CreateActivityEntries>;

export const ActivityEntries = z
  .object({
    entries: z.array(
      z.object({
        id: uuid().nullable().openapi({ description: "Null in a dry run" }),
        project_id: uuid().nullable(),
        description: z.string().openapi({ description: "The category", example: "Programming" }),
        started_at: instant,
        ended_at: instant,
      }),
    ),
  })
  .openapi("ActivityEntries");
