import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  evaluateAccess: { around: [['{"context":', "}"]] },
  evaluateAccessBatch: {
    around: [
      ['{"evaluations":[', "]}"],
      [`{"evaluations":[${"{},".repeat(99)}{}],"context":`, "}"],
    ],
  },
  searchSubjects: { around: [['{"context":', "}"]] },
  searchResources: { around: [['{"context":', "}"]] },
  searchActions: { around: [['{"context":', "}"]] },
} satisfies StrangerBodies;
