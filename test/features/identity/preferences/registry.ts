import type { Registry } from "../../../support/registry-entry.ts";

export default {
  getPreferences: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
  },
  updatePreferences: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({ body: { theme: "dark" } }),
    anonymousBody: {},
    needsNoRecentAuthentication: "changes only how pages look",
    storesNoText: "stores a language tag and choices",
  },
} satisfies Registry;
