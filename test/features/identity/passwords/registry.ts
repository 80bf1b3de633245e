import { PASSWORD } from "../../../support/accounts.ts";
import { bytesOf, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

export default {
  forgotPassword: {
    access: [202, 202, 202, 202, 202, 202, 202],
    isPublic: true,
    valid: ({ newAccount }) => ({ body: { email: newAccount().email } }),
    special: () => Array(6).fill({ body: { email: "unknown@example.com" } }),
    roundTrips: [2, "the account is looked up after the response"],
    anonymousBody: { answers: [400, 422] },
  },
  resetPassword: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: async ({ api, callAsRoot, newAccount }) => {
      const { email, username } = newAccount();
      await callAsRoot("POST", "/auth/users", { email, username });
      return { body: { token: await api.mailedToken(email), new_password: PASSWORD } };
    },
    special: async ({ api }) => {
      const { email } = await api.signUp();
      await api.call("POST", "/auth/password/forgot", { body: { email } });
      const token = await api.mailedToken(email);
      return [
        { body: { token: "forged", new_password: PASSWORD } },
        ...Array(21).fill({ body: { token, new_password: "password" } }),
      ];
    },
    roundTrips: [
      3,
      `the Worker needs the account before it checks and hashes the password; and ${COUNTED_MAIL}`,
    ],
    anonymousBody: { answers: [400, 422] },
    answerSize: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
  },
} satisfies Registry;
