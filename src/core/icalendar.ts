/** The media type of iCalendar (RFC 5545). */
export const ICALENDAR = "text/calendar; charset=utf-8";

/** Something in a calendar that took some time, and blocks none. */
export interface CalendarEvent {
  /** Stays the same while the event is the same. */
  uid: string;
  createdAt: Date;
  changedAt: Date;
  start: Date;
  /** Null for what goes on. */
  end: Date | null;
  summary: string;
  description: string;
  categories: readonly string[];
}

/** RFC 5545 3.1: octets of a line, its end not counted. */
const MAX_OCTETS = 75;

/** How a calendar begins; with a name, one that is read again and again (RFC 7986). */
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

/** How a calendar ends. */
export const endCalendar = (): string => linesOf(["END:VCALENDAR"]);

/** An event as a part of a calendar. One that takes no whole second has no end: it must not be the start (3.8.2.2). */
export function calendarEvent(event: CalendarEvent): string {
  const [start, end] = [utc(event.start), event.end && utc(event.end)];
  return linesOf([
    "BEGIN:VEVENT",
    `UID:${event.uid}`,
    `DTSTAMP:${utc(event.changedAt)}`,
    `CREATED:${utc(event.createdAt)}`,
    `LAST-MODIFIED:${utc(event.changedAt)}`,
    `DTSTART:${start}`,
    ...(end && end > start ? [`DTEND:${end}`] : []),
    `SUMMARY:${escapeText(event.summary)}`,
    ...(event.description && [`DESCRIPTION:${escapeText(event.description)}`]),
    // One in a line: not every reader tells the commas between them from those within.
    ...event.categories.map((name) => `CATEGORIES:${escapeText(name)}`),
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ]);
}

const linesOf = (lines: string[]): string => lines.map((line) => `${fold(line)}\r\n`).join("");

/** In UTC, so that no time zone needs to be described. */
const utc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, "");

/** Text as a value (3.3.11), without the control characters that none may have. */
const escapeText = (text: string): string =>
  text
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
    .replace(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");

/** `line` in pieces of 75 octets at most, the space before each further piece counted, that break no character. */
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
