import { LOCAL_ADDRESS } from "../address.ts";
import type { WorkerdProcess } from "./process.ts";

/** Limit for the answer to a command, and for deferred work at the end. */
const ANSWER_MS_MAX = 5_000;

/** Starts the scheduled work in a process. A failure is in its log. */
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
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const url = `http://${LOCAL_ADDRESS}:${port}${path}`;
  // A process that doesn't answer is ended anyway, and the schedule comes again.
  return fetch(url, { method: "POST", headers, signal }).catch(() => undefined);
}
