import { expect, it } from "vitest";
import { parseDuration, parseTime } from "../../src/web/ui/typed.ts";

it.each([
  ["1:30", 5400],
  [":45", 2700],
  ["0:05", 300],
  ["1:30:15", 5415],
  ["90", 5400],
  ["90m", 5400],
  ["90 min", 5400],
  ["1.5h", 5400],
  ["1,5 h", 5400],
  ["1.5", 5400],
  ["2h", 7200],
  ["1h 30m", 5400],
  ["1h30m", 5400],
  ["1 hour 5 minutes", 3900],
  ["2 Std. 15 Min.", 8100],
  ["1 Stunde", 3600],
  ["45s", 45],
  ["٩٠", 5400],
  ["１:３０", 5400],
  [" 1:30 ", 5400],
])("reads the duration %j as %i seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it.each(["", "abc", "1:75", "-5", "1h x", "5 weeks", "12345678", "1:2:3:4"])(
  "refuses the duration %j",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

it.each([
  ["9", 540],
  ["930", 570],
  ["0930", 570],
  ["1415", 855],
  ["9:30", 570],
  ["9.30", 570],
  ["9h30", 570],
  ["21", 1260],
  ["9:30 pm", 1290],
  ["9pm", 1260],
  ["12 am", 0],
  ["12:15 p.m.", 735],
  ["9:30 PM", 1290],
  ["18 Uhr", 1080],
  ["0", 0],
  ["24:00", 0],
  ["٩:٣٠", 570],
])("reads the time %j as %i minutes after midnight", (text, minutes) => {
  expect(parseTime(text)).toBe(minutes);
});

it.each(["", "noon", "25", "9:75", "24:01", "13 pm", "0 am", "99999", "-1"])(
  "refuses the time %j",
  (text) => {
    expect(parseTime(text)).toBeUndefined();
  },
);
