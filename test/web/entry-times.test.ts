import { expect, it } from "vitest";
import { changeText, problemsOf, textsOf, timesOf } from "../../src/web/timer/entry/times.ts";

const BERLIN = "Europe/Berlin";
const at = (instant: string) => Date.parse(instant);
const MORNING = { start: at("2026-11-30T08:10:23Z"), end: at("2026-11-30T09:40:45Z") };
const shown = textsOf(MORNING, BERLIN);

/** Returns the times after fields were changed one after another. */
function timesAfter(
  changes: Partial<Record<"day" | "start" | "end" | "duration", string>>,
  before = MORNING,
) {
  const texts = Object.entries(changes).reduce(
    (present, [name, value]) => changeText(present, name as "end", value, before, BERLIN),
    textsOf(before, BERLIN),
  );
  const times = timesOf(texts, before, BERLIN);
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return times && [iso(times.start), iso(times.end)];
}

it("shows times in the zone of the user, and their duration", () => {
  expect(shown).toEqual({ day: "2026-11-30", start: "09:10", end: "10:40", duration: "1:30" });
  expect(textsOf({ start: MORNING.start, end: null }, BERLIN)).toMatchObject({ end: "", duration: "" });
});

it("keeps the seconds of times that were not changed", () => {
  expect(timesOf(shown, MORNING, BERLIN)).toEqual(MORNING);
  expect(timesAfter({ start: "9" })).toEqual(["2026-11-30T08:00:00.000Z", "2026-11-30T09:40:45.000Z"]);
  expect(timesAfter({ end: "11" })).toEqual(["2026-11-30T08:10:23.000Z", "2026-11-30T10:00:00.000Z"]);
});

it("lets the end follow a duration, and the duration the other fields", () => {
  expect(changeText(shown, "duration", "2h", MORNING, BERLIN).end).toBe("11:10");
  expect(changeText(shown, "end", "11", MORNING, BERLIN).duration).toBe("1:49");
  expect(changeText(shown, "start", "9:40", MORNING, BERLIN).duration).toBe("1:00");
  expect(timesAfter({ duration: "90m", start: "10" })).toEqual([
    "2026-11-30T09:00:00.000Z",
    "2026-11-30T10:30:00.000Z",
  ]);
});

it("takes an end before the start for one of the next day", () => {
  expect(timesAfter({ end: "1:15" })).toEqual(["2026-11-30T08:10:23.000Z", "2026-12-01T00:15:00.000Z"]);
  expect(timesAfter({ start: "23:00" })).toEqual(["2026-11-30T22:00:00.000Z", "2026-12-01T09:40:00.000Z"]);
});

it("moves an entry to another day with its end", () => {
  expect(timesAfter({ day: "2026-11-28" })).toEqual(["2026-11-28T08:10:00.000Z", "2026-11-28T09:40:00.000Z"]);
});

it("keeps an entry running until an end is typed", () => {
  const running = { start: MORNING.start, end: null };
  expect(timesOf(textsOf(running, BERLIN), running, BERLIN)).toEqual(running);
  const ended = changeText(textsOf(running, BERLIN), "end", "10", running, BERLIN);
  expect(timesOf(ended, running, BERLIN)?.end).toBe(at("2026-11-30T09:00:00Z"));
});

it("counts the hours of a day on which the clocks change", () => {
  const night = { start: at("2026-10-24T23:00:00Z"), end: at("2026-10-25T03:00:00Z") };
  expect(textsOf(night, BERLIN)).toEqual({
    day: "2026-10-25",
    start: "01:00",
    end: "04:00",
    duration: "4:00",
  });
});

it("names the fields that it can't read", () => {
  expect(problemsOf(shown)).toEqual([]);
  expect(problemsOf({ ...shown, day: "", start: "x", end: "y" })).toEqual(["day", "start", "end"]);
  expect(problemsOf({ ...shown, duration: "x", decides: "duration" })).toEqual(["duration"]);
  expect(timesOf({ ...shown, start: "x" }, MORNING, BERLIN)).toBeUndefined();
});
