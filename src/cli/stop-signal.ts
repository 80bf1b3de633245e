import { CliError, printError } from "./output.ts";

const PARENT_CHECK_MS = 500;
/** Limit for an orderly shutdown: ten times the usual duration. */
const STOP_MS_MAX = 15_000;

/**
 * Returns a signal that aborts when a person, a supervisor or the end of the terminal asks the process to stop. From then
 * on, these signals no longer end the process by themselves, even if they are sent again.
 */
export function whenStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  controller.signal.addEventListener("abort", () => setTimeout(giveUp, STOP_MS_MAX).unref());
  if (process.env.npm_lifecycle_event) whenParentIsGone(() => controller.abort());
  // Printing fails once the terminal is gone; an orderly shutdown matters more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return controller.signal;
}

/** Calls `callback` when the parent process has ended: npm passes a signal on to the shell of a script, which may end without passing it on. */
function whenParentIsGone(callback: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && callback(), PARENT_CHECK_MS).unref();
}

/** Resolves when `signal` aborts, or immediately if it has. */
export function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Exits although the shutdown hangs, so that the terminal is free. The data is as safe as after a crash. */
function giveUp(): never {
  printError(new CliError("Shutdown timed out; exiting immediately."));
  process.exit(1);
}
