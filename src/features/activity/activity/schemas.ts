import { z } from "@hono/zod-openapi";
import { DAY_MS } from "../../../core/dates.ts";
import { day, instant, isPeriodOf, moment, uuid, Zone } from "../../../http/schema-parts.ts";
import { ACTIVITY_DAYS } from "../../time/limits.ts";
import { CreateActivityRule, MAX_RULES } from "../activity-rules/schemas.ts";

/** Maximum number of days whose activity one request turns into entries. */
const MAX_ENTRIES_DAYS = 7;

const period = {
  from: day
    .optional()
    .openapi({ description: "First day, in the time zone of the report; today by default" }),
  to: day.optional().openapi({ description: "Last day; by default, the first day" }),
  timezone: Zone.optional().openapi({
    description: "Time zone from the IANA database; by default, the one in the current user's settings",
  }),
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
      .openapi({ description: "Rules to try, in order; by default, the current user's rules" }),
  })
  .refine(...isPeriodOf(ACTIVITY_DAYS))
  .openapi("ActivityDryRun");
export type DryRun = z.output<typeof DryRun>;

const seconds = z.number().openapi({ example: 5400 });

const measures = {
  active_seconds: seconds,
  unclassified_seconds: seconds.openapi({ description: "Activity that no rule matches" }),
  pulse: z.number().nullable().openapi({
    description: "From 0 (all distraction) to 100; null if no matching rule has a productivity",
    example: 75,
  }),
};

export const ActivityReport = z
  .object({
    from: day,
    to: day,
    timezone: z.string().openapi({ example: "Europe/Berlin" }),
    ...measures,
    days: z.array(z.object({ day, ...measures })).openapi({ description: "Days with activity" }),
    groups: z
      .array(
        z.object({
          category: z.string().nullable(),
          project_id: uuid().nullable(),
          active_seconds: seconds,
          pulse: measures.pulse,
        }),
      )
      .openapi({ description: "Activity that rules match, longest first" }),
    rules: z
      .array(
        z.object({
          id: uuid().nullable().openapi({ description: "Null for a rule from the request" }),
          active_seconds: seconds,
        }),
      )
      .openapi({ description: "Each rule, in order, with the activity that it was the first to match" }),
    unclassified: z
      .array(z.object({ app: z.string(), domain: z.string(), project: z.string(), active_seconds: seconds }))
      .openapi({ description: "Activity that no rule matches: the 20 longest" }),
  })
  .openapi("ActivityReport");

export const CreateActivityEntries = z
  .strictObject({
    from: moment.openapi({ example: "2026-11-23T08:00:00Z" }),
    to: moment.openapi({ example: "2026-11-23T18:00:00Z", description: "At most 7 days after `from`" }),
    max_gap_seconds: z.int().min(0).max(3600).default(120).openapi({
      description:
        "Gaps up to this length, without activity that a rule matches, between two spans with the same project and category become part of the entry",
    }),
    min_seconds: z
      .int()
      .min(60)
      .max(86_400)
      .default(300)
      .openapi({ description: "Shorter stretches do not become entries" }),
    dry_run: z.boolean().default(false).openapi({ description: "Previews the entries; nothing is saved" }),
  })
  // Zod also runs this check on invalid dates, which it has already refused.
  .refine(({ from, to }) => from < to && Number(to) - Number(from) <= MAX_ENTRIES_DAYS * DAY_MS, {
    error: `must be after from, and at most ${MAX_ENTRIES_DAYS} days later`,
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
        description: z
          .string()
          .openapi({ description: "Category that the rule assigns", example: "Programming" }),
        started_at: instant,
        ended_at: instant,
      }),
    ),
  })
  .openapi("ActivityEntries");
