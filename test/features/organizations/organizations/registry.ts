import { sql } from "drizzle-orm";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Actor, Fixtures } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

const ITEM_BYTES = RECORD_BYTES + bytesOf(255 + 100 + 500 + 64 + 3 + 50);
const newOrganization = () => ({ name: "Acme", slug: crypto.randomUUID() });

/** Makes a new organization the only one of the caller. */
async function onlyOne({ api, newOrganization }: Fixtures, { username }: Actor) {
  const user = sql`(select id from users where username = ${username})`;
  await api.db.execute(sql`
    update organizations set is_deleted = true, deleted_at = now()
    where not is_deleted and id in (select organization_id from memberships where user_id = ${user})`);
  const id = await newOrganization();
  await api.db.execute(sql`
    insert into memberships (organization_id, user_id, role_id)
    select ${id}, ${user}, id from organization_roles where builtin = 'owner' on conflict do nothing`);
  return {};
}

export default {
  listOrganizations: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(ITEM_BYTES),
  },
  createOrganization: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newOrganization() }),
    anonymousBody: {},
    storesNoText: "belongs to the organization",
  },
  getCurrentOrganization: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: onlyOne,
    special: async ({ api, newOrganization }) => {
      await newOrganization();
      await newOrganization();
      const { access } = await api.signUp();
      return [{}, { headers: { Authorization: `Bearer ${access}` } }];
    },
  },
  getOrganizationBySlug: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: async ({ callAsRoot }) => {
      const body = newOrganization();
      await callAsRoot("POST", "/organizations", body);
      return { params: { slug: body.slug } };
    },
  },
  getOrganization: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization(),
  },
  updateOrganization: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization({ description: "changed" }),
    special: async ({ callAsRoot, ofOrganization }) => {
      const body = newOrganization();
      await callAsRoot("POST", "/organizations", body);
      return ofOrganization({ slug: body.slug });
    },
    anonymousBody: {},
    needsNoRecentAuthentication: "changes the name and the settings of an organization, and no access",
    storesNoText: "belongs to the organization",
  },
  deleteOrganization: {
    access: [401, 404, 404, 204, 204, 403, 401],
    roundTrips: [2, COUNTED_MAIL],
    valid: ({ ofOrganization }) => ofOrganization(),
    storesNoText: "takes no text",
  },
  restoreOrganization: {
    access: [401, 404, 404, 200, 200, 403, 401],
    valid: ({ ofDeleted, ofOrganization }) => ofDeleted("/organizations", ofOrganization()),
    special: async ({ api, callAsRoot, deleteAndReplace, ofDeleted, ofOrganization }) => {
      const body = newOrganization();
      const { id } = await callAsRoot("POST", "/organizations", body);
      await deleteAndReplace(`/organizations/${id}`, { method: "POST", path: "/organizations", body });
      const withoutOwner = await ofDeleted("/organizations", ofOrganization());
      await api.db.execute(sql`
        update memberships set left_at = now() where organization_id = ${withoutOwner.params.organization_id}`);
      return [{ params: { organization_id: id } }, withoutOwner];
    },
    storesNoText: "takes no text",
  },
  transferOrganization: {
    access: [401, 404, 404, 404, 404, 403, 401],
    roundTrips: [3, "the mails to both owners are counted when they are sent, after the response"],
    valid: async ({ newOrganization, newMember }) => {
      const id = await newOrganization();
      return { params: { organization_id: id }, body: { user_id: await newMember(id) } };
    },
    anonymousBody: {},
    storesNoText: "takes no text",
  },
} satisfies Registry;
