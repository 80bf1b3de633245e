import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { UpdateTimeSettings } from "./schemas.ts";

/** Returns the caller's time settings, or the defaults if none are saved. */
export const getSettings = ({ db, principal }: PrincipalScope) =>
  repository.findSettings(db, principal.userId);

/** Updates the caller's time settings. @throws AppError BUSINESS_LOGIC_ERROR for an unknown zone, PRECONDITION_FAILED */
export function updateSettings(
  { db, principal }: PrincipalScope,
  changes: UpdateTimeSettings,
  expectedTags: string[] | undefined,
) {
  const row = {
    timezone: changes.timezone,
    weekStart: changes.week_start,
    dayStart: changes.day_start_minutes,
    idleTimeoutSeconds: changes.idle_timeout_seconds,
    streakThresholdSeconds: changes.streak_threshold_seconds,
    allowOverlap: changes.allow_overlap,
  };
  return repository.updateSettings(db, { userId: principal.userId, expectedTags }, row);
}
