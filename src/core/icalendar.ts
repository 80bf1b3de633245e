/** Media type of iCalendar (RFC 5545). */
export const ICALENDAR = "text/calendar; charset=utf-8";

/** An event of a calendar that does not mark its time as busy. */
export interface CalendarEvent {
  /** Stable id of the event. */
  uid: string;
  createdAt: Date;
  changedAt: Date;
  start: Date;
  /** Null while the event lasts. */
  end: Date | null;
  summary: string;
  description: string;
  categories: readonly string[];
}

/** Maximum octets of a line, without its end (RFC 5545 3.1). */
const MAX_OCTETS = 75;

/** Returns the beginning of a calendar. With a name, programs refresh it regularly (RFC 7986). */
export const beginCalendar = (name?: string): string =>
  linesOf([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Productivity Tracker//Time entries//EN",
    "CALSCALE:GREGORIAN",
    ...(name === undefined
      ? []
      : [
          `NAME:${escapeText(name)}`,
          `X-WR-CALNAME:${escapeText(name)}`,
          "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
          "X-PUBLISHED-TTL:PT1H",
        ]),
  ]);

/** Returns the end of a calendar. */
export const endCalendar = (): string => linesOf(["END:VCALENDAR"]);

/** Returns an event as a component of a calendar. If it lasts less than a second it has no end, which must differ from the start (3.8.2.2). */
export function calendarEvent(event: CalendarEvent): string {
  const [start, end] = [toUtc(event.start), event.end && toUtc(event.end)];
  return linesOf([
    "BEGIN:VEVENT",
    `UID:${event.uid}`,
    `DTSTAMP:${toUtc(event.changedAt)}`,
    `CREATED:${toUtc(event.createdAt)}`,
    `LAST-MODIFIED:${toUtc(event.changedAt)}`,
    `DTSTART:${start}`,
    ...(end && end > start ? [`DTEND:${end}`] : []),
    `SUMMARY:${escapeText(event.summary)}`,
    ...(event.description && [`DESCRIPTION:${escapeText(event.description)}`]),
    // One per line, since some readers confuse separating commas with commas in names.
    ...event.categories.map((name) => `CATEGORIES:${escapeText(name)}`),
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ]);
}

const linesOf = (lines: string[]): string => lines.map((line) => `${fold(line)}\r\n`).join("");

/** Formats an instant in UTC, which needs no definition of a time zone. */
const toUtc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, "");

/** Escapes text as a value (3.3.11), and removes control characters, which values cannot contain. */
const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes them
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
    .replace(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");

/** Folds `line` into pieces of at most 75 octets, including the leading space of continuations, without splitting characters. */
function fold(line: string): string {
  const pieces: string[] = [];
  let [piece, octets] = ["", 0];
  for (const character of line) {
    const size = octetsOf(character);
    if (octets + size > MAX_OCTETS) {
      pieces.push(piece);
      [piece, octets] = [" ", 1];
    }
    piece += character;
    octets += size;
  }
  return [...pieces, piece].join("\r\n");
}

function octetsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
