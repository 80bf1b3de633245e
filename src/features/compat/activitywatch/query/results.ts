import type { Budget } from "./budget.ts";
import { spendBytes } from "./events.ts";
import { isRecord, QueryEvent, sizeOf } from "./values.ts";

/** Size of a part of a response. */
const PART_BYTES = 250_000;

/** Pays for the JSON text of a value, in which shared data is written each time. @throws QueryError if too little is left */
export function payForJson(budget: Budget, value: unknown): void {
  const { bytes, shared } = sizeOf(value);
  budget.ensureRoom(shared);
  spendBytes(budget, bytes);
}

/** Yields the JSON text of a value in parts of some 250 KB, which are written when they are needed. */
export function* jsonPartsOf(value: unknown): Generator<string> {
  let pending = "";
  for (const piece of piecesOf(value)) {
    pending += piece;
    if (pending.length < PART_BYTES) continue;
    yield pending;
    pending = "";
  }
  if (pending) yield pending;
}

/** Yields the JSON text of a value in pieces, none much larger than a part. Recursion is safe, since the depth of values is limited. */
function* piecesOf(value: unknown): Generator<string> {
  if (sizeOf(value).bytes <= PART_BYTES || typeof value === "string") {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  const whole: unknown = value instanceof QueryEvent ? value.toJSON() : value;
  let comma = "";
  if (Array.isArray(whole)) {
    yield "[";
    for (const part of whole) {
      yield comma;
      yield* piecesOf(part);
      comma = ",";
    }
    yield "]";
  } else if (isRecord(whole)) {
    yield "{";
    for (const [name, part] of Object.entries(whole)) {
      yield `${comma}${JSON.stringify(name)}:`;
      yield* piecesOf(part);
      comma = ",";
    }
    yield "}";
  }
}
