import { RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getAbout: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    special: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
    answerSize: { bounded: "by number", items: 20, bytes: RECORD_BYTES },
    ignoresUnknownParameters: true,
  },
  getHealth: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
    ignoresUnknownParameters: true,
  },
  getDetailedHealth: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    ignoresUnknownParameters: true,
  },
} satisfies Registry;
