import { type SizeBound, signUpWithSomeLongestEntries } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

const exportedAs = (type: string): SizeBound => ({
  bounded: "in parts",
  fill: async (api) => ({
    path: "/time-entries/export",
    token: (await signUpWithSomeLongestEntries(api)).access,
    headers: { Accept: type },
  }),
});

export default {
  exportTimeEntries: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => [
      { query: `?organization_id=${UNKNOWN_ID}` },
      { query: "?from=never" },
      { headers: { Accept: "text/html" } },
    ],
    otherAnswerSizes: {
      "text/csv": exportedAs("text/csv"),
      "application/x-ndjson": exportedAs("application/x-ndjson"),
      "text/calendar": exportedAs("text/calendar"),
    },
  },
} satisfies Registry;
