import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../../support/command.ts";
import { freePort } from "../../support/system.ts";
import { type Bundle, writeConfig } from "./bundle.ts";

/** A server in a process of its own. */
export interface Server {
  url: string;
  pid: number;
  /** From its process's start to its first answer. */
  startMs: number;
  stop(): Promise<void>;
}

const requireFromWrangler = createRequire(createRequire(import.meta.url).resolve("wrangler"));
const WORKERD: string = requireFromWrangler("workerd").default;
const ANSWERS_WITHIN_MS = 60_000;
/** As `npm start` does it for the sake of its output. */
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning"];

/** Runs a Worker in workerd and nothing else. */
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

/** Runs a server written for Node, which is told its port by PORT. */
export async function startNodeServer(
  script: string,
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<Server> {
  const port = await freePort();
  const args = [...NODE_FLAGS, ...flags, join(import.meta.dirname, "..", script)];
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
  // It is out of reach of the terminal's Ctrl-C.
  const endWithUs = () => command.process.kill("SIGKILL");
  process.once("exit", endWithUs);
  const stop = async () => {
    process.off("exit", endWithUs);
    command.process.kill("SIGTERM");
    await command.ended;
  };
  while (!(await answers(url))) {
    if (command.process.exitCode !== null || performance.now() - startTime > ANSWERS_WITHIN_MS) {
      await stop();
      throw new Error(`${program} ${args.join(" ")} does not answer:\n${command.output()}`);
    }
    await sleep(2);
  }
  return { url, pid: command.process.pid ?? 0, startMs: performance.now() - startTime, stop };
}

/** Any answer will do: a server may know no such path. */
const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
