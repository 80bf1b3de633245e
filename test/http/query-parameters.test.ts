import { beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, type TestApi } from "../support/api.ts";
import { OPERATIONS } from "../support/documented.ts";
import type { Parts } from "../support/fixtures.ts";
import { entryOf } from "../support/registry.ts";
import { send, type ValidRequests, validRequests } from "../support/requests.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
let valid: ValidRequests;

beforeAll(async () => {
  api = await createTestApi({ WRITES_BURST: "1000000", REGISTER_MAX_PER_ADDRESS: "10000" });
  root = await api.signUpHolding("superuser");
  valid = validRequests(api, root);
});

/**
 * Operations that ignore unknown parameters: operations of foreign protocols, and operations for monitors, caches and calendar programs.
 */
const isLenient = ({ path, operationId }: (typeof OPERATIONS)[number]) =>
  /^\/(compat|access|\.well-known)\//.test(path) || entryOf(operationId).ignoresUnknownParameters === true;

const validRequest = (operationId: string): Promise<Parts> => valid(operationId, root);

const withParameter = ({ query, ...parts }: Parts, parameter: string): Parts => ({
  ...parts,
  query: `${query ?? ""}${query?.includes("?") ? "&" : "?"}${parameter}`,
});

/** Returns the query parameters of an operation in the OpenAPI document. */
async function documentedParameters() {
  const { body } = await api.call<{
    paths: Record<
      string,
      Record<
        string,
        { operationId: string; parameters?: { in: string; name: string; schema: { type?: string } }[] }
      >
    >;
  }>("GET", "/openapi.json");
  return Object.values(body.paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap(({ operationId, parameters = [] }) =>
      parameters
        .filter((parameter) => parameter.in === "query")
        .map(({ name, schema }) => ({ operationId, name, type: schema.type })),
    );
}

describe("an unknown query parameter", () => {
  it.each(OPERATIONS.filter((operation) => !isLenient(operation)))(
    "is refused by $operationId, and named",
    async ({ operationId }) => {
      const parts = withParameter(await validRequest(operationId), "bogus=1");
      const answer = await send(api, operationId, parts, root.access);
      expect(answer).toMatchObject({
        status: 422,
        body: { error: "VALIDATION_ERROR", details: [{ field: "query.bogus", type: "unrecognized_keys" }] },
      });
    },
  );

  it.each(OPERATIONS.filter(isLenient))("has no effect on $operationId", async ({ operationId }) => {
    const parts = await validRequest(operationId);
    const { status } = await send(api, operationId, withParameter(parts, "bogus=1"), root.access);
    expect(status).toBeLessThan(400);
  });

  it("causes 401 for unauthenticated callers, without its name", async () => {
    expect((await api.call("GET", "/reports/summary?tz=UTC")).status).toBe(401);
  });

  it.each([
    ["/reports/summary?tz=Asia/Tokyo", "tz", "timezone"],
    ["/reports/summary?timeZone=Asia/Tokyo", "timeZone", "timezone"],
    ["/reports/summary?time_zone=Asia/Tokyo", "time_zone", "timezone"],
    ["/reports/summary?form=2026-01-01", "form", "from"],
    ["/reports/summary?start_date=2026-01-01", "start_date", "from"],
    ["/reports/summary?until=2026-01-01", "until", "to"],
    ["/reports/summary?group_by=day", "group_by", "group"],
    ["/reports/summary?project=x", "project", "project_id"],
    ["/time-entries?pageSize=5", "pageSize", "limit"],
    ["/time-entries?per_page=5", "per_page", "limit"],
    ["/time-entries?limt=5", "limt", "limit"],
    ["/time-entries?Limit=5", "Limit", "limit"],
    ["/time-entries?offset=5", "offset", "skip"],
    ["/time-entries?search=x", "search", "q"],
    ["/time-entries?order_by=x", "order_by", "sort"],
    ["/time-entries?tag_id[]=x", "tag_id[]", "tag_id"],
    ["/time-entries/export?projectId=x", "projectId", "project_id"],
    ["/time-entries?user_id=x", "user_id", "owner_id"],
    ["/audit?actor=x", "actor", "actor_id"],
  ])("causes an error with the nearest known name: %s", async (path, name, nearest) => {
    const { status, body } = await api.call<{ details: object[] }>("GET", path, { token: root.access });
    expect(status).toBe(422);
    expect(body.details).toEqual([
      {
        field: `query.${name}`,
        message: `Unknown parameter. Did you mean ${nearest}?`,
        type: "unrecognized_keys",
      },
    ]);
  });

  it("causes a list of all parameters where no name is similar, or says that the route has none", async () => {
    const far = await api.call<{ details: { message: string }[] }>("GET", "/reports/streak?color=red", {
      token: root.access,
    });
    expect(far.body.details[0]?.message).toBe("Unknown parameter. Known parameters: timezone, include.");
    const none = await api.call<{ details: { message: string }[] }>("GET", "/auth/me?color=red", {
      token: root.access,
    });
    expect(none.body.details[0]?.message).toBe("Unknown parameter. This route has no parameters.");
  });

  it("costs little for long names and for many parameters", async () => {
    const query = Array.from({ length: 150 }, (_, n) => `${"x".repeat(90)}${n}=1`).join("&");
    const { status, body } = await api.call<{ details: object[] }>("GET", `/time-entries?${query}`, {
      token: root.access,
    });
    expect(status).toBe(422);
    expect(body.details).toHaveLength(100);
  });

  it("leaves the pages of the docs unchanged", async () => {
    for (const path of ["/docs?_=1", "/redoc?v=2", "/openapi.json?t=3"]) {
      expect((await app.request(path, {}, api.bindings)).status, path).toBe(200);
    }
  });
});

describe("a repeated parameter", () => {
  it("causes an error with its name in every operation that has it", async () => {
    const strict = new Set(OPERATIONS.filter((one) => !isLenient(one)).map((one) => one.operationId));
    const parameters = (await documentedParameters()).filter(({ operationId }) => strict.has(operationId));
    expect(parameters.length).toBeGreaterThan(100);
    for (const { operationId, name } of parameters) {
      const { query: _, ...parts } = await validRequest(operationId);
      const answer = await send(api, operationId, { ...parts, query: `?${name}=1&${name}=1` }, root.access);
      expect(answer.status, `${operationId} ${name}`).toBe(422);
      const detail = answer.body.details?.find(({ field }) => field === `query.${name}`);
      expect(detail?.message, `${operationId} ${name}`).toBe("must be given only once");
    }
  });
});

describe("a numeric parameter", () => {
  const ODD = ["0x10", " 5", "5 ", "1e1", "+5", "５", "5_0", "0b1", "Infinity", "5.", "--5"];

  it("causes an error with its name in every form but decimal digits", async () => {
    const numbers = (await documentedParameters()).filter(
      ({ type }) => type === "integer" || type === "number",
    );
    expect(numbers.length).toBeGreaterThan(40);
    for (const { operationId, name } of numbers) {
      const { query, ...parts } = await validRequest(operationId);
      for (const odd of ODD) {
        const asked = new URLSearchParams(query ?? "");
        asked.set(name, odd);
        const answer = await send(api, operationId, { ...parts, query: `?${asked}` }, root.access);
        expect([400, 422], `${operationId} ${name}=${odd}`).toContain(answer.status);
        expect(answer.text, `${operationId} ${name}=${odd}`).toMatch(/decimal digits|Invalid input/);
      }
    }
  });

  it("names the accepted form in its error", async () => {
    const { body } = await api.call<{ details: object[] }>("GET", "/tags?limit=0x10", { token: root.access });
    expect(body.details).toEqual([
      {
        field: "query.limit",
        message: "must be a whole number in decimal digits, such as 5",
        type: "invalid_type",
      },
    ]);
  });

  it.each(["5", "05"])("accepts %s", async (limit) => {
    expect((await api.call("GET", `/tags?limit=${limit}`, { token: root.access })).status).toBe(200);
  });
});
