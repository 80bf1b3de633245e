import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createRole: { around: [['{"name":"a","permission_ids":[', "]}"]] },
  updateRole: { around: [['{"permission_ids":[', "]}"]] },
  setRolePermissions: { around: [['{"permission_ids":[', "]}"]] },
} satisfies StrangerBodies;
