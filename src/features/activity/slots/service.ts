import type { Progress, Spending } from "../../../database/work.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/** Builds slots for heartbeats that are not in slots yet. Returns the number of users. */
export async function buildSlots({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> {
  const users = new Set<string>();
  const progress = await processQueue(db, repository.UNBUILT_SLOTS, spending, ({ user_id }) =>
    users.add(user_id),
  );
  return { ...progress, done: users.size };
}

/** Deletes heartbeats that are older than their retention. Their slots stay. Returns the number of heartbeats. */
export async function removeOldHeartbeats(
  { db, settings }: Pick<Scope, "db" | "settings">,
  spending: Spending,
): Promise<Progress> {
  let done = 0;
  const queue = repository.outdatedHeartbeats(settings.HEARTBEAT_RETENTION_DAYS);
  const progress = await processQueue(db, queue, spending, ({ count }) => {
    done += count;
  });
  return { ...progress, done };
}

interface ProcessedUser {
  user_id: string;
  count: number;
}

/** Processes a queue until it is empty or `spending` is spent, and calls `note` with the result of each user. */
async function processQueue(
  db: Scope["db"],
  queue: repository.UserQueue,
  spending: Spending,
  note: (processed: ProcessedUser) => void,
): Promise<Pick<Progress, "left" | "failures">> {
  const failures: unknown[] = [];
  for (;;) {
    const processed = await processBatch(db, queue, spending, failures);
    if (processed === undefined) return { failures };
    processed.forEach(note);
    if (spending.isSpent()) return { failures, left: await repository.countQueue(db, queue) };
  }
}

/** Processes a batch of users. Returns the result of each, or undefined if the queue is empty. */
async function processBatch(
  db: Scope["db"],
  queue: repository.UserQueue,
  spending: Spending,
  failures: unknown[],
): Promise<ProcessedUser[] | undefined> {
  try {
    const processed = await repository.processUsers(db, queue);
    spending.spend(processed.length);
    return processed.length > 0 ? processed : undefined;
  } catch (error) {
    const users = await repository.listNextUsers(db, queue);
    if (users.length === 0) throw error;
    return processEach(db, queue, users, spending, failures);
  }
}

/** Processes each of these users separately. Postpones a user after a failure, which it adds to `failures`. */
async function processEach(
  db: Scope["db"],
  queue: repository.UserQueue,
  users: string[],
  spending: Spending,
  failures: unknown[],
): Promise<ProcessedUser[]> {
  const processed: ProcessedUser[] = [];
  for (const id of users) {
    if (spending.isSpent()) break;
    spending.spend(1);
    try {
      processed.push(...(await repository.processUsers(db, queue, id)));
    } catch (cause) {
      // Throws if the database is unreachable, since then the failure is not the user's.
      await repository.postponeUser(db, id);
      failures.push(new Error(`Cannot process the heartbeats of user ${id}.`, { cause }));
    }
  }
  return processed;
}
