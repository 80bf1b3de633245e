import { createStream, type Options } from "rotating-file-stream";
import { printWarning } from "../output.ts";
import { formatJson, type LogEntry } from "./log-printer.ts";

/** The log files of a system. */
export interface LogFiles {
  write(entry: LogEntry): void;
  /** Resolves once all entries are in the files. */
  close(): Promise<void>;
}

/**
 * Opens log files in `directory`, with one JSON line for each event: app.log for all events, with ten old files of 10 MB, and error.log
 * for errors, kept for 30 days. Warns once of a file that can't be written, and then ignores it.
 */
export function openLogFiles(directory: string): LogFiles {
  const all = openLog(directory, { size: "10M", rotate: 10 }, (index) =>
    index ? `app.${index}.log` : "app.log",
  );
  const errors = openLog(
    directory,
    { interval: "1d", intervalBoundary: true, initialRotation: true, maxFiles: 30 },
    errorLogName,
  );
  return {
    write(entry) {
      const line = `${formatJson(entry)}\n`;
      all.write(line);
      if (entry.level === "error") errors.write(line);
    },
    async close() {
      await Promise.all([all.close(), errors.close()]);
    },
  };
}

/** Returns the name of the current file, or of one rotated on `day`. `index` distinguishes files that are rotated on the same day. */
function errorLogName(day: number | Date | null, index = 1): string {
  if (!(day instanceof Date)) return "error.log";
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => `${part}`.padStart(2, "0"))
    .join("-");
  return index === 1 ? `error-${date}.log` : `error-${date}.${index}.log`;
}

type Generator = (time: number | Date | null, index?: number) => string;

function openLog(directory: string, options: Options, generator: Generator) {
  // The library's type leaves out that the time is null for the current file.
  const stream = createStream(generator as (time: number | Date) => string, {
    ...options,
    path: directory,
    mode: 0o600,
  });
  let isUsable = true;
  stream.on("error", (error) => {
    if (isUsable) printWarning(`The log in ${directory} can't be written: ${error.message}`);
    isUsable = false;
  });
  return {
    write(line: string) {
      if (isUsable) stream.write(line);
    },
    close: () => new Promise<void>((resolve) => (isUsable ? stream.end(() => resolve()) : resolve())),
  };
}
