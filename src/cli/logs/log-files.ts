import { createStream, type Options } from "rotating-file-stream";
import { printWarning } from "../output.ts";
import { formatJson, type LogEntry } from "./log-printer.ts";

export interface LogFiles {
  write(entry: LogEntry): void;
  /** Resolves once everything is in the files. */
  close(): Promise<void>;
}

/**
 * Writes events to files in `directory`, one JSON line each: all to app.log, of which ten old ones of 10 MB are kept, and
 * the errors to error.log, kept for 30 days. A file that can't be written to is warned of once and then left alone.
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

/** `index` tells two apart that are set aside on one day. */
function errorLogName(day: number | Date | null, index = 1): string {
  if (!(day instanceof Date)) return "error.log";
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((part) => `${part}`.padStart(2, "0"))
    .join("-");
  return index === 1 ? `error-${date}.log` : `error-${date}.${index}.log`;
}

type Generator = (time: number | Date | null, index?: number) => string;

function openLog(directory: string, options: Options, generator: Generator) {
  // The library's type leaves out that it asks with null for the name of the current file.
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
