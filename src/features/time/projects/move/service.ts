import type { PrincipalScope } from "../../../../http/context.ts";
import * as repository from "./repository.ts";
import type { MovedProject } from "./schemas.ts";

/**
 * Moves a personal project of the caller, with its tasks and time entries, into an organization; a dry run changes nothing.
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR, RESOURCE_ALREADY_EXISTS
 */
export async function moveProject(
  { db, principal }: PrincipalScope,
  move: { projectId: string; organizationId: string; isDryRun: boolean },
): Promise<MovedProject> {
  const { project_id, tasks, entries, clients, tags } = await repository.moveProject(db, {
    actorId: principal.userId,
    ...move,
  });
  return {
    project_id,
    organization_id: move.organizationId,
    dry_run: move.isDryRun,
    tasks,
    entries,
    clients,
    tags,
  };
}
