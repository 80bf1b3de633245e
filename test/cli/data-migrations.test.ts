import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { looksOfLetters } from "../../src/cli/commands/confusables.ts";
import { clientFor } from "../../src/cli/local/connect.ts";
import { type LocalDatabase, openLocalDatabase } from "../../src/cli/local/local-database.ts";
import {
  MIGRATIONS_FOLDER,
  migrateDown,
  migrateUp,
  migrationTags,
} from "../../src/cli/migrations/migrations.ts";
import type { Database } from "../../src/database/client.ts";
import { listTwins } from "../../src/database/named.ts";
import { insertDefaults } from "../../src/features/access/roles/repository.ts";
import { listAlikeUsernames } from "../../src/features/identity/users/repository.ts";
import { runCommand } from "../support/command.ts";
import { copyFolder } from "../support/copy-folder.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let postgres: PostgresServer;
let directory: string;
let databaseUrl: string;
let database: LocalDatabase;
let db: Database;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "migrations-"));
  databaseUrl = await postgres.createDatabase(crypto.randomUUID());
  database = await openLocalDatabase({ dataDir: "memory", databaseUrl });
  db = clientFor(database);
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

/** Applies the migrations before the one whose tag ends with `tag`. */
async function migrateBefore(tag: string): Promise<void> {
  await copyFolder(MIGRATIONS_FOLDER, directory);
  const path = join(directory, "meta/_journal.json");
  const journal: { entries: { tag: string }[] } = JSON.parse(await readFile(path, "utf8"));
  const place = journal.entries.findIndex((entry) => entry.tag.endsWith(tag));
  await writeFile(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, place) }));
  await migrateUp(db, directory);
}

