import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { addPasskey, removeFactors } from "../../../support/factors.ts";
import { newAuthenticator } from "../../../support/passkey.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

export default {
  beginPasskey: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: async ({ api, root }) => {
      for (let i = 0; i < 20; i++) await addPasskey(api, root);
      return {};
    },
    answerSize: { bounded: "by number", items: 20, bytes: RECORD_BYTES },
  },
  createPasskey: {
    access: [401, 201, 201, 201, 201, 403, 401],
    valid: async ({ api }, actor) => {
      await removeFactors(api, actor);
      const begun = await api.call<{ challenge: string }>("POST", "/auth/passkeys/options", {
        token: actor.access,
      });
      const { id, response } = await (await newAuthenticator()).create(begun.body);
      return { body: { name: "My phone", credential: { id, response } } };
    },
    special: async ({ api, root }) => {
      await removeFactors(api, root);
      const authenticator = await newAuthenticator();
      const begin = () =>
        api.call<{ challenge: string }>("POST", "/auth/passkeys/options", { token: root.access });
      const parts = async () => ({
        body: { name: "twice", credential: await authenticator.create((await begin()).body) },
      });
      return [await parts(), await parts()];
    },
    roundTrips: [2, COUNTED_MAIL],
    anonymousBody: { around: [['{"name":"a","credential":{"id":"a","response":{"transports":[', "]}}}"]] },
  },
  listPasskeys: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(100)),
  },
  renamePasskey: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: async ({ api }, actor) => ({
      params: { passkey_id: (await addPasskey(api, actor)).id },
      body: { name: "My old phone" },
    }),
    anonymousBody: {},
    needsNoRecentAuthentication: "changes only a name",
  },
  removePasskey: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: async ({ api }, actor) => ({ params: { passkey_id: (await addPasskey(api, actor)).id } }),
    storesNoText: "takes no text",
  },
} satisfies Registry;
