import { bytesOf, RULE_BYTES, type SizeBound } from "../../../support/answer-sizes.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newRule, TODAY } from "../../../support/time-records.ts";

const REPORT: SizeBound = { bounded: "by number", items: 200 + 31, bytes: RULE_BYTES };

export default {
  getActivitySummary: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ query: "?from=2026-01-01&to=2026-01-02" }),
    special: () => ({ query: "?from=never" }),
    tooMuchActivity: { query: `?from=${TODAY}` },
    answerSize: REPORT,
  },
  tryActivityRules: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ body: { rules: [newRule()] } }),
    tooMuchActivity: { body: { from: TODAY } },
    anonymousBody: { around: [['{"rules":[', "]}"]] },
    answerSize: REPORT,
    storesNoText: "asks, and keeps nothing",
  },
  createActivityEntries: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({ body: { from: "2026-01-01T08:00:00Z", to: "2026-01-01T10:00:00Z" } }),
    anonymousBody: {},
    // Each entry lasts at least a minute, within seven days.
    answerSize: { bounded: "by number", items: 7 * 24 * 60, bytes: 300 + bytesOf(50) },
  },
} satisfies Registry;
