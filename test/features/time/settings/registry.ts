import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getTimeSettings: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  updateTimeSettings: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({ body: { timezone: "Europe/Berlin" } }),
    anonymousBody: {},
  },
} satisfies Registry;
