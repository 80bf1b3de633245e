import type { Registry } from "../../../support/registry-entry.ts";

export default {
  eraseUser: {
    access: [401, 403, 403, 202, 202, 403, 401],
    valid: async ({ made, account }) => {
      const { username, email } = account();
      const { id } = await made("POST", "/auth/users", { username, email });
      await made("DELETE", `/auth/users/${id}`);
      return { params: { user_id: id }, body: { username } };
    },
    strangerBody: {},
    storesNoText: "is done to the account by an administrator",
  },
} satisfies Registry;
