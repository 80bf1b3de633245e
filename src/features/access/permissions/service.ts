import { AppError, notFound } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreatePermission, PermissionQuery, UpdatePermission } from "./schemas.ts";

/** Lists a page of the permissions, of one `resource` if it is given. */
export const listPermissions = (
  { db, principal }: PrincipalScope,
  query: PermissionQuery,
  resource?: string,
) =>
  repository.listPermissions(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    isDeleted: query.deleted,
    q: query.q,
    resource,
  });

/** Returns a permission by id or name. @throws AppError RESOURCE_NOT_FOUND */
export async function getPermission({ db }: PrincipalScope, key: { id: string } | { name: string }) {
  return (await repository.findPermission(db, key)) ?? notFound("permission");
}

/** Creates a permission, which grants nothing yet. @throws AppError RESOURCE_ALREADY_EXISTS */
export async function createPermission({ db }: PrincipalScope, { name: _, ...parts }: CreatePermission) {
  return (await repository.insertPermission(db, parts).catch(explainConflict)) ?? notFound("permission");
}

/**
 * Updates a permission. Roles that have it then grant its new name, so the caller must hold that name, and the administrative
 * permissions of these roles.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, PRECONDITION_FAILED
 */
export async function updatePermission(
  { db, principal }: PrincipalScope,
  id: string,
  { name: _, ...changes }: UpdatePermission,
  expectedTags: string[] | undefined,
) {
  const change = { actorId: principal.userId, id, expectedTags };
  return (
    (await repository.updatePermission(db, change, changes).catch(explainConflict)) ?? notFound("permission")
  );
}

/**
 * Deletes a permission. Roles that have it no longer grant it.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED unless the caller holds the administrative permissions of the roles that
 * have it
 */
export const deletePermission = ({ db, principal }: PrincipalScope, id: string) =>
  repository.deletePermission(db, { actorId: principal.userId, id });

/**
 * Restores a deleted permission. The roles that had it grant it again.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its name is taken, PERMISSION_DENIED
 */
export async function restorePermission({ db, principal }: PrincipalScope, id: string) {
  const change = { actorId: principal.userId, id };
  return (await repository.restorePermission(db, change).catch(explainConflict)) ?? notFound("permission");
}

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "permissions_name_key") throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "A permission with this name already exists.",
    cause: error,
  });
}
