import { notFound } from "../../../core/errors.ts";
import { ORGANIZATION_ROLES } from "../../../core/organization-permissions.ts";
import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import { notifyOwners } from "../organizations/notices.ts";
import * as repository from "./repository.ts";
import type { MemberQuery } from "./schemas.ts";

/** The organization and the user of a path. */
interface Place {
  organization_id: string;
  user_id: string;
}

/** Lists a page of the members of an organization. */
export async function listMembers(
  { db, principal }: PrincipalScope,
  organizationId: string,
  query: MemberQuery,
) {
  const { q, role, team_id, left } = query;
  const filter = { ...pageRequest(query), actorId: principal.userId, organizationId, q, role, team_id, left };
  const page = await repository.listMembers(db, filter);
  return { ...page, items: page.items.map(toMember) };
}

/**
 * Gives a member another role. The caller must hold the grants of both roles. Operators change any member but themselves, with recent
 * authentication, and the owners are notified.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, REAUTHENTICATION_REQUIRED, BUSINESS_LOGIC_ERROR for the last owner
 */
export async function updateMember(scope: PrincipalScope, place: Place, roleId: string) {
  const { member, owners } = await repository.updateRole(scope.db, changeOf(scope, place), roleId);
  notifyOwners(scope, owners, { id: place.organization_id, event: "member_changed" });
  return member ? toMember(member) : notFound("member");
}

/**
 * Adds a user to an organization without an invitation, for operators, and notifies the owners. A superuser may add themselves.
 *
 * @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PERMISSION_DENIED, REAUTHENTICATION_REQUIRED
 */
export async function addMember(
  scope: PrincipalScope,
  place: Place,
  { role_id: roleId = ORGANIZATION_ROLES.member.id }: { role_id?: string | undefined },
) {
  const { member, owners } = await repository.addMember(scope.db, changeOf(scope, place), roleId);
  notifyOwners(scope, owners, { id: place.organization_id, event: "member_added" });
  return member ? toMember(member) : notFound("member");
}

/**
 * Ends a membership: the caller leaves, or removes a member whose grants the caller holds. Operators remove any member, with recent
 * authentication, and the owners are notified.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, REAUTHENTICATION_REQUIRED, BUSINESS_LOGIC_ERROR for the last owner
 */
export async function removeMember(scope: PrincipalScope, place: Place): Promise<void> {
  const owners = await repository.removeMember(scope.db, changeOf(scope, place));
  notifyOwners(scope, owners, { id: place.organization_id, event: "member_removed" });
}

const changeOf = ({ principal, settings }: PrincipalScope, { organization_id, user_id }: Place) => ({
  actorId: principal.userId,
  organizationId: organization_id,
  userId: user_id,
  proof: { credential: principal.credential, maxAgeSeconds: settings.RECENT_AUTHENTICATION_SECONDS },
});

const toMember = <Row extends { id: string }>({ id, ...member }: Row) => ({ user_id: id, ...member });
