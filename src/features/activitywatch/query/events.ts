/** What was so for a while, as queries work with it: times in milliseconds, with fractions. */
export interface QueryEvent {
  id?: number;
  start: number;
  end: number;
  data: Record<string, unknown>;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A query may write events down itself, so these are instants that there are. */
export const isEvent = (value: unknown): value is QueryEvent =>
  isRecord(value) && isInstant(value.start) && isInstant(value.end) && isRecord(value.data);

const isInstant = (value: unknown) => typeof value === "number" && !Number.isNaN(new Date(value).getTime());

const MAX_GAP_BETWEEN_CHUNKS_MS = 5000;
/** Events that overlap by less are taken to touch. */
const TOLERANCE_MS = 100;

const lengthOf = ({ start, end }: QueryEvent) => end - start;

const byStart = (one: QueryEvent, other: QueryEvent) => one.start - other.start || one.end - other.end;

/** Equal values have equal texts, in whichever order their keys are. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isRecord(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  ) ?? "null";

export const sortByTimestamp = (events: QueryEvent[]) => events.toSorted(byStart);

export const sortByDuration = (events: QueryEvent[]) =>
  events.toSorted((one, other) => lengthOf(other) - lengthOf(one));

/** How long an event is, in the microseconds to which times are kept. */
const microsOf = (event: QueryEvent) => Math.round(1000 * lengthOf(event));

export const secondsOf = (event: QueryEvent) => microsOf(event) / 1e6;

/** Seconds of all events together. */
export const sumDurations = (events: QueryEvent[]) =>
  events.reduce((sum, event) => sum + microsOf(event), 0) / 1e6;

/** The events whose `key` has one of `values`. */
export function filterKeyvals(events: QueryEvent[], key: string, values: unknown[]): QueryEvent[] {
  const wanted = new Set(values.map(canonical));
  return events.filter(({ data }) => Object.hasOwn(data, key) && wanted.has(canonical(data[key])));
}

/** The events whose `key` has none of `values`, or that have no `key`. */
export function excludeKeyvals(events: QueryEvent[], key: string, values: unknown[]): QueryEvent[] {
  const unwanted = new Set(filterKeyvals(events, key, values));
  return events.filter((event) => !unwanted.has(event));
}

/** What of `events` lies in the time of `filters`, cut to it. */
export function filterPeriodIntersect(events: QueryEvent[], filters: QueryEvent[]): QueryEvent[] {
  const periods = periodUnion(filters, []);
  let first = 0;
  return sortByTimestamp(events).flatMap((event) => {
    while ((periods[first]?.end ?? Number.POSITIVE_INFINITY) < event.start) first++;
    const parts: QueryEvent[] = [];
    for (let place = first; (periods[place]?.start ?? Number.POSITIVE_INFINITY) < event.end; place++) {
      const start = Math.max(event.start, periods[place]?.start ?? 0);
      const end = Math.min(event.end, periods[place]?.end ?? 0);
      if (start < end) parts.push({ ...event, start, end });
    }
    return parts;
  });
}

/** The time that any of the events covers, without what they say: those that touch become one. */
export function periodUnion(some: QueryEvent[], others: QueryEvent[]): QueryEvent[] {
  const union: QueryEvent[] = [];
  for (const { start, end } of sortByTimestamp([...some, ...others])) {
    const last = union.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else union.push({ start, end, data: {} });
  }
  return union;
}

/** `some`, and what of `others` lies in none of them. */
export function unionNoOverlap(some: QueryEvent[], others: QueryEvent[]): QueryEvent[] {
  const taken = periodUnion(some, []);
  let first = 0;
  const free = sortByTimestamp(others).flatMap((event) => {
    while ((taken[first]?.end ?? Number.POSITIVE_INFINITY) <= event.start) first++;
    const parts: QueryEvent[] = [];
    let { start } = event;
    for (let place = first; (taken[place]?.start ?? Number.POSITIVE_INFINITY) < event.end; place++) {
      const end = taken[place]?.start ?? event.end;
      if (start < end) parts.push({ ...event, start, end });
      start = taken[place]?.end ?? event.end;
    }
    return start < event.end || start === event.start ? [...parts, { ...event, start }] : parts;
  });
  return sortByTimestamp([...some, ...free]);
}

/** One event for each combination of the values of `keys`, as long as all that have it; those that lack a key are left out. */
export function mergeEventsByKeys(events: QueryEvent[], keys: string[]): QueryEvent[] {
  const merged = new Map<string, QueryEvent>();
  for (const event of events) {
    if (!keys.every((key) => Object.hasOwn(event.data, key))) continue;
    const data = Object.fromEntries(keys.map((key) => [key, event.data[key]]));
    const name = canonical(data);
    const known = merged.get(name);
    if (known) known.end += lengthOf(event);
    else merged.set(name, { start: event.start, end: event.end, data });
  }
  return [...merged.values()];
}

/** One event for each run of events with the same value of `key` and no pause of over five seconds between them. */
export function chunkEventsByKey(events: QueryEvent[], key: string): QueryEvent[] {
  const chunks: { name: string; end: number; subevents: [QueryEvent, ...QueryEvent[]] }[] = [];
  for (const event of sortByTimestamp(events)) {
    if (!Object.hasOwn(event.data, key)) continue;
    const name = canonical(event.data[key]);
    const last = chunks.at(-1);
    if (last?.name === name && event.start - last.end < MAX_GAP_BETWEEN_CHUNKS_MS) {
      last.end = Math.max(last.end, event.end);
      last.subevents.push(event);
    } else chunks.push({ name, end: event.end, subevents: [event] });
  }
  return chunks.map(({ end, subevents }) => ({
    start: subevents[0].start,
    end,
    data: { [key]: subevents[0].data[key], subevents },
  }));
}

/**
 * Fills the gaps of at most `pulseMs` between events: between two that say the same, with it; else half with each. Of two
 * that say the same and overlap, one is made.
 */
export function flood(events: QueryEvent[], pulseMs: number): QueryEvent[] {
  const flooded: QueryEvent[] = [];
  for (const event of sortByTimestamp(events).map((event) => ({ ...event }))) {
    const last = flooded.at(-1);
    if (!last) {
      flooded.push(event);
      continue;
    }
    const gap = event.start - last.end;
    const isSame = canonical(last.data) === canonical(event.data);
    if (isSame && gap <= pulseMs) last.end = Math.max(last.end, event.end);
    else {
      if (!isSame && gap <= pulseMs && gap > -TOLERANCE_MS) {
        const middle = last.end + gap / 2;
        last.end = middle;
        event.start = middle;
        event.end = Math.max(event.end, middle);
      }
      flooded.push(event);
    }
  }
  return flooded;
}

/** Each event with the parts of the address in its `url`. */
export const splitUrlEvents = (events: QueryEvent[]): QueryEvent[] =>
  events.map((event) => {
    const url = typeof event.data.url === "string" ? URL.parse(event.data.url) : null;
    if (!url) return event;
    return {
      ...event,
      data: {
        ...event.data,
        $protocol: url.protocol.slice(0, -1),
        $domain: url.host.replace(/^www\./, ""),
        $path: url.pathname,
        $params: url.search.slice(1),
        $options: "",
        $identifier: url.hash.slice(1),
      },
    };
  });

/** What comes and goes at the start of a title: a count of what is new; the mark of what is not saved. */
const COUNT = /^\(\d+\)\s*/;
const UNSAVED = /^[●*]\s*/;
const FRAME_RATE = /FPS:\s+[\d.]+/g;

/** Each event with the text of `key` without what changes while a window stays the same one. */
export const simplifyWindowTitles = (events: QueryEvent[], key: string): QueryEvent[] =>
  events.map((event) => {
    const title = event.data[key];
    if (typeof title !== "string") return event;
    const counted = title.replace(COUNT, "");
    const isWindow = key === "title" && Object.hasOwn(event.data, "app");
    const simple = isWindow ? counted.replace(FRAME_RATE, "FPS: ...").replace(UNSAVED, "") : counted;
    return { ...event, data: { ...event.data, [key]: simple } };
  });
