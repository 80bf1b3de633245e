import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createTimeEntry: { around: [['{"tag_ids":[', "]}"]] },
  startTimer: { around: [['{"tag_ids":[', "]}"]] },
  changeTimeEntriesInBulk: {
    around: [
      ['{"items":[', "]}"],
      ['{"items":[{"do":"create","values":{"tag_ids":[', "]}}]}"],
    ],
  },
  updateTimeEntry: { around: [['{"tag_ids":[', "]}"]] },
  stopTimer: {},
} satisfies StrangerBodies;
