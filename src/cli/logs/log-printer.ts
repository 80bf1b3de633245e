import { styleText } from "node:util";
import { type LogLevel, withoutTokens } from "../../core/logger.ts";

/** A report of the Workers runtime: a call of the console, or a message of the runtime itself. */
export interface RuntimeLog {
  /** Milliseconds since 1970. */
  timestamp: number;
  level: string;
  message: string;
}

/** An event of the log. */
export interface LogEntry {
  timestamp: string;
  level: LogLevel;
  /** Undefined for a message of the runtime or a library, which is not a line of src/core/logger.ts. */
  module: string | undefined;
  message: string;
  fields: Record<string, unknown>;
}

/** Applies a style of node:util to a text. */
export type Paint = (style: Style, text: string) => string;
type Style = "bold" | "cyan" | "dim" | "gray" | "green" | "red" | "yellow";

/**
 * Returns the event of a line of the runtime. A line that isn't JSON is a warning or an error: nothing else writes plain text. Such a
 * line may contain parts of a request, so tokens are removed from it; the logger has removed them from other lines.
 */
export function readLogEntry({ timestamp, level, message }: RuntimeLog): LogEntry {
  const line = parseObject(message);
  if (line && isLevel(line.level) && typeof line.module === "string" && typeof line.message === "string") {
    const { timestamp: time, level: lineLevel, module, message: text, ...fields } = line;
    return { timestamp: String(time), level: lineLevel, module, message: text, fields };
  }
  return {
    timestamp: new Date(timestamp).toISOString(),
    level: level === "error" ? "error" : "warn",
    module: undefined,
    message: withoutTokens(message),
    fields: {},
  };
}

/** Returns the event as a line of JSON, in the form of src/core/logger.ts. */
export function formatJson({ timestamp, level, module = "runtime", message, fields }: LogEntry): string {
  return JSON.stringify({ timestamp, level, module, message, ...fields });
}

/**
 * Formats the event for reading: one line, followed by the indented multi-line texts, such as a stack. Control characters are
 * escaped, so that no client can control the terminal.
 */
export function formatForPerson(entry: LogEntry, paint: Paint = paintForStdout): string {
  const {
    request_id: requestId,
    user_id: userId,
    method,
    path,
    status,
    duration_ms: duration,
    ...rest
  } = entry.fields;
  const [firstLine = "", ...otherLines] = entry.message.split("\n");
  const isRequest = [method, path, status].every((field) => field !== undefined);
  const details = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
  const words = [
    paint("dim", timeOf(entry.timestamp)),
    paint(LEVEL_STYLES[entry.level], entry.level.padEnd(5)),
    entry.module && paint("dim", clean(entry.module)),
    isRequest
      ? `${paint("bold", clean(method))} ${clean(path)} ${paintStatus(status, paint)}`
      : clean(firstLine),
    duration !== undefined && `${clean(duration)} ms`,
    ...details
      .filter(([, value]) => !isLong(value))
      .map(([name, value]) => paint("dim", `${name}=${clean(value)}`)),
    requestId && paint("dim", `request ${shorten(requestId)}`),
    userId && paint("dim", `user ${shorten(userId)}`),
  ];
  const below = [
    ...otherLines,
    ...details.filter(([, value]) => isLong(value)).flatMap(([, value]) => linesOf(value)),
  ];
  return [words.filter(Boolean).join(" "), ...below.map((line) => paint("dim", `  ${clean(line)}`))].join(
    "\n",
  );
}

const LEVEL_STYLES = { debug: "gray", info: "green", warn: "yellow", error: "red" } as const;

function paintForStdout(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function isLevel(value: unknown): value is LogLevel {
  return typeof value === "string" && Object.hasOwn(LEVEL_STYLES, value);
}

/** Returns the time of day in the local time zone. */
function timeOf(timestamp: string): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? "--:--:--" : time.toTimeString().slice(0, 8);
}

function paintStatus(status: unknown, paint: Paint): string {
  return paint(Number(status) >= 500 ? "red" : Number(status) >= 400 ? "yellow" : "green", clean(status));
}

/** Returns enough of an id to recognize it among nearby lines; the log file has the whole id. */
function shorten(id: unknown): string {
  return clean(id).slice(0, 8);
}

function isLong(value: unknown): boolean {
  return typeof value === "string" && value.includes("\n");
}

function linesOf(value: unknown): string[] {
  return String(value).split("\n");
}

function clean(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
