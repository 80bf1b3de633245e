import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateProject, ProjectQuery, UpdateProject } from "./schemas.ts";
import * as statements from "./statements.ts";

/**
 * Returns a page of the caller's projects, or of other users' projects for holders of `projects:read_any`. @throws AppError
 * PERMISSION_DENIED
 */
export const listProjects = ({ db, principal }: PrincipalScope, query: ProjectQuery) =>
  repository.listProjects(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    owner: query.owner_id,
    organization: query.organization_id,
    isCounted: query.count,
    isDeleted: query.deleted,
    q: query.q,
    clientId: query.client_id,
    isArchived: query.archived,
  });

/** Returns the project with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getProject = ({ db, principal }: PrincipalScope, id: string) =>
  statements.projectRecords.find(db, principal.userId, id);

/** Creates a project. @throws AppError RESOURCE_ALREADY_EXISTS, RESOURCE_NOT_FOUND for an unknown client */
export const createProject = ({ db, principal }: PrincipalScope, input: CreateProject) =>
  repository.insertProject(db, principal.userId, { ...toRow(input), organizationId: input.organization_id });

/** Updates a project. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PRECONDITION_FAILED */
export const updateProject = (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateProject,
  expectedTags: string[] | undefined,
) => repository.updateProject(db, { actorId: principal.userId, id, expectedTags }, toRow(changes));

/** Deletes a project; its tasks and time entries stay. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteProject = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => statements.projectRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted project. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its name is taken */
export const restoreProject = ({ db, principal }: PrincipalScope, id: string) =>
  statements.projectRecords.restore(db, { actorId: principal.userId, id });

const toRow = ({
  organization_id: _,
  client_id: clientId,
  is_billable: isBillable,
  estimate_seconds: estimateSeconds,
  ...rest
}: UpdateProject & Pick<CreateProject, "organization_id">) => ({
  ...rest,
  clientId,
  isBillable,
  estimateSeconds,
});
