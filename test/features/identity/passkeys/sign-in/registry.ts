import { passkeyUse } from "../../../../support/factors.ts";
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
    valid: async ({ api }, actor) => ({ body: await passkeyUse(api, actor) }),
    special: async ({ api, root, deactivated }) => {
      const madeUp = await passkeyUse(api, root, { challenge: "made up" });
      const forged = await passkeyUse(api, root, { forged: true });
      return [
        { body: madeUp },
        { body: await passkeyUse(api, deactivated) },
        ...Array.from({ length: 4 }, () => ({ body: forged, headers: { "CF-Connecting-IP": "192.0.2.3" } })),
      ];
    },
    roundTrips: [2, "the Worker needs the key before it can verify the signature"],
    strangerBody: { answers: [400, 422] },
  },
} satisfies Registry;
