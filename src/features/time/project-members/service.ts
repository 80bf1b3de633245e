import { notFound } from "../../../core/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { SetProjectMember } from "./schemas.ts";

/** Returns the members of a project of an organization. @throws AppError RESOURCE_NOT_FOUND */
export const listProjectMembers = ({ db, principal }: PrincipalScope, projectId: string) =>
  repository.listMembers(db, { actorId: principal.userId, projectId });

interface Place {
  project_id: string;
  user_id: string;
}

/** Adds a member to a project, or changes whether the member manages it. @throws AppError RESOURCE_NOT_FOUND */
export async function setProjectMember(
  { db, principal }: PrincipalScope,
  { project_id: projectId, user_id: userId }: Place,
  { is_manager: isManager = false }: SetProjectMember,
) {
  const place = { actorId: principal.userId, projectId, userId };
  return (await repository.setMember(db, place, isManager)) ?? notFound("member");
}

/** Removes a member from a project; their time entries stay. @throws AppError RESOURCE_NOT_FOUND */
export const removeProjectMember = (
  { db, principal }: PrincipalScope,
  { project_id: projectId, user_id: userId }: Place,
) => repository.removeMember(db, { actorId: principal.userId, projectId, userId });
