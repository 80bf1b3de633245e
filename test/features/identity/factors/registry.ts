import { beginTotp, codeNow } from "../../../support/authenticator.ts";
import { removeFactors, setUpAuthenticator } from "../../../support/factors.ts";
import type { Registry } from "../../../support/registry-entry.ts";

export default {
  listMyFactors: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  beginTotp: {
    access: [401, 201, 201, 201, 201, 403, 401],
    valid: async ({ api }, actor) => {
      await removeFactors(api, actor);
      return {};
    },
    special: async ({ api, root }) => {
      await setUpAuthenticator(api, root);
      return {};
    },
  },
  confirmTotp: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: async ({ api }, actor) => {
      await removeFactors(api, actor);
      const secret = actor.access && (await beginTotp(api, { access: actor.access }));
      return { body: { code: secret ? await codeNow(secret) : "123456" } };
    },
    roundTrips: [2, "the Worker needs the secret before it can verify the code"],
    anonymousBody: {},
  },
  removeTotp: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: async ({ api }, actor) => {
      await setUpAuthenticator(api, actor);
      return {};
    },
    storesNoText: "takes no text",
  },
  renewRecoveryCodes: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: async ({ api }, actor) => {
      await setUpAuthenticator(api, actor);
      return {};
    },
    special: async ({ api, root }) => {
      await removeFactors(api, root);
      return {};
    },
  },
  resetFactors: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    storesNoText: "is done to the account by an administrator",
  },
} satisfies Registry;
