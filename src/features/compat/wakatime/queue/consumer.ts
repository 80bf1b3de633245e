import type { Settings } from "../../../../core/config.ts";
import { AppError, describeError, type ErrorCode } from "../../../../core/errors.ts";
import { log } from "../../../../core/logger.ts";
import { expandWildcards } from "../../../../core/permissions.ts";
import { createGuardedDatabase } from "../../../../database/client.ts";
import { SENDING, storeWaiting } from "../service.ts";
import { WaitingBatch } from "./waiting-batch.ts";

const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 3600;

/**
 * Stores the heartbeats of a batch of the queue HEARTBEATS, or of its dead letters, under the guard of the request that
 * brought them: what their senders may not send by now is dropped. What can't be stored comes again, after ever longer
 * pauses. To store twice changes nothing.
 */
export async function storeQueuedHeartbeats(
  settings: Settings,
  { queue, messages }: MessageBatch,
): Promise<void> {
  let isAway = false;
  for (const message of messages) {
    // A database that is away is asked once, and not by each of a hundred.
    const outcome: Outcome = isAway ? "away" : await store(settings, queue, message);
    isAway = outcome === "away";
    if (outcome === "settled") message.ack();
    else message.retry({ delaySeconds: pauseAfter(message.attempts) });
  }
}

const pauseAfter = (attempts: number) =>
  Math.min(FIRST_PAUSE_SECONDS * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS);

/** That a message is done with; or that it can't be stored, because the database is away or for another reason. */
type Outcome = "settled" | "away" | "failed";

/** By these the database says that the sender may not send: now, if they ever might. */
const REFUSALS: ErrorCode[] = [
  "INVALID_TOKEN",
  "INACTIVE_USER",
  "PERMISSION_DENIED",
  "RESOURCE_NOT_FOUND",
  "BUSINESS_LOGIC_ERROR",
];

async function store(settings: Settings, queue: string, { id, body, attempts }: Message): Promise<Outcome> {
  const tell = (level: "info" | "warn" | "error", text: string, fields = {}) =>
    log(settings, level, "queue", text, { queue, message_id: id, attempts, ...fields });
  const { data: batch, error: mistake } = WaitingBatch.safeParse(body);
  if (!batch) {
    tell("error", "A message is not understood", { cause: describeError(mistake) });
    return "failed";
  }
  const told = {
    request_id: batch.request_id,
    heartbeats: batch.heartbeats.length,
    waited_seconds: Math.round((Date.now() - Date.parse(batch.received_at)) / 1000),
  };
  try {
    const tooOld = await storeWaiting(databaseOf(settings, batch), batch);
    tell("info", "Heartbeats stored that waited", { ...told, heartbeats_too_old: tooOld });
    return "settled";
  } catch (error) {
    const code = error instanceof AppError ? error.code : undefined;
    if (code === "DATABASE_CONNECTION_ERROR") {
      tell("warn", "Heartbeats still wait", { ...told, cause: describeError(error) });
      return "away";
    }
    if (code && REFUSALS.includes(code)) {
      tell("warn", "Heartbeats dropped: their sender may not send them", { ...told, code });
      return "settled";
    }
    tell("error", "Heartbeats can't be stored", { ...told, cause: describeError(error) });
    return "failed";
  }
}

/** The database, behind the guard as it would have been in the request. */
const databaseOf = (settings: Settings, { asker, request_id, address }: WaitingBatch) =>
  createGuardedDatabase(settings, {
    asker,
    origin: { requestId: request_id, url: "", address, userAgent: undefined },
    required: expandWildcards([[SENDING]]),
    inPerson: false,
    isRead: false,
    maxAgeSeconds: undefined,
  });
