import { createRequire } from "node:module";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../../support/command.ts";
import { freePort } from "../../support/system.ts";
import { type Bundle, writeConfig } from "./bundle.ts";

/** A server in a separate process. */
export interface Server {
  url: string;
  pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  startMs: number;
  stop(): Promise<void>;
}

const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const WORKERD: string = requireFromWrangler("workerd").default;
const ANSWERS_WITHIN_MS = 60_000;
/** Node's flags of `npm start`, which keep warnings out of its output. */
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning"];

/** Runs a Worker in workerd, without wrangler. */
export async function startWorker(
  bundle: Bundle,
  bindings: Record<string, string>,
  { inspectorPort }: { inspectorPort?: number } = {},
): Promise<Server> {
  const port = await freePort();
  const config = await writeConfig(bundle, { port, bindings });
  const flags = inspectorPort === undefined ? [] : [`--inspector-addr=127.0.0.1:${inspectorPort}`];
  return start(WORKERD, ["serve", config, ...flags], port, {});
}

/** Runs a server written for Node, which gets its port from PORT. */
export async function startNodeServer(
  script: string,
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<Server> {
  const port = await freePort();
  const args = [...NODE_FLAGS, ...flags, resolve(import.meta.dirname, "..", script)];
  return start(process.execPath, args, port, { ...environment, PORT: String(port) });
}

async function start(
  program: string,
  args: string[],
  port: number,
  environment: Record<string, string>,
): Promise<Server> {
  const startTime = performance.now();
  const command = startProcess(program, args, { env: { ...process.env, ...environment } });
  const url = `http://127.0.0.1:${port}`;
  // The terminal's Ctrl-C doesn't reach the server, so it is stopped here.
  const killServer = () => command.process.kill("SIGKILL");
  process.once("exit", killServer);
  const stop = async () => {
    process.off("exit", killServer);
    command.process.kill("SIGTERM");
    await command.ended;
  };
  while (!(await isAnswering(url))) {
    if (command.process.exitCode !== null || performance.now() - startTime > ANSWERS_WITHIN_MS) {
      await stop();
      throw new Error(`${program} ${args.join(" ")} did not answer:\n${command.output()}`);
    }
    await sleep(2);
  }
  return { url, pid: command.process.pid ?? 0, startMs: performance.now() - startTime, stop };
}

/** Returns whether the server answers; the status doesn't matter, because a server may lack this path. */
const isAnswering = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
