import { describe, expect, it } from "vitest";
import { formatForPerson, formatJson, readLogEntry } from "../../src/cli/logs/log-printer.ts";

const NOON = new Date(2026, 10, 23, 12, 0, 1).toISOString();

const request = {
  timestamp: NOON,
  level: "info",
  module: "http",
  message: "POST /auth/login 200",
  request_id: "0f2c8a31-6a0e-4c39-8a41-0b6c2f3f9a11",
  method: "POST",
  path: "/auth/login",
  user_id: "7b1d4c55-2a0e-4c39-8a41-0b6c2f3f9a11",
  status: 200,
  duration_ms: 36.4,
};

const entryOf = (line: object | string, level = "info") =>
  readLogEntry({ timestamp: 0, level, message: typeof line === "string" ? line : JSON.stringify(line) });
const plain = (line: object | string, level?: string) =>
  formatForPerson(entryOf(line, level), (_, text) => text);
const painted = (line: object | string) =>
  formatForPerson(entryOf(line), (style, text) => `<${style}>${text}</>`);

describe("a request", () => {
  it("shows the time, level, method, path, status, duration and short ids on one line", () => {
    expect(plain(request)).toBe(
      "12:00:01 info  http POST /auth/login 200 36.4 ms request 0f2c8a31 user 7b1d4c55",
    );
  });

  it("leaves out the user if the request has none", () => {
    const { user_id: _, ...anonymous } = request;
    expect(plain(anonymous)).not.toContain("user");
  });

  it.each([
    [200, "green"],
    [404, "yellow"],
    [503, "red"],
  ])("shows status %i in %s", (status, color) => {
    expect(painted({ ...request, status })).toContain(`<${color}>${status}</>`);
  });

  it("escapes control characters", () => {
    const hostile = plain({ ...request, path: "/\u001b[2J\r\n12:00:01 info forged\u009b" });
    expect(hostile).toContain("/\\x1b[2J\\x0d\\x0a12:00:01 info forged\\x9b");
    expect(hostile).not.toMatch(/\p{Cc}/u);
  });
});

describe("another event", () => {
  it("shows its message and fields on one line", () => {
    const line = { timestamp: NOON, level: "info", module: "maintenance", message: "Done", roles_added: 3 };
    expect(plain(line)).toBe("12:00:01 info  maintenance Done roles_added=3");
  });

  it("shows a stack below the line, indented", () => {
    const line = {
      timestamp: NOON,
      level: "error",
      module: "error",
      message: "DATABASE_ERROR",
      cause: "E: x\n    at y",
    };
    expect(plain(line)).toBe("12:00:01 error error DATABASE_ERROR\n  E: x\n      at y");
  });

  it.each([
    ["debug", "gray"],
    ["info", "green"],
    ["warn", "yellow"],
    ["error", "red"],
  ])("shows level %s in %s", (level, color) => {
    expect(painted({ ...request, level })).toContain(`<${color}>${level.padEnd(5)}</>`);
  });
});

describe("a line that the logger did not write", () => {
  it.each([
    ["error", "error"],
    ["warn", "warn"],
    ["info", "warn"],
    ["log", "warn"],
  ])("converts the level %s to %s", (level, shown) => {
    const entry = entryOf("workerd/io/worker.c++:1: failed", level);
    expect(entry).toMatchObject({ level: shown, message: "workerd/io/worker.c++:1: failed" });
  });

  it.each(["{", "null", "[1]", '"text"', "{}", '{"level":"loud","module":"m","message":"x"}'])(
    "shows %s unchanged",
    (text) => {
      expect(plain(text)).toMatch(/^\d\d:\d\d:\d\d warn {2}/);
      expect(plain(text).slice("12:00:01 warn  ".length)).toBe(text);
    },
  );

  it("becomes a line of JSON in the file", () => {
    const json = JSON.parse(formatJson(entryOf("two\nlines", "error")));
    expect(json).toEqual({
      timestamp: "1970-01-01T00:00:00.000Z",
      level: "error",
      module: "runtime",
      message: "two\nlines",
    });
  });
});

it("writes a line of the logger to the file unchanged", () => {
  expect(JSON.parse(formatJson(entryOf(request)))).toEqual(request);
});
