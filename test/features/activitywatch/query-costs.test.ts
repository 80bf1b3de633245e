import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";
import { COSTLY_QUERIES, MORE_COSTLY_QUERIES } from "../../support/costly-queries.ts";

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
    "%s is refused",
    async (_, query) => {
      expect(query.length).toBeLessThanOrEqual(50_000);
      const { status, body } = await ask(query);
      expect([status, body]).toEqual([400, expect.objectContaining({ error: "BAD_REQUEST" })]);
      expect(body.message).toMatch(/too much work|too deeply/);
    },
  );
});
