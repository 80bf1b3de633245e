import { sql } from "drizzle-orm";
import { PASSWORD } from "../../../support/accounts.ts";
import { bytesOf, page, RECORD_BYTES, WITH_ROLES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

export default {
  listUsers: {
    access: [401, 200, 403, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(100 + 254)),
  },
  createUser: {
    access: [401, 403, 403, 201, 201, 403, 401],
    valid: ({ newAccount }) => {
      const { email, username } = newAccount();
      return { body: { email, username } };
    },
    special: async () => ({
      body: { email: "ada@example.com", username: "ada.new", role_ids: [UNKNOWN_ID] },
    }),
    roundTrips: [2, COUNTED_MAIL],
    anonymousBody: { around: [['{"role_ids":[', "]}"]] },
    answerSize: WITH_ROLES,
    sensitive: async ({ api, otherEmail }) => {
      const { roleId } = await api.signUpHolding("tasks:read");
      return { body: { email: otherEmail(), username: crypto.randomUUID(), role_ids: [roleId] } };
    },
  },
  getUser: {
    access: [401, 200, 403, 200, 200, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    answerSize: WITH_ROLES,
  },
  updateUser: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: ({ ofUser }) => ofUser({ first_name: "Ada" }),
    special: ({ root, powerless }) => [
      { params: { user_id: powerless.id }, body: { username: root.username } },
      { params: { user_id: root.id }, body: { is_active: false } },
    ],
    anonymousBody: {},
    answerSize: WITH_ROLES,
    sensitive: async ({ api, otherEmail }) => ({
      params: { user_id: (await api.signUp()).id },
      body: { email: otherEmail() },
    }),
  },
  deleteUser: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    special: ({ root }) => ({ params: { user_id: root.id } }),
    roundTrips: [2, COUNTED_MAIL],
    needsNoRecentAuthentication: "only ends access",
    storesNoText: "is done to the account by an administrator",
  },
  restoreUser: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: ({ ofUser, ofDeleted }) => ofDeleted("/auth/users", ofUser()),
    special: async ({ api, deleteAndReplace }) => {
      const { id, email, username } = await api.signUp();
      const body = { email, username, password: PASSWORD };
      await deleteAndReplace(`/auth/users/${id}`, { method: "POST", path: "/auth/register", body });
      return { params: { user_id: id } };
    },
    answerSize: WITH_ROLES,
    storesNoText: "is done to the account by an administrator",
  },
  activateUser: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    answerSize: WITH_ROLES,
    sensitive: async ({ api }) => {
      const { id } = await api.signUpHolding("users:read");
      await api.db.execute(sql`update users set is_active = false where id = ${id}`);
      return { params: { user_id: id } };
    },
    storesNoText: "is done to the account by an administrator",
  },
  deactivateUser: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    special: ({ root }) => ({ params: { user_id: root.id } }),
    roundTrips: [2, COUNTED_MAIL],
    answerSize: WITH_ROLES,
    needsNoRecentAuthentication: "only ends access",
    storesNoText: "is done to the account by an administrator",
  },
  assignRoles: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: async ({ newRole, ofUser }) => ofUser({ role_ids: [(await newRole()).id] }),
    anonymousBody: { around: [['{"role_ids":[', "]}"]] },
    answerSize: WITH_ROLES,
    storesNoText: "is done to the account by an administrator",
  },
} satisfies Registry;
