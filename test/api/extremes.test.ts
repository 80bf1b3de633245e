import { beforeAll, describe, expect, it } from "vitest";
import { jsonToBase64Url } from "../../src/core/security/encoding.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: root.access, body });

const ID = "00000000-0000-4000-8000-000000000000";

describe("a cursor of a list that is sorted by time", () => {
  const LISTS: [path: string, sort: string][] = [
    ["/time-entries", "started_at"],
    ["/projects", "created_at"],
    ["/roles", "created_at"],
    ["/auth/users", "created_at"],
    ["/audit", "occurred_at"],
    ["/calendar-feeds", "created_at"],
    ["/auth/sessions", "created_at"],
    ["/auth/tokens", "created_at"],
  ];
  const KEYS = [
    "2026-02-30 00:00:00+00",
    "2025-02-29 00:00:00+00",
    "2026-13-01 00:00:00+00",
    "0000-01-01 00:00:00+00",
    "2026-01-01 00:00:00+16",
    "2026-01-01 00:00:00+99",
    "2026-01-01 00:00:00-99:99",
    "2026-01-01 24:00:00.001+00",
    "2026-01-01 12+00",
    "2026-01-01 00:00:00+00 BC",
    "infinity",
    "-infinity",
    "now",
    "",
  ];

  it.each(LISTS)("causes an error in %s for a key that the database never wrote", async (path, sort) => {
    for (const key of KEYS) {
      const cursor = jsonToBase64Url([sort, key, ID, false]);
      const { status, body } = await call("GET", `${path}?sort=${sort}&cursor=${cursor}`);
      expect([key, status, body.error]).toEqual([key, 422, "VALIDATION_ERROR"]);
    }
  });

  it.each(["2026-01-01 00:00:00+00", "2026-01-01 00:00:00.123+05:30", "1999-12-31 23:59:59.999999-14"])(
    "continues from %s",
    async (key) => {
      const cursor = jsonToBase64Url(["started_at", key, ID, false]);
      expect((await call("GET", `/time-entries?sort=started_at&cursor=${cursor}`)).status).toBe(200);
    },
  );
});

it.each(["tag,tag", "client,client", "day,day"])(
  "rejects a summary with a repeated group: %s",
  async (group) => {
    const { status, body } = await call("GET", `/reports/summary?group=${group}`);
    expect([status, body.error]).toEqual([422, "VALIDATION_ERROR"]);
  },
);

describe("an activity event", () => {
  const AW = "/compat/aw/api/0";
  const OFFSETS = ["+16:00", "-16:00", "+23:59", "-23:59", "+15:59", "-15:59", "+00:00"];

  it.each(OFFSETS)("keeps its instant with the offset %s", async (offset) => {
    const bucket = `${AW}/buckets/extremes${offset.replace(/\W/g, "x")}${offset.startsWith("-") ? "w" : "e"}`;
    await call("POST", bucket, { type: "t", client: "c", hostname: "h" });
    const timestamp = `2026-01-01T12:00:00.123456${offset}`;
    const event = { timestamp, duration: 1, data: { app: "x" } };
    const expected = new Date(timestamp.replace("123456", "123")).toISOString().replace("Z", "456Z");
    const answers = [
      await call("POST", `${bucket}/heartbeat?pulsetime=0`, event),
      await call("POST", `${bucket}/events`, [event]),
      await call("POST", `${AW}/import`, { buckets: { imported: { id: "imported", events: [event] } } }),
      await call("GET", `${bucket}/events?start=${encodeURIComponent(timestamp)}`),
      await call("GET", `${bucket}/events/count?end=${encodeURIComponent(timestamp)}`),
      await call("POST", `${AW}/query`, {
        query: ["RETURN = 1;"],
        timeperiods: [`${timestamp}/${timestamp}`],
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers[0]?.body).toMatchObject({ timestamp: expected });
    expect(answers[3]?.body).toMatchObject([{ timestamp: expected }, { timestamp: expected }]);
  });
});
