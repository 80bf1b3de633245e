import { bytesOf, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

/** Verifies a user's email, and returns the token to review the account. */
async function reviewTokenOf({ api }: Fixtures, { email, access }: Fixtures["root"]): Promise<string> {
  await api.call("POST", "/auth/email/verification", { token: access });
  const body = { token: await api.mailedToken(email) };
  const verified = await api.call<{ review_token: string }>("POST", "/auth/email/verify", { body });
  return verified.body.review_token;
}

export default {
  getMyEmail: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  requestEmailVerification: {
    access: [401, 202, 202, 202, 202, 403, 401],
    valid: () => ({}),
    special: () => Array(6).fill({}),
    roundTrips: [2, COUNTED_MAIL],
    needsNoRecentAuthentication: "sends a mail to the account's own address",
  },
  verifyEmail: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: async ({ api, callAsRoot, newAccount }) => {
      const registered = newAccount();
      await callAsRoot("POST", "/auth/register", registered);
      return { body: { token: await api.mailedToken(registered.email) } };
    },
    special: () => ({ body: { token: "forged" } }),
    anonymousBody: { answers: [400, 422] },
    // The response names each passkey, token, key and feed: at most a hundred tokens and a hundred feeds.
    answerSize: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
  },
  reviewAccess: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: async ({ api, callAsRoot, newAccount }) => {
      const registered = newAccount();
      await callAsRoot("POST", "/auth/register", registered);
      const { body } = await api.call<{ review_token?: string }>("POST", "/auth/email/verify", {
        body: { token: await api.mailedToken(registered.email) },
      });
      return { body: { review_token: body.review_token, decision: "end" } };
    },
    special: async (fixtures) => [
      { body: { review_token: "forged", decision: "keep" } },
      { body: { review_token: await reviewTokenOf(fixtures, fixtures.root), decision: "disown" } },
    ],
    anonymousBody: { answers: [400, 422] },
    storesNoText: "takes no text",
  },
} satisfies Registry;
