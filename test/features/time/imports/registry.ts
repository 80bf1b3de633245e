import { page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newHour } from "../../../support/time-records.ts";

export default {
  importTimeEntries: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({
      query: "?format=toggl",
      body: "Start date,Start time,End date,End time\n1951-01-01,10:00:00,1951-01-01,11:00:00\n",
      headers: { "Content-Type": "text/csv" },
    }),
    anonymousBody: {
      type: "text/csv",
      around: [
        ["start date,start time\n", ""],
        ["", "\nstart date,start time\n"],
      ],
      items: ["\n", '"",', '""\n', "x\n"],
    },
    answerSize: { bounded: "elsewhere", why: "a hundred errors and a sample of the body" },
  },
  listImports: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES),
  },
  undoImport: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: async ({ callAsRoot }) => {
      const { started_at: start, ended_at: end } = newHour();
      const done = await callAsRoot("POST", "/imports?format=timewarrior", [{ start, end }]);
      return { params: { import_id: done.import_id ?? "" } };
    },
    answerSize: { bounded: "elsewhere", why: "an id for each of two thousand rows" },
  },
} satisfies Registry;
