import { expect } from "vitest";
import type { TestApi } from "./api.ts";

/** An event: start, end and data. Start and end are times on 2026-01-05 in UTC, such as `09:00`, or instants. */
export type Seen = readonly [from: string, to: string, data: object];

const DAY = "2026-01-05";

/** Returns the instant of a time on that day; returns instants unchanged. */
export const on = (time: string) =>
  time.includes("T") ? time : `${DAY}T${time.length === 5 ? `${time}:00` : time}Z`;

const TYPES = { window: "currentwindow", afk: "afkstatus", web: "web.tab.current" };

/** Imports the events of watchers on `hostname`: windows, presence, and tabs of Firefox. */
export async function watch(
  api: TestApi,
  owner: { access: string },
  seen: { window?: Seen[]; afk?: Seen[]; web?: Seen[] },
  hostname = "laptop",
) {
  const buckets = Object.entries(seen).map(([kind, events]) => {
    const watcher = kind === "web" ? "aw-watcher-web-firefox" : `aw-watcher-${kind}`;
    const bucket = {
      client: watcher,
      type: TYPES[kind as keyof typeof TYPES],
      hostname,
      events: events.map(([from, to, data]) => ({
        timestamp: on(from),
        duration: (Date.parse(on(to)) - Date.parse(on(from))) / 1000,
        data,
      })),
    };
    return [`${watcher}_${hostname}`, bucket];
  });
  const body = { buckets: Object.fromEntries(buckets) };
  const { status, text } = await api.call("POST", "/compat/aw/api/0/import", { token: owner.access, body });
  expect(status, text).toBe(200);
}

export const here = { status: "not-afk" };
export const away = { status: "afk" };
