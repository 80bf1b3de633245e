import { useEffect, useState } from "preact/hooks";
import { toApiError } from "../../ui/errors.ts";
import {
  type Change,
  correct,
  fateOf,
  findRefused,
  nextOf,
  type Problem,
  settle,
  type Work,
} from "./changes.ts";
import { Conflict, type Kept, send } from "./send.ts";
import { addChange, readChanges, removeChange, replaceChange } from "./store.ts";

/** Functions that the outbox needs from the rest of the app. */
interface Surroundings {
  /** Returns the id of the user who is signed in now, also in other tabs. */
  findUser: () => Promise<string | undefined>;
  /** Called when the server has a change. */
  onKept: (change: Change, kept: Kept) => void;
  /** Called when the server has all that could be sent, by this tab or another one. */
  onDone: () => Promise<unknown>;
}

/** State of the outbox. */
export interface OutboxState {
  changes: readonly Change[];
  /** Time since when the server can't be reached. */
  offlineSince: number | undefined;
}

/** Pauses between attempts, in milliseconds. */
const PAUSES = [2_000, 5_000, 15_000, 30_000, 60_000];

let surroundings: Surroundings | undefined;
let userId: string | undefined;
let state: OutboxState = { changes: [], offlineSince: undefined };
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

/** Tells the other tabs that the changes that wait are others now. */
const channel = new BroadcastChannel("outbox");

function setState(next: Partial<OutboxState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

/** Returns the state of the outbox. */
export function useOutbox(): OutboxState {
  const [shown, setShown] = useState(state);
  useEffect(() => {
    const listener = () => setShown(state);
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return shown;
}

/** Returns the changes that wait, oldest first. */
export const useChanges = (): readonly Change[] => useOutbox().changes;

/** Returns the changes of the current user that wait. */
export const waitingChanges = (): readonly Change[] => state.changes;

async function readAgain(): Promise<void> {
  const reader = userId;
  const changes = reader === undefined ? [] : await readChanges(reader);
  if (reader === userId) setState({ changes });
}

/** Begins to send the changes of a user: now, and whenever the server may be reached again. */
export async function openOutbox(user: string, given: Surroundings): Promise<void> {
  userId = user;
  if (!surroundings) {
    channel.addEventListener("message", ({ data }) => void hear(data === "sent"));
    addEventListener("online", () => void replay());
    addEventListener("offline", () => noteOffline());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && state.changes.length > 0) void replay();
    });
  }
  surroundings = given;
  await readAgain();
  void replay();
}

/** Forgets whose changes wait, when the user leaves. They stay in the browser. */
export function closeOutbox(): void {
  userId = undefined;
  setState({ changes: [] });
}

/** Shows a change of the outbox in all tabs, and begins to send. */
async function announce(): Promise<void> {
  await readAgain();
  channel.postMessage("added");
  void replay();
}

async function hear(isSent: boolean): Promise<void> {
  if (isSent) await surroundings?.onDone();
  await readAgain();
}

/**
 * Keeps a change of an entry, and sends it as soon as possible. The lists show it once this returns. An edit of an entry whose change was
 * refused corrects that change.
 */
export async function keep(entryId: string, work: Work): Promise<void> {
  if (userId === undefined) throw new Error("The outbox is closed.");
  const refused = work.do === "edit" && findRefused(state.changes, entryId);
  if (work.do === "edit" && refused) {
    const { work: corrected, contained } = correct(refused, state.changes, work.values);
    return retry(refused, corrected, contained);
  }
  await addChange({ userId, entryId, at: new Date().toISOString(), work });
  await announce();
}

/** Sends a refused change again, as it is or in another form, which may contain later changes. */
export async function retry(
  change: Change,
  work: Work = change.work,
  contained: readonly Change[] = [],
): Promise<void> {
  const { problem: _, ...rest } = change;
  await replaceChange({ ...rest, work });
  for (const { key } of contained) await removeChange(key);
  await announce();
}

/** Gives up a change. With an entry that was never created, its later changes have no object either. */
export async function discard({ key, entryId, work }: Change): Promise<void> {
  const isNew = work.do === "create";
  const later = isNew ? state.changes.filter((other) => other.entryId === entryId) : [];
  for (const doomed of [key, ...later.map((other) => other.key)]) await removeChange(doomed);
  await announce();
}

/** Runs `work` while no other tab does. Without https, a browser has no locks; then a change may be sent twice, which does nothing more. */
const inTurn = (work: () => Promise<void>): Promise<void> =>
  navigator.locks ? navigator.locks.request("outbox", work) : work();

let running: Promise<void> | undefined;
let isWanted = false;

/** Sends the waiting changes, in order, one tab at a time. */
function replay(): Promise<void> {
  clearTimeout(timer);
  isWanted = true;
  running ??= sendAll().finally(() => {
    running = undefined;
    if (isWanted) void replay();
  });
  return running;
}

async function sendAll(): Promise<void> {
  isWanted = false;
  if (!navigator.onLine) return noteOffline();
  let sent = 0;
  await inTurn(async () => {
    for (;;) {
      await readAgain();
      const next = nextOf(state.changes);
      if (!next) return noteOnline();
      if (!(await sendOne(next))) return;
      sent++;
    }
  });
  if (sent === 0) return;
  channel.postMessage("sent");
  await surroundings?.onDone();
}

/** Sends a change, and returns whether the next one may follow. */
async function sendOne(change: Change): Promise<boolean> {
  try {
    // Another user may have signed in in another tab; their session must not send it.
    if ((await surroundings?.findUser()) !== change.userId) return false;
    const settled = settle(change, state.changes);
    const kept = await send(settled);
    noteOnline();
    if (userId === change.userId) surroundings?.onKept(settled, kept);
    await removeChange(change.key);
    return true;
  } catch (error) {
    return handle(change, error);
  }
}

async function handle(change: Change, error: unknown): Promise<boolean> {
  if (error instanceof Conflict)
    return refuse(change, { code: error.message, message: "", theirs: error.theirs });
  const { code, message, fields, retryAfterSeconds } = toApiError(error);
  const fate = fateOf(code);
  if (fate === "refused") return refuse(change, { code, message, fields });
  if (code === "OFFLINE") noteOffline();
  if (fate === "later") tryLater(retryAfterSeconds);
  return false;
}

async function refuse(change: Change, problem: Problem): Promise<true> {
  noteOnline();
  await replaceChange({ ...change, problem });
  channel.postMessage("added");
  return true;
}

function tryLater(seconds: number | undefined): void {
  const pause = seconds === undefined ? (PAUSES[failures] ?? PAUSES.at(-1)) : seconds * 1000;
  failures = Math.min(failures + 1, PAUSES.length);
  timer = setTimeout(() => void replay(), pause);
}

function noteOffline(): void {
  setState({ offlineSince: state.offlineSince ?? Date.now() });
}

function noteOnline(): void {
  failures = 0;
  if (state.offlineSince !== undefined) setState({ offlineSince: undefined });
}
