import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  sendHeartbeats: { around: [['[{"dependencies":[', "0]}]"]] },
  sendHeartbeat: { around: [['{"dependencies":[', "0]}"]] },
  listFileExperts: {},
} satisfies StrangerBodies;
