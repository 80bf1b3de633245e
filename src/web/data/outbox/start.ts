import { keepInLists, reloadEntries } from "../entries.ts";
import { findUserId } from "../session.ts";
import { openOutbox } from "./outbox.ts";

/** Begins to send the changes of a user. */
export const startOutbox = (userId: string): Promise<void> =>
  openOutbox(userId, { findUser: findUserId, onKept: keepInLists, onDone: reloadEntries });
