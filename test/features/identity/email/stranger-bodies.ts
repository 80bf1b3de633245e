import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  verifyEmail: { answers: [400, 422] },
  reviewAccess: { answers: [400, 422] },
  confirmEmailChange: { answers: [400, 422] },
  approveEmailChange: { answers: [400, 422] },
  stopEmailChange: { answers: [400, 422] },
} satisfies StrangerBodies;
