import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName, recordsAt } from "../../../support/time-records.ts";

const projects = recordsAt("/projects", "project_id");

export default {
  listProjects: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(RECORD_BYTES + bytesOf(200)),
  },
  createProject: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newName() }),
    special: async (fixtures) => [
      await projects.createTaken(fixtures),
      { body: { name: "x", client_id: UNKNOWN_ID } },
    ],
    anonymousBody: {},
  },
  getProject: {
    access: [401, 200, 404, 200, 200, 403, 401],
    valid: (fixtures) => projects.ofRecord(fixtures),
  },
  updateProject: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => projects.ofRecord(fixtures, newName()),
    special: projects.updateToTaken,
    anonymousBody: {},
  },
  deleteProject: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => projects.ofRecord(fixtures),
  },
  restoreProject: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: projects.ofDeleted,
    special: projects.restoreTaken,
    storesNoText: "takes no text",
  },
} satisfies Registry;
