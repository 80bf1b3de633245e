import type { Registry } from "../../../support/registry-entry.ts";

export default {
  eraseUser: {
    access: [401, 403, 403, 202, 202, 403, 401],
    valid: async ({ callAsRoot, newAccount }) => {
      const { username, email } = newAccount();
      const { id } = await callAsRoot("POST", "/auth/users", { username, email });
      await callAsRoot("DELETE", `/auth/users/${id}`);
      return { params: { user_id: id }, body: { username } };
    },
    anonymousBody: {},
    storesNoText: "is done to the account by an administrator",
  },
} satisfies Registry;
