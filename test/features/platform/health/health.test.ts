import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const health = (path: string) => api.call<{ database_version: string; database: string }>("GET", path);

describe("GET /health/detailed", () => {
  it("returns only the major version of the database", async () => {
    const { body } = await health("/health/detailed");
    expect(body).toMatchObject({ database: "connected", database_version: expect.stringMatching(/^\d+$/) });
  });

  it("queries the database once in several seconds for any number of requests [HEALTH-1]", async () => {
    const other = await createTestApi();
    const trips = await other.roundTripsOf(async () => {
      for (let nth = 0; nth < 20; nth++) {
        expect((await other.call("GET", "/health/detailed")).status).toBe(200);
      }
      await Promise.all(Array.from({ length: 20 }, () => other.call("GET", "/health/detailed")));
    });
    expect(trips).toBeLessThanOrEqual(2);
  });
});
