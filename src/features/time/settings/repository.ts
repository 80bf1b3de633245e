import { sql } from "drizzle-orm";
import type { Database } from "../../../database/client.ts";
import { SQLSTATES } from "../../../database/sqlstates.ts";
import type { timeSettings } from "../../../database/tables/productivity.ts";
import { savedSettings } from "./statements.ts";

type Settings = typeof timeSettings.$inferInsert;
export type SettingsChanges = { [Field in keyof Settings]?: Settings[Field] | undefined };

/** Function that returns the time settings of a user and their entity tag; the defaults if none are saved. */
export const { find: findSettings } = savedSettings;

/** Updates the given time settings of a user. Postgres must know the zone. */
export function updateSettings(
  db: Database,
  owner: { userId: string; expectedTags: readonly string[] | undefined },
  changes: SettingsChanges,
) {
  const zone = changes.timezone;
  return savedSettings.update(
    db,
    owner,
    { ...changes, ...(zone !== undefined && { timezone: sql`zone_name(${zone})` }) },
    db.execute(sql`select demand_zone(${zone ?? null}, ${SQLSTATES.unknownZone.code}, 'body.timezone')`),
  );
}
