import type { Budget } from "./budget.ts";
import {
  canonicalJson,
  heldBytesOf,
  isDeepEqual,
  isScalar,
  microsOf,
  QueryEvent,
  type Size,
  sizeOf,
  sizeOfShared,
} from "./values.ts";

/** Events that overlap by less than this count as adjacent. */
const TOLERANCE_MS = 100;
const BYTES_PER_STEP = 10;

const lengthOf = ({ start, end }: QueryEvent) => end - start;

const byStart = (one: QueryEvent, other: QueryEvent) => one.start - other.start;

/** Pays for writing or copying `bytes` of values. */
export const spendBytes = (budget: Budget, bytes: number) => budget.spend(bytes / BYTES_PER_STEP);

/** Pays for a sort of `count` events. */
const spendSort = (budget: Budget, count: number) => budget.spend((count * Math.log2(count + 1)) / 4);

/** Steps of writing a value as text and looking the text up, apart from its length; and steps of creating an event. */
const TEXT_STEPS = 2;
const EVENT_STEPS = 8;
/** Steps of writing a list or a dict, apart from its length. */
const CONTAINER_STEPS = 25;

/** Returns the canonicalJson text of a value. Pays before writing it. */
function textOf(value: unknown, budget: Budget): string {
  budget.spend(isScalar(value) ? TEXT_STEPS : CONTAINER_STEPS);
  spendBytes(budget, sizeOf(value).bytes);
  return canonicalJson(value);
}

/** Sorts events by their start. */
export function sortByTimestamp(events: QueryEvent[], budget: Budget): QueryEvent[] {
  spendSort(budget, events.length);
  return events.toSorted(byStart);
}

/** Sorts events by their duration, the longest first. */
export function sortByDuration(events: QueryEvent[], budget: Budget): QueryEvent[] {
  spendSort(budget, events.length);
  return events.toSorted((one, other) => lengthOf(other) - lengthOf(one));
}

/** Returns the sum of the durations of the events, in seconds. */
export const sumDurations = (events: QueryEvent[]) =>
  events.reduce((sum, event) => sum + microsOf(event), 0) / 1e6;

/** Returns a function that tests whether the `key` of an event has one of `values`. */
function hasOneOf(key: string, values: unknown[], budget: Budget) {
  const texts = new Set(values.map((value) => textOf(value, budget)));
  return ({ data }: QueryEvent) => Object.hasOwn(data, key) && texts.has(textOf(data[key], budget));
}

/** Returns the events whose `key` has one of `values`. */
export const filterKeyvals = (events: QueryEvent[], key: string, values: unknown[], budget: Budget) =>
  events.filter(hasOneOf(key, values, budget));

/** Returns the events whose `key` has none of `values`, and the events without the `key`. */
export function excludeKeyvals(events: QueryEvent[], key: string, values: unknown[], budget: Budget) {
  const isUnwanted = hasOneOf(key, values, budget);
  return events.filter((event) => !isUnwanted(event));
}

/** Returns the events of all lists, one list after the other. */
export function concat(lists: QueryEvent[][], budget: Budget): QueryEvent[] {
  budget.ensureRoom(lists.reduce((sum, list) => sum + heldBytesOf(list), 0));
  return lists.flat();
}

