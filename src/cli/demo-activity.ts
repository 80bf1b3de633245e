import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { batch } from "../database/batch.ts";
import type { Database } from "../database/client.ts";
import { activityBuckets, activityRules } from "../database/tables/activity.ts";
import { isHeartbeat, readHeartbeat } from "../features/compat/wakatime/heartbeats.ts";
import { datesBefore, type Entry, entriesOfDay, type Person, uuidOf, type Window } from "./demo-people.ts";

/** Number of days of activity: reports with activity cover a month. */
const DAYS = 31;

const MINUTE_MS = 60_000;

/** Minutes between two heartbeats of an editor. */
const HEARTBEAT_MINUTES = 2;

/** A window that was in front, or undefined while the user was away. Times are milliseconds since 1970. */
interface Span {
  start: number;
  end: number;
  window: Window | undefined;
  /** Project in the editor. */
  code?: { project: string; language: string } | undefined;
}

/**
 * Adds the activity of a month that fits the entries of `person`, and rules for most of it, unless the user has activity. Returns the
 * numbers of what it added.
 */
export async function addActivity(
  db: Database,
  person: Person,
  { id: userId, createdAt }: { id: string; createdAt: Date },
): Promise<{ events: number; heartbeats: number; rules: number } | undefined> {
  const known = await db
    .select({ id: activityBuckets.id })
    .from(activityBuckets)
    .where(sql`${activityBuckets.userId} = ${userId}`)
    .limit(1);
  if (known.length > 0) return undefined;
  const spans = datesBefore(createdAt, DAYS).flatMap((date) => spansOfDay(person, date));
  // The running entry of the demo began 40 minutes before the user was created.
  const now = spansBetween(
    person,
    person.projects[0],
    createdAt.getTime() - 45 * MINUTE_MS,
    createdAt.getTime(),
  );
  const buckets = bucketsOf(person, [...spans, ...now]);
  const heartbeats = readHeartbeats(person, [...spans, ...now].flatMap(heartbeatsOf));
  const rules = person.rules.map(([field, match, pattern, category, productivity, project], index) => ({
    id: uuidOf(userId, "rule", field, pattern),
    ownerId: userId,
    position: index + 1,
    field,
    match,
    pattern,
    category,
    productivity,
    projectId: project === undefined ? null : uuidOf(userId, "project", project),
  }));
  await batch(db, {
    rules: db.insert(activityRules).values(rules).onConflictDoNothing(),
    events: db.execute(sql`select import_buckets(${userId}, ${JSON.stringify(buckets)}::jsonb)`),
    heartbeats: db.execute(
      sql`select count(*) from store_heartbeats(${userId}, ${JSON.stringify(heartbeats)}::jsonb)`,
    ),
  });
  const events = buckets.reduce((sum, bucket) => sum + bucket.events.length, 0);
  return { events, heartbeats: heartbeats.length, rules: rules.length };
}

/** Returns the spans of a day: during the entries, and on some days mail after work, which no entry covers. */
function spansOfDay(person: Person, date: string): Span[] {
  const entries = entriesOfDay(person, date);
  const last = entries.at(-1);
  if (!last) return [];
  const spans = entries.flatMap((entry) => spansOfEntry(person, entry));
  const evening = instantOf(last.end, person.timezone) + 40 * MINUTE_MS;
  const hasEvening = roll(date + person.username, 3) === 0;
  return hasEvening
    ? [...spans, { start: evening, end: evening + 25 * MINUTE_MS, window: person.computer.mail }]
    : spans;
}

function spansOfEntry(person: Person, { start, end, project, tag, kind }: Entry<string>): Span[] {
  const [from, to] = [instantOf(start, person.timezone), instantOf(end, person.timezone)];
  if (kind === "break") return [{ start: from, end: to, window: undefined }];
  if (tag === "meeting") return [{ start: from, end: to, window: person.computer.call }];
  return spansBetween(person, project, from, to);
}

