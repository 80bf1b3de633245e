import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { TIME_DEFAULTS, timeSettings } from "../../../database/tables/productivity.ts";

const columns = {
  timezone: timeSettings.timezone,
  week_start: timeSettings.weekStart,
  day_start_minutes: timeSettings.dayStart,
  idle_timeout_seconds: timeSettings.idleTimeoutSeconds,
  streak_threshold_seconds: timeSettings.streakThresholdSeconds,
  allow_overlap: timeSettings.allowOverlap,
};

/** Selects the saved time settings of a user and their entity tag. */
export const selectSettings = (db: Database, userId: string) =>
  db
    .select({ value: columns, tag: sql<string>`${timeSettings.version}::text` })
    .from(timeSettings)
    .where(sql`${timeSettings.userId} = ${userId}`);

/** Returns the settings that `selectSettings` selected, or the defaults if none are saved. */
export const settingsIn = ([found]: Awaited<ReturnType<typeof selectSettings>>) =>
  found ?? { value: TIME_DEFAULTS, tag: "0" };
