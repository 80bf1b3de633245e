import type { Registry } from "../../../support/registry-entry.ts";

export default {
  listOrganizationEvents: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: ({ ofOrganization }) => ofOrganization(),
    answerSize: {
      bounded: "elsewhere",
      why: "as listAuditEvents: a page ends before it exceeds 5 MB",
    },
  },
} satisfies Registry;
