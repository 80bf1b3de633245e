import { z } from "@hono/zod-openapi";
import { Zone } from "../../../http/schema-parts.ts";

const fields = {
  timezone: Zone,
  week_start: z
    .int()
    .min(0)
    .max(6)
    .openapi({ description: "First day of the week: 0 is Sunday, 1 is Monday", example: 1 }),
  day_start_minutes: z
    .int()
    .min(0)
    .max(1439)
    .openapi({ description: "Day boundary, in minutes after midnight", example: 240 }),
  idle_timeout_seconds: z
    .int()
    .min(60)
    .max(3600)
    .openapi({ description: "A longer gap between two heartbeats counts as idle time", example: 900 }),
  streak_threshold_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .openapi({ description: "Covered time that a day needs to count for a streak", example: 900 }),
  allow_overlap: z.boolean().openapi({ description: "Whether time entries may overlap" }),
};

export const TimeSettings = z.object(fields).openapi("TimeSettings");

export const UpdateTimeSettings = z.strictObject(fields).partial().openapi("UpdateTimeSettings");
export type UpdateTimeSettings = z.output<typeof UpdateTimeSettings>;
