import { z } from "@hono/zod-openapi";
import { deletedQuery, flag, ownerQuery, recordName } from "../../../http/ownership-query.ts";
import { pageQuery } from "../../../http/paging.ts";
import { instant, nullableInstant, queryInteger, text, uuid, Zone } from "../../../http/schema-parts.ts";
import { Include } from "../reports/schemas.ts";
import { Kind } from "../time-entries/schemas.ts";

/** Seconds in the longest month. */
const MAX_TARGET = 31 * 86_400;

const period = z.enum(["day", "week", "month"]);
const direction = z.enum(["at_least", "at_most"]);
const weekday = z.int().min(0).max(6);

const definition = {
  name: z.string().openapi({ example: "Six hours a day" }),
  period,
  direction,
  target_seconds: z.int().openapi({ example: 21_600 }),
};

export const GoalResponse = z
  .object({
    id: uuid(),
    owner_id: uuid(),
    ...definition,
    client_id: uuid().nullable(),
    project_id: uuid().nullable(),
    task_id: uuid().nullable(),
    tag_id: uuid().nullable(),
    kind: Kind.nullable(),
    weekdays: z.array(weekday),
    archived_at: nullableInstant,
    created_at: instant,
    updated_at: nullableInstant,
  })
  .openapi("GoalResponse");

const required = {
  name: recordName(100, "Six hours a day"),
  period,
  direction,
  target_seconds: z.int().min(0).max(MAX_TARGET).openapi({ example: 21_600 }),
};

const optional = {
  client_id: uuid().nullable().openapi({ description: "Counts only the time of this client's projects" }),
  project_id: uuid().nullable(),
  task_id: uuid().nullable(),
  tag_id: uuid().nullable(),
  kind: Kind.nullable().openapi({
    description: "Counts only time of this kind; by default, all time except breaks",
  }),
  weekdays: z
    .array(weekday)
    .min(1)
    .max(7)
    .openapi({
      description: "Days on which a daily goal applies: 0 is Sunday. All days by default",
      example: [1, 2, 3, 4, 5],
    }),
};

export const CreateGoal = z
  .strictObject({ ...required, ...z.object(optional).partial().shape })
  .openapi("CreateGoal");
export type CreateGoal = z.output<typeof CreateGoal>;

export const UpdateGoal = z
  .strictObject({
    ...required,
    ...optional,
    archived: z.boolean().openapi({ description: "Archived goals are no longer measured" }),
  })
  .partial()
  .openapi("UpdateGoal");
export type UpdateGoal = z.output<typeof UpdateGoal>;

export const GoalParams = z.object({
  goal_id: uuid().openapi({ param: { name: "goal_id", in: "path" } }),
});

export const GoalQuery = z.object({
  ...pageQuery,
  ...ownerQuery,
  ...deletedQuery,
  sort: z.enum(["name", "-name", "created_at", "-created_at"]).default("name"),
  q: text(1, 100)
    .optional()
    .openapi({ type: "string", description: "Text that the name contains", example: "six" }),
  archived: flag,
});
export type GoalQuery = z.output<typeof GoalQuery>;

export const ProgressQuery = z.object({
  timezone: Zone.optional().openapi({
    description: "Time zone from the IANA database; by default, the one in the current user's settings",
  }),
  week_start: queryInteger(0, 6).optional(),
  periods: queryInteger(0, 366).default(7).openapi({ description: "Number of previous periods to return" }),
  include: Include,
});
export type ProgressQuery = z.output<typeof ProgressQuery>;

const day = z.iso.date().openapi({ example: "2026-11-23" });

const measured = {
  from: day,
  to: day.openapi({ description: "Last day of the period" }),
  covered_seconds: z.int().openapi({ description: "Overlap counts once", example: 5400 }),
};

export const GoalProgress = z
  .object({
    timezone: z.string().openapi({ example: "Europe/Berlin" }),
    today: day,
    as_of: instant,
    goals: z.array(
      z.object({
        id: uuid(),
        ...definition,
        current: z.object({
          ...measured,
          status: z.enum(["met", "on_track", "behind", "missed", "off"]).openapi({
            description:
              "`behind`: the share of the target that is reached is smaller than the share of the period that has passed. `off`: the goal does not apply on this day",
          }),
        }),
        previous: z
          .array(z.object({ ...measured, status: z.enum(["met", "missed"]) }))
          .openapi({ description: "Previous periods, latest first" }),
        streak: z
          .object({ current: z.int(), longest: z.int() })
          .openapi({ description: "Consecutive periods in which the goal was met" }),
      }),
    ),
  })
  .openapi("GoalProgress");
