import type { MessagesOf } from "../messages.ts";
import type { en } from "./en.ts";

/** Texts of the preferences, in German. */
export const de: MessagesOf<typeof en> = {
  "preferences.lead": "Das Aussehen der App und ihre Tasten, auf jedem Gerät, auf dem du angemeldet bist.",
  "preferences.look": "Aussehen",
  "preferences.look_lead": "Wird gespeichert, sobald du wählst.",
  "preferences.language": "Sprache",
  "preferences.language_browser": "Wie der Browser",
  "preferences.theme": "Farbschema",
  "preferences.clock": "Uhrzeit",
  "preferences.clock_language": "Wie in der Sprache üblich",
  "preferences.clock_h12": "12 Stunden, etwa 2:30 PM",
  "preferences.clock_h23": "24 Stunden, etwa 14:30",
  "preferences.use": "Bedienung",
  "preferences.use_lead": "Die Seite, mit der du beginnst, und die Tasten.",
  "preferences.first_page": "Erste Seite",
  "preferences.first_page_hint": "Wird nach der Anmeldung gezeigt.",
  "preferences.page_today": "Heute",
  "preferences.page_entries": "Einträge",
  "preferences.page_projects": "Projekte",
  "preferences.keys": "Einzelne Tasten sind Kürzel",
  "preferences.keys_hint":
    "Schalte das aus, wenn du mit Spracheingabe arbeitest oder Tasten versehentlich drückst.",
  "preferences.show_keys": "Alle Kürzel zeigen",
  "theme.system": "Wie das System",
  "theme.light": "Hell",
  "theme.dark": "Dunkel",
};
