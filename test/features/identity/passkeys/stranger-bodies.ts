import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createPasskey: { around: [['{"name":"a","credential":{"id":"a","response":{"transports":[', "]}}}"]] },
  renamePasskey: {},
} satisfies StrangerBodies;
