import { LOCAL_ADDRESS } from "../address.ts";
import type { WorkerdProcess } from "./process.ts";

/** Runs the scheduled work in a process. A failure is in its log. */
export async function runSchedule(process: WorkerdProcess, secret: string): Promise<void> {
  const answer = await send("/schedule", process, secret);
  await answer?.body?.cancel();
}

/**
 * Stops a process when the requests under way and the work that they deferred, such as a mail, are done. For that, one response is still
 * open while the process shuts down.
 */
export async function stopWhenIdle(process: WorkerdProcess, secret: string): Promise<void> {
  const idle = await send("/idle", process, secret);
  const read = idle?.text().catch(() => {});
  await process.stop();
  await read;
}

async function send(path: string, { controlPort, exited }: WorkerdProcess, secret: string) {
  const port = await Promise.race([controlPort, exited.then(() => undefined)]);
  if (port === undefined) return undefined;
  const headers = { Authorization: `Bearer ${secret}` };
  return fetch(`http://${LOCAL_ADDRESS}:${port}${path}`, { method: "POST", headers }).catch(() => undefined);
}
