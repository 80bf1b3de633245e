import type { TableRow } from "./formats.ts";
import { parseLength, type Unit } from "./lengths.ts";
import type { Field } from "./presets.ts";
import {
  addDay,
  addLocalSeconds,
  addSeconds,
  DATE_ORDERS,
  type DateOrder,
  instantOf,
  localDate,
  localTime,
  splitDateTime,
  subtractLocalSeconds,
} from "./times.ts";

/**
 * Times of an entry: instants, local times, or only a day. `seconds` is the length in the file. An end without a date is on the day of the
 * start, or on the next day.
 */
export type Times =
  | { started_at: string; ended_at: string | null; seconds?: number | null }
  | { local_start: string; local_end: string | null; is_end_dated: boolean; seconds: number | null }
  | { day: string; seconds: number };

/** Row of another program's file, with the texts of its fields. */
export interface ForeignRow extends TableRow {
  textOf: (field: Field) => string;
  /** Unit of a plain number as a length. */
  unit: Unit;
  /** Set if the name of the column of lengths has the unit. */
  isUnitNamed: boolean;
}

interface Span {
  times: Times;
  /** Meaning of the times: equal for all forms of the times and length. */
  meaning: object;
  /** Times as earlier releases stored them: with the length, if they read it, or without. */
  written: { withLength: object; withoutLength: object };
  /** Other forms of the same times, as earlier releases stored them. */
  alternatives: object[];
}

/** Returns the times of a row, or their problem. `lengths` are its possible lengths in seconds, the most likely first. */
export function readTimes(row: ForeignRow, lengths: readonly number[], order: DateOrder): Span | string {
  const { textOf } = row;
  const started = instantOf(textOf("start"));
  if (started !== undefined) return spanOfInstants(started, textOf("end"), lengths);
  const { date, time } = readDateTime(row, "start");
  const day = localDate(date, order);
  if (day === undefined) return describeProblem("start", date, order);
  const end = readDateTime(row, "end");
  if (time === "" && end.time === "") return spanOfDay(day, lengths[0], end.date, order);
  const start = localTime(date, time, order);
  if (start === undefined) return describeProblem("start", date, order);
  if (end.time === "" && end.date === "") return spanFromStart(start, lengths[0]);
  const ended = localTime(end.date || date, end.time, order);
  if (ended === undefined) return describeProblem("end", end.date || date, order);
  return spanOfLocalTimes(start, ended, end.date !== "", lengths, lengths.length === 0 ? 0 : breakOf(row));
}

/** Returns the problem of a start or an end that cannot be read. */
function describeProblem(which: "start" | "end", date: string, order: DateOrder): string {
  const orders = DATE_ORDERS.filter((candidate) => localDate(date, candidate) !== undefined);
  const [other] = orders.includes(order) ? [] : orders;
  return other
    ? `${which}: must be a date in the order ${order}, but is valid only as ${other}. Correct the date or date_order`
    : `${which}: must be a date and time`;
}

/** Returns the date and the time of a start or an end, which are in one column or in two. */
function readDateTime({ textOf }: ForeignRow, which: "start" | "end") {
  const { date, time } = splitDateTime(textOf(which));
  return { date: date || textOf(`${which}_date`), time: time || textOf(`${which}_time`) };
}

const breakOf = ({ textOf, unit }: ForeignRow): number => parseLength(textOf("break"), unit) ?? 0;

function spanOfInstants(started_at: string, end: string, lengths: readonly number[]): Span | string {
  const [likely] = lengths;
  const ended_at =
    end === "" ? (likely === undefined ? null : addSeconds(started_at, likely)) : instantOf(end);
  if (ended_at === undefined) return "end: must be a date and time with an offset from UTC, as the start";
  const meaning = { started_at, ended_at };
  const withoutLength = { ...meaning, seconds: null };
  const elapsed = secondsBetween(started_at, ended_at ?? started_at);
  return {
    times: { ...meaning, seconds: nearestLength(lengths, elapsed) },
    meaning,
    written: { withLength: meaning, withoutLength: end === "" ? meaning : withoutLength },
    alternatives: [withoutLength],
  };
}

