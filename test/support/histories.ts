import { type Clock, clockOf, DAY_MINUTES, dateOf, MINUTE, REACH_DAYS } from "./clock.ts";

/** Zones and dates of unusual clock changes. Each is the middle of some histories. */
const MOMENTS = [
  // Changes by half an hour.
  ["Australia/Lord_Howe", "2026-04-05"],
  ["Australia/Lord_Howe", "2025-10-05"],
  // Changes from +05:30 to +05:45, at midnight.
  ["Asia/Kathmandu", "1986-01-01"],
  ["Asia/Kathmandu", "2026-05-05"],
  // Skipped 2011-12-30.
  ["Pacific/Apia", "2011-12-30"],
  ["Pacific/Apia", "2012-04-01"],
  // Skipped 1993-08-21.
  ["Pacific/Kwajalein", "1993-08-21"],
  // Has a day with two midnights.
  ["America/Havana", "2025-11-02"],
  ["America/Havana", "2026-03-08"],
  ["Atlantic/Azores", "2025-10-26"],
  ["Asia/Amman", "2021-10-29"],
  // Has a day without midnight.
  ["America/Santiago", "2026-09-06"],
  ["America/Santiago", "2026-04-05"],
  // Sets clocks back for Ramadan, and forward after it.
  ["Africa/Casablanca", "2026-02-15"],
  ["Africa/Casablanca", "2026-03-22"],
  ["Africa/Cairo", "2026-04-24"],
  ["Asia/Beirut", "2026-03-29"],
  // Changes by three hours around midnight.
  ["Antarctica/Casey", "2010-03-05"],
  ["Pacific/Chatham", "2026-04-05"],
  ["Europe/Berlin", "2026-03-29"],
  ["Europe/Berlin", "2025-10-26"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2025-11-02"],
  ["Asia/Kolkata", "2026-01-01"],
  ["UTC", "2025-12-31"],
] as const;

/** A time entry, in minutes since 1970; a running entry has no end. Projects, tasks and tags are numbers. */
export interface Entry {
  id: string;
  start: number;
  end: number | null;
  project: number | null;
  task: number | null;
  tags: number[];
  /** `activity` stands for reported activity; the API has no entries of this kind. */
  kind: "work" | "focus" | "break" | "activity";
  billable: boolean;
  /** Planned length in seconds. */
  planned: number | null;
}

/** Goal. Projects, clients, tasks and tags are given by number. */
export interface Goal {
  id: string;
  period: "day" | "week" | "month";
  direction: "at_least" | "at_most";
  /** Target in seconds. */
  target: number;
  client: number | null;
  project: number | null;
  task: number | null;
  tag: number | null;
  kind: Entry["kind"] | null;
  weekdays: number[];
}

/** A user's entries, goals and settings, and a request for a report. */
export interface History {
  seed: number;
  clock: Clock;
  weekStart: number;
  dayStart: number;
  /** Covered time in seconds that a day of a streak needs. */
  threshold: number;
  entries: Entry[];
  goals: Goal[];
  /** Time of the report, in minutes since 1970. */
  now: number;
  /** First and last date of the requested period. */
  from: string;
  to: string;
}

/** Number of projects of each user. Project n belongs to client n % 2, except the last, which has no client. */
export const PROJECTS = 3;
/** Number of tasks of each user. Task n belongs to project n, except the last, which has no project. */
export const TASKS = 3;
/** Number of tags of each user. */
export const TAGS = 3;
/** Returns the client of a project. */
export const clientOf = (project: number | null) =>
  project === null || project === PROJECTS - 1 ? null : project % 2;

/** Returns the project of a task. */
export const projectOf = (task: number) => (task === TASKS - 1 ? null : task);

const clocks = new Map<string, Clock>();
function knownClock([zone, middle]: readonly [string, string]): Clock {
  const key = `${zone} ${middle}`;
  const clock = clocks.get(key) ?? clockOf(zone, middle);
  clocks.set(key, clock);
  return clock;
}

/** Returns the history number `seed`, which is always the same. */
export function historyOf(seed: number): History {
  const random = generator(seed);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(...values: Value[]): Value => values[upTo(values.length)] as Value;
  const maybe = <Value>(likelihood: number, value: Value) => (random() < likelihood ? value : null);

  const clock = knownClock(MOMENTS[seed % MOMENTS.length] ?? MOMENTS[0]);
  const middle = clock.first + REACH_DAYS * DAY_MINUTES;
  /** Returns a moment, usually near the middle, where clocks change. */
  const moment = () => middle + Math.round((random() - 0.5) * oneOf(2, 5, 9) * DAY_MINUTES);
  const now = moment();
  const kind = () => oneOf<Entry["kind"]>("work", "work", "focus", "break");

  const entries: Entry[] = [];
  for (let n = upTo(14); n >= 0; n--) {
    const adjacent = maybe(0.2, entries.at(-1)?.end ?? null);
    const start = adjacent ?? moment();
    const length = upTo(oneOf(1, 30, 120, 480, DAY_MINUTES, 3 * DAY_MINUTES));
    const [project, task] = [maybe(0.7, upTo(PROJECTS)), maybe(0.4, upTo(TASKS))];
    entries.push({
      id: uuid(random),
      start,
      end: Math.min(start + length, middle + (REACH_DAYS - 0.5) * DAY_MINUTES),
      project: task === null ? project : projectOf(task),
      task,
      tags: Array.from({ length: TAGS }, (_, tag) => tag).filter(() => random() < 0.3),
      kind: kind(),
      billable: random() < 0.5,
      planned: maybe(0.3, length * 60 + oneOf(-1, 0, 1)),
    });
  }
  const last = entries.at(-1);
  if (last && random() < 0.4) last.end = null;

  const from = Math.floor(middle / DAY_MINUTES) - upTo(4);
  return {
    seed,
    clock,
    weekStart: upTo(7),
    dayStart: oneOf(0, 0, upTo(6) * 60, upTo(DAY_MINUTES)),
    threshold: oneOf(60, 1800, 14_400, 1 + upTo(DAY_MINUTES) * 60),
    entries,
    goals: Array.from({ length: upTo(4) }, () => ({
      id: uuid(random),
      period: oneOf("day", "week", "month"),
      direction: oneOf("at_least", "at_most"),
      target: oneOf(0, 60, 3600, 6 * 3600, upTo(4 * DAY_MINUTES) * 60),
      client: maybe(0.2, upTo(2)),
      project: maybe(0.2, upTo(PROJECTS)),
      task: maybe(0.2, upTo(TASKS)),
      tag: maybe(0.2, upTo(TAGS)),
      kind: maybe(0.2, kind()),
      weekdays: maybe(
        0.3,
        [0, 1, 2, 3, 4, 5, 6].filter((day) => day === 0 || random() < 0.5),
      ) ?? [0, 1, 2, 3, 4, 5, 6],
    })),
    now,
    from: dateOf(from),
    to: dateOf(from + upTo(5)),
  };
}

/** Returns a generator of numbers from 0 to 1 that depend only on `seed` (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns a generator of integers from 0 to below its argument that depend only on `seed`. */
export function chance(seed: number): (below: number) => number {
  const random = generator(seed);
  return (below) => Math.floor(random() * below);
}

/** Returns a UUID of version 4 made from `random`. */
export function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Returns an instant, given in minutes, in the format of the API. */
export const timeOf = (minute: number) => new Date(minute * MINUTE).toISOString();
