import { expect, it } from "vitest";
import { formatForPerson, formatJson, type LogEntry, readLogEntry } from "../../src/cli/logs/log-printer.ts";

const lineOf = (fields: object, timestamp = "2026-11-23T12:00:00.000Z"): LogEntry =>
  readLogEntry({
    timestamp: 0,
    level: "info",
    message: JSON.stringify({ timestamp, level: "info", module: "test", message: "Done", ...fields }),
  });
const shown = (entry: LogEntry) => formatForPerson(entry, (_, text) => text);

it("shows an object as JSON, and leaves out an empty field", () => {
  expect(shown(lineOf({ counts: { added: 2 }, list: ["a"], nothing: null }))).toMatch(
    / Done counts=\{"added":2\} list=\["a"\]$/,
  );
});

it.each(["yesterday", ""])("shows a line with the invalid time %j", (timestamp) => {
  expect(shown(lineOf({}, timestamp))).toBe("--:--:-- info  test Done");
  expect(JSON.parse(formatJson(lineOf({}, timestamp)))).toMatchObject({ timestamp, message: "Done" });
});
