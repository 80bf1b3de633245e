import { PREFERENCE_DEFAULTS, preferences } from "../../../database/tables/preferences.ts";
import { userSettings } from "../../../database/user-settings.ts";

/** Functions that return the preferences of a user with their entity tag, and that update them. */
export const { find: findPreferences, update: updatePreferences } = userSettings({
  table: preferences,
  columns: {
    language: preferences.language,
    theme: preferences.theme,
    first_page: preferences.firstPage,
    has_single_key_shortcuts: preferences.hasSingleKeyShortcuts,
    hour_cycle: preferences.hourCycle,
  },
  defaults: PREFERENCE_DEFAULTS,
});
