import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName, recordsAt } from "../../../support/time-records.ts";

const clients = recordsAt("/clients", "client_id");

export default {
  listClients: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(RECORD_BYTES + bytesOf(100)),
  },
  createClient: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newName() }),
    special: async (fixtures) => [
      await clients.createTaken(fixtures),
      { body: { ...newName(), organization_id: UNKNOWN_ID } },
    ],
    anonymousBody: {},
  },
  getClient: {
    access: [401, 200, 404, 200, 200, 403, 401],
    valid: (fixtures) => clients.ofRecord(fixtures),
  },
  updateClient: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => clients.ofRecord(fixtures, newName()),
    special: clients.updateToTaken,
    anonymousBody: {},
  },
  deleteClient: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => clients.ofRecord(fixtures),
  },
  restoreClient: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: clients.ofDeleted,
    special: clients.restoreTaken,
    storesNoText: "takes no text",
  },
} satisfies Registry;
