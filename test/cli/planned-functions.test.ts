import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { openLocalDatabase } from "../../src/cli/local/local-database.ts";
import { migrateUp } from "../../src/cli/migrations/migrations.ts";

/**
 * Functions in SQL that PostgreSQL can't inline, so that it plans them at each call. Each reads so much that its plan costs little in
 * comparison, or serves only imports, sign-ups and the maintenance. Write a function for the path of frequent requests in PL/pgSQL.
 */
const PLANNED_AT_EACH_CALL = [
  "activity_slices",
  "activity_spans",
  "classified_activity",
  "impersonal_details",
  "import_field",
  "import_time_entries",
  "names_person",
  "of_kind",
  "stop_unnamed",
  "strip_mentions",
  "tag_imported",
  "unrecorded_activity",
  "username_skeleton",
];

/** Writes to `found` the name of each function in SQL that is still called in the plan of a statement that calls it. */
const FIND = sql.raw(`
  do $find$
  declare
    known record;
    line text;
    is_called boolean;
  begin
    set local plan_cache_mode = force_generic_plan;
    for known in
      select p.proname as name, p.pronargs as length, case when p.proretset then '* from' else '' end as columns,
        (select string_agg(format_type(type, null), ',' order by place) from unnest(p.proargtypes) with ordinality as t (type, place)) as types,
        (select string_agg('$' || n, ',') from generate_series(1, p.pronargs) as n) as parameters,
        (select string_agg('null', ',') from generate_series(1, p.pronargs) as n) as nulls
      from pg_proc p join pg_language l on l.oid = p.prolang
      where l.lanname = 'sql' and p.pronamespace = 'public'::regnamespace
    loop
      execute format('prepare call%s as select %s %s(%s)', '(' || known.types || ')', known.columns, known.name, known.parameters);
      is_called := false;
      for line in execute 'explain (verbose, costs off) execute call' || coalesce('(' || known.nulls || ')', '') loop
        is_called := is_called or strpos(line, known.name || '(') > 0;
      end loop;
      deallocate call;
      if is_called then
        insert into found values (known.name);
      end if;
    end loop;
  end $find$`);

it("plans no function at each call, except those listed", async () => {
  const local = await openLocalDatabase({ dataDir: "memory" });
  const db = clientFor(local);
  await migrateUp(db);
  await db.execute(sql`create table found (name text)`);
  await db.execute(FIND);
  const { rows } = await db.execute<{ name: string }>(sql`select name from found order by name`);
  await local.close();
  expect(rows.map(({ name }) => name)).toEqual(PLANNED_AT_EACH_CALL);
});
