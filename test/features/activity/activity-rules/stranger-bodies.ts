import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createActivityRule: {},
  orderActivityRules: { around: [['{"rule_ids":[', "]}"]] },
  updateActivityRule: {},
} satisfies StrangerBodies;
