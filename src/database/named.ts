import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import type { Database } from "./client.ts";
import { foldCase } from "./tables/names.ts";

/**
 * Returns the condition, for a query over `table`, that a row is the live record with `name`, ignoring case. Records that are older than
 * this comparison may share a name: then the record with exactly this name matches, or else the oldest.
 */
export const isNamed = (table: PgTable & { id: AnyColumn; name: AnyColumn }, name: string): SQL =>
  sql`${table.id} = (
    select id from ${table} where ${foldCase(sql`name`)} = ${foldCase(name)} and not is_deleted
     order by name = ${name} desc, created_at, id limit 1)`;

/** A record whose name differs from the name of an older record only in case. */
export interface Twin extends Record<string, unknown> {
  kind: string;
  name: string;
  older: string;
}

/** Returns up to `limit` live records with the same name as an older record, by `foldCase`. All of them are older than that comparison. */
export async function listTwins(db: Database, limit: number): Promise<Twin[]> {
  const twinsOf = (kind: string, name = sql`name`, owner = sql`owner_id, organization_id`) => sql`
    select ${kind} as kind, ${name} as name, first_value(${name}) over same as older, row_number() over same as place
      from ${sql.identifier(`${kind}s`)} where not is_deleted
    window same as (partition by ${owner}, ${foldCase(name)} order by created_at, id)`;
  const twins = [
    twinsOf("user", sql`username`, sql`null`),
    twinsOf("role", sql`name`, sql`null`),
    twinsOf("permission", sql`name`, sql`null`),
    ...["client", "project", "tag"].map((kind) => twinsOf(kind)),
  ];
  const { rows } = await db.execute<Twin>(sql`
    select kind, name, older from (${sql.join(twins, sql` union all `)}) as named where place > 1 limit ${limit}`);
  return rows;
}
