import { sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireUnchanged } from "../../../database/preconditions.ts";
import { SQLSTATES } from "../../../database/sqlstates.ts";
import { timeSettings } from "../../../database/tables/productivity.ts";
import { selectSettings, settingsIn } from "./statements.ts";

type Settings = typeof timeSettings.$inferInsert;
export type SettingsChanges = { [Field in keyof Settings]?: Settings[Field] | undefined };

/** Returns the time settings of a user and their entity tag; the defaults if none are saved. */
export async function findSettings(db: Database, userId: string) {
  return settingsIn(await selectSettings(db, userId));
}

/** Updates the given time settings of a user. Postgres must know the zone. */
export async function updateSettings(
  db: Database,
  userId: string,
  changes: SettingsChanges,
  expectedTags: readonly string[] | undefined,
) {
  const zone = changes.timezone;
  const { settings } = await batch(db, {
    defaults: db.insert(timeSettings).values({ userId, version: 0 }).onConflictDoNothing(),
    preconditions: [
      requireUnchanged(
        db,
        sql`(select version::text from ${timeSettings} where user_id = ${userId})`,
        expectedTags,
      ),
      db.execute(sql`select demand_zone(${zone ?? null}, ${SQLSTATES.unknownZone.code}, 'body.timezone')`),
    ],
    changed: db
      .update(timeSettings)
      .set({
        ...changes,
        ...(zone !== undefined && { timezone: sql`zone_name(${zone})` }),
        updatedAt: sql`now()`,
        version: sql`${timeSettings.version} + 1`,
      })
      .where(sql`${timeSettings.userId} = ${userId}`),
    settings: selectSettings(db, userId),
  });
  return settings[0];
}
