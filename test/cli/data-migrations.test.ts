import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neon, neonConfig } from "@neondatabase/serverless";
import { sql } from "drizzle-orm";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { MIGRATIONS_FOLDER, migrateDown, migrateUp } from "../../src/cli/migrations.ts";
import { insertDefaults } from "../../src/features/roles/repository.ts";

neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

let directory: string;
let database: LocalDatabase;
let db: NeonHttpDatabase;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "migrations-"));
  database = await openLocalDatabase({ dataDir: "memory" });
  db = drizzle(neon(database.url));
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Brings the database to where it was before the migration `tag`. */
async function migrateBefore(tag: string): Promise<void> {
  await cp(MIGRATIONS_FOLDER, directory, { recursive: true });
  const path = join(directory, "meta/_journal.json");
  const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(path, "utf8"));
  const place = journal.entries.findIndex((entry) => entry.tag.endsWith(tag));
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, place) }));
  await migrateUp(db, directory);
}

describe("deletion by the default role", () => {
  const seed = () => {
    const permissions = ["projects", "tasks"].flatMap((resource) =>
      ["create", "read", "update", "delete"].map((action) => ({
        builtin: `${resource}:${action}`,
        resource,
        action,
        description: "",
      })),
    );
    const granted = permissions.filter(({ action }) => action !== "delete");
    const grants = granted.map(({ builtin }) => ({ role: "user", permission: builtin }));
    const roles = [{ builtin: "user", name: "user", description: "" }];
    return insertDefaults(db, { permissions, roles, grants });
  };
  const granted = async () => {
    const { rows } = await db.execute<{ name: string }>(sql`
      select name from role_permissions join permissions on id = permission_id where action = 'delete' order by name`);
    return rows.map(({ name }) => name);
  };

  it("comes with the upgrade, once, and goes with the way down", async () => {
    await migrateBefore("others_records");
    await seed();
    await migrateUp(db);
    expect(await granted()).toEqual(["projects:delete", "tasks:delete"]);
    await db.execute(sql`
      delete from role_permissions where permission_id in (select id from permissions where name = 'tasks:delete')`);
    await seed();
    expect(await granted()).toEqual(["projects:delete"]);
    const after = (await readFile(join(MIGRATIONS_FOLDER, "meta/_journal.json"), "utf8")).split(
      "others_records",
    )[1];
    await migrateDown(db, (after?.match(/"tag"/g)?.length ?? 0) + 1);
    expect(await granted()).toEqual([]);
  });

  it("does not come to a role that an operator has changed", async () => {
    await migrateBefore("others_records");
    await seed();
    await db.execute(sql`update roles set description = 'Reads only', version = version + 1`);
    await migrateUp(db);
    expect(await granted()).toEqual([]);
  });
});
