import type { Entry } from "../../data/outbox/changes.ts";

/** Returns the seconds of an entry, up to now if it is running. */
export const secondsOf = ({ started_at, ended_at }: Entry, now: number): number =>
  Math.max(0, ((ended_at === null ? now : Date.parse(ended_at)) - Date.parse(started_at)) / 1000);

/** Returns the seconds of an entry between two instants. */
export function secondsWithin(entry: Entry, from: number, to: number, now: number): number {
  const end = entry.ended_at === null ? now : Date.parse(entry.ended_at);
  return Math.max(0, (Math.min(end, to) - Math.max(Date.parse(entry.started_at), from)) / 1000);
}

/** Entries with one subject. */
export interface Group {
  key: string;
  entries: Entry[];
}

/** Returns entries in groups by subject, in the order of their newest. */
export function groupEntries(entries: readonly Entry[]): Group[] {
  const keyOf = ({ description, project_id, task_id, tag_ids }: Entry) =>
    JSON.stringify([description, project_id, task_id, [...tag_ids].sort()]);
  const groups = Map.groupBy(entries, keyOf);
  return [...groups].map(([key, members]) => ({ key, entries: members }));
}
