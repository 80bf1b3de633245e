import { Console } from "node:console";

/** Sends all log lines to standard output: Node would write warnings and errors to standard error. */
export function logToStandardOutput(): void {
  const { debug, info, warn, error, log } = new Console({ stdout: process.stdout, stderr: process.stdout });
  Object.assign(console, { debug, info, warn, error, log });
}
