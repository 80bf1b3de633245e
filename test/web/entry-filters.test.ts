import { expect, it } from "vitest";
import { addressOf, daysOf, readFilters } from "../../src/web/pages/entries/filters.ts";
import { rangeOf } from "../../src/web/pages/entries/range.ts";

const ID = "3f0e8a52-7c55-4b8c-9a36-2d6a1f0c9be1";
const daysIn = (period: Parameters<typeof daysOf>[0]["period"], today = "2026-12-02", weekStart = 1) =>
  daysOf({ period, from: "", to: "" }, today, weekStart);

it("reads filters from an address, and writes the same address", () => {
  const query = { period: "month", project: ID, tag: ID, q: "notes", billable: "no", deleted: "true" };
  const filters = readFilters(query);
  expect(addressOf(filters)).toBe(`/app/entries?${new URLSearchParams(query)}`);
  const own = readFilters({ from: "2026-11-01", to: "2026-11-30", period: "today" });
  expect(own.period).toBe("own");
  expect(addressOf(own)).toBe("/app/entries?from=2026-11-01&to=2026-11-30");
});

it("leaves out what an address can't mean", () => {
  const filters = readFilters({
    period: "own",
    project: "x",
    tag: "",
    billable: "maybe",
    from: "2026-13-01",
    to: "",
  });
  expect(addressOf(filters)).toBe("/app/entries");
  expect(readFilters({ period: "constructor" }).period).toBe("week");
});

it("knows the days of each period", () => {
  expect(daysIn("today")).toEqual(["2026-12-02", "2026-12-02"]);
  expect(daysIn("week")).toEqual(["2026-11-30", "2026-12-06"]);
  expect(daysIn("week", "2026-12-02", 0)).toEqual(["2026-11-29", "2026-12-05"]);
  expect(daysIn("last_week")).toEqual(["2026-11-23", "2026-11-29"]);
  expect(daysIn("month")).toEqual(["2026-12-01", "2026-12-31"]);
  expect(daysIn("month", "2028-02-29")).toEqual(["2028-02-01", "2028-02-29"]);
  expect(daysIn("last_month", "2026-03-31")).toEqual(["2026-02-01", "2026-02-28"]);
  expect(daysIn("all")).toBeUndefined();
  expect(daysOf({ period: "own", from: "2026-11-30", to: "2026-11-01" }, "2026-12-02", 1)).toEqual([
    "2026-11-01",
    "2026-11-30",
  ]);
});

it("selects the range between two entries, in either direction", () => {
  const ids = ["a", "b", "c", "d"];
  expect(rangeOf(ids, "a", "c")).toEqual(["a", "b", "c"]);
  expect(rangeOf(ids, "d", "b")).toEqual(["b", "c", "d"]);
  expect(rangeOf(ids, undefined, "b")).toEqual(["b"]);
  expect(rangeOf(ids, "gone", "b")).toEqual(["b"]);
});
