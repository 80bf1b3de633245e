import type { TableRow } from "./formats.ts";
import { secondsOf, type Unit } from "./lengths.ts";
import type { Field } from "./presets.ts";
import {
  DATE_ORDERS,
  type DateOrder,
  dayLater,
  earlier,
  instantOf,
  later,
  laterLocal,
  localDate,
  localTime,
  partsOf,
} from "./times.ts";

/**
 * Instants, what clocks showed, or a day alone. `seconds` is the length that the file tells beside them; an end whose day it does not
 * tell is on the day of the start, or on the next.
 */
export type Times =
  | { started_at: string; ended_at: string | null; seconds?: number | null }
  | { local_start: string; local_end: string | null; is_end_dated: boolean; seconds: number | null }
  | { day: string; seconds: number };

/** A row by its fields. */
export interface Place extends TableRow {
  said: (field: Field) => string;
  /** What a number alone counts as its length. */
  unit: Unit;
  /** Whether the name of the column of lengths says the unit. */
  isUnitNamed: boolean;
}

interface Span {
  times: Times;
  /** What it says of its times, the same in all forms of them and of its length. */
  meaning: object;
  /** The same as earlier releases took it down: with its length, if they read that, or without. */
  written: { withLength: object; withoutLength: object };
  /** What they took down of the same times in other forms. */
  otherwise: object[];
}

/** When a row began and ended; or what is wrong with that. `lengths` are what its length may be in seconds, the likely one first. */
export function foreignTimes(place: Place, lengths: readonly number[], order: DateOrder): Span | string {
  const { said } = place;
  const started = instantOf(said("start"));
  if (started !== undefined) return ofInstants(started, said("end"), lengths);
  const { date, time } = momentIn(place, "start");
  const day = localDate(date, order);
  if (day === undefined) return noMoment("start", date, order);
  const end = momentIn(place, "end");
  if (time === "" && end.time === "") return ofDay(day, lengths[0], end.date, order);
  const start = localTime(date, time, order);
  if (start === undefined) return noMoment("start", date, order);
  if (end.time === "" && end.date === "") return startingAt(start, lengths[0]);
  const ended = localTime(end.date || date, end.time, order);
  if (ended === undefined) return noMoment("end", end.date || date, order);
  return locally(start, ended, end.date !== "", lengths, lengths.length === 0 ? 0 : breakOf(place));
}

/** Returns the problem of a start or an end that cannot be read. */
function noMoment(which: "start" | "end", date: string, order: DateOrder): string {
  const orders = DATE_ORDERS.filter((one) => localDate(date, one) !== undefined);
  const [other] = orders.includes(order) ? [] : orders;
  return other
    ? `${which}: must be a date in the order ${order}, but is valid only as ${other}. Correct the date or date_order`
    : `${which}: must be a date and time`;
}

/** The date and the time of a moment, which are in one column or in two. */
function momentIn({ said }: Place, which: "start" | "end") {
  const { date, time } = partsOf(said(which));
  return { date: date || said(`${which}_date`), time: time || said(`${which}_time`) };
}

const breakOf = ({ said, unit }: Place): number => secondsOf(said("break"), unit) ?? 0;

function ofInstants(started_at: string, end: string, lengths: readonly number[]): Span | string {
  const [likely] = lengths;
  const ended_at = end === "" ? (likely === undefined ? null : later(started_at, likely)) : instantOf(end);
  if (ended_at === undefined) return "end: must be a date and time with an offset from UTC, as the start";
  const meaning = { started_at, ended_at };
  const unread = { ...meaning, seconds: null };
  const elapsed = secondsBetween(started_at, ended_at ?? started_at);
  return {
    times: { ...meaning, seconds: nearest(lengths, elapsed) },
    meaning,
    written: { withLength: meaning, withoutLength: end === "" ? meaning : unread },
    otherwise: [unread],
  };
}

