import { expect, it } from "vitest";
import { parseLength, type Unit } from "../../../../src/features/time/imports/lengths.ts";

const at = (hours: number, minutes = 0, seconds = 0) => hours * 3600 + minutes * 60 + seconds;

it.each([
  ["1:18:25", at(1, 18, 25)],
  ["01:30:00", at(1, 30)],
  ["127:03:04", at(127, 3, 4)],
  ["0:00:02.500", 3],
  ["01:30", at(1, 30)],
  ["0:30", at(0, 30)],
  ["1:30 h", at(1, 30)],
  ["20:00 min", at(0, 20)],
  ["18:25 min", at(0, 18, 25)],
  ["1:18:25 min", at(1, 18, 25)],
  ["1 day, 2:03:04", at(26, 3, 4)],
  ["2 days, 0:00:00", at(48)],
  ["1h 30m", at(1, 30)],
  ["1h30m", at(1, 30)],
  ["1h30m15s", at(1, 30, 15)],
  ["1 h 30 min", at(1, 30)],
  ["1h30", at(1, 30)],
  ["1 h 05", at(1, 5)],
  ["1h30min", at(1, 30)],
  ["1 hour and 30 minutes", at(1, 30)],
  ["1 heure 30 minutes", at(1, 30)],
  ["1 Std. 30 Min.", at(1, 30)],
  ["1Std.30Min.", at(1, 30)],
  ["1:30 Std.", at(1, 30)],
  ["1 Tag, 2:03:04", at(26, 3, 4)],
  ["2 weeks 1 day", at(15 * 24)],
  ["P1W", at(7 * 24)],
  [".5", at(0, 30)],
  [",5 h", at(0, 30)],
  ["1 hour, 30 minutes", at(1, 30)],
  ["2 hrs 5 mins", at(2, 5)],
  ["1 d 2 h", at(26)],
  ["90 min", at(1, 30)],
  ["90m", at(1, 30)],
  ["45s", 45],
  ["1.5h", at(1, 30)],
  ["1,5 h", at(1, 30)],
  ["1,5 Std.", at(1, 30)],
  ["PT1H30M", at(1, 30)],
  ["PT45S", 45],
  ["P1DT2H", at(26)],
  ["PT0.5H", at(0, 30)],
  ["1.5", at(1, 30)],
  ["1,5", at(1, 30)],
  ["0.79", 2844],
  ["0", 0],
  ["\u00a01\u202fh\u00a030\u202fmin ", at(1, 30)],
] as const)("reads %s in the same way for every unit", (text, seconds) => {
  for (const unit of ["hours", "minutes", "seconds"] satisfies Unit[])
    expect(parseLength(text, unit), unit).toBe(seconds);
});

it.each<[string, Unit, number | undefined]>([
  ["90.5", "seconds", 91],
  ["90.5", "minutes", 5430],
  ["1.5", "minutes", 90],
  ["1,5", "hours", at(1, 30)],
  ["1,440", "minutes", undefined],
  ["3,600", "seconds", undefined],
])("reads %s in a column whose name says %s", (text, unit, seconds) => {
  expect(parseLength(text, unit, true)).toBe(seconds);
});

it("reads a fractional number over 24 in the given unit", () => {
  expect([
    parseLength("5400.0", "seconds"),
    parseLength("90.5", "minutes"),
    parseLength("24.5", "hours"),
  ]).toEqual([at(1, 30), 5430, at(24, 30)]);
});

it("reads a whole number in the given unit, and a few seconds as hours", () => {
  expect([parseLength("24", "seconds"), parseLength("25", "seconds"), parseLength("24", "minutes")]).toEqual([
    at(24),
    25,
    at(0, 24),
  ]);
  expect(parseLength("24", "seconds", true)).toBe(24);
  expect([parseLength("90", "minutes"), parseLength("7260", "seconds"), parseLength("8", "hours")]).toEqual([
    at(1, 30),
    7260,
    at(8),
  ]);
});

it.each([
  "",
  "x",
  "1:75",
  "1h75",
  ".",
  ".h",
  "1:30:75",
  "-1:00",
  "-1",
  "1e3",
  "PT",
  "P",
  "1h 30x",
  "h",
  "1:30 s",
  "1:",
  "١:٣٠",
  "9".repeat(400),
  "1h ".repeat(40),
])("rejects %j", (text) => {
  expect(parseLength(text, "minutes")).toBeUndefined();
});
