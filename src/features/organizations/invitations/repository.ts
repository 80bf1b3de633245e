import { type SQL, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { selectPage } from "../../../database/keyset-pagination.ts";
import { requireEffect, requireThat } from "../../../database/preconditions.ts";
import {
  invitations,
  memberships,
  organizationRoles,
  teamMembers,
  teams,
} from "../../../database/tables/organizations.ts";
import { users } from "../../../database/tables/users.ts";
import type { Bucket } from "../../identity/throttling/policies.ts";
import { requireAttempt } from "../../identity/throttling/statements.ts";
import { selectOrganizations } from "../organizations/statements.ts";
import { hasStanding, isOpen, requireAssignable } from "./statements.ts";

/** The member who sends an invitation, the hash of its token, and the counts of the invitations of the member and the organization. */
export interface Sending {
  organizationId: string;
  actorId: string;
  hash: string;
  buckets: readonly Bucket[];
}

/** The address of the invited person, and what they are invited to. */
export interface Invited {
  email: string;
  roleId: string;
  teamId?: string | null | undefined;
}

/** Days until an invitation expires. */
const LIFE_DAYS = 7;

const EXPIRY = sql`now() + make_interval(days => ${LIFE_DAYS})`;

const columns = {
  id: invitations.id,
  organization_id: invitations.organizationId,
  email: invitations.email,
  role: sql<{ id: string; name: string }>`(
    select jsonb_build_object('id', r.id, 'name', r.name) from ${organizationRoles} r where r.id = ${invitations}.role_id)`.as(
    "role",
  ),
  team_id: invitations.teamId,
  invited_by: invitations.invitedBy,
  created_at: invitations.createdAt,
  expires_at: invitations.expiresAt,
};

/** Lists a page of the open invitations of an organization, with those that have expired. */
export const listInvitations = (db: Database, organizationId: string, request: PageRequest<"created_at">) =>
  selectPage(
    db,
    {
      from: invitations,
      columns,
      keys: { created_at: { by: invitations.createdAt, type: "timestamptz" } },
      where: sql`${invitations.organizationId} = ${organizationId} and ${isOpen(sql`${invitations}`)}`,
    },
    request,
  );

/** Inserts an invitation, in place of an expired one to the same address. */
export async function insertInvitation(db: Database, sending: Sending, invited: Invited) {
  const { organizationId, actorId, hash } = sending;
  const { roleId, teamId = null } = invited;
  const id = crypto.randomUUID();
  const email = sql`lower(${invited.email}::text)`;
  const { sent } = await batch(db, {
    preconditions: [
      ...requireSending(db, sending),
      ...requireAssignable(db, { organizationId, actorId, roleId, teamId }),
    ],
    replaced: db.execute(sql`
      update ${invitations} set revoked_at = now(), updated_at = now()
      where organization_id = ${organizationId} and email = ${email} and ${isOpen(sql`${invitations}`)} and expires_at <= now()`),
    created: db.execute(sql`
      insert into ${invitations} (id, organization_id, email, role_id, team_id, token_hash, invited_by, expires_at)
      values (${id}, ${organizationId}, ${email}, ${roleId}, ${teamId}, ${hash}, ${actorId}, ${EXPIRY})`),
    sent: selectSent(db, id),
  });
  return sentIn(sent);
}

/** Gives an open invitation a new token and a new sender. */
export async function renewInvitation(db: Database, sending: Sending, id: string) {
  const { organizationId, actorId, hash } = sending;
  const found = sql`${invitations.id} = ${id} and ${invitations.organizationId} = ${organizationId} and ${isOpen(sql`${invitations}`)}`;
  const given = (column: SQL) => sql`(select ${column} from ${invitations} where id = ${id})`;
  const { sent } = await batch(db, {
    preconditions: [
      ...requireSending(db, sending),
      requireEffect(
        db,
        sql`(update ${invitations} set token_hash = ${hash}, invited_by = ${actorId}, sent_at = now(), updated_at = now(), expires_at = ${EXPIRY}
          where ${found} returning id)`,
        "notFound",
        NOT_FOUND,
      ),
      ...requireAssignable(db, {
        organizationId,
        actorId,
        roleId: given(sql`role_id`),
        teamId: given(sql`team_id`),
      }),
    ],
    sent: selectSent(db, id),
  });
  return sentIn(sent);
}

/** Requires that the sender's email is verified, and counts the invitation. */
const requireSending = (db: Database, { actorId, buckets }: Sending) => [
  requireThat(
    db,
    sql`(select email_verified_at is not null from ${users} where id = ${actorId})`,
    "ruleViolation",
    "Confirm your own email address before you invite other people.",
  ),
  requireAttempt(db, buckets),
];

/** Selects an invitation that was stored, with the address and the names for its mail. */
const selectSent = (db: Database, id: string) =>
  db
    .select({
      invitation: columns,
      address: invitations.email,
      organization: sql<string>`(select name from organizations o where o.id = ${invitations}.organization_id)`,
      inviter: sql<string>`(
        select coalesce(nullif(concat_ws(' ', nullif(u.first_name, ''), nullif(u.last_name, '')), ''), u.username)
        from ${users} u where u.id = ${invitations}.invited_by)`,
    })
    .from(invitations)
    .where(sql`${invitations.id} = ${id}`);

const sentIn = ([row]: Awaited<ReturnType<typeof selectSent>>) =>
  row && {
    invitation: row.invitation,
    address: row.address,
    names: { organization: row.organization, inviter: row.inviter },
  };

export type Sent = NonNullable<ReturnType<typeof sentIn>>;

const NOT_FOUND = "Invitation not found. It may have expired, or been used or revoked. Ask for a new one.";

/** Revokes an open invitation. */
export async function revokeInvitation(db: Database, organizationId: string, id: string): Promise<void> {
  await requireEffect(
    db,
    sql`(update ${invitations} set revoked_at = now(), updated_at = now()
      where id = ${id} and organization_id = ${organizationId} and ${isOpen(sql`${invitations}`)} returning id)`,
    "notFound",
    "Invitation not found.",
  );
}

/** Maximum number of invitations in the list of the invited person. */
const MAX_OWN = 100;

/** Selects the invitations to a user's verified email that can be accepted, newest first. */
export async function selectOwnInvitations(db: Database, userId: string) {
  const { rows } = await db.execute<OwnInvitation>(sql`
    select i.id, jsonb_build_object('id', o.id, 'name', o.name) as organization,
      (select jsonb_build_object('id', r.id, 'name', r.name) from ${organizationRoles} r where r.id = i.role_id) as role,
      i.created_at, i.expires_at
    from ${users} u join ${invitations} i on i.email = lower(u.email)
      join organizations o on o.id = i.organization_id
    where u.id = ${userId} and u.email_verified_at is not null
      and ${isOpen(sql`i`)} and i.expires_at > now() and ${hasStanding(sql`i`)}
    order by i.created_at desc, i.id limit ${MAX_OWN}`);
  return rows.map((row) => ({
    ...row,
    created_at: new Date(row.created_at),
    expires_at: new Date(row.expires_at),
  }));
}

type OwnInvitation = {
  id: string;
  organization: { id: string; name: string };
  role: { id: string; name: string };
  created_at: string;
  expires_at: string;
};

/** Returns the condition that the invitation `i` can still be used with the token by the user, whose email is the invited address. */
const isUsableBy = (userId: string, hash: string) => sql`
  i.token_hash = ${hash} and ${isOpen(sql`i`)} and i.expires_at > now()
    and i.email = (select lower(u.email) from ${users} u where u.id = ${userId})`;

/**
 * Uses up the token of an invitation, and makes the user a member with its role, and of its team. If the sender may no longer give the
 * role, or add members to the team, the invitation counts as absent. The token came by mail, so the user's email becomes verified. Returns the organization.
 */
export async function acceptInvitation(db: Database, userId: string, hash: string) {
  const accepted = sql`${invitations} where token_hash = ${hash}`;
  const organizationId = sql`(select organization_id from ${accepted})`;
  const { organization } = await batch(db, {
    accepted: requireEffect(
      db,
      sql`(update ${invitations} i set accepted_at = now(), updated_at = now()
        where ${isUsableBy(userId, hash)} and ${hasStanding(sql`i`)} returning id)`,
      "notFound",
      NOT_FOUND,
    ),
    joined: requireEffect(
      db,
      sql`(insert into ${memberships} as m (organization_id, user_id, role_id, invited_by)
        select organization_id, ${userId}, role_id, invited_by from ${accepted}
        on conflict (organization_id, user_id) do update
          set role_id = excluded.role_id, invited_by = excluded.invited_by, joined_at = now(), left_at = null,
            updated_at = now(), version = m.version + 1
          where m.left_at is not null
        returning user_id)`,
      "alreadyExists",
      "You are already a member of this organization.",
    ),
    team: db.execute(sql`
      insert into ${teamMembers} (organization_id, team_id, user_id)
      select i.organization_id, i.team_id, ${userId} from ${invitations} i join ${teams} t on t.id = i.team_id and not t.is_deleted
      where i.token_hash = ${hash}
      on conflict do nothing`),
    verified: db.execute(sql`
      update ${users} set email_verified_at = now() where id = ${userId} and email_verified_at is null`),
    organization: selectOrganizations(db, userId, sql`organizations.id = ${organizationId}`),
  });
  return organization[0];
}

/** Uses up the token of an invitation without accepting it. */
export async function declineInvitation(db: Database, userId: string, hash: string): Promise<void> {
  await requireEffect(
    db,
    sql`(update ${invitations} i set declined_at = now(), updated_at = now() where ${isUsableBy(userId, hash)} returning id)`,
    "notFound",
    NOT_FOUND,
  );
}