function spanFromStart(local_start: string, seconds: number | undefined): Span {
  const written = { local_start, local_end: null, seconds: seconds ?? null };
  const start = trimFraction(local_start);
  const trimmed = { ...written, local_start: start };
  return {
    times: { ...written, is_end_dated: true },
    // Equals the meaning of a row with an end after that length, without a change of clocks.
    meaning: seconds === undefined ? trimmed : { ...trimmed, local_end: addLocalSeconds(start, seconds) },
    written: { withLength: written, withoutLength: written },
    alternatives: [trimmed],
  };
}

function spanOfLocalTimes(
  local_start: string,
  local_end: string,
  is_end_dated: boolean,
  lengths: readonly number[],
  pause: number,
): Span {
  const isNextDay = !is_end_dated && local_end < local_start;
  const end = isNextDay ? addDay(local_end) : local_end;
  const elapsed = secondsBetween(`${local_start}Z`, `${end}Z`);
  const worked = elapsed - pause;
  const spans = is_end_dated ? [worked] : [worked, worked - DAY_SECONDS, worked + DAY_SECONDS];
  const seconds = selectLength(lengths, worked, spans);
  // A length that agrees with start and end adds no meaning, in any form.
  const isImplied = seconds === null || Math.abs(seconds - worked) <= ROUNDING_SECONDS;
  const written = { local_start, local_end: end, seconds: nearestLength(lengths, elapsed) };
  const trimmed = { local_start: trimFraction(local_start), local_end: trimFraction(end) };
  const meaning = { ...trimmed, seconds: isImplied ? worked : seconds };
  return {
    times: {
      local_start,
      // The length excludes the break, so the entry ends that much earlier.
      local_end: pause === 0 ? local_end : subtractLocalSeconds(local_end, pause),
      is_end_dated,
      seconds,
    },
    meaning,
    written: { withLength: written, withoutLength: { ...written, seconds: null } },
    alternatives: [
      { ...trimmed, seconds: written.seconds },
      { ...trimmed, seconds: null },
      { ...meaning, local_end: null },
    ],
  };
}

/** Maximum difference of a rounded length, in seconds: see the function problem_of_times. */
const ROUNDING_SECONDS = 60;

/** Seconds by which clocks can change between start and end, the most usual first: none, an hour, and on Lord Howe Island half an hour. */
const CHANGES = [[0], [-3600, 3600], [-1800, 1800]];

const DAY_SECONDS = 86_400;

/**
 * Returns the most plausible of `lengths` for an entry that took `elapsed` seconds by local clocks, or null without lengths: the nearest to
 * `elapsed` of those that fit one of `spans` with the most usual change of clocks, or of all if none fits.
 */
function selectLength(lengths: readonly number[], elapsed: number, spans: readonly number[]): number | null {
  for (const changes of CHANGES) {
    const possible = spans
      .flatMap((span) => changes.map((change) => span + change))
      .filter((took) => took >= 0);
    const fits = (length: number) => possible.some((took) => Math.abs(length - took) <= ROUNDING_SECONDS);
    const found = nearestLength(lengths.filter(fits), elapsed);
    if (found !== null) return found;
  }
  return nearestLength(lengths, elapsed);
}

/** Returns a local time without trailing zeros in its fraction. */
const trimFraction = (local: string): string => local.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** Returns the element of `lengths` that is nearest to `elapsed`; null without lengths. */
const nearestLength = (lengths: readonly number[], elapsed: number): number | null =>
  lengths.toSorted((a, b) => Math.abs(a - elapsed) - Math.abs(b - elapsed))[0] ?? null;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** Returns the span of an entry with only a day: the import gives it the first free time of that day. */
function spanOfDay(day: string, seconds: number | undefined, end: string, order: DateOrder): Span | string {
  const last = end === "" ? day : localDate(end, order);
  if (last === undefined) return describeProblem("end", end, order);
  if (last !== day)
    return "end: must be on the same day as the start, because both have no time of day. Split the row by days";
  if (seconds === undefined) return "start: must have a time of day, because the row has no length";
  const written = { local_start: day, local_end: null, seconds };
  return {
    times: { day, seconds },
    meaning: written,
    written: { withLength: written, withoutLength: written },
    alternatives: [],
  };
}
