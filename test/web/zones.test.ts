import { expect, it } from "vitest";
import { addDays, dayOf, instantOf, minutesOf, weekOf } from "../../src/web/ui/zone.ts";

const BERLIN = "Europe/Berlin";
const iso = (ms: number) => new Date(ms).toISOString();

it("knows the day and the time of an instant in a zone", () => {
  const instant = Date.parse("2026-11-30T23:30:00Z");
  expect(dayOf(instant, BERLIN)).toBe("2026-12-01");
  expect(dayOf(instant, "America/New_York")).toBe("2026-11-30");
  expect(minutesOf(instant, BERLIN)).toBe(30);
  expect(minutesOf(instant, "Asia/Kathmandu")).toBe(5 * 60 + 15);
});

it("counts the time before the day boundary for the day before", () => {
  const instant = Date.parse("2026-12-01T02:59:00Z");
  expect(dayOf(instant, BERLIN, 240)).toBe("2026-11-30");
  expect(dayOf(instant + 60_000, BERLIN, 240)).toBe("2026-12-01");
});

it("finds the instant of a time of day", () => {
  expect(iso(instantOf("2026-11-30", 570, BERLIN))).toBe("2026-11-30T08:30:00.000Z");
  expect(iso(instantOf("2026-07-01", 570, BERLIN))).toBe("2026-07-01T07:30:00.000Z");
  expect(iso(instantOf("2026-07-01", 0, "Pacific/Kiritimati"))).toBe("2026-06-30T10:00:00.000Z");
});

it("has days of 23 and 25 hours where the clocks change", () => {
  const hoursOf = (day: string) =>
    (instantOf(addDays(day, 1), 0, BERLIN) - instantOf(day, 0, BERLIN)) / 3_600_000;
  expect(hoursOf("2026-03-29")).toBe(23);
  expect(hoursOf("2026-10-25")).toBe(25);
  expect(hoursOf("2026-10-26")).toBe(24);
});

it("moves a time that the clocks skip, and takes the first of a time that comes twice", () => {
  expect(iso(instantOf("2026-03-29", 150, BERLIN))).toBe("2026-03-29T01:30:00.000Z");
  expect(iso(instantOf("2026-10-25", 150, BERLIN))).toBe("2026-10-25T00:30:00.000Z");
});

it("finds the first day of a week", () => {
  expect(weekOf("2026-12-02", 1)).toBe("2026-11-30");
  expect(weekOf("2026-12-02", 0)).toBe("2026-11-29");
  expect(weekOf("2026-11-30", 1)).toBe("2026-11-30");
  expect(weekOf("2026-11-29", 1)).toBe("2026-11-23");
});
