import { z } from "@hono/zod-openapi";
import type { Origin } from "../../../../core/origin.ts";
import type { KeyHolder, Principal } from "../../../../core/security/principal.ts";
import { NewHeartbeat } from "../heartbeats.ts";

/** The sender, as the guard takes it: with a hash of the key or token, never the secret itself. */
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
 * A message of the queue: valid heartbeats of one request that could not be stored when they arrived. It is not yet known whether
 * their sender may send them.
 */
export const WaitingBatch = z.object({
  request_id: z.string(),
  /** Network address of the client, for the audit log. */
  address: z.string(),
  received_at: z.iso.datetime(),
  asker: Asker,
  /** The user that the request names, such as `current`. */
  user: z.string(),
  heartbeats: z.array(NewHeartbeat),
});
export type WaitingBatch = z.output<typeof WaitingBatch>;

/**
 * Maximum number of bytes of JSON of the heartbeats in a message. A message may have 128,000 bytes; its other fields need less than the
 * rest.
 */
const MAX_BYTES = 120_000;

interface Sent {
  user: string;
  asker: Principal | KeyHolder;
  origin: Origin;
  heartbeats: readonly NewHeartbeat[];
}

/**
 * Puts heartbeats on `queue`, in as many messages as necessary. They are stored durably when this resolves.
 *
 * @throws Error if the queue does not accept all of them. It is safe to send all of them again
 */
export async function putOnQueue(queue: Queue, { user, asker, origin, heartbeats }: Sent): Promise<void> {
  const sender = {
    request_id: origin.requestId,
    address: origin.address,
    received_at: new Date().toISOString(),
    // The message has only the properties that the guard takes.
    asker: Asker.parse(asker),
    user,
  };
  for (const part of splitIntoMessages(heartbeats)) {
    await queue.send({ ...sender, heartbeats: part } satisfies WaitingBatch, { contentType: "json" });
  }
}

/** Splits `heartbeats`, in order, into parts that each fit into a message. */
function splitIntoMessages(heartbeats: readonly NewHeartbeat[]): NewHeartbeat[][] {
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
