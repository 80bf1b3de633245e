import { AppError, notFound } from "../../../core/errors.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateOrganizationRole, UpdateOrganizationRole } from "./schemas.ts";

/** The organization and the role of a path. */
interface Place {
  organization_id: string;
  role_id: string;
}

/** Lists the roles of an organization. */
export const listRoles = async ({ db }: PrincipalScope, organizationId: string) =>
  (await repository.listRoles(db, organizationId)).map(({ value }) => value);

/** Returns a role of an organization. @throws AppError RESOURCE_NOT_FOUND */
export async function getRole(scope: PrincipalScope, place: Place) {
  return (await repository.findRole(scope.db, changeOf(scope, place))) ?? notFound("role");
}

/**
 * Creates a role in an organization. It only has grants that the caller holds.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR at the maximum number of roles
 */
export async function createRole(
  { db, principal }: PrincipalScope,
  organizationId: string,
  input: CreateOrganizationRole,
) {
  const created = repository.insertRole(db, { actorId: principal.userId, organizationId }, input);
  return (await created.catch(explainConflict)) ?? notFound("role");
}

/**
 * Updates the given fields of a custom role. The caller must hold its grants, before and after.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, PRECONDITION_FAILED, BUSINESS_LOGIC_ERROR for a
 * built-in role
 */
export async function updateRole(
  scope: PrincipalScope,
  place: Place,
  input: UpdateOrganizationRole,
  expectedTags?: string[] | undefined,
) {
  const updated = repository.updateRole(scope.db, { ...changeOf(scope, place), expectedTags }, input);
  return (await updated.catch(explainConflict)) ?? notFound("role");
}

/**
 * Deletes a custom role that is not in use.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS for a role in use, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR for a built-in
 * role
 */
export const deleteRole = (scope: PrincipalScope, place: Place, expectedTags?: string[] | undefined) =>
  repository.deleteRole(scope.db, { ...changeOf(scope, place), expectedTags });

const changeOf = ({ principal }: PrincipalScope, { organization_id, role_id }: Place) => ({
  actorId: principal.userId,
  organizationId: organization_id,
  id: role_id,
});

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "organization_roles_name_key") throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "A role with this name already exists.",
    cause: error,
  });
}
