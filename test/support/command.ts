import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Exit code and output of a command. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A running command. It leads its own process group. */
export interface Command {
  process: ChildProcess;
  /** Returns the output so far. */
  output(): string;
  /** Waits for output that matches. */
  printed(pattern: RegExp): Promise<void>;
  ended: Promise<Outcome>;
}

const PROJECT = join(import.meta.dirname, "../..");
const PRINTED_WITHIN_MS = 60_000;

/**
 * Returns the arguments of Node that run a command in `project`, which are those of npm: a command that package.json runs by run.mjs comes
 * from a bundle. Coverage isn't measured in a bundle, so a run that measures it loads the sources.
 */
export function argumentsOf(project: string, name: string): string[] {
  const scripts = readFileSync(join(project, "package.json"), "utf8");
  const isBundled = scripts.includes(`src/cli/run.mjs ${name}`) && !process.env.COVERAGE_SOURCES;
  const program = isBundled
    ? [join(project, "src/cli/run.mjs"), name]
    : [join(project, `src/cli/commands/${name}.ts`)];
  return ["--disable-warning=ExperimentalWarning", ...program];
}

/** Returns the text that runs a command of this project in a shell. */
export function shellCommandOf(name: string): string {
  return [process.execPath, ...argumentsOf(PROJECT, name)].map((part) => `'${part}'`).join(" ");
}

/** Starts the program of a command without a terminal. */
export function startCommand(name: string, args: string[], options: SpawnOptions = {}): Command {
  const program = argumentsOf(String(options.cwd ?? PROJECT), name);
  return startProcess(process.execPath, [...program, ...args], options);
}

/** Runs a command to its end, and stops it after a minute. Adds `environment` to this process's environment. */
export function runCommand(
  name: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  return startCommand(name, args, { env: { ...process.env, ...environment }, timeout: 60_000 }).ended;
}

/** Starts a program. */
export function startProcess(program: string, args: string[], options: SpawnOptions = {}): Command {
  const child = spawn(program, args, {
    cwd: PROJECT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const ended = once(child, "close").then(([code]) => ({ code, ...texts }));
  const output = () => texts.stdout + texts.stderr;
  async function printed(pattern: RegExp): Promise<void> {
    const deadline = Date.now() + PRINTED_WITHIN_MS;
    while (!pattern.test(output())) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        throw new Error(`No output matched ${pattern}:\n${output()}`);
      }
      await sleep(20);
    }
  }
  return { process: child, output, printed, ended };
}

/** Returns the ids of a process and of all its descendants. Linux only. */
export function familyOf(pid: number | undefined): number[] {
  const family = pid === undefined ? [] : [pid];
  const processes = readProcesses();
  for (const member of family) {
    family.push(...processes.filter(({ ppid }) => ppid === member).map((child) => child.pid));
  }
  return family;
}

/** Returns the `pids` of processes that still run after two seconds. */
export async function survivorsOf(pids: number[]): Promise<number[]> {
  const deadline = Date.now() + 2_000;
  for (;;) {
    const alive = readProcesses().filter(({ pid, state }) => pids.includes(pid) && state !== "Z");
    if (alive.length === 0 || Date.now() > deadline) return alive.map(({ pid }) => pid);
    await sleep(20);
  }
}

function readProcesses() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // "PID (NAME) STATE PPID …", where NAME may contain any character. A process may end before its file is read.
      const fields = readOrNothing(`/proc/${name}/stat`).split(") ").at(-1)?.split(" ") ?? [];
      return fields.length > 1 ? [{ pid: Number(name), state: fields[0], ppid: Number(fields[1]) }] : [];
    });
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
