import { type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { invariant } from "../core/errors.ts";
import { batch } from "./batch.ts";
import type { Database } from "./client.ts";
import { requireUnchanged } from "./preconditions.ts";
import { touched } from "./tables/columns.ts";

type SettingsTable = PgTable & Record<"userId" | "version", PgColumn>;

type Precondition = ReturnType<typeof requireUnchanged>;

/**
 * Returns the operations on a table with a row for each user who saved settings in it. Each operation is one round trip.
 */
export function userSettings<Columns extends Record<string, PgColumn>, Defaults>({
  table,
  columns,
  defaults,
}: {
  table: SettingsTable;
  /** Columns that the API returns. */
  columns: Columns;
  /** Settings of users without a row. */
  defaults: Defaults;
}) {
  const isOf = (userId: string): SQL => sql`${table.userId} = ${userId}`;

  const select = (db: Database, userId: string) =>
    db
      .select({ value: columns, tag: sql<string>`${table.version}::text` })
      .from(table)
      .where(isOf(userId));

  const settingsIn = ([found]: Awaited<ReturnType<typeof select>>) => found ?? { value: defaults, tag: "0" };

  return {
    /** Returns the statement that selects the saved settings of a user and their entity tag. */
    select,

    /** Returns the settings that `select` selected, or the defaults if none are saved. */
    settingsIn,

    /** Returns the settings of a user and their entity tag; the defaults if none are saved. */
    find: async (db: Database, userId: string) => settingsIn(await select(db, userId)),

    /**
     * Updates the given settings of a user, if `precondition` is met. Undefined fields stay as they are.
     *
     * @throws AppError PRECONDITION_FAILED if another change came first
     */
    async update(
      db: Database,
      { userId, expectedTags }: { userId: string; expectedTags: readonly string[] | undefined },
      changes: Record<string, unknown>,
      precondition?: Precondition,
    ) {
      const { settings } = await batch(db, {
        defaults: db.insert(table).values({ userId, version: 0 }).onConflictDoNothing(),
        locked: db.execute(sql`select from ${table} where ${isOf(userId)} for update`),
        preconditions: [
          requireUnchanged(db, sql`(select version::text from ${table} where ${isOf(userId)})`, expectedTags),
          ...(precondition ? [precondition] : []),
        ],
        changed: db
          .update(table)
          .set({ ...changes, ...touched(table) })
          .where(isOf(userId)),
        settings: select(db, userId),
      });
      return invariant(settings[0], "expected the saved settings");
    },
  };
}