describe("the permissions of the default role to delete", () => {
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

  it("grants them once, and removes them on rollback", async () => {
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

  it("keeps a role that an operator has changed", async () => {
    await migrateBefore("others_records");
    await seed();
    await db.execute(sql`update roles set description = 'Reads only', version = version + 1`);
    await migrateUp(db);
    expect(await granted()).toEqual([]);
  });
});

describe("usernames that look alike, from before such names were rejected", () => {
  const add = (username: string, day: number) =>
    db.execute(sql`
      insert into users (email, username, password_hash, created_at)
      values (${`${day}@example.com`}, ${username}, 'x', ${`2026-01-0${day}T00:00:00Z`})`);

  it("keeps them, and lists them", async () => {
    await migrateBefore("usernames");
    for (const [index, username] of [
      "coco",
      "\u0441\u043e\u0441\u043e",
      "ada",
      "ada\u3164",
      "modern",
      "modem",
    ].entries()) {
      await add(username, index + 1);
    }
    await migrateUp(db);
    const pairs = await listAlikeUsernames(db, 10);
    expect(pairs).toEqual([
      { first: "coco", other: "\u0441\u043e\u0441\u043e" },
      { first: "ada", other: "ada\u3164" },
    ]);
    await db.execute(sql`update users set first_name = 'Ada', username = username`);
    const { rowCount } = await db.execute(sql`select from users where first_name = 'Ada'`);
    expect(rowCount).toBe(6);
    const rejected = add("c\u043ec\u043e", 7);
    await expect(rejected).rejects.toMatchObject({
      cause: { code: "23505", constraint: "users_username_key" },
    });
  });

  it("prints them in npm run upgrade", async () => {
    await migrateBefore("usernames");
    await add("coco", 1);
    await add("\u0441\u043e\u0441\u043e", 2);
    const upgraded = await runCommand("migrate", ["up"], { DATABASE_URL: databaseUrl });
    expect(upgraded.stdout + upgraded.stderr).toContain('"\u0441\u043e\u0441\u043e" looks like "coco"');
  });
});

describe("time entries whose project differs from that of their task, from before that was rejected", () => {
  it("moves them to the project of the task, or replaces a task without a project by one of that project", async () => {
    await migrateBefore("projects_of_tasks");
    const [owner, a, b, ofA, loose] = Array.from({ length: 5 }, () => crypto.randomUUID());
    await db.execute(sql`
      insert into users (id, username, email, password_hash) values (${owner}, 'ada', 'ada@example.com', 'x')`);
    await db.execute(sql`
      insert into projects (id, owner_id, name, color)
      values (${a}, ${owner}, 'A', '#000000'), (${b}, ${owner}, 'B', '#000000')`);
    await db.execute(sql`
      insert into tasks (id, owner_id, project_id, name)
      values (${ofA}, ${owner}, ${a}, 'of A'), (${loose}, ${owner}, null, 'of none')`);
    const pairs = [
      ["follows", b, ofA],
      ["gets one", null, ofA],
      ["stays", a, ofA],
      ["keeps its own", b, loose],
      ["keeps its own too", b, loose],
      ["is of none", null, loose],
      ["has no task", b, null],
    ] as const;
    for (const [description, project, task] of pairs)
      await db.execute(sql`
        insert into time_entries (owner_id, project_id, task_id, description, started_at, ended_at)
        values (${owner}, ${project}, ${task}, ${description}, now(), now())`);
    await migrateUp(db);
    const { rows } = await db.execute<Record<string, string | number | null>>(sql`
      select e.description, p.name as project, t.name as task, e.version from time_entries e
      left join projects p on p.id = e.project_id left join tasks t on t.id = e.task_id
      where e.task_id is null or e.project_id is not distinct from t.project_id order by e.description`);
    expect(
      rows.map(({ description, project, task, version }) => [description, project, task, version]),
    ).toEqual([
      ["follows", "A", "of A", 2],
      ["gets one", "A", "of A", 2],
      ["has no task", "B", null, 1],
      ["is of none", null, "of none", 1],
      ["keeps its own", "B", "of none", 2],
      ["keeps its own too", "B", "of none", 2],
      ["stays", "A", "of A", 1],
    ]);
    expect((await db.execute(sql`select from tasks`)).rows).toHaveLength(3);
  });
});

describe("usernames with letters whose look has changed", () => {
  const palochka = "a\u04cfa";
  const add = (username: string) =>
    db.execute(sql`
      insert into users (email, username, password_hash, created_at)
      values (gen_random_uuid() || '@example.com', ${username}, 'x', clock_timestamp())`);
  /** Returns the names that the index has under the look of `name`, oldest first. */
  const found = async (name: string) => {
    const [, { rows }] = await db.batch([
      db.execute(sql`set local enable_seqscan = off`),
      db.execute<{ username: string }>(sql`
        select username from users where username_skeleton(username) = username_skeleton(${name}) and not is_deleted
        order by created_at`),
    ]);
    return rows.map(({ username }) => username);
  };

  it("keeps them, finds them by their new look, and lists those that look alike", async () => {
    await migrateBefore("username_looks");
    for (const name of ["ala", palochka]) await add(name);
    expect(await found("aia")).toEqual([palochka]);
    await migrateUp(db);
    expect(await found("ala")).toEqual(["ala", palochka]);
    expect(await found("aia")).toEqual([]);
    expect(await listAlikeUsernames(db, 10)).toEqual([{ first: "ala", other: palochka }]);
    const { rowCount } = await db.execute(sql`select from audit_events where action = 'user.updated'`);
    expect(rowCount).toBe(0);
    await add("aia");
    await expect(add("\u0430\u04c0\u0430")).rejects.toMatchObject({ cause: { code: "23505" } });
    const after = (await readFile(join(MIGRATIONS_FOLDER, "meta/_journal.json"), "utf8")).split(
      "username_looks",
    )[1];
    await migrateDown(db, (after?.match(/"tag"/g)?.length ?? 0) + 1);
    expect(await found("aia")).toEqual([palochka, "aia"]);
    expect(await found("ala")).toEqual(["ala"]);
  });

  it("has the looks of the installed packages", async () => {
    await migrateUp(db);
    const { rows } = await db.execute<{ looks: Record<string, string> }>(sql`
      select substring(prosrc from '\\$looks\\$(.*)\\$looks\\$')::jsonb as looks from pg_proc where proname = 'username_skeleton'`);
    expect(rows[0]?.looks).toEqual(looksOfLetters());
  });
});

describe("names that differ only in case, from before such names were rejected", () => {
  it("keeps them, lists them, and rejects a third", async () => {
    await migrateBefore("folded_names");
    await db.execute(
      sql`insert into users (id, email, username, password_hash) values (gen_random_uuid(), 'a@example.com', 'ada', 'x')`,
    );
    const add = (name: string, day: number) =>
      db.execute(sql`
        insert into tags (owner_id, name, created_at) select id, ${name}, make_timestamptz(2026, 1, ${day}, 0, 0, 0, 'UTC') from users`);
    await add("\u039f\u03a3", 1);
    await add("\u03bf\u03c2", 2);
    await add("other", 3);
    await migrateUp(db);
    expect(await listTwins(db, 10)).toEqual([{ kind: "tag", name: "\u03bf\u03c2", older: "\u039f\u03a3" }]);
    await db.execute(sql`update tags set updated_at = now()`);
    for (const name of ["\u03bf\u03c3", "OTHER"]) {
      await expect(add(name, 4)).rejects.toMatchObject({
        cause: { code: "23505", constraint: "tags_name_key" },
      });
    }
  });
});

describe("monthly partitions", () => {
  const addEvent = (id: string, at: string) =>
    db.execute(sql`
      insert into audit_events (id, occurred_at, action, target_type, details) values (${id}, ${at}, 'boat.sailed', 'boat', '{}')`);
  const events = async () =>
    (
      await db.execute<{ id: string; at: string }>(sql`
      select id, occurred_at at time zone 'UTC' as at from audit_events where action = 'boat.sailed' order by occurred_at`)
    ).rows;
  const id = "9ff5c6a3-4a53-4e2b-9d59-0f0a3c1d2e4f";

  it("keeps existing rows, also those after the last month, in any number of attempts", async () => {
    await migrateBefore("0049_partitions");
    await addEvent(id, "2026-01-01");
    await addEvent(crypto.randomUUID(), "2199-01-01");
    await db.execute(sql`
      insert into heartbeats (user_id, at, hash, entity, type, is_write)
      select gen_random_uuid(), at, gen_random_uuid(), 'a', 'file', false
      from unnest(array['2026-01-01', '2199-01-01']::timestamptz[]) as at`);
    // The state after an attempt in another year that ended after the first statements.
    await db.execute(sql`create unique index audit_events_past_pkey on audit_events (id, occurred_at)`);
    await db.execute(
      sql`alter table heartbeats add constraint heartbeats_end check (at < '2001-01-01') not valid`,
    );
    await migrateUp(db);
    const { rows } = await db.execute(sql`
      select tableoid::regclass::text as name, count(*)::int from audit_events where action = 'boat.sailed' group by 1
      union all select tableoid::regclass::text, count(*)::int from heartbeats group by 1 order by 1`);
    expect(rows).toEqual(
      ["audit_events_default", "audit_events_past", "heartbeats_default", "heartbeats_past"].map((name) => ({
        name,
        count: 1,
      })),
    );
    const checks = await db.execute(sql`
      select from pg_constraint where contype = 'c' and conrelid::regclass::text ~ '^(heartbeats|audit_events)'`);
    expect(checks.rowCount).toBe(0);
  });

  it("keeps all events on rollback, and gives a new id to an event with the id of another", async () => {
    await migrateUp(db);
    await addEvent(id, "2026-01-01");
    await addEvent(id, "2026-02-01");
    await migrateDown(db, (await migrationTags()).length - 49);
    const [first, second] = await events();
    expect(first?.id).toBe(id);
    expect(second?.id).not.toBe(id);
    expect(await events()).toHaveLength(2);
    await expect(addEvent(id, "2026-03-01")).rejects.toMatchObject({ cause: { code: "23505" } });
  });
});

describe("records from before organizations", () => {
  const [ada, bob] = [crypto.randomUUID(), crypto.randomUUID()];
  const TABLES = ["users", "clients", "projects", "tasks", "tags", "time_entries", "time_entry_tags"];

  /** Inserts records of two users. Bob's refer to Ada's, as holders of permissions for any user's records can make them. */
  const insertRecords = async () => {
    await db.execute(sql`
      insert into users (id, username, email, password_hash)
      values (${ada}, 'ada', 'ada@example.com', 'x'), (${bob}, 'bob', 'bob@example.com', 'x')`);
    await db.execute(sql`
      insert into clients (owner_id, name) select owner, 'client' from unnest(array[${ada}, ${bob}]::uuid[]) as owner`);
    await db.execute(sql`
      insert into projects (owner_id, client_id, name, color)
      select o, c.id, 'project', '#000000' from unnest(array[${ada}, ${bob}]::uuid[]) as o, clients c where c.owner_id = ${ada}`);
    await db.execute(sql`
      insert into tasks (owner_id, project_id, name)
      select o, p.id, 'task' from unnest(array[${ada}, ${bob}]::uuid[]) as o, projects p where p.owner_id = ${ada}`);
    await db.execute(sql`
      insert into tags (owner_id, name) select o, 'tag' from unnest(array[${ada}, ${bob}]::uuid[]) as o`);
    await db.execute(sql`
      insert into time_entries (owner_id, project_id, task_id, description, started_at, ended_at, is_deleted)
      select o, t.project_id, t.id, 'work', at, at + interval '1 hour', n % 7 = 0
        from unnest(array[${ada}, ${bob}]::uuid[]) as o, tasks t, generate_series(1, 50) n,
             lateral (select timestamptz '2026-01-01' + n * interval '2 hours' as at) as hours`);
    await db.execute(
      sql`insert into time_entry_tags (entry_id, tag_id) select e.id, t.id from time_entries e, tags t`,
    );
  };

  /** Returns the columns that the tables have now. */
  const columns = async () => {
    const { rows } = await db.execute<{ name: string; columns: string }>(sql`
      select attrelid::regclass::text as name, string_agg(quote_ident(attname), ', ' order by attname) as columns
        from pg_attribute where attrelid = any(${`{${TABLES.join(",")}}`}::regclass[]) and attnum > 0 and not attisdropped group by 1`);
    return new Map(rows.map((row) => [row.name, row.columns]));
  };

  /** Returns the number of rows of each table and a checksum of their `known` columns, without the records `except`. */
  const checksums = async (known: Map<string, string>, except: (string | undefined)[] = []) => {
    const parts = TABLES.map(
      (name) => `
        select '${name}' as name, count(*)::int as rows, sum(hashtextextended(row(${known.get(name)})::text, 0))::text as sum
          from ${name} r where coalesce(to_jsonb(r)->>'id', to_jsonb(r)->>'entry_id') <> all ('{${except.join(",")}}')`,
    );
    const { rows } = await db.execute(sql.raw(`${parts.join(" union all ")} order by 1`));
    return rows;
  };

  const downTo = async (tag: string) => {
    const tags = await migrationTags();
    await migrateDown(db, tags.length - tags.findIndex((name) => name.endsWith(tag)));
  };

  it("keeps all, with references between owners, on the way up, down and up again", async () => {
    await migrateBefore("0076_organizations");
    await insertRecords();
    const known = await columns();
    const before = await checksums(known);
    const migrateAndCompare = async () => {
      await migrateUp(db);
      expect(await checksums(known)).toEqual(before);
      const { rows } = await db.execute(sql`
        select (select count(*)::int from pg_constraint where pg_get_constraintdef(oid) like '% NOT VALID') as invalid,
               (select count(*)::int from time_entries where organization_id is not null) as shared`);
      expect(rows).toEqual([{ invalid: 0, shared: 0 }]);
    };
    await migrateAndCompare();
    await downTo("0076_organizations");
    expect(await checksums(known)).toEqual(before);
    expect(await columns()).toEqual(known);
    await migrateAndCompare();
  });

  it("leaves an organization's records to their owners on rollback, under names that the owner does not have", async () => {
    await migrateBefore("0076_organizations");
    await insertRecords();
    const known = await columns();
    await migrateUp(db);
    const organization = crypto.randomUUID();
    await db.execute(sql`
      insert into organizations (id, name, slug, created_by) values (${organization}, 'Engines', 'engines', ${ada})`);
    await db.execute(sql`
      insert into memberships (organization_id, user_id, role_id)
      select ${organization}, o, r.id from unnest(array[${ada}, ${bob}]::uuid[]) as o, organization_roles r where r.builtin = 'owner'`);
    const before = await checksums(known);
    const [client, project, task, tag, entry] = Array.from({ length: 5 }, () => crypto.randomUUID());
    await db.execute(sql`
      insert into clients (id, organization_id, owner_id, name) values (${client}, ${organization}, ${ada}, 'Client')`);
    await db.execute(sql`
      insert into projects (id, organization_id, owner_id, client_id, name, color)
      values (${project}, ${organization}, ${ada}, ${client}, 'another', '#000000')`);
    await db.execute(sql`
      insert into tasks (id, organization_id, owner_id, project_id, name) values (${task}, ${organization}, ${ada}, ${project}, 'task')`);
    await db.execute(sql`
      insert into tags (id, organization_id, owner_id, name) values (${tag}, ${organization}, ${ada}, 'another')`);
    await db.execute(sql`
      insert into time_entries (id, organization_id, owner_id, project_id, task_id, started_at, ended_at)
      values (${entry}, ${organization}, ${bob}, ${project}, ${task}, now(), now())`);
    await db.execute(
      sql`insert into time_entry_tags (entry_id, tag_id, scope_id) values (${entry}, ${tag}, ${organization})`,
    );
    await downTo("0076_organizations");
    const { rows } = await db.execute(sql`
      select e.owner_id as worker, p.owner_id as owner, p.name as project, c.name as client, g.name as tag
        from time_entries e join projects p on p.id = e.project_id join tasks t on t.id = e.task_id join clients c on c.id = p.client_id
        join time_entry_tags et on et.entry_id = e.id join tags g on g.id = et.tag_id where e.id = ${entry}`);
    expect(rows).toEqual([
      { worker: bob, owner: ada, project: "another", client: `Client ${client}`, tag: "another" },
    ]);
    expect(await checksums(known, [client, project, task, tag, entry])).toEqual(before);
    await migrateUp(db);
    expect((await db.execute(sql`select from time_entries where organization_id is not null`)).rowCount).toBe(
      0,
    );
  });
});
