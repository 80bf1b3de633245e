import { toClock } from "../../ui/clock.ts";
import { parseDuration, parseTime } from "../../ui/typed.ts";
import { addDays, dayOf, instantOf, minutesOf } from "../../ui/zone.ts";

/** Texts in the fields of an entry's times. */
export interface Texts {
  day: string;
  start: string;
  end: string;
  duration: string;
  /** Field that decides when the entry ends, if it was changed. */
  decides?: "end" | "duration" | undefined;
}

interface Times {
  /** Instants in milliseconds; an entry without an end is running. */
  start: number;
  end: number | null;
}

/** Returns a duration as the field has it. */
const toDuration = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
};

/** Returns the texts of the fields for times. */
export const textsOf = ({ start, end }: Times, zone: string): Texts => ({
  day: dayOf(start, zone),
  start: toClock(minutesOf(start, zone)),
  end: end === null ? "" : toClock(minutesOf(end, zone)),
  duration: end === null ? "" : toDuration(end - start),
});

/** Returns the names of the fields that can't be read. */
export function problemsOf({
  day,
  start,
  end,
  duration,
  decides,
}: Texts): ("day" | "start" | "end" | "duration")[] {
  const problems: ("day" | "start" | "end" | "duration")[] = [];
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) problems.push("day");
  if (parseTime(start) === undefined) problems.push("start");
  if (
    decides === "duration"
      ? parseDuration(duration) === undefined
      : end !== "" && parseTime(end) === undefined
  )
    problems.push(decides === "duration" ? "duration" : "end");
  return problems;
}

/**
 * Returns the times that the fields say, or undefined if a field can't be read. Times that were not changed keep their seconds. An end that
 * would be before the start is one of the next day.
 */
export function timesOf(texts: Texts, before: Times, zone: string): Times | undefined {
  if (problemsOf(texts).length > 0) return undefined;
  const shown = textsOf(before, zone);
  const isMoved = texts.day !== shown.day || texts.start !== shown.start;
  const start = isMoved ? instantOf(texts.day, parseTime(texts.start) ?? 0, zone) : before.start;
  return { start, end: endOf(texts, before, start, zone) };
}

function endOf(texts: Texts, before: Times, start: number, zone: string): number | null {
  if (texts.decides === "duration") return start + (parseDuration(texts.duration) ?? 0) * 1000;
  const isKept = texts.decides === undefined && before.end !== null;
  if (isKept && texts.day === textsOf(before, zone).day && (before.end ?? 0) >= start) return before.end;
  const minutes = parseTime(texts.end);
  if (texts.end === "" || minutes === undefined) return null;
  const end = instantOf(texts.day, minutes, zone);
  return end >= start ? end : instantOf(addDays(texts.day, 1), minutes, zone);
}

/** Returns the texts of the fields once one of them was changed: the duration follows the other fields, and the end follows the duration. */
export function changeText(
  texts: Texts,
  name: keyof Texts,
  value: string,
  before: Times,
  zone: string,
): Texts {
  const isEnd = name === "end" || name === "duration";
  const next: Texts = { ...texts, [name]: value, ...(isEnd && { decides: name }) };
  const times = timesOf(next, before, zone);
  if (!times) return next;
  const shown = textsOf(times, zone);
  return next.decides === "duration" ? { ...next, end: shown.end } : { ...next, duration: shown.duration };
}
