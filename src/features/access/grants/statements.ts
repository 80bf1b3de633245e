import { type SQL, sql } from "drizzle-orm";
import { foldCase } from "../../../database/tables/names.ts";
import { users } from "../../../database/tables/users.ts";

/** Returns a query for the id of the live user with a username or an email, among the users that meet `condition`. */
export const userNamed = (name: string, condition = sql`true`): SQL =>
  sql`select id from ${users} where not is_deleted and ${condition} and ${foldCase(name)} in (${foldCase(sql`username`)}, lower(email))
    order by username = ${name} desc, created_at, id limit 1`;
