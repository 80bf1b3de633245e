import { bytesOf, page, RECORD_BYTES, signUpWithLongestEntries } from "../../../support/answer-sizes.ts";
import { type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import { NUL_TOLERATED, type Registry } from "../../../support/registry-entry.ts";
import { newHour } from "../../../support/time-records.ts";

const ofEntry = async ({ callAsRoot }: Fixtures, body?: unknown) => ({
  params: { entry_id: (await callAsRoot("POST", "/time-entries", newHour())).id },
  body,
});

/** Creates an entry on a new day for an account that does not allow overlap. */
async function newExclusiveEntry({ callAsRoot }: Fixtures) {
  await callAsRoot("PATCH", "/settings/time", { allow_overlap: false });
  const times = newHour();
  return { ...times, id: (await callAsRoot("POST", "/time-entries", times)).id };
}

export default {
  listTimeEntries: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => ({ path: "/time-entries", token: (await signUpWithLongestEntries(api)).access }),
    },
  },
  createTimeEntry: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newHour() }),
    special: async (fixtures) => {
      const { id: _, ...times } = await newExclusiveEntry(fixtures);
      return [{ body: times }, { body: { project_id: UNKNOWN_ID } }];
    },
    anonymousBody: { around: [['{"tag_ids":[', "]}"]] },
  },
  startTimer: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: { description: "notes" } }),
    special: async (fixtures) => [
      { body: { id: (await newExclusiveEntry(fixtures)).id, description: "x" } },
      { body: { project_id: UNKNOWN_ID } },
    ],
    anonymousBody: { around: [['{"tag_ids":[', "]}"]] },
  },
  getRunningTimer: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  listTimeEntrySuggestions: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(RECORD_BYTES + bytesOf(3000)),
  },
  changeTimeEntriesInBulk: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ body: { items: [{ do: "create", values: newHour() }] } }),
    anonymousBody: {
      around: [
        ['{"items":[', "]}"],
        ['{"items":[{"do":"create","values":{"tag_ids":[', "]}}]}"],
      ],
    },
    answerSize: {
      bounded: "elsewhere",
      why: "a line for each of a thousand items, which names values of the body",
    },
    nulStatuses: NUL_TOLERATED,
  },
  getTimeEntry: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofEntry(fixtures),
  },
  updateTimeEntry: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofEntry(fixtures, { description: "changed" }),
    special: async (fixtures) => {
      const { id } = await newExclusiveEntry(fixtures);
      const { id: _, ...times } = await newExclusiveEntry(fixtures);
      const params = { entry_id: id };
      return [
        { params, body: times },
        { params, body: { ended_at: "1901-01-01T00:00:00Z" } },
      ];
    },
    anonymousBody: { around: [['{"tag_ids":[', "]}"]] },
  },
  stopTimer: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofEntry(fixtures, {}),
    special: async ({ callAsRoot }) => {
      await callAsRoot("PATCH", "/settings/time", { allow_overlap: true });
      const { id } = await callAsRoot("POST", "/time-entries/start", { started_at: "2026-01-01T08:00:00Z" });
      return { params: { entry_id: id }, body: { at: "2025-01-01T08:00:00Z" } };
    },
    anonymousBody: {},
    storesNoText: "takes no text",
  },
  resumeTimer: {
    // The entry belongs to the superuser, and only its owner can resume it.
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofEntry(fixtures),
  },
  deleteTimeEntry: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => ofEntry(fixtures),
  },
  restoreTimeEntry: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: async (fixtures) => {
      const parts = await ofEntry(fixtures);
      await fixtures.callAsRoot("DELETE", `/time-entries/${parts.params.entry_id}`);
      return parts;
    },
    special: async (fixtures) => {
      const { id, ...times } = await newExclusiveEntry(fixtures);
      await fixtures.deleteAndReplace(`/time-entries/${id}`, {
        method: "POST",
        path: "/time-entries",
        body: times,
      });
      return { params: { entry_id: id } };
    },
    storesNoText: "takes no text",
  },
} satisfies Registry;
