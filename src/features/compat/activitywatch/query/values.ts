import { QueryError } from "./parser.ts";

/** An event as queries work with it: times in milliseconds, with fractions. No part of it is changed once it is made. */
export class QueryEvent {
  readonly id: number | undefined;
  readonly start: number;
  readonly end: number;
  readonly data: Record<string, unknown>;
  /** Measured once for all events that say the very same. */
  readonly dataSize: Size;

  /** @throws QueryError for data that is nested too deeply, or for a start that no calendar has */
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

  /** The event in another time. */
  during(start: number, end: number): QueryEvent {
    return new QueryEvent(start, end, this.data, this.id, this.dataSize);
  }

  /** The event with other data of a known size. */
  saying(data: Record<string, unknown>, size: Size): QueryEvent {
    return new QueryEvent(this.start, this.end, data, this.id, size);
  }

  /** The event as ActivityWatch shows it. */
  toJSON() {
    return {
      ...(this.id !== undefined && { id: this.id }),
      timestamp: new Date(this.start).toISOString(),
      duration: secondsOf(this),
      data: this.data,
    };
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

/** How far from 1970 an instant may be (ECMA-262 21.4.1.1). */
const MAX_INSTANT = 8.64e15;

const isInstant = (value: unknown): value is number =>
  typeof value === "number" && Math.abs(value) <= MAX_INSTANT;

/** A dict that a query writes down: an event, where it has what events have. */
export function fromEntries(entries: [string, unknown][]): Record<string, unknown> | QueryEvent {
  const record = Object.fromEntries(entries);
  const { id, start, end, data } = record;
  return isInstant(start) && isInstant(end) && isRecord(data) && !(data instanceof QueryEvent)
    ? new QueryEvent(start, end, data, typeof id === "number" ? id : undefined)
    : record;
}

/** How long an event is, in the microseconds to which times are kept. */
export const microsOf = ({ start, end }: QueryEvent) => Math.round(1000 * (end - start));

const secondsOf = (event: QueryEvent) => microsOf(event) / 1e6;

/** How large a value is, in memory or as JSON, whichever is more: what it shares is counted each time. */
export interface Size {
  bytes: number;
  /** How many of the bytes are of data that events share: it is in memory, and paid for, once for the whole query. */
  shared: number;
  depth: number;
}

/** What data that events share takes in each of them. */
export function sizeOfShared(data: Record<string, unknown>): Size {
  const size = sizeOf(data);
  return { ...size, shared: size.bytes };
}

/** What a value takes of memory, besides data that events share. */
export function heldBytesOf(value: unknown): number {
  const { bytes, shared } = sizeOf(value);
  return bytes - shared;
}

/** No value is deeper, so what recurs by depth ends soon. Stored events reach 20. */
const MAX_DEPTH = 64;

const TOO_DEEP = "A value is nested too deeply.";

/** What a place in a list or dict takes, and what each list and dict takes besides: as JSON they are much smaller. */
const PLACE_BYTES = 8;
const CONTAINER_BYTES = 32;
const NUMBER_BYTES = 24;
/** An event without its data. */
const EVENT_BYTES = 100;

const SCALAR: Size = { bytes: PLACE_BYTES + NUMBER_BYTES, shared: 0, depth: 0 };

/** From this size on a value is measured once: less is measured again sooner than it is looked up. */
const LARGE_BYTES = 2_000;

/** Of large lists and dicts, which don't change: so what is shared is not measured again. */
const sizes = new WeakMap<object, Size>();

/** @throws QueryError for a value that is nested too deeply */
export function sizeOf(value: unknown, level = 0): Size {
  if (typeof value === "string") return { bytes: PLACE_BYTES + textBytes(value), shared: 0, depth: 0 };
  if (value === null || typeof value !== "object") return SCALAR;
  if (value instanceof QueryEvent) {
    const { bytes, shared, depth } = value.dataSize;
    return { bytes: bytes + EVENT_BYTES, shared, depth: depth + 1 };
  }
  const known = sizes.get(value);
  if (known) return known;
  if (level > MAX_DEPTH) throw new QueryError(TOO_DEEP);
  const size = { bytes: PLACE_BYTES + CONTAINER_BYTES, shared: 0, depth: 0 };
  const add = (part: unknown, name?: string) => {
    const { bytes, shared, depth } = sizeOf(part, level + 1);
    size.shared += shared;
    size.bytes += bytes + (name === undefined ? 0 : PLACE_BYTES + textBytes(name));
    size.depth = Math.max(size.depth, depth + 1);
    if (level + size.depth > MAX_DEPTH) throw new QueryError(TOO_DEEP);
  };
  if (Array.isArray(value)) for (const part of value) add(part);
  else for (const [name, part] of Object.entries(value)) add(part, name);
  if (size.bytes >= LARGE_BYTES) sizes.set(value, size);
  return size;
}

/** How many bytes `sizeOf` goes through each time it measures a value of `bytes`, or somewhat more: texts are measured again each time. */
export const measuredBytesOf = (value: unknown, bytes = 0): number =>
  typeof value === "string" ? value.length : Math.min(bytes, LARGE_BYTES);

/** The bytes of a text as JSON in UTF-8, or somewhat more. */
function textBytes(text: string): number {
  let bytes = 2;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === 0x22 || code === 0x5c) bytes += 2;
    else if (code >= 0x20 && code < 0x80) bytes++;
    else if (code >= 0x80 && code < 0x800) bytes += 2;
    // A half of a pair counts as one that is alone and so is escaped; so does a control character.
    else bytes += code < 0x20 || (code >= 0xd800 && code < 0xe000) ? 6 : 3;
  }
  return bytes;
}

/** Equal values have equal texts, in whichever order their keys are. Takes about a step for ten bytes of the value. */
export const canonical = (value: unknown): string =>
  isScalar(value)
    ? JSON.stringify(value)
    : (JSON.stringify(value, (_, part: unknown) =>
        isRecord(part)
          ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
          : part,
      ) ?? "null");

/** Whether two values are equal, in whichever order their keys are. */
export function isAlike(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((part, place) => isAlike(part, other[place]))
    );
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isAlike(one[name], other[name]))
  );
}
