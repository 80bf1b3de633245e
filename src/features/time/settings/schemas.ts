import { z } from "@hono/zod-openapi";
import { UNKNOWN_ZONE } from "../../../core/dates.ts";

/** Returns whether `name` could be that of a zone. Which there are, only Postgres says: the runtime has others. */
const isLikeZone = (name: string) => /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/.test(name);

/**
 * A time zone by its name in the IANA database, without regard to case. Where it is used, SQL asks for it by `demand_zone` or by what
 * does that (`time_frame`), and so refuses an unknown one.
 */
export const Zone = z
  .string()
  .max(64)
  .refine(isLikeZone, { error: UNKNOWN_ZONE })
  .openapi({ example: "Europe/Berlin" });

const fields = {
  timezone: Zone,
  week_start: z.int().min(0).max(6).openapi({ description: "0 is Sunday, 1 Monday", example: 1 }),
  day_start_minutes: z
    .int()
    .min(0)
    .max(1439)
    .openapi({ description: "When a day begins, in minutes after midnight", example: 240 }),
  idle_timeout_seconds: z
    .int()
    .min(60)
    .max(3600)
    .openapi({ description: "A longer gap between two signs of activity is idleness", example: 900 }),
  streak_threshold_seconds: z
    .int()
    .min(1)
    .max(86_400)
    .openapi({ description: "How long a day must be worked to count for a streak", example: 900 }),
  allow_overlap: z.boolean().openapi({ description: "Whether time entries may overlap" }),
};

export const TimeSettings = z.object(fields).openapi("TimeSettings");

export const UpdateTimeSettings = z.strictObject(fields).partial().openapi("UpdateTimeSettings");
export type UpdateTimeSettings = z.output<typeof UpdateTimeSettings>;
