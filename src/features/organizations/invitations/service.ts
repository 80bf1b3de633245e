import { AppError, invariant } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import { hashOfOneTimeToken, newOneTimeToken } from "../../../core/security/one-time-token.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { OriginScope, PrincipalScope } from "../../../http/context.ts";
import { sendMailLater } from "../../identity/email/service.ts";
import { policiesOf } from "../../identity/throttling/policies.ts";
import * as messages from "./messages.ts";
import * as repository from "./repository.ts";
import type { CreateInvitation, InvitationQuery } from "./schemas.ts";

/** Lists a page of the open invitations of an organization. */
export const listInvitations = ({ db }: PrincipalScope, organizationId: string, query: InvitationQuery) =>
  repository.listInvitations(db, organizationId, pageRequest(query));

/**
 * Invites a person by email, and mails them the token.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown role or team, PERMISSION_DENIED for a role with grants that the caller lacks,
 * BUSINESS_LOGIC_ERROR for a caller without a verified email, RESOURCE_ALREADY_EXISTS, RATE_LIMIT_EXCEEDED
 */
export const createInvitation = (
  scope: PrincipalScope,
  organizationId: string,
  { email, role_id: roleId, team_id: teamId }: CreateInvitation,
) => invite(scope, organizationId, { email, roleId, teamId });

async function invite(scope: PrincipalScope, organizationId: string, invited: repository.Invited) {
  const token = await newOneTimeToken();
  const sending = sendingOf(scope, organizationId, token.hash);
  const sent = await repository.insertInvitation(scope.db, sending, invited).catch(explainConflict);
  return mailInvitation(scope, token.text, sent);
}

/**
 * Mails the token of an invitation again. The old token ends.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED, BUSINESS_LOGIC_ERROR, RATE_LIMIT_EXCEEDED
 */
export async function resendInvitation(
  scope: PrincipalScope,
  { organization_id: organizationId, invitation_id: id }: { organization_id: string; invitation_id: string },
) {
  const token = await newOneTimeToken();
  const sending = sendingOf(scope, organizationId, token.hash);
  return mailInvitation(scope, token.text, await repository.renewInvitation(scope.db, sending, id));
}

const sendingOf = ({ principal, settings }: PrincipalScope, organizationId: string, hash: string) => {
  const { invitationFromMember, invitationFromOrganization } = policiesOf(settings);
  return {
    organizationId,
    actorId: principal.userId,
    hash,
    buckets: [
      { policy: invitationFromMember, of: principal.userId },
      { policy: invitationFromOrganization, of: organizationId },
    ],
  };
};

/** Mails a token, and returns the invitation. */
function mailInvitation(scope: OriginScope, token: string, sent: repository.Sent | undefined) {
  const { names, address, invitation } = invariant(sent, "expected the invitation");
  sendMailLater(scope, address, messages.invitation(token, names));
  return invitation;
}

/** Revokes an open invitation. @throws AppError RESOURCE_NOT_FOUND */
export const revokeInvitation = (
  { db }: PrincipalScope,
  { organization_id: organizationId, invitation_id: id }: { organization_id: string; invitation_id: string },
) => repository.revokeInvitation(db, organizationId, id);

/** Lists the current user's invitations. */
export const listOwnInvitations = ({ db, principal }: PrincipalScope) =>
  repository.selectOwnInvitations(db, principal.userId);

/**
 * Accepts the invitation with `token`. The caller becomes a member, and their email is verified. Returns the organization.
 *
 * @throws AppError RESOURCE_NOT_FOUND for a token that is unknown, used, expired, or sent to another address, and for an invitation whose
 * sender may no longer give the role; RESOURCE_ALREADY_EXISTS for a member
 */
export async function acceptInvitation({ db, principal }: PrincipalScope, token: string) {
  const hash = await hashOfOneTimeToken(token);
  return invariant(
    await repository.acceptInvitation(db, principal.userId, hash),
    "expected the organization",
  );
}

/** Declines the invitation with `token`. @throws AppError RESOURCE_NOT_FOUND */
export async function declineInvitation({ db, principal }: PrincipalScope, token: string): Promise<void> {
  await repository.declineInvitation(db, principal.userId, await hashOfOneTimeToken(token));
}

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) === undefined) throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "This person has an open invitation. Send it again, or revoke it.",
    cause: error,
  });
}
