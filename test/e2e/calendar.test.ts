import fc from "fast-check";
import ICAL from "ical.js";
import ical from "node-ical";
import { afterEach, expect, it, vi } from "vitest";
import { beginCalendar, type CalendarEvent, calendarEvent, endCalendar } from "../../src/core/icalendar.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const text = (maxLength: number) =>
  fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(..."\\;,:\n\"'日é👩🏽‍🚀 ", "\t", "\\n", "END:VEVENT"),
        fc.string({ unit: "grapheme", maxLength: 1 }),
      ),
      maxLength,
    })
    .map((value) => value.trim());
const instant = fc.date({ min: new Date("1900-01-01"), max: new Date("2199-12-31"), noInvalidDate: true });
const event: fc.Arbitrary<CalendarEvent> = fc.record({
  uid: fc.uuid(),
  createdAt: instant,
  changedAt: instant,
  start: instant,
  end: fc.option(instant),
  summary: text(200),
  description: text(200),
  categories: fc.array(text(30).filter((name) => name.trim() !== "")),
});
const events = fc.uniqueArray(event, { minLength: 1, maxLength: 5, selector: ({ uid }) => uid });
const calendarOf = (events: CalendarEvent[], name?: string) =>
  beginCalendar(name) + events.map(calendarEvent).join("") + endCalendar();
const toSecond = (date: Date | undefined) => date && Math.floor(date.getTime() / 1000);

it("contains the written events, as read by ical.js", () => {
  fc.assert(
    fc.property(events, (events) => {
      const calendar = new ICAL.Component(ICAL.parse(calendarOf(events)));
      const read = calendar.getAllSubcomponents("vevent").map((component) => ({
        uid: component.getFirstPropertyValue("uid"),
        start: toSecond(new ICAL.Event(component).startDate.toJSDate()),
        summary: component.getFirstPropertyValue("summary"),
        description: component.getFirstPropertyValue("description") ?? "",
        categories: component.getAllProperties("categories").map((property) => property.getFirstValue()),
      }));
      expect(read).toEqual(
        events.map(({ uid, start, summary, description, categories }) => ({
          uid,
          start: toSecond(start),
          summary,
          description,
          categories,
        })),
      );
    }),
  );
});

/** Returns false for summaries that node-ical changes: it reads a backslash before an n as a line end, and drops surrounding quotes. */
const isKeptByNodeIcal = ({ summary }: CalendarEvent) => !summary.includes("\\") && !/^".*"$/s.test(summary);

it("parses in node-ical without a warning", () => {
  const complaints = (["warn", "error", "log"] as const).map((level) => vi.spyOn(console, level));
  fc.assert(
    fc.property(
      events.filter((all) => all.every(isKeptByNodeIcal)),
      (events) => {
        const read = ical.sync.parseICS(calendarOf(events, "Time"));
        for (const { uid, start, summary } of events)
          expect(read[uid]).toMatchObject({
            type: "VEVENT",
            uid,
            start: new Date((toSecond(start) ?? 0) * 1000),
            summary,
          });
      },
    ),
  );
  for (const complaint of complaints) expect(complaint).not.toHaveBeenCalled();
});

it("folds lines at 75 octets without splitting or losing characters [CALENDAR-1]", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(event, (one) => {
      const lines = calendarOf([one]).split("\r\n");
      expect(lines.pop()).toBe("");
      for (const line of lines) {
        const octets = new TextEncoder().encode(line);
        expect(octets.length).toBeLessThanOrEqual(75);
        expect(decoder.decode(octets)).toBe(line);
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.isWellFormed()).toBe(true);
      }
    }),
  );
  const folded = calendarEvent({
    uid: "1",
    createdAt: new Date(0),
    changedAt: new Date(0),
    start: new Date(0),
    end: null,
    summary: "日".repeat(60),
    description: "",
    categories: [],
  });
  expect(folded.replaceAll("\r\n ", "")).toContain(`SUMMARY:${"日".repeat(60)}\r\n`);
});

it("ends lines with CRLF, escapes special characters, and drops control characters", () => {
  const lines = calendarEvent({
    uid: "1",
    createdAt: new Date("2026-01-01T00:00:00.999Z"),
    changedAt: new Date("2026-01-02T00:00:00Z"),
    start: new Date("2026-01-03T08:00:00.100Z"),
    end: new Date("2026-01-03T08:00:00.900Z"),
    summary: "a\u0007b\r\nc;d,e\\f",
    description: "",
    categories: ["x,y", "z"],
  });
  expect(lines).toBe(
    [
      "BEGIN:VEVENT",
      "UID:1",
      "DTSTAMP:20260102T000000Z",
      "CREATED:20260101T000000Z",
      "LAST-MODIFIED:20260102T000000Z",
      "DTSTART:20260103T080000Z",
      "SUMMARY:ab\\nc\\;d\\,e\\\\f",
      "CATEGORIES:x\\,y",
      "CATEGORIES:z",
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
      "",
    ].join("\r\n"),
  );
});
