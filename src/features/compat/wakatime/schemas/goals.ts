import { z } from "@hono/zod-openapi";
import { instant, nullableInstant, uuid } from "../../../../http/schema-parts.ts";
import { GOAL_STATUSES } from "../goals.ts";
import { alwaysFalse, emptyList, rangeOfTime, text } from "./parts.ts";
import { totals } from "./people.ts";

const goalStatus = z.enum(GOAL_STATUSES);

const overall = z.enum(["success", "fail"]);

const Goal = z
  .object({
    id: uuid(),
    type: z.string(),
    title: z.string(),
    custom_title: z.string(),
    delta: z.enum(["day", "week", "month"]),
    seconds: z.int().openapi({ description: "Target for each period", example: 21_600 }),
    status: goalStatus.openapi({ description: "Status of the current period" }),
    status_percent_calculated: z.int(),
    average_status: overall,
    cumulative_status: overall,
    range_text: z.string(),
    chart_data: z
      .array(
        z.object({
          actual_seconds: z.int(),
          actual_seconds_text: text,
          goal_seconds: z.int(),
          goal_seconds_text: text,
          range: rangeOfTime,
          range_status: goalStatus,
          range_status_reason: z.string(),
          range_status_reason_short: z.string(),
        }),
      )
      .openapi({ description: "The current period and up to seven before it, in order of time" }),
    projects: z.array(z.string()),
    languages: emptyList,
    editors: emptyList,
    ignore_days: z.array(z.string()).openapi({ example: ["saturday", "sunday"] }),
    ignore_zero_days: alwaysFalse,
    improve_by_percent: z.null(),
    is_current_user_owner: z.literal(true),
    is_enabled: z.literal(true),
    is_inverse: z.boolean().openapi({ description: "True if the target is an upper limit" }),
    is_snoozed: alwaysFalse,
    is_tweeting: alwaysFalse,
    snooze_until: z.null(),
    owner: z.object({
      id: z.guid(),
      username: z.string(),
      display_name: z.string(),
      full_name: z.string(),
      email: z.null(),
      photo: z.null(),
    }),
    shared_with: emptyList,
    subscribers: emptyList,
    created_at: instant,
    modified_at: nullableInstant,
  })
  .openapi("ActivityGoal");

export const Goals = z.object({ data: z.array(Goal), ...totals }).openapi("ActivityGoals");

export const GoalOfToday = z.object({ cached_at: instant, data: Goal }).openapi("ActivityGoalOfToday");
