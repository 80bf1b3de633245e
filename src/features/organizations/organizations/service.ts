import { AppError, notFound } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { Progress, Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import { notifyOwners } from "./notices.ts";
import * as repository from "./repository.ts";
import type { CreateOrganization, OrganizationQuery, UpdateOrganization } from "./schemas.ts";
import { slugOf } from "./slugs.ts";

/** Lists a page of the caller's organizations, or of all, for operators. @throws AppError PERMISSION_DENIED */
export const listOrganizations = ({ db, principal }: PrincipalScope, query: OrganizationQuery) =>
  repository.listOrganizations(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    isDeleted: query.deleted,
    isAll: query.all,
  });

/** Returns a live organization. The route checks that the caller may see it. @throws AppError RESOURCE_NOT_FOUND */
export async function getOrganization({ db, principal }: PrincipalScope, id: string) {
  return (await repository.findOrganization(db, principal.userId, id)) ?? notFound("organization");
}

/** Returns the live organization with a slug, if the caller may see it. @throws AppError RESOURCE_NOT_FOUND */
export async function getBySlug({ db, principal }: PrincipalScope, slug: string) {
  return (await repository.findBySlug(db, principal.userId, slug)) ?? notFound("organization");
}

/**
 * Returns the caller's only organization. No session remembers a choice among several.
 *
 * @throws AppError RESOURCE_NOT_FOUND without an organization, BUSINESS_LOGIC_ERROR with several
 */
export async function getCurrent({ db, principal }: PrincipalScope) {
  const [organization, other] = await repository.findOwn(db, principal.userId);
  if (organization === undefined) return notFound("organization");
  if (other === undefined) return organization;
  throw new AppError("BUSINESS_LOGIC_ERROR", {
    message: "You are a member of several organizations. Get one of them by its id.",
  });
}

/**
 * Creates an organization with the caller as its owner.
 *
 * @throws AppError RESOURCE_ALREADY_EXISTS for a slug that is taken, BUSINESS_LOGIC_ERROR at the maximum number of organizations,
 * VALIDATION_ERROR for an unknown time zone
 */
export async function createOrganization({ db, principal }: PrincipalScope, input: CreateOrganization) {
  const { week_start: weekStart, ...values } = input;
  const suggestedSlug = slugOf(input.name);
  const created = repository.insertOrganization(db, principal.userId, {
    ...values,
    weekStart,
    suggestedSlug,
  });
  return (await created.catch(explainConflict)) ?? notFound("organization");
}

/**
 * Updates the given fields of an organization.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PRECONDITION_FAILED, VALIDATION_ERROR for an unknown time zone
 */
export async function updateOrganization(
  { db, principal }: PrincipalScope,
  id: string,
  { week_start: weekStart, ...changes }: UpdateOrganization,
  expectedTags?: string[] | undefined,
) {
  const change = { actorId: principal.userId, id, expectedTags };
  const updated = repository.updateOrganization(db, change, { ...changes, weekStart });
  return (await updated.catch(explainConflict)) ?? notFound("organization");
}

/** Deletes an organization, and notifies its owners. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export async function deleteOrganization(
  scope: PrincipalScope,
  id: string,
  expectedTags?: string[] | undefined,
): Promise<void> {
  const change = { actorId: scope.principal.userId, id, expectedTags };
  notifyOwners(scope, await repository.deleteOrganization(scope.db, change), { id, event: "deleted" });
}

/**
 * Restores an organization that was deleted in the last 30 days.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its slug is taken, BUSINESS_LOGIC_ERROR if it has no owner left
 */
export async function restoreOrganization({ db, principal }: PrincipalScope, id: string) {
  const restored = repository.restoreOrganization(db, { actorId: principal.userId, id });
  return (await restored.catch(explainConflict)) ?? notFound("organization");
}

/** Makes a member an owner as well, and notifies all owners. @throws AppError RESOURCE_NOT_FOUND */
export async function transferOrganization(scope: PrincipalScope, id: string, userId: string) {
  const change = { actorId: scope.principal.userId, id };
  const { organization, owners } = await repository.addOwner(scope.db, change, userId);
  notifyOwners(scope, owners, { id, event: "transferred" });
  return organization ?? notFound("organization");
}

/** Removes organizations that can't be restored any more. */
export const removeOldOrganizations = ({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> =>
  repository.removeOldOrganizations(db, spending);

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "organizations_slug_key") throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "An organization with this slug already exists. Choose another slug.",
    cause: error,
  });
}
