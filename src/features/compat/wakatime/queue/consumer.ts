import type { Settings } from "../../../../core/config.ts";
import { AppError, describeError, type ErrorCode } from "../../../../core/errors.ts";
import { log } from "../../../../core/logger.ts";
import { expandWildcards } from "../../../../core/permissions.ts";
import { createGuardedDatabase } from "../../../../database/client.ts";
import { SEND_PERMISSION, storeQueuedBatch } from "../service.ts";
import { WaitingBatch } from "./waiting-batch.ts";

const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3600;

/**
 * Stores the heartbeats of a batch of the queue HEARTBEATS, or of its dead-letter queue, under the guard of the request that sent
 * them. Heartbeats that their senders may no longer send are dropped. A message that can't be stored is retried after ever longer
 * pauses. Storing a heartbeat twice changes nothing.
 */
export async function storeQueuedHeartbeats(
  settings: Settings,
  { queue, messages }: MessageBatch,
): Promise<void> {
  let isUnreachable = false;
  for (const message of messages) {
    // An unreachable database is tried once for the batch, not once for each message.
    const outcome: Outcome = isUnreachable ? "unreachable" : await storeMessage(settings, queue, message);
    isUnreachable = outcome === "unreachable";
    if (outcome === "settled") message.ack();
    else message.retry({ delaySeconds: pauseSecondsAfter(message.attempts) });
  }
}

const pauseSecondsAfter = (attempts: number) =>
  Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS);

/** Result for a message: it is settled, or it can't be stored because the database is unreachable, or it failed for another reason. */
type Outcome = "settled" | "unreachable" | "failed";

/** Codes by which the database refuses a sender that may not, or may no longer, send heartbeats. */
const SENDER_REFUSED: ErrorCode[] = [
  "INVALID_TOKEN",
  "INACTIVE_USER",
  "PERMISSION_DENIED",
  "RESOURCE_NOT_FOUND",
  "BUSINESS_LOGIC_ERROR",
];

async function storeMessage(
  settings: Settings,
  queue: string,
  { id, body, attempts }: Message,
): Promise<Outcome> {
  const logMessage = (level: "info" | "warn" | "error", text: string, fields = {}) =>
    log(settings, level, "queue", text, { queue, message_id: id, attempts, ...fields });
  const { data: batch, error: invalid } = WaitingBatch.safeParse(body);
  if (!batch) {
    logMessage("error", "Invalid message in the queue", { cause: describeError(invalid) });
    return "failed";
  }
  const details = {
    request_id: batch.request_id,
    heartbeats: batch.heartbeats.length,
    waited_seconds: Math.round((Date.now() - Date.parse(batch.received_at)) / 1000),
  };
  try {
    const tooOld = await storeQueuedBatch(databaseOf(settings, batch), batch);
    logMessage("info", "Queued heartbeats stored", { ...details, heartbeats_too_old: tooOld });
    return "settled";
  } catch (error) {
    const code = error instanceof AppError ? error.code : undefined;
    if (code === "DATABASE_CONNECTION_ERROR") {
      logMessage("warn", "Heartbeats still queued", { ...details, cause: describeError(error) });
      return "unreachable";
    }
    if (code && SENDER_REFUSED.includes(code)) {
      logMessage("warn", "Heartbeats dropped: the sender may no longer send them", { ...details, code });
      return "settled";
    }
    logMessage("error", "Heartbeats can't be stored", { ...details, cause: describeError(error) });
    return "failed";
  }
}

/** Returns the database behind the guard that the request had. */
const databaseOf = (settings: Settings, { asker, request_id, address }: WaitingBatch) =>
  createGuardedDatabase(settings, {
    caller: asker,
    origin: { requestId: request_id, url: "", address, userAgent: undefined },
    required: expandWildcards([[SEND_PERMISSION]]),
    inPerson: false,
    isRead: false,
    maxAgeSeconds: undefined,
  });
