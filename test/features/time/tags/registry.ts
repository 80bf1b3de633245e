import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName, recordsAt } from "../../../support/time-records.ts";

const tags = recordsAt("/tags", "tag_id");

export default {
  listTags: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(RECORD_BYTES + bytesOf(50)),
  },
  createTag: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newName() }),
    special: async (fixtures) => [
      await tags.createTaken(fixtures),
      { body: { ...newName(), organization_id: UNKNOWN_ID } },
    ],
    anonymousBody: {},
  },
  getTag: {
    access: [401, 200, 404, 200, 200, 403, 401],
    valid: (fixtures) => tags.ofRecord(fixtures),
  },
  updateTag: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => tags.ofRecord(fixtures, newName()),
    special: tags.updateToTaken,
    anonymousBody: {},
  },
  deleteTag: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => tags.ofRecord(fixtures),
  },
  restoreTag: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: tags.ofDeleted,
    special: tags.restoreTaken,
    storesNoText: "takes no text",
  },
} satisfies Registry;
