import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createPersonalToken: { around: [['{"name":"a","scopes":[', "]}"]] },
} satisfies StrangerBodies;