/** Returns the index of the first of `periods` for which `isPast` is false. The periods are in order and don't overlap. */
function firstIndexAfter(periods: QueryEvent[], isPast: (period: QueryEvent) => boolean): number {
  let [low, high] = [0, periods.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const period = periods[middle];
    if (period && isPast(period)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns a function that pays for the parts of an event before they are created: an event can have as many parts as there are periods. */
function partsPayer(budget: Budget) {
  let bytes = 0;
  return (event: QueryEvent, count: number) => {
    bytes += count * heldBytesOf(event);
    budget.spend(count);
    budget.ensureRoom(bytes);
  };
}

/** Returns the parts of `events` that lie within `filters`. */
export function filterPeriodIntersect(events: QueryEvent[], filters: QueryEvent[], budget: Budget) {
  const periods = periodUnion(filters, [], budget);
  const pay = partsPayer(budget);
  budget.spend(events.length * Math.log2(periods.length + 2));
  return sortByTimestamp(events, budget).flatMap((event) => {
    const first = firstIndexAfter(periods, ({ end }) => end <= event.start);
    const last = firstIndexAfter(periods, ({ start }) => start < event.end);
    pay(event, Math.max(0, last - first));
    return periods
      .slice(first, last)
      .map((period) => event.during(Math.max(event.start, period.start), Math.min(event.end, period.end)))
      .filter(({ start, end }) => start < end);
  });
}

/** Returns the time that any of the events covers, without data. Adjacent events become one. */
export function periodUnion(some: QueryEvent[], others: QueryEvent[], budget: Budget): QueryEvent[] {
  const union: { start: number; end: number }[] = [];
  for (const { start, end } of sortByTimestamp([...some, ...others], budget)) {
    const last = union.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else union.push({ start, end });
  }
  return union.map(({ start, end }) => new QueryEvent(start, end, {}));
}

/** Returns `some`, and the parts of `others` that overlap none of them. */
export function unionNoOverlap(some: QueryEvent[], others: QueryEvent[], budget: Budget): QueryEvent[] {
  const covered = periodUnion(some, [], budget);
  const pay = partsPayer(budget);
  budget.spend(others.length * Math.log2(covered.length + 2));
  const free = sortByTimestamp(others, budget).flatMap((event) => {
    const first = firstIndexAfter(covered, ({ end }) => end <= event.start);
    const last = firstIndexAfter(covered, ({ start }) => start < event.end);
    pay(event, Math.max(0, last - first) + 1);
    const parts: QueryEvent[] = [];
    let { start } = event;
    for (const period of covered.slice(first, last)) {
      if (start < period.start) parts.push(event.during(start, period.start));
      start = period.end;
    }
    return start < event.end || start === event.start ? [...parts, event.during(start, event.end)] : parts;
  });
  return sortByTimestamp([...some, ...free], budget);
}

/**
 * Returns an event for each combination of the values of `keys`. Its duration is the sum of the durations of all events with these
 * values. Events without one of the keys are left out. Without keys, returns the events unchanged.
 */
export function mergeEventsByKeys(events: QueryEvent[], keys: string[], budget: Budget): QueryEvent[] {
  if (keys.length === 0) return events;
  budget.spend(events.length * keys.length);
  const merged = new Map<string, { first: QueryEvent; end: number }>();
  for (const event of events) {
    const { data } = event;
    if (!keys.every((key) => Object.hasOwn(data, key))) continue;
    const name = keys.map((key) => textOf(data[key], budget)).join();
    const known = merged.get(name);
    if (known) known.end += lengthOf(event);
    else merged.set(name, { first: event, end: event.end });
  }
  budget.spend(merged.size * (EVENT_STEPS + keys.length));
  return [...merged.values()].map(
    ({ first, end }) =>
      new QueryEvent(first.start, end, Object.fromEntries(keys.map((key) => [key, first.data[key]]))),
  );
}

/** Returns an event for each run of events with the same value of `key`. Its duration is the sum of theirs. */
export function chunkEventsByKey(events: QueryEvent[], key: string, budget: Budget): QueryEvent[] {
  spendBytes(budget, sizeOf(events).bytes);
  const chunks: { end: number; subevents: [QueryEvent, ...QueryEvent[]] }[] = [];
  for (const event of sortByTimestamp(events, budget)) {
    if (!Object.hasOwn(event.data, key)) continue;
    const last = chunks.at(-1);
    if (last && isDeepEqual(last.subevents[0].data[key], event.data[key])) {
      last.end += lengthOf(event);
      last.subevents.push(event);
    } else chunks.push({ end: event.end, subevents: [event] });
  }
  return chunks.map(({ end, subevents }) => {
    const [{ start, data }] = subevents;
    return new QueryEvent(start, end, { [key]: data[key], subevents });
  });
}

interface Flooded {
  event: QueryEvent;
  start: number;
  end: number;
}

/**
 * Fills the gaps of at most `pulseMs` between events. A gap between two events with equal data joins them; any other gap is split between
 * the two. Overlapping events with equal data are merged. Where other events overlap, the later event gets the time, so that no time counts
 * twice.
 */
export function flood(events: QueryEvent[], pulseMs: number, budget: Budget): QueryEvent[] {
  // Each event may be compared with the one before it.
  spendBytes(budget, sizeOf(events).bytes);
  const flooded: Flooded[] = [];
  for (const event of sortByTimestamp(events, budget)) {
    const next = { event, start: event.start, end: event.end };
    const last = flooded.at(-1);
    if (!last) {
      flooded.push(next);
      continue;
    }
    const gap = next.start - last.end;
    const isSame = gap <= pulseMs && isDeepEqual(last.event.data, event.data);
    if (isSame) last.end = Math.max(last.end, next.end);
    else {
      if (gap <= pulseMs && gap > -TOLERANCE_MS) {
        const middle = last.end + gap / 2;
        last.end = middle;
        next.start = middle;
        next.end = Math.max(next.end, middle);
      }
      flooded.push(next);
    }
  }
  return removeOverlaps(flooded).map(({ event, start, end }) => event.during(start, end));
}

/** Returns the events of `flooded`, which is in order, without overlaps and without empty events. */
function removeOverlaps(flooded: Flooded[]): Flooded[] {
  const kept: Flooded[] = [];
  for (const next of flooded) {
    if (next.end <= next.start) continue;
    let last = kept.at(-1);
    while (last && last.end > next.start && !isDeepEqual(last.event.data, next.event.data)) {
      last.end = next.start;
      if (last.end > last.start) break;
      kept.pop();
      last = kept.at(-1);
    }
    if (last && last.end > next.start) last.end = Math.max(last.end, next.end);
    else kept.push(next);
  }
  return kept;
}

/** Applies `change` to the data of each event, once for data that events share. They share the result, whose memory stays paid for. */
export function withData(
  events: QueryEvent[],
  change: (data: QueryEvent["data"]) => QueryEvent["data"],
  budget: Budget,
): QueryEvent[] {
  const changed = new Map<object, { data: QueryEvent["data"]; size: Size }>();
  return events.map((event) => {
    let known = changed.get(event.data);
    if (!known) {
      // The data is copied and measured.
      spendBytes(budget, 2 * event.dataSize.bytes);
      const data = change(event.data);
      known = { data, size: data === event.data ? event.dataSize : sizeOfShared(data) };
      changed.set(event.data, known);
      if (data !== event.data) {
        spendBytes(budget, Math.max(0, known.size.bytes - event.dataSize.bytes));
        budget.hold(known.size.bytes);
      }
    }
    const { data, size } = known;
    return data === event.data ? event : event.withData(data, size);
  });
}

/** The host of a URL as it is written, for the schemes whose hosts are converted to ASCII (URL Standard 3.5). */
const HOST = /^[\0- ]*(?:https?|wss?|ftp|file):[/\\]*([^/\\?#]*)/i;
/** Whitespace that URL parsers skip everywhere (URL Standard 4.4). */
const SKIPPED = /[\t\n\r]/g;
const SQUARES_PER_STEP = 40;

/** Parses a URL. Pays for its host, since converting one to ASCII takes the square of its length (RFC 3492). */
function readUrl(text: string, budget: Budget): URL | null {
  const [, { length } = ""] = HOST.exec(text.replace(SKIPPED, "")) ?? [];
  budget.spend(length ** 2 / SQUARES_PER_STEP);
  return URL.parse(text);
}

/** Adds to each event the parts of the URL in its `url`. */
export const splitUrlEvents = (events: QueryEvent[], budget: Budget): QueryEvent[] =>
  withData(
    events,
    (data) => {
      const url = typeof data.url === "string" ? readUrl(data.url, budget) : null;
      if (!url) return data;
      return {
        ...data,
        $protocol: url.protocol.slice(0, -1),
        // A URL without a host, such as a file, has its scheme as its domain: otherwise all such URLs would share an empty domain.
        $domain: url.host.replace(/^www\./, "") || url.protocol.slice(0, -1),
        $path: url.pathname,
        $params: url.search.slice(1),
        $options: "",
        $identifier: url.hash.slice(1),
      };
    },
    budget,
  );

/** Prefixes of a title that appear and disappear: a count of new messages; the mark of an unsaved file, a circle or an asterisk. */
const COUNT = /^\(\d+\)\s*/;
const UNSAVED = /^[\u25CF*]\s*/;
const FRAME_RATE = /FPS:\s+[\d.]+/g;

/** Removes from the text of `key` of each event the parts that change while the window stays the same. */
export const simplifyWindowTitles = (events: QueryEvent[], key: string, budget: Budget): QueryEvent[] =>
  withData(
    events,
    (data) => {
      const title = data[key];
      if (typeof title !== "string") return data;
      const counted = title.replace(COUNT, "");
      const isWindow = key === "title" && Object.hasOwn(data, "app");
      const simple = isWindow ? counted.replace(FRAME_RATE, "FPS: ...").replace(UNSAVED, "") : counted;
      return { ...data, [key]: simple };
    },
    budget,
  );
