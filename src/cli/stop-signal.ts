import { CliError, printError } from "./output.ts";

const PARENT_CHECK_MS = 500;
/** Ten times what it takes to end in order. */
const STOP_MS_MAX = 15_000;

/**
 * Aborts when a person, a supervisor or the end of the terminal asks the process to end; it doesn't end by itself from
 * then on, however often it is asked.
 */
export function whenStopped(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  controller.signal.addEventListener("abort", () => setTimeout(giveUp, STOP_MS_MAX).unref());
  if (process.env.npm_lifecycle_event) whenParentIsGone(() => controller.abort());
  // With the terminal gone, printing fails; ending in order matters more.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return controller.signal;
}

/** npm hands a signal on to the shell that it runs a script in, which may end without handing it on in turn. */
function whenParentIsGone(callback: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && callback(), PARENT_CHECK_MS).unref();
}

/** Resolves when `signal` aborts, or at once if it has. */
export function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

/** Whatever hangs, the terminal is given back. The data is as safe as after a crash. */
function giveUp(): never {
  printError(new CliError("It doesn't end in order, so it ends at once."));
  process.exit(1);
}