/** Returns spans of some minutes each, most of them in the windows of `project`. */
function spansBetween(
  { computer, username }: Person,
  project: Person["projects"][number] | undefined,
  from: number,
  to: number,
): Span[] {
  const spans: Span[] = [];
  for (let start = from; start < to; ) {
    const seed = `${username} ${start}`;
    const end = Math.min(to, start + (3 + roll(`${seed} length`, 12)) * MINUTE_MS);
    const windows = windowsFor(computer, project, roll(`${seed} kind`, 100));
    const window = windows[roll(`${seed} window`, windows.length)];
    spans.push({ start, end, window, code: window?.file === undefined ? undefined : project?.code });
    start = end;
  }
  return spans;
}

/** Returns the windows to choose from by a number below 100; none while the user is away. */
function windowsFor(
  { mail, breaks, unknown }: Person["computer"],
  project: Person["projects"][number] | undefined,
  chance: number,
): (Window | undefined)[] {
  if (chance < 75) return project?.windows ?? [mail];
  if (chance < 84) return [mail];
  if (chance < 91) return unknown;
  return chance < 96 ? breaks : [undefined];
}

/** Returns the buckets of the watchers, as import_buckets reads them. */
function bucketsOf({ computer: { hostname } }: Person, spans: readonly Span[]) {
  const bucket = (client: string, type: string, events: object[]) => ({
    id: `${client}_${hostname}`,
    type,
    client,
    hostname,
    data: {},
    created: null,
    events,
  });
  const event = ({ start, end }: Span, data: object) => ({
    timestamp: new Date(start).toISOString(),
    duration: (end - start) / 1000,
    data,
  });
  const seen = spans.flatMap((span) => (span.window ? [{ ...span, ...span.window }] : []));
  const tabsOf = (browser: string) =>
    seen.flatMap((span) =>
      span.url !== undefined && span.app.toLowerCase().includes(browser)
        ? [event(span, { url: span.url, title: span.title, audible: false, incognito: false })]
        : [],
    );
  return [
    bucket(
      "aw-watcher-window",
      "currentwindow",
      seen.map((span) => event(span, { app: span.app, title: span.title })),
    ),
    ...["firefox", "chrome"].map((browser) =>
      bucket(`aw-watcher-web-${browser}`, "web.tab.current", tabsOf(browser)),
    ),
    bucket(
      "aw-watcher-afk",
      "afkstatus",
      presenceOf(spans).map((span) => event(span, { status: span.window ? "not-afk" : "afk" })),
    ),
  ].filter(({ events }) => events.length > 0);
}

/** Returns the spans with those joined during which the user stayed or stayed away. */
function presenceOf(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last?.end === span.start && (last.window === undefined) === (span.window === undefined))
      last.end = span.end;
    else joined.push({ ...span });
  }
  return joined;
}

/** Returns the heartbeats that an editor sends during a span. */
function heartbeatsOf({ start, end, window, code }: Span): object[] {
  if (window?.file === undefined || code === undefined) return [];
  const count = Math.ceil((end - start) / (HEARTBEAT_MINUTES * MINUTE_MS));
  return [...Array(count).keys()].map((place) => ({
    entity: window.file,
    type: "file",
    category: "coding",
    time: start / 1000 + place * HEARTBEAT_MINUTES * 60,
    ...code,
    branch: "main",
    is_write: place % 4 === 3,
  }));
}

const readHeartbeats = ({ computer, timezone }: Person, heartbeats: readonly object[]) =>
  heartbeats
    .map((heartbeat, place) =>
      readHeartbeat(heartbeat, place, { agent: computer.editor, machine: computer.hostname, zone: timezone }),
    )
    .filter(isHeartbeat);

/** Returns a number below `limit` that `seed` determines. */
const roll = (seed: string, limit: number): number =>
  createHash("sha256").update(seed).digest().readUInt16BE() % limit;

/** Returns the instant of a local time, such as 2026-11-23T09:05, at an hour at which clocks are not changed. */
function instantOf(local: string, zone: string): number {
  const asUtc = Date.parse(`${local}:00Z`);
  const shown = new Date(asUtc).toLocaleString("sv-SE", { timeZone: zone });
  return 2 * asUtc - Date.parse(`${shown.replace(" ", "T")}Z`);
}
