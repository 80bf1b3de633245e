import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Command, Report } from "../../src/cli/local/worker-process.ts";
import { copyProject } from "../support/project-copy.ts";

let directory: string;
let copy: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "worker-process-"));
  copy = join(directory, "project");
  await copyProject(copy);
});
afterEach(async () => {
  // It leads a process group, in which other processes may be left.
  killGroup(child?.pid);
  await rm(directory, { recursive: true, force: true });
});

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

it.each([
  ["begin to run", (path: string) => appendFile(path, '\nthrow new Error("Not today");\n')],
  ["be found", (path: string) => rm(path)],
])("ends on the stop command, after a Worker that can't %s", async (_, breakWorker) => {
  await breakWorker(join(copy, "src/worker.ts"));
  const running = fork(join(copy, "src/cli/local/worker-process.ts"), {
    detached: true,
    execArgv: ["--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  child = running;
  const exited = once(running, "exit");
  const failed = new Promise<void>((resolve) => {
    running.on("message", ({ type }: Report) => {
      if (type === "failed") resolve();
    });
  });
  const sendCommand = (command: Command) => running.send(command);
  sendCommand({ type: "start", options: { bindings: {}, address: "127.0.0.1", port: 0 } });
  await failed;
  sendCommand({ type: "stop" });
  expect(await exited).toEqual([0, null]);
});
