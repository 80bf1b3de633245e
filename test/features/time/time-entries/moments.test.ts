import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await createTestApi();
  token = (await api.signUp()).access;
});

const add = (started_at: unknown, ended_at: unknown = "2026-01-10T12:00:00Z") =>
  api.call<{ started_at: string; details: { field: string; message: string }[] }>("POST", "/time-entries", {
    token,
    body: { started_at, ended_at },
  });

describe("an instant in a request", () => {
  it.each([
    ["in lower case", "2026-01-10t08:00:00z", "2026-01-10T08:00:00.000Z"],
    ["with a lowercase t and an offset", "2026-01-10t09:30:00+01:30", "2026-01-10T08:00:00.000Z"],
    ["with a fraction and a lowercase z", "2026-01-10T08:00:00.25z", "2026-01-10T08:00:00.250Z"],
    ["to the nanosecond", "2026-01-10T08:00:00.123456789Z", "2026-01-10T08:00:00.123Z"],
    ["with a fraction of one digit", "2026-01-10T08:00:00.5Z", "2026-01-10T08:00:00.500Z"],
    ["with an unknown local offset", "2026-01-10T08:00:00-00:00", "2026-01-10T08:00:00.000Z"],
    ["with the widest offset", "2026-01-11T07:59:00+23:59", "2026-01-10T08:00:00.000Z"],
    ["on a leap day", "2024-02-29T08:00:00Z", "2024-02-29T08:00:00.000Z"],
  ])("accepts a date-time %s", async (_, started, kept) => {
    expect(await add(started)).toMatchObject({ status: 201, body: { started_at: kept } });
  });

  it.each([
    ["a leap second", "2016-12-31T23:59:60Z", /leap second/],
    ["a leap second in lower case", "2016-12-31t23:59:60.5z", /leap second/],
    ["no offset", "2026-01-10T08:00:00", /RFC 3339/],
    ["a space for its T", "2026-01-10 08:00:00Z", /RFC 3339/],
    ["a day that does not exist", "2026-02-29T08:00:00Z", /RFC 3339/],
    ["hour 24", "2026-01-10T24:00:00Z", /RFC 3339/],
    ["a short offset", "2026-01-10T08:00:00+01", /RFC 3339/],
    ["a year before 1900", "1899-12-31T23:59:59Z", /between 1900 and 2200/],
  ])("rejects a date-time with %s", async (_, started, message) => {
    const { status, body } = await add(started);
    expect(status).toBe(422);
    expect(body.details).toMatchObject([
      { field: "body.started_at", message: expect.stringMatching(message) },
    ]);
  });

  it("follows the same rules in queries, where a bare + is a space", async () => {
    const list = (from: string) =>
      api.call<{ details: { message: string }[] }>("GET", `/time-entries?from=${from}`, { token });
    expect((await list("2026-01-10t08:00:00z")).status).toBe(200);
    expect((await list("2026-01-10T08:00:00%2B01:00")).status).toBe(200);
    const bare = await list("2026-01-10T08:00:00+01:00");
    expect([bare.status, bare.body.details[0]?.message]).toEqual([422, expect.stringContaining("%2B01:00")]);
  });
});
