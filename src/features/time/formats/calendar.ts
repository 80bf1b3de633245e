import { beginCalendar, calendarEvent, endCalendar } from "../../../core/icalendar.ts";
import type { NamedEntry } from "../time-entries/service.ts";

/** Writes entries as a calendar. A name makes it a calendar to subscribe to. */
export async function* writeCalendar(pages: AsyncIterable<readonly NamedEntry[]>, name?: string) {
  let head = beginCalendar(name);
  for await (const entries of pages) {
    yield head + entries.map((entry) => calendarEvent(eventOf(entry))).join("");
    head = "";
  }
  yield endCalendar();
}

/** Returns the event that shows an entry in a calendar. */
const eventOf = (entry: NamedEntry) => ({
  uid: entry.id,
  createdAt: entry.created_at,
  changedAt: entry.updated_at ?? entry.created_at,
  start: entry.started_at,
  end: entry.ended_at,
  summary: entry.description || entry.task || entry.project || "Time entry",
  description: [entry.client, entry.project, entry.task].filter(Boolean).join(" / "),
  categories: entry.tags,
});
