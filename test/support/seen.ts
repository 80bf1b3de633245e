import { DAY_MINUTES, REACH_DAYS } from "./clock.ts";
import { type Entry, generator, type History, PROJECTS, uuid } from "./histories.ts";

/** Minutes from `start` (included) to `end` (excluded). */
interface Span {
  start: number;
  end: number;
}

/** Windows and presence that watchers on a machine reported. */
interface Machine {
  name: string;
  /** Active windows, in the order in which they were reported. */
  windows: (Span & { app: string })[];
  /** Presence of the user; null if no watcher reports it. */
  presence: (Span & { status: "afk" | "not-afk" })[] | null;
}

/** Activity that tracking clients reported, and the user's rules, of which the first match wins. */
export interface ReportedActivity {
  machines: Machine[];
  /** Minutes of heartbeats, and the project that the editor named. */
  beats: { minute: number; project: string }[];
  rules: { field: "app" | "project"; pattern: string; project: number | null; productivity: number | null }[];
}

const APPS = ["Code", "Mail", "Game", "Unknown"];
const EDITED = ["engine", "notes"];

/** Default idle timeout of heartbeats. */
const IDLE_MINUTES = 15;

/** Returns the activity reported in a history, always the same one. */
export function reportedIn({ seed, clock }: History): ReportedActivity {
  const random = generator(seed + 2 ** 20);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(values: readonly Value[]) => values[upTo(values.length)] as Value;
  const middle = clock.first + REACH_DAYS * DAY_MINUTES;
  const spans = (count: number, longest: number): Span[] =>
    Array.from({ length: upTo(count) }, () => {
      const start = middle + Math.round((random() - 0.5) * 4 * DAY_MINUTES);
      return { start, end: start + upTo(longest) };
    });
  const machine = (name: string, isWatched: boolean): Machine => ({
    name,
    windows: spans(25, 400).map((span) => ({ ...span, app: oneOf(APPS) })),
    presence: isWatched
      ? spans(20, 800).map((span) => ({ ...span, status: oneOf(["afk", "not-afk", "not-afk"]) }))
      : null,
  });
  const beats = spans(6, 200).flatMap(({ start, end }) => {
    const project = oneOf(EDITED);
    return Array.from({ length: end - start }, (_, n) => ({ minute: start + n, project }));
  });
  const kept = new Map(beats.filter(() => random() < 0.1).map((beat) => [beat.minute, beat]));
  const rule = (field: "app" | "project", pattern: string) => ({
    field,
    pattern,
    project: random() < 0.7 ? upTo(PROJECTS) : null,
    productivity: oneOf([null, -1, 0, 2]),
  });
  return {
    machines: [machine("laptop", random() < 0.8), machine("desktop", random() < 0.3)],
    beats: [...kept.values()].sort((a, b) => a.minute - b.minute),
    rules: [
      rule("app", oneOf(APPS)),
      rule("project", oneOf(EDITED)),
      rule("app", "Code"),
      rule("app", "Mail"),
    ],
  };
}

/**
 * Returns the span of each minute. If spans overlap, the span that begins first counts; of spans with equal starts, the span that ends
 * first.
 */
function byMinute<S extends Span>(spans: S[]): Map<number, S> {
  const minutes = new Map<number, S>();
  const inOrder = spans.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const span of inOrder) {
    for (let minute = span.start; minute < span.end; minute++) {
      if (!minutes.has(minute)) minutes.set(minute, span);
    }
  }
  return minutes;
}

/** Returns the windows of a machine while the user was present. A new span begins with each window and each span of presence. */
function windowsWithUser({ windows, presence }: Machine): Machine["windows"] {
  const presentSpans = presence && byMinute(presence.filter(({ status }) => status === "not-afk"));
  const pieces: (Machine["windows"][number] & { of: unknown[] })[] = [];
  for (const [minute, window] of [...byMinute(windows)].sort(([a], [b]) => a - b)) {
    const present = presentSpans?.get(minute);
    if (presentSpans && !present) continue;
    const last = pieces.at(-1);
    if (last?.end === minute && last.of[0] === window && last.of[1] === present) last.end += 1;
    else pieces.push({ start: minute, end: minute + 1, app: window.app, of: [window, present] });
  }
  return pieces;
}

/**
 * Returns the activity outside of the entries of `history`, until now, as entries of the kind `activity`: one for each uninterrupted span
 * on one project. It counts minute by minute, and shares no code with the SQL.
 */
export function activityEntriesIn(
  { entries, clock, now, seed }: History,
  { machines, beats, rules }: ReportedActivity,
): Entry[] {
  const front = byMinute(machines.flatMap(windowsWithUser));
  const presences = machines.flatMap(({ presence }) => presence ?? []);
  const [present, absent] = [
    byMinute(presences.filter(isPresent)),
    byMinute(presences.filter((each) => !isPresent(each))),
  ];
  const edited = byMinute(
    beats.flatMap(({ minute: start, project }, n) => {
      const end = beats[n + 1]?.minute ?? Number.POSITIVE_INFINITY;
      return end - start <= IDLE_MINUTES ? { start, end, project } : [];
    }),
  );
  const random = generator(seed + 2 ** 21);
  const activity: Entry[] = [];
  for (let minute = clock.first; minute < Math.min(now, clock.first + clock.local.length); minute++) {
    if (entries.some(({ start, end }) => start <= minute && minute < (end ?? Number.POSITIVE_INFINITY)))
      continue;
    const window = front.get(minute);
    const beat = edited.get(minute);
    if (!window && (!beat || (absent.has(minute) && !present.has(minute)))) continue;
    const fields = { app: window?.app ?? "", project: beat?.project ?? "" };
    const rule = rules.find(({ field, pattern }) => fields[field] === pattern);
    if ((rule?.productivity ?? 0) < 0) continue;
    const project = rule?.project ?? null;
    const last = activity.at(-1);
    if (last?.end === minute && last.project === project) last.end += 1;
    else {
      activity.push({
        id: uuid(random),
        start: minute,
        end: minute + 1,
        project,
        task: null,
        tags: [],
        kind: "activity",
        billable: false,
        planned: null,
      });
    }
  }
  return activity;
}

const isPresent = ({ status }: { status: string }) => status === "not-afk";
