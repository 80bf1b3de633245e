import { z } from "@hono/zod-openapi";
import type { Origin } from "../../../../core/origin.ts";
import type { KeyHolder, Principal } from "../../../../core/security/principal.ts";
import { NewHeartbeat } from "../heartbeats.ts";

/** Who sent them, by what the guard takes: a hash of the key or token, and never itself. */
const Asker = z.union([
  z.object({ credential: z.object({ kind: z.literal("key"), hash: z.string() }) }),
  z.object({
    userId: z.guid(),
    credential: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("session"), id: z.guid() }),
      z.object({ kind: z.literal("token"), id: z.guid(), hash: z.string() }),
    ]),
  }),
]);

/**
 * A message of the queue: heartbeats of one request that could not be stored when they came. They were read and found good;
 * whether their sender may send them is yet to be asked.
 */
export const WaitingBatch = z.object({
  request_id: z.string(),
  /** The client's, for the audit log. */
  address: z.string(),
  received_at: z.iso.datetime(),
  asker: Asker,
  /** Whom the request named. */
  user: z.string(),
  heartbeats: z.array(NewHeartbeat),
});
export type WaitingBatch = z.output<typeof WaitingBatch>;

/** Of the heartbeats in a message, as JSON. A message may have 128,000 bytes: the rest is more than what else is in ours. */
const MAX_BYTES = 120_000;

interface Sent {
  user: string;
  asker: Principal | KeyHolder;
  origin: Origin;
  heartbeats: readonly NewHeartbeat[];
}

/**
 * Puts heartbeats on `queue`, in as many messages as they need: once this resolves, they are safe.
 *
 * @throws Error if any are not taken. Others may have been: to send all of them again changes nothing
 */
export async function putOnQueue(queue: Queue, { user, asker, origin, heartbeats }: Sent): Promise<void> {
  const sender = {
    request_id: origin.requestId,
    address: origin.address,
    received_at: new Date().toISOString(),
    // Nothing goes along that the guard doesn't take, whatever else is known of who asks.
    asker: Asker.parse(asker),
    user,
  };
  for (const part of partsOf(heartbeats)) {
    await queue.send({ ...sender, heartbeats: part } satisfies WaitingBatch, { contentType: "json" });
  }
}

/** `heartbeats` in order, in parts that fit into a message each. */
function partsOf(heartbeats: readonly NewHeartbeat[]): NewHeartbeat[][] {
  const encoder = new TextEncoder();
  const parts: NewHeartbeat[][] = [];
  let room = 0;
  for (const heartbeat of heartbeats) {
    const bytes = encoder.encode(JSON.stringify(heartbeat)).length + 1;
    room -= bytes;
    if (room >= 0) {
      parts.at(-1)?.push(heartbeat);
    } else {
      parts.push([heartbeat]);
      room = MAX_BYTES - bytes;
    }
  }
  return parts;
}
