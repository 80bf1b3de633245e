import { sql } from "drizzle-orm";
import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import { foundOrganization, insertInvitation } from "../../../support/organization-members.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

/** Verifies the email of every account, so that each caller may invite, and returns the id of a new organization of `root`. */
async function ofRoot({ api, newOrganization }: Fixtures): Promise<string> {
  await api.db.execute(sql`update users set email_verified_at = now() where email_verified_at is null`);
  return newOrganization();
}

/** Returns the parts of a request about an open invitation to an organization of `root`. */
async function ofInvitation(fixtures: Fixtures) {
  const { api, root, otherEmail } = fixtures;
  const id = await ofRoot(fixtures);
  const invited = { organizationId: id, email: otherEmail(), invitedBy: root.id };
  return { params: { organization_id: id, invitation_id: (await insertInvitation(api, invited)).id } };
}

/** Returns the body that accepts or declines an invitation of `root` to another organization. */
async function toRoot({ api, root }: Fixtures) {
  const { id, owner } = await foundOrganization(api);
  const { token } = await insertInvitation(api, {
    organizationId: id,
    email: root.email,
    invitedBy: owner.id,
  });
  return { body: { token } };
}

const body = (email: string) => ({ email, role_id: ORGANIZATION_ROLES.member.id });

export default {
  listInvitations: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { organization_id: await ofRoot(fixtures) } }),
    answerSize: page(RECORD_BYTES + bytesOf(254 + 50)),
  },
  createInvitation: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({
      params: { organization_id: await ofRoot(fixtures) },
      body: body(fixtures.otherEmail()),
    }),
    special: async (fixtures) => {
      const { params } = await ofInvitation(fixtures);
      const { api } = fixtures;
      const { rows } = await api.db.execute<{ email: string }>(
        sql`select email from invitations where id = ${params.invitation_id}`,
      );
      return { params, body: body(rows[0]?.email ?? "") };
    },
    roundTrips: [2, COUNTED_MAIL],
    anonymousBody: {},
    storesNoText: "stores the address of another person, until 30 days after the invitation has expired",
  },
  resendInvitation: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: ofInvitation,
    special: async (fixtures) => {
      const { api, root } = fixtures;
      const parts = await ofInvitation(fixtures);
      await api.db.execute(sql`update users set email_verified_at = null where id = ${root.id}`);
      return parts;
    },
    roundTrips: [2, COUNTED_MAIL],
    storesNoText: "takes no text",
  },
  revokeInvitation: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: ofInvitation,
    storesNoText: "takes no text",
  },
  listMyInvitations: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: { bounded: "by number", items: 100, bytes: RECORD_BYTES + bytesOf(255 + 50) },
  },
  acceptInvitation: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: toRoot,
    special: async (fixtures) => {
      const { api, root } = fixtures;
      const organizationId = await ofRoot(fixtures);
      const { token } = await insertInvitation(api, {
        organizationId,
        email: root.email,
        invitedBy: root.id,
      });
      return { body: { token } };
    },
    anonymousBody: {},
    storesNoText: "takes no text",
  },
  declineInvitation: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: toRoot,
    anonymousBody: {},
    storesNoText: "takes no text",
  },
} satisfies Registry;
