import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  forgotPassword: { answers: [400, 422] },
  resetPassword: { answers: [400, 422] },
} satisfies StrangerBodies;
