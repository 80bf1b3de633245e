import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

/** Returns the parts of a request about a new member of a new organization. */
async function ofMember({ newOrganization, newMember }: Fixtures, body?: unknown) {
  const id = await newOrganization();
  return { params: { organization_id: id, user_id: await newMember(id) }, body };
}

/** Returns the parts of a request about a user and a new organization. */
const ofUser = async ({ newOrganization, newUser }: Fixtures, body?: unknown) => ({
  params: { organization_id: await newOrganization(), user_id: await newUser() },
  body,
});

const TO_GUEST = { role_id: ORGANIZATION_ROLES.guest.id };

export default {
  listMembers: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization(),
    answerSize: page(RECORD_BYTES + bytesOf(100 + 100 + 100 + 254 + 50)),
  },
  updateMember: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofMember(fixtures, TO_GUEST),
    sensitive: (fixtures) => ofMember(fixtures, TO_GUEST),
    anonymousBody: {},
    storesNoText: "takes no text",
  },
  addMember: {
    access: [401, 404, 404, 201, 201, 403, 401],
    roundTrips: [2, COUNTED_MAIL],
    valid: (fixtures) => ofUser(fixtures, {}),
    sensitive: (fixtures) => ofUser(fixtures, {}),
    anonymousBody: {},
    storesNoText: "takes no text",
  },
  removeMember: {
    access: [401, 404, 404, 204, 204, 403, 401],
    valid: (fixtures) => ofMember(fixtures),
    sensitive: (fixtures) => ofMember(fixtures),
    special: async ({ newOrganization, root }) => ({
      params: { organization_id: await newOrganization(), user_id: root.id },
    }),
    storesNoText: "takes no text",
  },
} satisfies Registry;