function startingAt(local_start: string, seconds: number | undefined): Span {
  const said = { local_start, local_end: null, seconds: seconds ?? null };
  const start = shortest(local_start);
  const meant = { ...said, local_start: start };
  return {
    times: { ...said, is_end_dated: true },
    // As of a row that tells its end, which is so much later by clocks that are not changed.
    meaning: seconds === undefined ? meant : { ...meant, local_end: laterLocal(start, seconds) },
    written: { withLength: said, withoutLength: said },
    otherwise: [meant],
  };
}

function locally(
  local_start: string,
  local_end: string,
  is_end_dated: boolean,
  lengths: readonly number[],
  pause: number,
): Span {
  const isLater = !is_end_dated && local_end < local_start;
  const end = isLater ? dayLater(local_end) : local_end;
  const elapsed = secondsBetween(`${local_start}Z`, `${end}Z`);
  const worked = elapsed - pause;
  const spans = is_end_dated ? [worked] : [worked, worked - DAY_SECONDS, worked + DAY_SECONDS];
  const seconds = fitting(lengths, worked, spans);
  // A length that says no more than start and end do may be written in many forms, or not at all.
  const isTold = seconds === null || Math.abs(seconds - worked) <= ROUNDING_SECONDS;
  const said = { local_start, local_end: end, seconds: nearest(lengths, elapsed) };
  const meant = { local_start: shortest(local_start), local_end: shortest(end) };
  const meaning = { ...meant, seconds: isTold ? worked : seconds };
  return {
    times: {
      local_start,
      // Its length leaves the break out, so it ends that much earlier.
      local_end: pause === 0 ? local_end : earlier(local_end, pause),
      is_end_dated,
      seconds,
    },
    meaning,
    written: { withLength: said, withoutLength: { ...said, seconds: null } },
    otherwise: [
      { ...meant, seconds: said.seconds },
      { ...meant, seconds: null },
      { ...meaning, local_end: null },
    ],
  };
}

/** By how much a program that rounds may be off: see the function problem_of_times. */
const ROUNDING_SECONDS = 60;

/** By how much clocks may be put back or forward between start and end, the usual first: not, by an hour, and on Lord Howe Island by half of one. */
const CHANGES = [[0], [-3600, 3600], [-1800, 1800]];

const DAY_SECONDS = 86_400;

/**
 * Returns the one of `lengths` that is meant where clocks say that an entry took `elapsed` seconds, or null for none: of those that fit
 * one of `spans` with the most usual change of clocks, the nearest to `elapsed`; of those that contradict them all, the nearest too.
 */
function fitting(lengths: readonly number[], elapsed: number, spans: readonly number[]): number | null {
  for (const changes of CHANGES) {
    const possible = spans
      .flatMap((span) => changes.map((change) => span + change))
      .filter((took) => took >= 0);
    const fits = (length: number) => possible.some((took) => Math.abs(length - took) <= ROUNDING_SECONDS);
    const found = nearest(lengths.filter(fits), elapsed);
    if (found !== null) return found;
  }
  return nearest(lengths, elapsed);
}

/** A local time without a fraction of nothing. */
const shortest = (local: string): string => local.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

/** The one of `lengths` that is nearest to the time between start and end, by clocks that are not changed; null for none. */
const nearest = (lengths: readonly number[], elapsed: number): number | null =>
  lengths.toSorted((a, b) => Math.abs(a - elapsed) - Math.abs(b - elapsed))[0] ?? null;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** An entry of which no more is known than its day: it gets the first time of that day that is free. */
function ofDay(day: string, seconds: number | undefined, end: string, order: DateOrder): Span | string {
  const last = end === "" ? day : localDate(end, order);
  if (last === undefined) return noMoment("end", end, order);
  if (last !== day)
    return "end: must be on the same day as the start, because both have no time of day. Split the row by days";
  if (seconds === undefined) return "start: must have a time of day, because the row has no length";
  const said = { local_start: day, local_end: null, seconds };
  return {
    times: { day, seconds },
    meaning: said,
    written: { withLength: said, withoutLength: said },
    otherwise: [],
  };
}
