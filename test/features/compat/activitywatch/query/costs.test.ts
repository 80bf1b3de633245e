import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../../support/api.ts";
import { COSTLY_QUERIES, MORE_COSTLY_QUERIES } from "../../../../support/costly-queries.ts";

const QUERY = "/compat/aw/api/0/query";
const DAY = "2026-01-01T00:00:00Z/2026-01-02T00:00:00Z";

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await createTestApi();
  token = (await api.signUp()).access;
});

const ask = (query: string, timeperiods = [DAY]) =>
  api.call("POST", QUERY, { token, body: { query: [query], timeperiods } });

describe("a costly query", () => {
  it.each(Object.entries({ ...COSTLY_QUERIES, ...MORE_COSTLY_QUERIES }))(
    "is rejected: %s",
    async (_, query) => {
      expect(query.length).toBeLessThanOrEqual(50_000);
      const { status, body } = await ask(query);
      expect([status, body]).toEqual([400, expect.objectContaining({ error: "BAD_REQUEST" })]);
      expect(body.message).toMatch(/too much work|too deeply/);
    },
  );
});

describe("a query with a time out of range", () => {
  it("gets 400 with the reason", async () => {
    const event = '{"start":0,"end":8640000000000000,"data":{"k":1}}';
    const { status, body } = await ask(
      `e=${event};a=merge_events_by_keys([e,e],["k"]);b=merge_events_by_keys([e,e,e],["k"]);RETURN=union_no_overlap(a,b);`,
    );
    expect([status, body]).toEqual([400, expect.objectContaining({ error: "BAD_REQUEST" })]);
    expect(body.message).toMatch(/out of range/);
  });
});

describe("a query of many buckets in many periods", () => {
  it("is rejected before it reads them", async () => {
    const buckets = Array.from({ length: 101 }, (_, nth) => `many-${nth}`);
    const made = buckets.map((id) => [id, { id, type: "t", client: "c", hostname: "h", events: [] }]);
    const imported = await api.call("POST", "/compat/aw/api/0/import", {
      token,
      body: { buckets: Object.fromEntries(made) },
    });
    expect(imported.status).toBe(200);
    const query = `${buckets.map((id) => `x=query_bucket("${id}");`).join("")}RETURN=1;`;
    const { status, body } = await ask(query, Array(50).fill(DAY));
    expect([status, body]).toEqual([400, expect.objectContaining({ error: "BUSINESS_LOGIC_ERROR" })]);
    expect((await ask(query, [DAY])).status).toBe(200);
  });
});
