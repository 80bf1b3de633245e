import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  register: { answers: [400, 422] },
  login: { answers: [400, 422] },
  refresh: { answers: [400, 401, 422] },
  updateMe: {},
  changeMyPassword: {},
  reauthenticate: {},
} satisfies StrangerBodies;
