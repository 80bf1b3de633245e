import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  confirmTotp: {},
} satisfies StrangerBodies;
