import { sql } from "drizzle-orm";
import { bytesOf, longestText, page, RECORD_BYTES, type SizeBound } from "../../../support/answer-sizes.ts";
import { type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

const ROLE: SizeBound = {
  bounded: "as a whole",
  fill: async (api) => {
    const root = await api.signUpHolding("superuser");
    const id = crypto.randomUUID();
    await api.db.execute(
      sql`insert into roles (id, name, description) values (${id}, ${id}, ${longestText(255)})`,
    );
    await api.db.execute(sql`
      with made as (
        insert into permissions (resource, action, description)
        select rpad(n::text || '-', 50, chr(1)), rpad('a', 50, chr(1)), ${longestText(255)} from generate_series(1, 2000) n returning id)
      insert into role_permissions (role_id, permission_id) select ${id}, id from made`);
    const more = await api.call<{ id: string }>("POST", "/permissions", {
      token: root.access,
      body: { resource: `r${crypto.randomUUID()}`, action: "read" },
    });
    const added = await api.call("POST", `/roles/${id}/permissions/${more.body.id}`, { token: root.access });
    if (added.status !== 400) throw new Error(`One permission too many: ${added.status}`);
    return { path: `/roles/${id}`, token: root.access };
  },
};

const AS_ROLE: SizeBound = {
  bounded: "elsewhere",
  why: "as getRole: a role grants 2,000 permissions at most",
};

const ofRole = async ({ newRole }: Fixtures, body?: unknown) => ({
  params: { role_id: (await newRole()).id },
  body,
});
const tasksRead = async ({ callAsRoot }: Fixtures) =>
  (await callAsRoot("GET", "/permissions/name/tasks:read")).id;

export default {
  listRoles: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(50 + 255)),
  },
  createRole: {
    access: [401, 403, 403, 201, 201, 403, 401],
    valid: () => ({ body: { name: crypto.randomUUID() } }),
    special: () => ({ body: { name: crypto.randomUUID(), permission_ids: [UNKNOWN_ID] } }),
    anonymousBody: { around: [['{"name":"a","permission_ids":[', "]}"]] },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
  getRole: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: (fixtures) => ofRole(fixtures),
    answerSize: ROLE,
  },
  getRoleByName: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async ({ newRole }) => ({ params: { role_name: (await newRole()).name } }),
    answerSize: AS_ROLE,
  },
  updateRole: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: (fixtures) => ofRole(fixtures, { description: "changed" }),
    special: ({ powerless }) => ({ params: { role_id: powerless.roleId }, body: { name: "admin" } }),
    anonymousBody: { around: [['{"permission_ids":[', "]}"]] },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
  deleteRole: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: (fixtures) => ofRole(fixtures),
    special: async ({ api, root }) => {
      const { body } = await api.call<{ id: string }>("GET", "/roles/name/admin", { token: root.access });
      return { params: { role_id: body.id } };
    },
    storesNoText: "belongs to the deployment",
  },
  restoreRole: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: (fixtures) => fixtures.ofDeleted("/roles", ofRole(fixtures)),
    special: async ({ callAsRoot, deleteAndReplace }) => {
      const body = { name: crypto.randomUUID() };
      const { id } = await callAsRoot("POST", "/roles", body);
      await deleteAndReplace(`/roles/${id}`, { method: "POST", path: "/roles", body });
      return { params: { role_id: id } };
    },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
  setRolePermissions: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async (fixtures) => ofRole(fixtures, { permission_ids: [await tasksRead(fixtures)] }),
    anonymousBody: { around: [['{"permission_ids":[', "]}"]] },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
  addRolePermission: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async (fixtures) => ({
      params: { role_id: (await fixtures.newRole()).id, permission_id: await tasksRead(fixtures) },
    }),
    special: async ({ api, root }) => {
      const role_id = crypto.randomUUID();
      await api.db.execute(sql`insert into roles (id, name) values (${role_id}, ${role_id})`);
      await api.db.execute(sql`
      with made as (
        insert into permissions (resource, action) select 'many', n::text from generate_series(1, 2000) n returning id)
      insert into role_permissions (role_id, permission_id) select ${role_id}, id from made`);
      const { body } = await api.call<{ id: string }>("GET", "/permissions/name/tasks:read", {
        token: root.access,
      });
      return { params: { role_id, permission_id: body.id } };
    },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
  removeRolePermission: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async (fixtures) => {
      const params = { role_id: (await fixtures.newRole()).id, permission_id: await tasksRead(fixtures) };
      await fixtures.callAsRoot("POST", `/roles/${params.role_id}/permissions/${params.permission_id}`);
      return { params };
    },
    answerSize: AS_ROLE,
    storesNoText: "belongs to the deployment",
  },
} satisfies Registry;
