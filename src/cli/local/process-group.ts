import type { ChildProcess } from "node:child_process";

/** Kills a process and its group: children of the process would outlive it if it crashed. */
export function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nothing is left of the group, or this platform has no groups.
    child.kill("SIGKILL");
  }
}
