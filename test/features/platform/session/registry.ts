import { WITH_ROLES } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getSessionState: {
    access: [200, 200, 200, 200, 200, 403, 401],
    isPublic: true,
    valid: () => ({}),
    answerSize: WITH_ROLES,
  },
} satisfies Registry;
