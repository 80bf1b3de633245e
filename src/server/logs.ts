import { Console } from "node:console";

/**
 * Sends all log lines to standard output, until the returned function is called: Node would write warnings and errors to standard error.
 */
export function logToStandardOutput(): () => void {
  const { debug, info, warn, error, log } = console;
  const output = new Console({ stdout: process.stdout, stderr: process.stdout });
  for (const name of ["debug", "info", "warn", "error", "log"] as const)
    console[name] = output[name].bind(output);
  return () => Object.assign(console, { debug, info, warn, error, log });
}
