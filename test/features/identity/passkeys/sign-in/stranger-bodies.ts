import type { StrangerBodies } from "../../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  signInWithPasskey: { answers: [400, 422] },
} satisfies StrangerBodies;
