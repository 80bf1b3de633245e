import { z } from "@hono/zod-openapi";
import { instant } from "../../../../http/schema-parts.ts";
import { alwaysFalse, byDimension, nullableText, parts, rangeOfTime, text, timeFields } from "./parts.ts";

const DaySummary = z
  .object({
    grand_total: z.object(timeFields),
    range: rangeOfTime,
    ...byDimension,
    dependencies: parts.openapi({ description: "Empty in reports of more than 31 days" }),
    branches: parts.optional().openapi({ description: "Only in reports of one project" }),
    entities: parts
      .optional()
      .openapi({ description: "Only in reports of one project; empty if these have more than 31 days" }),
  })
  .openapi("ActivityDaySummary");

export const StatusBar = z
  .object({ cached_at: instant, data: DaySummary.extend({ has_team_features: z.boolean() }) })
  .openapi("ActivityStatusBar");

export const Summaries = z
  .object({
    data: z.array(DaySummary).openapi({ description: "A summary of each day, in order" }),
    start: instant,
    end: instant,
    cumulative_total: z.object({
      seconds: z.number(),
      text,
      digital: timeFields.digital,
      decimal: timeFields.decimal,
    }),
    daily_average: z.object({
      seconds: z.number().openapi({ description: "Average of the days with any activity" }),
      text,
      seconds_including_other_language: z.number(),
      text_including_other_language: text,
      days_including_holidays: z.int(),
      days_minus_holidays: z.int(),
      holidays: z.int().openapi({ description: "Days without activity" }),
    }),
  })
  .openapi("ActivitySummaries");

export const timeout = z.int().openapi({ description: "The idle timeout, in minutes", example: 15 });

const progress = {
  is_up_to_date: z.boolean().openapi({
    description: "False while more than 300,000 heartbeats are not added up yet: the totals are then partial",
  }),
  percent_calculated: z
    .int()
    .openapi({ description: "Percentage of the time that is added up", example: 100 }),
};

export const Stats = z
  .object({
    data: z.object({
      user_id: z.guid(),
      username: z.string(),
      start: instant,
      end: instant,
      timezone: z.string(),
      range: z.string(),
      status: z.enum(["ok", "pending_update"]),
      ...progress,
      is_already_updating: alwaysFalse,
      is_stuck: alwaysFalse,
      is_up_to_date_pending_future: alwaysFalse,
      is_cached: alwaysFalse,
      is_including_today: z.boolean(),
      is_coding_activity_visible: alwaysFalse,
      is_other_usage_visible: alwaysFalse,
      timeout,
      writes_only: z.boolean(),
      total_seconds: z.number().openapi({ description: "Time in known languages" }),
      total_seconds_including_other_language: z.number(),
      daily_average: z
        .number()
        .openapi({ description: "Average time in known languages on the days with any activity" }),
      daily_average_including_other_language: z.number(),
      days_including_holidays: z.int().openapi({ description: "Days that have begun" }),
      days_minus_holidays: z.int(),
      holidays: z.int(),
      best_day: z.object({ date: z.string(), total_seconds: z.number(), text }).nullable(),
      human_readable_range: z.string(),
      human_readable_total: text,
      human_readable_total_including_other_language: text,
      human_readable_daily_average: text,
      human_readable_daily_average_including_other_language: text,
      ...byDimension,
      dependencies: parts.openapi({ description: "Empty in reports of more than 31 days" }),
      created_at: instant,
      modified_at: instant,
    }),
  })
  .openapi("ActivityStats");

export const AllTime = z
  .object({
    data: z.object({
      ...timeFields,
      ...progress,
      timeout,
      range: z.object({
        start: instant,
        start_date: z.string(),
        start_text: z.string(),
        end: instant,
        end_date: z.string(),
        end_text: z.string(),
        timezone: z.string(),
      }),
    }),
  })
  .openapi("ActivityAllTime");

export const Durations = z
  .object({
    data: z.array(
      z.looseObject({
        time: z.number().openapi({ description: "Seconds since 1970" }),
        duration: z.number().openapi({ description: "Seconds" }),
        project: nullableText,
      }),
    ),
    branches: z.array(z.string()),
    start: instant,
    end: instant,
    timezone: z.string(),
  })
  .openapi("ActivityDurations");
