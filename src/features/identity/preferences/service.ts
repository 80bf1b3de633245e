import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { UpdatePreferences } from "./schemas.ts";

/** Returns the caller's preferences, or the defaults if none are saved. */
export const getPreferences = ({ db, principal }: PrincipalScope) =>
  repository.findPreferences(db, principal.userId);

/** Updates the caller's preferences. @throws AppError PRECONDITION_FAILED */
export const updatePreferences = (
  { db, principal }: PrincipalScope,
  {
    first_page: firstPage,
    has_single_key_shortcuts: hasSingleKeyShortcuts,
    hour_cycle: hourCycle,
    ...rest
  }: UpdatePreferences,
  expectedTags: string[] | undefined,
) =>
  repository.updatePreferences(
    db,
    { userId: principal.userId, expectedTags },
    { ...rest, firstPage, hasSingleKeyShortcuts, hourCycle },
  );
