import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

const resource = () => `r${crypto.randomUUID()}`;
const newPermission = ({ callAsRoot }: Fixtures) =>
  callAsRoot("POST", "/permissions", { resource: resource(), action: "read" });
const ofPermission = async (fixtures: Fixtures, body?: unknown) => ({
  params: { permission_id: (await newPermission(fixtures)).id },
  body,
});

export default {
  listPermissions: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(2 * 101 + 255)),
  },
  createPermission: {
    access: [401, 403, 403, 201, 201, 403, 401],
    valid: () => ({ body: { resource: resource(), action: "read" } }),
    anonymousBody: {},
    needsNoRecentAuthentication: "grants nothing until a role has it",
    storesNoText: "belongs to the deployment",
  },
  getPermission: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: (fixtures) => ofPermission(fixtures),
  },
  getPermissionByName: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async (fixtures) => ({ params: { permission_name: (await newPermission(fixtures)).name } }),
  },
  listPermissionsOfResource: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ params: { resource: "tasks" } }),
    answerSize: page(RECORD_BYTES + bytesOf(2 * 101 + 255)),
  },
  updatePermission: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: (fixtures) => ofPermission(fixtures, { description: "changed" }),
    special: async (fixtures) => ofPermission(fixtures, { resource: "tasks", action: "read" }),
    anonymousBody: {},
    storesNoText: "belongs to the deployment",
  },
  deletePermission: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: (fixtures) => ofPermission(fixtures),
    storesNoText: "belongs to the deployment",
  },
  restorePermission: {
    // Restoring requires the permission, and only superusers and holders of a wildcard hold a deleted one.
    access: [401, 403, 403, 403, 200, 403, 401],
    valid: (fixtures) => fixtures.ofDeleted("/permissions", ofPermission(fixtures)),
    special: async ({ callAsRoot, deleteAndReplace }) => {
      const body = { resource: `r${crypto.randomUUID()}`, action: "read" };
      const { id } = await callAsRoot("POST", "/permissions", body);
      await deleteAndReplace(`/permissions/${id}`, { method: "POST", path: "/permissions", body });
      return { params: { permission_id: id } };
    },
    storesNoText: "belongs to the deployment",
  },
} satisfies Registry;
