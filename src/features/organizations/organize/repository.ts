import { type SQL, sql } from "drizzle-orm";
import { notFoundMessage } from "../../../core/errors.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { users } from "../../../database/tables/users.ts";
import { userNamed } from "../../access/grants/statements.ts";

/** An organization to make, and the users and projects that it gets. */
export interface Organizing {
  name: string;
  slug: string;
  timezone: string;
  /** Username or email of the user who becomes the owner. */
  owner: string;
  /** Usernames or emails of the members; undefined for all active users. */
  members: readonly string[] | undefined;
  /** Names of the projects of these users; undefined for all. */
  projects: readonly string[] | undefined;
  /** False to change nothing, and only return the result. */
  applies: boolean;
}

/** Numbers of records that an organization got. */
export interface Organized {
  members: number;
  projects: number;
  /** Number of projects that joined another one of the same name. */
  merged: number;
  tasks: number;
  entries: number;
}

/** Makes an organization in one transaction. @throws AppError RESOURCE_NOT_FOUND for an unknown user, BUSINESS_LOGIC_ERROR */
export async function organize(db: Database, plan: Organizing): Promise<Organized> {
  const { name, slug, timezone, owner, members, projects, applies } = plan;
  const wanted = members === undefined ? undefined : [...new Set(members)];
  const chosen = wanted
    ? sql`array(${sql.join(
        wanted.map((member) => sql`(${activeUser(member)})`),
        sql` union `,
      )})`
    : sql`array(select id from ${users} where is_active and not is_deleted)`;
  const { organized } = await batch(db, {
    found: [owner, ...(wanted ?? [])].map((user) =>
      requireThat(db, sql`exists (${activeUser(user)})`, "notFound", notFoundMessage(`user ${user}`)),
    ),
    organized: db.execute<{ result: Organized }>(sql`
      select organize(${JSON.stringify({ name, slug, timezone })}::jsonb, (${activeUser(owner)}), ${chosen},
        ${projects === undefined ? null : JSON.stringify(projects)}::jsonb, ${applies}) as result`),
  });
  return organized.rows[0]?.result as Organized;
}

const activeUser = (name: string): SQL => userNamed(name, sql`is_active`);
