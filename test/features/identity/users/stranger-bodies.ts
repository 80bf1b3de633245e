import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createUser: { around: [['{"role_ids":[', "]}"]] },
  updateUser: {},
  assignRoles: { around: [['{"role_ids":[', "]}"]] },
} satisfies StrangerBodies;
