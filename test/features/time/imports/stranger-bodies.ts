import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  importTimeEntries: {
    type: "text/csv",
    around: [
      ["start date,start time\n", ""],
      ["", "\nstart date,start time\n"],
    ],
    items: ["\n", '"",', '""\n', "x\n"],
  },
} satisfies StrangerBodies;
