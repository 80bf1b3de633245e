import { expect } from "vitest";
import type { TestApi } from "./api.ts";

/** Start, end and data of an event. Start and end are times of 2026-01-05 in UTC, such as `09:00`, or instants. */
export type WatchedSpan = readonly [from: string, to: string, data: object];

const DAY = "2026-01-05";

/** Returns the instant of a time on that day; returns instants unchanged. */
export const instantAt = (time: string) =>
  time.includes("T") ? time : `${DAY}T${time.length === 5 ? `${time}:00` : time}Z`;

const TYPES = { window: "currentwindow", afk: "afkstatus", web: "web.tab.current" };

/** Imports the events of watchers on `hostname`: windows, presence, and tabs of Firefox. */
export async function watch(
  api: TestApi,
  owner: { access: string },
  reported: { window?: WatchedSpan[]; afk?: WatchedSpan[]; web?: WatchedSpan[] },
  hostname = "laptop",
) {
  const buckets = Object.entries(reported).map(([kind, events]) => {
    const watcher = kind === "web" ? "aw-watcher-web-firefox" : `aw-watcher-${kind}`;
    const bucket = {
      client: watcher,
      type: TYPES[kind as keyof typeof TYPES],
      hostname,
      events: events.map(([from, to, data]) => ({
        timestamp: instantAt(from),
        duration: (Date.parse(instantAt(to)) - Date.parse(instantAt(from))) / 1000,
        data,
      })),
    };
    return [`${watcher}_${hostname}`, bucket];
  });
  const body = { buckets: Object.fromEntries(buckets) };
  const { status, text } = await api.call("POST", "/compat/aw/api/0/import", { token: owner.access, body });
  expect(status, text).toBe(200);
}

/** Data of a span in which the user was present. */
export const notAfk = { status: "not-afk" };
/** Data of a span in which the user was away. */
export const afk = { status: "afk" };
