import type { Budget } from "./budget.ts";
import { spendBytes } from "./events.ts";
import { isRecord, QueryEvent, sizeOf } from "./values.ts";

/** How much of an answer is written at once. */
const PART_BYTES = 250_000;

/** Pays for the JSON text of a value, in which data that events share is written each time. @throws QueryError where too little is left */
export function payForJson(budget: Budget, value: unknown): void {
  const { bytes, shared } = sizeOf(value);
  budget.ensureRoom(shared);
  spendBytes(budget, bytes);
}

/** The JSON text of a value, in parts of some 250 KB, each made when it is asked for. */
export function* jsonPartsOf(value: unknown): Generator<string> {
  let waiting = "";
  for (const piece of piecesOf(value)) {
    waiting += piece;
    if (waiting.length < PART_BYTES) continue;
    yield waiting;
    waiting = "";
  }
  if (waiting) yield waiting;
}

/** The JSON text of a value in pieces, none of them much larger than a part. Values are not deep, so this may recur. */
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
