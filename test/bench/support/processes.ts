import { readFileSync } from "node:fs";
import { familyOf } from "../../support/command.ts";

/** Linux counts the time of processes in ticks of a hundredth of a second. */
const TICKS_PER_SECOND = 100;
const FIELD = {
  parent: 1,
  userTime: 11,
  systemTime: 12,
  endedChildrensUserTime: 13,
  endedChildrensSystemTime: 14,
};

/** The CPU seconds that the process with `pid` has used, in all its threads. */
export function cpuSecondsOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[FIELD.userTime]) + Number(fields[FIELD.systemTime])) / TICKS_PER_SECOND;
}

/** The same to the nanosecond, of its first thread: PostgreSQL's processes have no other. */
export const exactCpuSecondsOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e9;

/** The same for a process and all that it started, those included that have ended. */
export function familyCpuSecondsOf(pid: number): number {
  return familyOf(pid).reduce((sum, member) => sum + lastCpuSecondsOf(member), endedChildrensSecondsOf(pid));
}

/** Nothing for a process that has ended since it was found: its parent's count of such has it. */
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

export const parentOf = (pid: number): number => Number(statOf(pid)[FIELD.parent]);

/** The resident memory of a process in MiB. */
export function residentMibOf(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** What follows "PID (NAME)" in /proc/PID/stat; the name may hold anything. Linux only. */
function statOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}
