import { QueryError } from "./parser.ts";

/** An event in a query. Times are in milliseconds, with fractions. It is immutable. */
export class QueryEvent {
  readonly id: number | undefined;
  readonly start: number;
  readonly end: number;
  readonly data: Record<string, unknown>;
  /** Size of the data, measured once for all events that share it. */
  readonly dataSize: Size;

  /** @throws QueryError for data that is nested too deeply, or for a start outside the range of dates */
  constructor(
    start: number,
    end: number,
    data: Record<string, unknown>,
    id?: number,
    dataSize: Size = sizeOf(data),
  ) {
    if (!isInstant(start)) throw new QueryError("The start of an event is out of range.");
    this.id = id;
    this.start = start;
    this.end = end;
    this.data = data;
    this.dataSize = dataSize;
  }

  /** Returns the event with another start and end. */
  during(start: number, end: number): QueryEvent {
    return new QueryEvent(start, end, this.data, this.id, this.dataSize);
  }

  /** Returns the event with other data, whose size is known. */
  withData(data: Record<string, unknown>, size: Size): QueryEvent {
    return new QueryEvent(this.start, this.end, data, this.id, size);
  }

  /** Returns the event in ActivityWatch's form. */
  toJSON() {
    return {
      ...(this.id !== undefined && { id: this.id }),
      timestamp: new Date(this.start).toISOString(),
      duration: secondsOf(this),
      data: this.data,
    };
  }
}

/** Returns whether `value` is a dict. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Returns whether `value` is neither a list nor a dict. */
export const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

/** Maximum number of milliseconds of an instant before or after 1970 (ECMA-262 21.4.1.1). */
const MAX_INSTANT = 8.64e15;

const isInstant = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= MAX_INSTANT;

/** Returns the dict that a query writes, or an event if the dict has the fields of one. */
export function fromEntries(entries: [string, unknown][]): Record<string, unknown> | QueryEvent {
  const record = Object.fromEntries(entries);
  const { id, start, end, data } = record;
  return isInstant(start) && isInstant(end) && isRecord(data) && !(data instanceof QueryEvent)
    ? new QueryEvent(start, end, data, typeof id === "number" ? id : undefined)
    : record;
}

/** Returns the duration of an event in microseconds, the precision of times. */
export const microsOf = ({ start, end }: QueryEvent) => Math.round(1000 * (end - start));

const secondsOf = (event: QueryEvent) => microsOf(event) / 1e6;

/** Size of a value in memory or as JSON, the larger of the two. Shared parts are counted each time. */
export interface Size {
  bytes: number;
  /** Bytes of data that events share. It is in memory, and paid for, once for the whole query. */
  shared: number;
  depth: number;
}

/** Returns the size of shared data in each event that has it. */
export function sizeOfShared(data: Record<string, unknown>): Size {
  const size = sizeOf(data);
  return { ...size, shared: size.bytes };
}

/** Returns the bytes of a value in memory, without data that events share. */
export function heldBytesOf(value: unknown): number {
  const { bytes, shared } = sizeOf(value);
  return bytes - shared;
}

/** Maximum depth of values, which bounds recursion. Stored events reach 20. */
const MAX_DEPTH = 64;

const NESTED_TOO_DEEPLY = "A value is nested too deeply.";

/** Bytes of an item of a list or dict, and of the list or dict itself. They are much smaller as JSON. */
const PLACE_BYTES = 8;
const CONTAINER_BYTES = 32;
const NUMBER_BYTES = 24;
/** Bytes of an event without its data. */
const EVENT_BYTES = 100;

const SCALAR: Size = { bytes: PLACE_BYTES + NUMBER_BYTES, shared: 0, depth: 0 };

/** Size from which on a value's measurement is kept. Smaller values are faster to measure again than to look up. */
const LARGE_BYTES = 2_000;

/** Sizes of large lists and dicts, which don't change. */
const sizes = new WeakMap<object, Size>();

/** Returns the size of a value. @throws QueryError for a value that is nested too deeply */
export function sizeOf(value: unknown, level = 0): Size {
  if (typeof value === "string") return { bytes: PLACE_BYTES + textBytes(value), shared: 0, depth: 0 };
  if (value === null || typeof value !== "object") return SCALAR;
  if (value instanceof QueryEvent) {
    const { bytes, shared, depth } = value.dataSize;
    return { bytes: bytes + EVENT_BYTES, shared, depth: depth + 1 };
  }
  const known = sizes.get(value);
  if (known) return known;
  if (level > MAX_DEPTH) throw new QueryError(NESTED_TOO_DEEPLY);
  const size = { bytes: PLACE_BYTES + CONTAINER_BYTES, shared: 0, depth: 0 };
  const add = (part: unknown, name?: string) => {
    const { bytes, shared, depth } = sizeOf(part, level + 1);
    size.shared += shared;
    size.bytes += bytes + (name === undefined ? 0 : PLACE_BYTES + textBytes(name));
    size.depth = Math.max(size.depth, depth + 1);
    if (level + size.depth > MAX_DEPTH) throw new QueryError(NESTED_TOO_DEEPLY);
  };
  if (Array.isArray(value)) for (const part of value) add(part);
  else for (const [name, part] of Object.entries(value)) add(part, name);
  if (size.bytes >= LARGE_BYTES) sizes.set(value, size);
  return size;
}

/** Returns the bytes that `sizeOf` reads each time it measures a value of `bytes`, or somewhat more. Texts are measured again each time. */
export const measuredBytesOf = (value: unknown, bytes = 0): number =>
  typeof value === "string" ? value.length : Math.min(bytes, LARGE_BYTES);

/** Returns the bytes of a text as JSON in UTF-8, or somewhat more. */
function textBytes(text: string): number {
  let bytes = 2;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === 0x22 || code === 0x5c) bytes += 2;
    else if (code >= 0x20 && code < 0x80) bytes++;
    else if (code >= 0x80 && code < 0x800) bytes += 2;
    // Half of a surrogate pair counts as unpaired, and so as escaped; so does a control character.
    else bytes += code < 0x20 || (code >= 0xd800 && code < 0xe000) ? 6 : 3;
  }
  return bytes;
}

/** Returns a text that is equal for equal values, regardless of the order of keys. Takes about a step for ten bytes of the value. */
export const canonicalJson = (value: unknown): string =>
  isScalar(value)
    ? JSON.stringify(value)
    : (JSON.stringify(value, (_, part: unknown) =>
        isRecord(part)
          ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
          : part,
      ) ?? "null");

/** Returns whether two values are equal, regardless of the order of keys. */
export function isDeepEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((part, place) => isDeepEqual(part, other[place]))
    );
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isDeepEqual(one[name], other[name]))
  );
}
