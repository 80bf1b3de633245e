import { AppError, notFound } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { CATALOGUE, DEFAULT_ROLES } from "../../../core/permissions.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateRole, RoleQuery, UpdateRole } from "./schemas.ts";

/** Words for resources whose names do not read well in the description of a permission. */
const RECORDS: Partial<Record<string, string>> = {
  audit: "the audit log",
  authz: "the access of other users",
  factors: "second factors",
  time_entries: "time entries",
};

/** Lists a page of the roles. */
export const listRoles = ({ db, principal }: PrincipalScope, query: RoleQuery) =>
  repository.listRoles(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    isDeleted: query.deleted,
    q: query.q,
  });

/** Returns a role by id or name, with its permissions. @throws AppError RESOURCE_NOT_FOUND */
export async function getRole({ db }: PrincipalScope, key: { id: string } | { name: string }) {
  return (await repository.findRole(db, key)) ?? notFound("role");
}

/**
 * Creates a role. It can only grant permissions that the caller holds.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS, RESOURCE_NOT_FOUND for an unknown permission, PERMISSION_DENIED
 */
export async function createRole({ db, principal }: PrincipalScope, input: CreateRole) {
  const { permission_ids: permissionIds, ...role } = input;
  const created = repository.insertRole(db, principal.userId, { ...role, permissionIds });
  return (await created.catch(explainConflict)) ?? notFound("role");
}

/**
 * Updates a role. The caller must hold the permissions that are added, and the administrative permissions that the role already grants.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, PRECONDITION_FAILED
 */
export async function updateRole(
  { db, principal }: PrincipalScope,
  id: string,
  { permission_ids: permissionIds, ...rest }: UpdateRole,
  expectedTags?: string[] | undefined,
) {
  const change = { actorId: principal.userId, id, expectedTags };
  const updated = repository.updateRole(db, change, { ...rest, permissionIds });
  return (await updated.catch(explainConflict)) ?? notFound("role");
}

/**
 * Adds a permission to a role.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED unless the caller holds the permission, and the administrative permissions
 * that the role already grants
 */
export async function addPermission({ db, principal }: PrincipalScope, id: string, permissionId: string) {
  return (
    (await repository.addPermission(db, { actorId: principal.userId, id }, permissionId)) ?? notFound("role")
  );
}

/**
 * Removes a permission from a role.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED unless the caller holds the administrative permissions that the role grants
 */
export async function removePermission({ db, principal }: PrincipalScope, id: string, permissionId: string) {
  const change = { actorId: principal.userId, id };
  return (await repository.removePermission(db, change, permissionId)) ?? notFound("role");
}

/**
 * Deletes a role.
 *
 * @throws AppError RESOURCE_NOT_FOUND, BUSINESS_LOGIC_ERROR for a built-in role, PERMISSION_DENIED unless the caller holds the
 * administrative permissions that it grants
 */
export const deleteRole = ({ db, principal }: PrincipalScope, id: string) =>
  repository.deleteRole(db, { actorId: principal.userId, id });

/**
 * Restores a deleted role. The users who had it have it again.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its name is taken, PERMISSION_DENIED
 */
export async function restoreRole({ db, principal }: PrincipalScope, id: string) {
  const restored = repository.restoreRole(db, { actorId: principal.userId, id });
  return (await restored.catch(explainConflict)) ?? notFound("role");
}

/** Adds the default permissions and roles that never existed. Returns how many of each it added. */
export function seedDefaults({ db }: Pick<Scope, "db">): Promise<{ permissions: number; roles: number }> {
  return repository.insertDefaults(db, {
    permissions: Object.entries(CATALOGUE).flatMap(([resource, actions]) =>
      actions.map((action) => ({
        builtin: `${resource}:${action}`,
        resource,
        action,
        description: describePermission(resource, action),
      })),
    ),
    roles: Object.entries(DEFAULT_ROLES).map(([name, { description }]) => ({
      builtin: name,
      name,
      description,
    })),
    grants: Object.entries(DEFAULT_ROLES).flatMap(([role, { permissions }]) =>
      permissions.map((permission) => ({ role, permission })),
    ),
  });
}

/** Returns the description of a default permission: "Read any user's time entries" for `time_entries:read_any`. */
function describePermission(resource: string, action: string): string {
  const records = RECORDS[resource] ?? resource;
  const [verb = "", isAny] = action.split("_");
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${isAny ? "any user's " : ""}${records}`;
}

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "roles_name_key") throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "A role with this name already exists.",
    cause: error,
  });
}
