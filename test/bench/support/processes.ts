import { readFileSync } from "node:fs";
import { familyOf } from "../../support/command.ts";

/** Linux counts CPU time of processes in ticks of a hundredth of a second. */
const TICKS_PER_SECOND = 100;
const FIELD = {
  parent: 1,
  userTime: 11,
  systemTime: 12,
  endedChildrensUserTime: 13,
  endedChildrensSystemTime: 14,
};

/** Returns the CPU seconds that the process with `pid` has used, in all its threads. */
export function cpuSecondsOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[FIELD.userTime]) + Number(fields[FIELD.systemTime])) / TICKS_PER_SECOND;
}

/** Returns the CPU seconds of a process's first thread, to the nanosecond; PostgreSQL's processes have only one thread. */
export const exactCpuSecondsOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9;

/** Returns the CPU seconds of a process and all its descendants, including those that have ended. */
export function familyCpuSecondsOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + lastCpuSecondsOf(member), endedChildrensSecondsOf(pid));
}

/** Returns the CPU seconds of a process, or 0 if it has ended: the count of its parent then includes it. */
function lastCpuSecondsOf(pid: number): number {
  try {
    return cpuSecondsOf(pid);
  } catch {
    return 0;
  }
}

function endedChildrensSecondsOf(pid: number): number {
  const fields = statOf(pid);
  const ticks = Number(fields[FIELD.endedChildrensUserTime]) + Number(fields[FIELD.endedChildrensSystemTime]);
  return ticks / TICKS_PER_SECOND;
}

/** Returns the process id of a process's parent. */
export const parentOf = (pid: number): number => Number(statOf(pid)[FIELD.parent]);

/** Returns the resident memory of a process in MiB. */
export function residentMibOf(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** Returns the fields after "PID (NAME)" in /proc/PID/stat; the name may contain any character. Works only on Linux. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}
