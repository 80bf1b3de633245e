import { sql } from "drizzle-orm";
import { boolean, check, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { users } from "./users.ts";

/** Preferences of users who have not saved any. */
export const PREFERENCE_DEFAULTS = {
  language: null,
  theme: "system",
  first_page: "today",
  has_single_key_shortcuts: true,
  hour_cycle: null,
} as const;

/** Preferences of users for pages. A user who has not saved any has no row. */
export const preferences = pgTable(
  "preferences",
  {
    userId: uuid("user_id")
      .primaryKey()
      .references(() => users.id, { onDelete: "cascade" }),
    /** Language tag; null for the language of the browser. */
    language: text("language"),
    theme: text("theme", { enum: ["system", "light", "dark"] })
      .notNull()
      .default(PREFERENCE_DEFAULTS.theme),
    firstPage: text("first_page", {
      enum: [
        "today",
        "entries",
        "timesheet",
        "calendar",
        "activity",
        "reports",
        "year",
        "focus",
        "goals",
        "projects",
      ],
    })
      .notNull()
      .default(PREFERENCE_DEFAULTS.first_page),
    hasSingleKeyShortcuts: boolean("has_single_key_shortcuts")
      .notNull()
      .default(PREFERENCE_DEFAULTS.has_single_key_shortcuts),
    /** Null for the hour cycle of the language. */
    hourCycle: text("hour_cycle", { enum: ["h12", "h23"] }),
    updatedAt: instant("updated_at"),
    version: integer("version").notNull().default(1),
  },
  (preferences) => [check("preferences_language", sql`char_length(${preferences.language}) <= 35`)],
);
