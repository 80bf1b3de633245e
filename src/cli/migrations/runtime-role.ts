import { sql } from "drizzle-orm";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { CliError } from "../output.ts";
import { CREATE_RUNTIME_ROLES, GRANT_TO_RUNTIME_ROLES } from "./runtime-grants.ts";
import { inTransaction } from "./transaction.ts";

/**
 * Lets the Worker run as the role `name`, which each later migration keeps up to date: the role can use the rows of the tables, and do
 * nothing else. Throws CliError for a role that does not exist, or that has other privileges.
 */
export async function allowRuntimeRole(db: NeonHttpDatabase, name: string): Promise<void> {
  const powers = await privilegesOf(db, name);
  if (powers === undefined)
    throw new CliError(`Role ${name} not found. Create it: create role "${name}" login password '…'`);
  if (powers.length > 0)
    throw new CliError(`${name} ${powers.join(", ")}. Use a role without these privileges.`);
  await inTransaction(db, `The grants to ${name}`, [
    sql.raw(CREATE_RUNTIME_ROLES),
    sql`insert into drizzle.runtime_roles (name) values (${name}) on conflict do nothing`,
    sql.raw(GRANT_TO_RUNTIME_ROLES),
  ]);
  const rights = await creationRightsOf(db, name);
  if (rights.length > 0) {
    throw new CliError(`${name} can still create ${rights.join(", ")}. The owner of these must revoke it.`);
  }
}

/** Returns the privileges of the role `name` besides grants, in words that follow its name; undefined if the role does not exist. */
async function privilegesOf(db: NeonHttpDatabase, name: string): Promise<string[] | undefined> {
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

/** Returns the kinds of objects that the role `name` can create, by its own grants or those to all roles. */
async function creationRightsOf(db: NeonHttpDatabase, name: string): Promise<string[]> {
  const { rows } = await db.execute<{ rights: string[] }>(sql`
    select array_remove(array[
        case when has_schema_privilege(${name}, 'public', 'create') then 'tables in the schema public' end,
        case when has_database_privilege(${name}, current_database(), 'create') then 'schemas in the database' end,
        case when has_database_privilege(${name}, current_database(), 'temporary') then 'temporary tables' end
      ], null) as rights`);
  return rows[0]?.rights ?? [];
}
