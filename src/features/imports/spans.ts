import type { TableRow } from "./formats.ts";
import type { Unit } from "./lengths.ts";
import type { Field } from "./presets.ts";
import {
  type DateOrder,
  dayLater,
  instantOf,
  later,
  localDate,
  localTime,
  partsOf,
  timeOfDay,
} from "./times.ts";

/** Instants, or what clocks showed. */
export type Times =
  | { started_at: string; ended_at: string | null }
  | { local_start: string; local_end: string | null; seconds: number | null };

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
  /** What it says of its times, as long as it says so: not where an entry without a time of day is put. */
  identity: Times;
  hasEnd: boolean;
}

interface Reading {
  order: DateOrder;
  days: Map<string, number>;
}

const NO_START = "start: is no date and time";
const NO_END = "end: is no date and time";

/** When a row began and ended; or what is wrong with that. `seconds` is its length, if it says one. */
export function foreignTimes(place: Place, seconds: number | null, { order, days }: Reading): Span | string {
  const { said } = place;
  const started = instantOf(said("start"));
  if (started !== undefined) return ofInstants(started, said("end"), seconds);
  const { date, time } = momentIn(place, "start");
  const day = localDate(date, order);
  if (day === undefined) return NO_START;
  const end = momentIn(place, "end");
  if (time === "" && end.time === "") return ofDay(day, seconds, days);
  const start = localTime(date, time, order);
  if (start === undefined) return NO_START;
  if (end.time === "" && end.date === "") return locally(start, null, seconds);
  const ended = localTime(end.date || date, end.time, order);
  if (ended === undefined) return NO_END;
  return locally(start, end.date === "" && ended < start ? dayLater(ended) : ended, seconds);
}

/** The date and the time of a moment, which are in one column or in two. */
function momentIn({ said }: Place, which: "start" | "end") {
  const { date, time } = partsOf(said(which));
  return { date: date || said(`${which}_date`), time: time || said(`${which}_time`) };
}

function ofInstants(started_at: string, end: string, seconds: number | null): Span | string {
  const ended_at = end === "" ? seconds !== null && later(started_at, seconds) : instantOf(end);
  if (ended_at === undefined) return "end: is no instant, as the start is";
  const times = { started_at, ended_at: ended_at || null };
  return { times, identity: times, hasEnd: end !== "" };
}

function locally(local_start: string, local_end: string | null, seconds: number | null): Span {
  const times = { local_start, local_end, seconds };
  return { times, identity: times, hasEnd: local_end !== null };
}

/** An entry of which no more is known than its day: those of a day begin at midnight, one after the other. */
function ofDay(day: string, seconds: number | null, days: Map<string, number>): Span | string {
  if (seconds === null) return "start: has no time of day, and there is no length";
  const before = days.get(day) ?? 0;
  const local_start = timeOfDay(day, before);
  if (local_start === undefined) return "start: has no time of day, and the lengths before it fill the day";
  days.set(day, before + seconds);
  const length = { local_end: null, seconds };
  return { times: { local_start, ...length }, identity: { local_start: day, ...length }, hasEnd: false };
}
