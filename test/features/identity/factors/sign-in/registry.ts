import { openChallenge } from "../../../../support/factors.ts";
import type { Registry } from "../../../../support/registry-entry.ts";

export default {
  proveSecondFactor: {
    access: [200, 200, 200, 200, 200, 403, 401],
    isPublic: true,
    valid: async ({ api }, actor) => ({ body: await openChallenge(api, actor) }),
    special: async ({ api, deactivated }) => {
      const { challenge } = await openChallenge(api, await api.signUp());
      return [
        { body: await openChallenge(api, deactivated) },
        ...Array.from({ length: 11 }, () => ({ body: { challenge, code: "000000" } })),
      ];
    },
    roundTrips: [2, "the Worker needs the secret before it can verify the code"],
    anonymousBody: { answers: [400, 422] },
  },
} satisfies Registry;
