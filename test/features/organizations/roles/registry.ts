import { sql } from "drizzle-orm";
import { ORGANIZATION_ROLES } from "../../../../src/core/organization-permissions.ts";
import { longestText, type SizeBound } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

const newRole = () => ({ name: crypto.randomUUID(), grants: ["members:read"] });

/** Returns the parts of a request about a new role of a new organization. */
async function ofRole({ callAsRoot, newOrganization }: Fixtures, body?: unknown) {
  const id = await newOrganization();
  const role = await callAsRoot("POST", `/organizations/${id}/roles`, newRole());
  return { params: { organization_id: id, role_id: role.id }, body };
}

const AS_LIST: SizeBound = { bounded: "elsewhere", why: "as listOrganizationRoles, for one role" };

export default {
  listOrganizationRoles: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization(),
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => {
        const owner = await api.signUp();
        const { body } = await api.call<{ id: string }>("POST", "/organizations", {
          token: owner.access,
          body: { name: "Acme", slug: crypto.randomUUID() },
        });
        await api.db.execute(sql`
          insert into organization_roles (organization_id, name, description, grants)
          select ${body.id}, rpad(n::text || '-', 50, chr(1)), ${longestText(255)}, r.grants
          from generate_series(1, 200) n, organization_roles r where r.builtin = 'owner'`);
        return { path: `/organizations/${body.id}/roles`, token: owner.access };
      },
    },
  },
  createOrganizationRole: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization(newRole()),
    anonymousBody: { around: [['{"name":"a","grants":[', "]}"]] },
    answerSize: AS_LIST,
    storesNoText: "belongs to the organization",
  },
  getOrganizationRole: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofRole(fixtures),
    answerSize: AS_LIST,
  },
  updateOrganizationRole: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofRole(fixtures, { description: "changed" }),
    special: async (fixtures) => {
      const { params } = await ofRole(fixtures);
      const other = newRole();
      await fixtures.callAsRoot("POST", `/organizations/${params.organization_id}/roles`, other);
      return { params, body: { name: other.name } };
    },
    anonymousBody: { around: [['{"grants":[', "]}"]] },
    answerSize: AS_LIST,
    storesNoText: "belongs to the organization",
  },
  deleteOrganizationRole: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofRole(fixtures),
    special: async (fixtures) => {
      const { params } = await ofRole(fixtures);
      const user_id = await fixtures.newMember(params.organization_id);
      const path = `/organizations/${params.organization_id}/members/${user_id}`;
      await fixtures.callAsRoot("PUT", path, { role_id: params.role_id });
      return [{ params }, { params: { ...params, role_id: ORGANIZATION_ROLES.member.id } }];
    },
    storesNoText: "takes no text",
  },
} satisfies Registry;
