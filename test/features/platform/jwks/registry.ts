import { RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getPublicKeys: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
    answerSize: { bounded: "by number", items: 10, bytes: RECORD_BYTES },
    ignoresUnknownParameters: true,
  },
  getAuthorizationServerMetadata: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
    answerSize: { bounded: "by number", items: 1, bytes: RECORD_BYTES },
  },
} satisfies Registry;
