import { AppError, notFound } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateDepartment, DepartmentQuery, UpdateDepartment } from "./schemas.ts";

/**
 * Lists a page of the departments that the caller may read.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an organization of others, PERMISSION_DENIED
 */
export const listDepartments = (
  { db, principal }: PrincipalScope,
  { organization_id: organizationId, ...query }: DepartmentQuery,
) => repository.listDepartments(db, { ...pageRequest(query), actorId: principal.userId, organizationId });

/** Returns the department with `id`. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const getDepartment = async ({ db, principal }: PrincipalScope, id: string) =>
  (await repository.findDepartment(db, principal.userId, id)) ?? notFound("department");

/**
 * Creates a department.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR for too many departments
 */
export const createDepartment = async (
  { db, principal }: PrincipalScope,
  { organization_id: organizationId, ...rest }: CreateDepartment,
) => {
  const created = repository.insertDepartment(db, principal.userId, { ...rest, organizationId });
  return (await created.catch(explainConflict)) ?? notFound("department");
};

/** Updates a department. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, PRECONDITION_FAILED */
export const updateDepartment = async (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateDepartment,
  expectedTags: string[] | undefined,
) => {
  const updated = repository.updateDepartment(db, { actorId: principal.userId, id, expectedTags }, changes);
  return (await updated.catch(explainConflict)) ?? notFound("department");
};

/**
 * Deletes a department, with its teams if `isCascade`.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, RESOURCE_ALREADY_EXISTS if it has teams and `isCascade` is false
 */
export const deleteDepartment = ({ db, principal }: PrincipalScope, id: string, isCascade: boolean) =>
  repository.deleteDepartment(db, { actorId: principal.userId, id }, isCascade);

/** Makes a member a manager of a department. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR */
export const addManager = async ({ db, principal }: PrincipalScope, id: string, userId: string) =>
  (await repository.addManager(db, { actorId: principal.userId, id }, userId)) ?? notFound("department");

/** Removes a manager from a department. @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED */
export const removeManager = ({ db, principal }: PrincipalScope, id: string, userId: string) =>
  repository.removeManager(db, { actorId: principal.userId, id }, userId);

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) === undefined) throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "A department with this name already exists in the organization.",
    cause: error,
  });
}
