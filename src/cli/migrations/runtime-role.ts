import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { CliError } from "../output.ts";
import { CREATE_RUNTIME_ROLES, GRANT_TO_RUNTIME_ROLES } from "./runtime-grants.ts";
import { inTransaction } from "./transaction.ts";

/**
 * Lets the Worker run as the role `name` from now on, with each later migration too: it may use what is in the tables, and do no more.
 * Throws CliError for a role that is not there, or that may do more by other ways.
 */
export async function allowRuntimeRole(db: NeonHttpDatabase, name: string): Promise<void> {
  const powers = await powersOf(db, name);
  if (powers === undefined)
    throw new CliError(`There is no role ${name}. Make it: create role "${name}" login password '…'`);
  if (powers.length > 0) throw new CliError(`${name} ${powers.join(", ")}: the Worker needs a role without.`);
  await inTransaction(db, `The grants to ${name}`, [
    sql.raw(CREATE_RUNTIME_ROLES),
    sql`insert into drizzle.runtime_roles (name) values (${name}) on conflict do nothing`,
    sql.raw(GRANT_TO_RUNTIME_ROLES),
  ]);
  const rights = await creationRightsOf(db, name);
  if (rights.length > 0) {
    throw new CliError(`${name} can still create ${rights.join(", ")}. Have the owner of these revoke it.`);
  }
}

/** Returns the attributes of the role `name` beside grants, in words that follow its name; undefined if the role does not exist. */
async function powersOf(db: NeonHttpDatabase, name: string): Promise<string[] | undefined> {
  const { rows } = await db.execute<{ powers: string[] }>(sql`
    select array_remove(array[
        case when rolsuper then 'is a superuser' end,
        case when rolcreaterole then 'may create roles' end,
        case when rolcreatedb then 'may create databases' end,
        case when rolreplication then 'may replicate' end,
        case when rolbypassrls then 'bypasses row security' end,
        (select 'is a member of ' || string_agg(g.rolname, ' and ')
           from pg_auth_members join pg_roles g on g.oid = roleid where member = r.oid having count(*) > 0),
        (select 'owns ' || string_agg(relname, ' and ') from pg_class where relowner = r.oid having count(*) > 0)
      ], null) as powers
    from pg_roles r where rolname = ${name}`);
  return rows[0]?.powers;
}

/** In what the role `name` may create something, by itself or as everybody may. */
async function creationRightsOf(db: NeonHttpDatabase, name: string): Promise<string[]> {
  const { rows } = await db.execute<{ rights: string[] }>(sql`
    select array_remove(array[
        case when has_schema_privilege(${name}, 'public', 'create') then 'tables in the schema public' end,
        case when has_database_privilege(${name}, current_database(), 'create') then 'schemas in the database' end,
        case when has_database_privilege(${name}, current_database(), 'temporary') then 'temporary tables' end
      ], null) as rights`);
  return rows[0]?.rights ?? [];
}
