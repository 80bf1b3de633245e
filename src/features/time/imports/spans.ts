import type { TableRow } from "./formats.ts";
import { secondsOf, type Unit } from "./lengths.ts";
import type { Field } from "./presets.ts";
import {
  type DateOrder,
  dayLater,
  earlier,
  instantOf,
  later,
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
  /** What it says of its times, as all releases have named it. */
  identity: object;
  hasEnd: boolean;
}

const NO_START = "start: is no date and time";
const NO_END = "end: is no date and time";

/** When a row began and ended; or what is wrong with that. `lengths` are what its length may be in seconds, the likely one first. */
export function foreignTimes(place: Place, lengths: readonly number[], order: DateOrder): Span | string {
  const { said } = place;
  const started = instantOf(said("start"));
  if (started !== undefined) return ofInstants(started, said("end"), lengths);
  const { date, time } = momentIn(place, "start");
  const day = localDate(date, order);
  if (day === undefined) return NO_START;
  const end = momentIn(place, "end");
  if (time === "" && end.time === "") return ofDay(day, lengths[0]);
  const start = localTime(date, time, order);
  if (start === undefined) return NO_START;
  if (end.time === "" && end.date === "") return startingAt(start, lengths[0]);
  const ended = localTime(end.date || date, end.time, order);
  if (ended === undefined) return NO_END;
  const span = locally(start, ended, end.date !== "", lengths);
  const pause = breakOf(place);
  if (pause === 0 || lengths.length === 0) return span;
  // Its length leaves the break out, so it ends that much earlier.
  return { ...span, times: locally(start, earlier(ended, pause), end.date !== "", lengths).times };
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
  if (ended_at === undefined) return "end: is no instant, as the start is";
  const identity = { started_at, ended_at };
  const elapsed = secondsBetween(started_at, ended_at ?? started_at);
  return { times: { ...identity, seconds: nearest(lengths, elapsed) }, identity, hasEnd: end !== "" };
}

function startingAt(local_start: string, seconds: number | undefined): Span {
  const said = { local_start, local_end: null, seconds: seconds ?? null };
  return { times: { ...said, is_end_dated: true }, identity: said, hasEnd: false };
}

function locally(
  local_start: string,
  local_end: string,
  is_end_dated: boolean,
  lengths: readonly number[],
): Span {
  const isLater = !is_end_dated && local_end < local_start;
  const end = isLater ? dayLater(local_end) : local_end;
  const seconds = nearest(lengths, secondsBetween(`${local_start}Z`, `${end}Z`));
  return {
    times: { local_start, local_end, is_end_dated, seconds },
    identity: { local_start, local_end: end, seconds },
    hasEnd: true,
  };
}

/** The one of `lengths` that is nearest to the time between start and end, by clocks that are not changed; null for none. */
const nearest = (lengths: readonly number[], elapsed: number): number | null =>
  lengths.toSorted((a, b) => Math.abs(a - elapsed) - Math.abs(b - elapsed))[0] ?? null;

const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** An entry of which no more is known than its day: it gets the first time of that day that is free. */
function ofDay(day: string, seconds: number | undefined): Span | string {
  if (seconds === undefined) return "start: has no time of day, and there is no length";
  return {
    times: { day, seconds },
    identity: { local_start: day, local_end: null, seconds },
    hasEnd: false,
  };
}
