import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { ASSETS, type Bundle } from "../build/bundle.ts";
import { requireFreePort } from "../free-port.ts";
import type { RunOptions } from "../worker-host.ts";
import { createConfig } from "./config.ts";
import type { Listener, OpenListeners } from "./listener.ts";
import { startWorkerd, type WorkerdProcess } from "./process.ts";
import { readWranglerToml } from "./wrangler-toml.ts";

const PROJECT = join(import.meta.dirname, "../../../..");

const ONE_PROCESS =
  "This platform can't share a port between processes, so one process runs the API, and requests wait while it hashes a password.";
const NO_QUEUE = "The queue in wrangler.toml is used only by npm run dev.";

interface SpawnOptions {
  /** Number of processes, where the platform can share a port between processes. */
  count: number;
  openListeners: OpenListeners;
  /** Authorizes commands to the processes. */
  secret: string;
  signal: AbortSignal;
}

/** Processes that have been started, and their configuration, which they read while they start. */
export interface Spawned {
  processes: WorkerdProcess[];
  removeConfig(): Promise<void>;
}

/** Starts processes that serve `bundle`, or one where several can't share a port. Throws CliError if the port is in use. */
export async function spawnProcesses(
  bundle: Bundle,
  { bindings, addresses, port, onLog, onNotice }: RunOptions,
  { count, openListeners, secret, signal }: SpawnOptions,
): Promise<Spawned> {
  const { compatibility, hasQueue } = await readWranglerToml(join(PROJECT, "wrangler.toml"));
  if (hasQueue) onNotice(NO_QUEUE);
  const environment = { ...bindings, CONTROL_SECRET: secret };
  const config = join(bundle.folder, `${randomUUID()}.capnp`);
  const removeConfig = () => rm(config, { force: true });
  await writeFile(
    config,
    createConfig(bundle, {
      compatibility,
      bindings: Object.keys(environment),
      assets: ASSETS,
      hosts: addresses.map((address) => `${isIPv6(address) ? `[${address}]` : address}:${port}`),
    }),
  );
  let listeners: Listener[] = [];
  try {
    await requireFreePort(port, addresses, "--port");
    listeners = await openListeners(count, port, addresses).catch(() => []);
    if (listeners.length === 0 && count > 1) onNotice(ONE_PROCESS);
    signal.throwIfAborted();
    const start = (descriptors?: number[]) => startWorkerd({ config, environment, descriptors, onLog });
    const shared = listeners.map(({ descriptors }) => start(descriptors));
    return { processes: shared.length > 0 ? shared : [start()], removeConfig };
  } catch (error) {
    await removeConfig();
    throw error;
  } finally {
    for (const { close } of listeners) close();
  }
}
