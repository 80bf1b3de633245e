import { sql } from "drizzle-orm";
import { AppError, notFoundMessage } from "../../../../core/errors.ts";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { violatedUniqueConstraint } from "../../../../database/errors.ts";
import { isOwnedBy } from "../../../../database/ownership.ts";
import { requireThat } from "../../../../database/preconditions.ts";
import { projects } from "../../../../database/tables/productivity.ts";
import { requireGrant } from "../../../../database/within.ts";
import type { MovedProject } from "./schemas.ts";

interface Move {
  actorId: string;
  projectId: string;
  organizationId: string;
  /** Set to change nothing. */
  isDryRun: boolean;
}

type Moved = Pick<MovedProject, "project_id" | "tasks" | "entries" | "clients" | "tags">;

/**
 * Moves a personal project of the actor into an organization in which the actor may create projects. Returns what moved and what was
 * created. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR, RESOURCE_ALREADY_EXISTS
 */
export async function moveProject(db: Database, { actorId, projectId, organizationId, isDryRun }: Move) {
  const move = sql.raw(isDryRun ? "plan_move" : "move_project");
  const work = batch(db, {
    member: requireGrant(db, actorId, { organization: organizationId, grants: ["projects:create"] }),
    owner: requireThat(
      db,
      sql`exists (select from ${projects} where id = ${projectId} and organization_id is null and not is_deleted
        and ${isOwnedBy(projects, actorId)})`,
      "notFound",
      notFoundMessage("project"),
    ),
    moved: db.execute<{ result: Moved }>(
      sql`select ${move}(${projectId}::uuid, ${organizationId}::uuid, false) as result`,
    ),
  });
  const { rows } = (await work.catch(explainConflict)).moved;
  return rows[0]?.result as Moved;
}

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) === undefined) throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "The organization has a project with this name. Rename one of the two first.",
    cause: error,
  });
}
