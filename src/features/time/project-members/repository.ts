import { sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { isPersonal, isWithinReach, readsTimeOn } from "../../../database/ownership.ts";
import { requireEffect, requireThat } from "../../../database/preconditions.ts";
import { projectMembers, projects } from "../../../database/tables/productivity.ts";

/** A place of a member in a project of an organization. */
export interface Place {
  actorId: string;
  projectId: string;
  userId: string;
}

/** A member of a project. */
interface ProjectMember extends Record<string, unknown> {
  user_id: string;
  username: string;
  first_name: string | null;
  last_name: string | null;
  is_manager: boolean;
  created_at: string;
}

/** Largest number of members of a list. */
const MOST_MEMBERS = 10_000;

/** Requires a live project of an organization that the actor may change. */
const requireProject = (db: Database, actorId: string, projectId: string) =>
  requireThat(
    db,
    sql`exists (
      select from ${projects} where id = ${projectId} and not is_deleted and not (${isPersonal(projects)})
        and ${isWithinReach(projects, actorId, "projects", "update")})`,
    "notFound",
    "Project not found.",
  );

const selectMembers = (db: Database, projectId: string, userId?: string) =>
  db.execute<ProjectMember>(sql`
    select u.id as user_id, u.username, u.first_name, u.last_name, m.is_manager, instant_text(m.created_at) as created_at
      from ${projectMembers} m join users u on u.id = m.user_id
     where m.project_id = ${projectId} and ${userId === undefined ? sql`true` : sql`m.user_id = ${userId}`}
     order by m.created_at, u.id limit ${MOST_MEMBERS}`);

/** Returns the members of a project, in the order in which they joined. */
export async function listMembers(db: Database, { actorId, projectId }: Omit<Place, "userId">) {
  const { members } = await batch(db, {
    precondition: requireProject(db, actorId, projectId),
    members: selectMembers(db, projectId),
  });
  return members.rows;
}

/**
 * Makes a member of the organization a member of a project, and says whether the member manages it. Managers read the time on the project,
 * so the actor must read it too.
 */
export async function setMember(db: Database, { actorId, projectId, userId }: Place, isManager: boolean) {
  const { member } = await batch(db, {
    preconditions: [
      requireProject(db, actorId, projectId),
      ...(isManager
        ? [
            requireThat(
              db,
              readsTimeOn(projectId, actorId),
              "forbidden",
              "Managers read all time on the project, and you do not. Ask a member who reads it to name the manager.",
            ),
          ]
        : []),
    ],
    put: requireEffect(
      db,
      sql`(
        insert into ${projectMembers} (organization_id, project_id, user_id, is_manager)
        select p.organization_id, p.id, m.user_id, ${isManager}
          from ${projects} p
          join memberships m on m.organization_id = p.organization_id and m.user_id = ${userId} and m.left_at is null
         where p.id = ${projectId}
           for share of m
        on conflict (project_id, user_id) do update set is_manager = excluded.is_manager
        returning 1)`,
      "notFound",
      "Member not found.",
    ),
    member: selectMembers(db, projectId, userId),
  });
  return member.rows[0];
}

/** Removes a member from a project. */
export async function removeMember(db: Database, { actorId, projectId, userId }: Place): Promise<void> {
  await batch(db, {
    precondition: requireProject(db, actorId, projectId),
    removed: requireEffect(
      db,
      sql`(delete from ${projectMembers} where project_id = ${projectId} and user_id = ${userId} returning 1)`,
      "notFound",
      "Member not found.",
    ),
  });
}
