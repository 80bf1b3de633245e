import { passkeySignInBody } from "../../../../support/factors.ts";
import type { Registry } from "../../../../support/registry-entry.ts";

export default {
  beginPasskeySignIn: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "needs no data from the database"],
  },
  signInWithPasskey: {
    access: [200, 200, 200, 200, 200, 403, 422],
    isPublic: true,
    valid: async ({ api }, actor) => ({ body: await passkeySignInBody(api, actor) }),
    special: async ({ api, root, deactivated }) => {
      const madeUp = await passkeySignInBody(api, root, { challenge: "made up" });
      const forged = await passkeySignInBody(api, root, { forged: true });
      return [
        { body: madeUp },
        { body: await passkeySignInBody(api, deactivated) },
        ...Array.from({ length: 4 }, () => ({ body: forged, headers: { "CF-Connecting-IP": "192.0.2.3" } })),
      ];
    },
    roundTrips: [2, "the Worker needs the key before it can verify the signature"],
    anonymousBody: { answers: [400, 422] },
  },
} satisfies Registry;
