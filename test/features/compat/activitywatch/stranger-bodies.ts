import type { StrangerBodies } from "../../../support/stranger-bodies.ts";

/** See test/api/stranger-bodies.test.ts. */
export default {
  createActivityBucket: { around: [['{"type":"","client":"","hostname":"","data":{"":', "0}}"]] },
  storeActivityEvents: { around: [['[{"timestamp":"2026-11-23T15:04:05Z","data":{}},', "0]"]] },
  sendActivityHeartbeat: { around: [['{"timestamp":"2026-11-23T15:04:05Z","data":{"":', "0}}"]] },
  queryActivity: {
    around: [
      ['{"timeperiods":[', "]}"],
      ['{"timeperiods":[],"query":[', "]}"],
    ],
  },
  saveActivitySetting: {},
  importActivity: {
    around: [
      ['{"buckets":{"a":{"events":[', "0]}}}"],
      ['{"buckets":{', "}}"],
    ],
  },
} satisfies StrangerBodies;
