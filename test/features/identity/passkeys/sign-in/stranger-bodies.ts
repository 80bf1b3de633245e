import type { StrangerBodies } from "../../../../support/stranger-bodies.ts";

/** See test/features/stranger-bodies.test.ts. */
export default {
  signInWithPasskey: { answers: [400, 422] },
} satisfies StrangerBodies;
