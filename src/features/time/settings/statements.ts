import { TIME_DEFAULTS, timeSettings } from "../../../database/tables/productivity.ts";
import { userSettings } from "../../../database/user-settings.ts";

export const savedSettings = userSettings({
  table: timeSettings,
  columns: {
    timezone: timeSettings.timezone,
    week_start: timeSettings.weekStart,
    day_start_minutes: timeSettings.dayStart,
    idle_timeout_seconds: timeSettings.idleTimeoutSeconds,
    streak_threshold_seconds: timeSettings.streakThresholdSeconds,
    allow_overlap: timeSettings.allowOverlap,
  },
  defaults: TIME_DEFAULTS,
});

/** Functions that select the saved time settings of a user, and that return what was selected, or the defaults. */
export const { select: selectSettings, settingsIn } = savedSettings;
