import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import { NUL_TOLERATED, type Registry } from "../../../support/registry-entry.ts";

/** Asks about another user, since all users may ask about themselves. */
const QUESTION_ABOUT_ANOTHER = {
  subject: { type: "user", id: UNKNOWN_ID },
  action: { name: "read" },
  resource: { type: "tasks", id: "1" },
};

export default {
  getMyPermissions: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  evaluateAccess: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ body: QUESTION_ABOUT_ANOTHER }),
    anonymousBody: { around: [['{"context":', "}"]] },
    storesNoText: "asks, and keeps nothing",
  },
  evaluateAccessBatch: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ body: { evaluations: [QUESTION_ABOUT_ANOTHER] } }),
    anonymousBody: {
      around: [
        ['{"evaluations":[', "]}"],
        [`{"evaluations":[${"{},".repeat(99)}{}],"context":`, "}"],
      ],
    },
    nulStatuses: NUL_TOLERATED,
    storesNoText: "asks, and keeps nothing",
  },
  searchSubjects: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ body: { ...QUESTION_ABOUT_ANOTHER, subject: { type: "user" } } }),
    anonymousBody: { around: [['{"context":', "}"]] },
    answerSize: page(RECORD_BYTES),
    needsNoRecentAuthentication: "reads",
    storesNoText: "asks, and keeps nothing",
  },
  searchResources: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ body: { ...QUESTION_ABOUT_ANOTHER, resource: { type: "tasks" } } }),
    anonymousBody: { around: [['{"context":', "}"]] },
    answerSize: page(RECORD_BYTES),
    storesNoText: "asks, and keeps nothing",
  },
  searchActions: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: () => ({ body: QUESTION_ABOUT_ANOTHER }),
    anonymousBody: { around: [['{"context":', "}"]] },
    answerSize: page(RECORD_BYTES + bytesOf(50)),
    nulStatuses: NUL_TOLERATED,
    storesNoText: "asks, and keeps nothing",
  },
  getAuthzenConfiguration: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: () => ({}),
    roundTrips: [0, "asks the database for nothing"],
  },
} satisfies Registry;
