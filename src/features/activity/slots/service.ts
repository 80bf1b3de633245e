import type { Progress, Spending } from "../../../database/work.ts";
import type { Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";

/** Builds the slots that are behind. Returns for how many users. */
export async function buildSlots({ db }: Pick<Scope, "db">, spending: Spending): Promise<Progress> {
  const users = new Set<string>();
  const progress = await workOff(db, repository.UNBUILT, spending, ({ user_id }) => users.add(user_id));
  return { ...progress, done: users.size };
}

/** Removes heartbeats that are older than the settings say, of whose time the slots stay. */
export async function removeOldHeartbeats(
  { db, settings }: Pick<Scope, "db" | "settings">,
  spending: Spending,
): Promise<Progress> {
  let done = 0;
  const queue = repository.outdated(settings.HEARTBEAT_RETENTION_DAYS);
  const progress = await workOff(db, queue, spending, ({ count }) => {
    done += count;
  });
  return { ...progress, done };
}

interface Worked {
  user_id: string;
  count: number;
}

/** Works for the users of a queue until none is left in it or the allowance is spent, and calls `note` with what was done for each. */
async function workOff(
  db: Scope["db"],
  queue: repository.UserQueue,
  spending: Spending,
  note: (worked: Worked) => void,
): Promise<Pick<Progress, "left" | "failures">> {
  const failures: unknown[] = [];
  for (;;) {
    const worked = await takeSome(db, queue, spending, failures);
    if (worked === undefined) return { failures };
    worked.forEach(note);
    if (spending.isSpent()) return { failures, left: await repository.countQueue(db, queue) };
  }
}

/** Works for some users at once. Returns the work done for each, or undefined if no user is left in the queue. */
async function takeSome(
  db: Scope["db"],
  queue: repository.UserQueue,
  spending: Spending,
  failures: unknown[],
): Promise<Worked[] | undefined> {
  try {
    const worked = await repository.workForSome(db, queue);
    spending.spend(worked.length);
    return worked.length > 0 ? worked : undefined;
  } catch (error) {
    const users = await repository.listNext(db, queue);
    if (users.length === 0) throw error;
    return takeEach(db, queue, users, spending, failures);
  }
}

/** Works for each of these users by itself. One for whom it fails waits for another attempt, and adds to `failures`. */
async function takeEach(
  db: Scope["db"],
  queue: repository.UserQueue,
  users: string[],
  spending: Spending,
  failures: unknown[],
): Promise<Worked[]> {
  const worked: Worked[] = [];
  for (const id of users) {
    if (spending.isSpent()) break;
    spending.spend(1);
    try {
      worked.push(...(await repository.workForSome(db, queue, id)));
    } catch (cause) {
      // Fails, too, where the database is away: then no user is to blame.
      await repository.postpone(db, id);
      failures.push(new Error(`Cannot process the heartbeats of user ${id}.`, { cause }));
    }
  }
  return worked;
}
