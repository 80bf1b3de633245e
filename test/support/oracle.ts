import { Temporal } from "temporal-polyfill";
import { DAY_MINUTES, dateOf, dayOf, daysOf, weekdayOf } from "./clock.ts";
import { clientOf, type Entry, type Goal, type History } from "./histories.ts";

// An independent implementation of the reports, which counts minute by minute: for each minute, it determines the day and the current
// entries. It shares no code with the SQL, and is slow.

/** Sums of one group, in seconds. */
export interface Sums {
  tracked_seconds: number;
  covered_seconds: number;
  /** Part of both sums that is activity. */
  activity_seconds: number;
  entries: number;
}

interface Minute {
  minute: number;
  day: number;
  hour: number;
  /** Entries that last during the minute. */
  entries: Entry[];
}

/** A history, prepared for queries. */
export interface Oracle {
  history: History;
  /** Minutes with at least one entry. */
  minutes: Minute[];
  /** Day of each minute of the clock. */
  days: number[];
  today: number;
}

/** Returns the oracle of a history. */
export function oracleOf(history: History): Oracle {
  const { clock, entries, now } = history;
  const days = daysOf(clock, history.dayStart);
  const minutes = clock.local.map((local, n) => ({
    minute: clock.first + n,
    day: days[n] ?? 0,
    hour: Math.floor((((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES) / 60),
    entries: [] as Entry[],
  }));
  for (const entry of entries) {
    const end = entry.end ?? now;
    for (let minute = entry.start; minute < end; minute++) minutes[minute - clock.first]?.entries.push(entry);
  }
  const nonEmpty = minutes.filter(({ entries }) => entries.length > 0);
  return { history, minutes: nonEmpty, days, today: days[now - clock.first] ?? 0 };
}

const weekOf = (day: number, weekStart: number) => day - ((weekdayOf(day) - weekStart + 7) % 7);
const monthOf = (day: number) => dateOf(day).slice(0, 7);

/** Functions that return the keys of the groups in which a minute of an entry counts. */
const GROUP_KEYS: Record<string, (entry: Entry, minute: Minute, history: History) => (string | null)[]> = {
  day: (_, { day }) => [dateOf(day)],
  week: (_, { day }, { weekStart }) => [dateOf(weekOf(day, weekStart))],
  month: (_, { day }) => [monthOf(day)],
  weekday: (_, { day }) => [String(weekdayOf(day))],
  hour: (_, { hour }) => [String(hour).padStart(2, "0")],
  user: () => ["user"],
  client: ({ project }) => [named("client", clientOf(project))],
  project: ({ project }) => [named("project", project)],
  task: ({ task }) => [named("task", task)],
  tag: ({ tags }) => (tags.length > 0 ? tags.map((tag) => named("tag", tag)) : [null]),
  kind: ({ kind }) => [kind],
};

const named = (noun: string, number: number | null) => (number === null ? null : `${noun} ${number}`);

/** Returns the sums of each group for the days `from` to `to`, by their keys as JSON; `[]` without groups. */
export function sumsBy(
  { minutes, history }: Oracle,
  { from, to, groups = [] }: { from: string; to: string; groups?: string[] },
  isIncluded: (entry: Entry) => boolean = () => true,
): Record<string, Sums> {
  const [first, last] = [dayOf(from), dayOf(to)];
  const sums = new Map<
    string,
    { tracked: number; covered: number; activity: number; entries: Set<string> }
  >();
  const known = new Map<string, string[]>();
  for (const minute of minutes) {
    if (minute.day < first || minute.day > last) continue;
    const covered = new Set<string>();
    for (const entry of minute.entries.filter(isIncluded)) {
      // The keys of an entry are the same for a whole hour.
      const place = `${entry.id} ${minute.day} ${minute.hour}`;
      const keys = known.get(place) ?? keysOf(groups, entry, minute, history);
      known.set(place, keys);
      for (const key of keys) {
        const sum = sums.get(key) ?? { tracked: 0, covered: 0, activity: 0, entries: new Set() };
        sum.tracked += 60;
        if (!covered.has(key)) sum.covered += 60;
        covered.add(key);
        if (entry.kind === "activity") sum.activity += 60;
        else sum.entries.add(entry.id);
        sums.set(key, sum);
      }
    }
  }
  return Object.fromEntries(
    [...sums].map(([key, { tracked, covered, activity, entries }]) => [
      key,
      {
        tracked_seconds: tracked,
        covered_seconds: covered,
        activity_seconds: activity,
        entries: entries.size,
      },
    ]),
  );
}

function keysOf(groups: string[], entry: Entry, minute: Minute, history: History): string[] {
  const lists = groups.map((group) => GROUP_KEYS[group]?.(entry, minute, history) ?? []);
  const combined = lists.reduce<(string | null)[][]>(
    (combinations, list) => combinations.flatMap((keys) => list.map((key) => [...keys, key])),
    [[]],
  );
  return combined.map((keys) => JSON.stringify(keys));
}

/** Returns the dates from `from` to `to`. */
export function datesFrom(from: string, to: string): string[] {
  const [first, last] = [dayOf(from), dayOf(to)];
  return Array.from({ length: last - first + 1 }, (_, n) => dateOf(first + n));
}

const notBreak = ({ kind }: Entry) => kind !== "break";

/** Returns the streaks: consecutive days whose covered time reaches the threshold. */
export function streakOf(oracle: Oracle) {
  const { days, today, history } = oracle;
  const span = { from: dateOf(days[0] ?? 0), to: dateOf(today), groups: ["day"] };
  const sums = sumsBy(oracle, span, notBreak);
  let [row, longest, current] = [0, 0, 0];
  for (const day of new Set(days.filter((day) => day <= today))) {
    const isWorked = (sums[JSON.stringify([dateOf(day)])]?.covered_seconds ?? 0) >= history.threshold;
    if (isWorked) row += 1;
    else if (day !== today) row = 0;
    longest = Math.max(longest, row);
    current = row;
  }
  return {
    today: dateOf(today),
    threshold_seconds: history.threshold,
    current,
    longest,
    counted_today: (sums[JSON.stringify([dateOf(today)])]?.covered_seconds ?? 0) >= history.threshold,
  };
}

/** Returns the focus report for the days `from` to `to`. A session continues on the same project after a gap of up to two minutes. */
export function focusOf({ minutes, history }: Oracle, from: string, to: string) {
  const [first, last] = [dayOf(from), dayOf(to)];
  const worked = new Map<Entry, number[]>();
  for (const { minute, day, entries } of minutes) {
    if (day < first || day > last) continue;
    for (const entry of entries.filter(notBreak)) {
      if (!worked.has(entry)) worked.set(entry, []);
      worked.get(entry)?.push(minute);
    }
  }
  const order = ([a, minutesA]: [Entry, number[]], [b, minutesB]: [Entry, number[]]) =>
    (minutesA[0] ?? 0) - (minutesB[0] ?? 0) || minutesA.length - minutesB.length || (a.id < b.id ? -1 : 1);
  const covered = new Set<number>();
  const stretches: Set<number>[] = [];
  let [switches, before]: [number, Entry | undefined] = [0, undefined];
  for (const [entry, itsMinutes] of [...worked].sort(order)) {
    const isSwitch = before !== undefined && before.project !== entry.project;
    if (isSwitch) switches += 1;
    before = entry;
    const stretch = stretches.at(-1);
    const isContinued = stretch && !isSwitch && (itsMinutes[0] ?? 0) - Math.max(...stretch) <= 1 + 2;
    if (!isContinued) stretches.push(new Set());
    for (const minute of itsMinutes) {
      covered.add(minute);
      stretches.at(-1)?.add(minute);
    }
  }
  const sessions = stretches
    .filter((stretch) => Math.max(...stretch) - Math.min(...stretch) + 1 >= 25)
    .map(({ size }) => size * 60);
  const planned = [...worked.keys()].filter((entry) => (entry.planned ?? 0) > 0);
  return {
    focus_seconds: sessions.reduce((sum, seconds) => sum + seconds, 0),
    sessions: sessions.length,
    longest_seconds: Math.max(0, ...sessions),
    switches_per_hour: covered.size > 0 ? Math.round((switches / (covered.size / 60)) * 100) / 100 : 0,
    planned: planned.length,
    completed: planned.filter(
      ({ start, end, planned }) => ((end ?? history.now) - start) * 60 >= (planned ?? 0),
    ).length,
  };
}

/** Returns the first days of the period of `goal` that contains `day`, and of the next period. */
function periodOf(goal: Goal, day: number, weekStart: number): { since: number; next: number } {
  if (goal.period === "day") return { since: day, next: day + 1 };
  if (goal.period === "week") {
    const since = weekOf(day, weekStart);
    return { since, next: since + 7 };
  }
  const since = Temporal.PlainDate.from(dateOf(day)).with({ day: 1 });
  return { since: dayOf(since.toString()), next: dayOf(since.add({ months: 1 }).toString()) };
}

const isAbout =
  ({ client, project, task, tag, kind }: Goal) =>
  (entry: Entry) =>
    (kind === null ? notBreak(entry) : entry.kind === kind) &&
    (client === null || clientOf(entry.project) === client) &&
    (project === null || entry.project === project) &&
    (task === null || entry.task === task) &&
    (tag === null || entry.tags.includes(tag));

/** Returns the progress of a goal in the current period and in up to `count` earlier periods that began in the last `reach` days. */
export function progressOf(oracle: Oracle, goal: Goal, count: number, reach = Number.POSITIVE_INFINITY) {
  const { history, minutes, days, today } = oracle;
  const realDays = new Set(days);
  const firstDay = minutes.find(({ day }) => day <= today)?.day ?? today;
  const rated = [];
  for (let day = firstDay; day <= today; ) {
    const { since, next } = periodOf(goal, day, history.weekStart);
    const span = { from: dateOf(since), to: dateOf(next - 1) };
    const seconds =
      sumsBy(oracle, { ...span, to: dateOf(Math.min(next - 1, today)) }, isAbout(goal))["[]"]
        ?.covered_seconds ?? 0;
    const isOff = goal.period === "day" && !goal.weekdays.includes(weekdayOf(since));
    const isOver = next <= today;
    const isEmpty = goal.period === "day" && !realDays.has(since);
    const enough = goal.direction === "at_least" ? seconds >= goal.target : seconds <= goal.target;
    const isDecided = isOver || enough === (goal.direction === "at_least");
    const status = isOff
      ? "off"
      : isDecided
        ? enough
          ? "met"
          : "missed"
        : goal.direction === "at_most" || isAhead(oracle, goal, seconds, since, next)
          ? "on_track"
          : "behind";
    if (!isEmpty && !(isOff && isOver) && since > today - reach)
      rated.push({ ...span, covered_seconds: seconds, status });
    day = next;
  }
  const current = rated.at(-1);
  const decided = rated
    .map(({ status }) => status)
    .filter((status) => status === "met" || status === "missed");
  let [row, longest] = [0, 0];
  for (const status of decided) {
    row = status === "met" ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return {
    id: goal.id,
    current,
    previous: rated.slice(0, -1).reverse().slice(0, count),
    streak: { current: row, longest },
  };
}

/** Returns whether the progress toward the target is at least the elapsed part of the period. */
function isAhead(
  { history, days }: Oracle,
  goal: Goal,
  seconds: number,
  since: number,
  next: number,
): boolean {
  const [starts, ends] = [startOf(history, days, since), startOf(history, days, next)];
  return seconds * (ends - starts) >= goal.target * (history.now - starts);
}

/** Returns the minute in which a day begins. Outside of the clock's days, Temporal computes it. */
function startOf({ clock, dayStart }: History, days: number[], day: number): number {
  const index = days.findIndex((other) => other >= day);
  if (index > 0) return clock.first + index;
  const midnight = Temporal.PlainDate.from(dateOf(day)).toPlainDateTime();
  const start = midnight.add({ minutes: dayStart }).toZonedDateTime(clock.zone);
  return start.epochMilliseconds / 60_000;
}
