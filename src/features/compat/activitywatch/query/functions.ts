import type { Budget } from "./budget.ts";
import { type Class, categorize, filterKeyvalsRegex, tag } from "./classify.ts";
import {
  chunkEventsByKey,
  concat,
  excludeKeyvals,
  filterKeyvals,
  filterPeriodIntersect,
  flood,
  mergeEventsByKeys,
  periodUnion,
  simplifyWindowTitles,
  sortByDuration,
  sortByTimestamp,
  spendBytes,
  splitUrlEvents,
  sumDurations,
  unionNoOverlap,
} from "./events.ts";
import { QueryError } from "./parser.ts";
import type { Regexes } from "./regex/regex.ts";
import { isRecord, QueryEvent, sizeOf } from "./values.ts";

/** The data that a query reads: the events of buckets in its period, and the list of buckets. */
export interface Source {
  start: string;
  end: string;
  buckets: { id: string; hostname: string }[];
  /** Ids of the buckets: one list for the whole query, so that it is measured once. */
  bucketIds: string[];
  eventsOf: (bucketId: string) => QueryEvent[];
  regexes: Regexes;
  budget: Budget;
}

const PULSE_SECONDS = 5;
/** Bytes of a call's arguments that one step reads. */
const ARGUMENT_BYTES_PER_STEP = 100;

/** The arguments of a call. Its methods check their types. */
class Arguments {
  readonly #name: string;
  readonly #values: unknown[];

  constructor(name: string, values: unknown[]) {
    this.#name = name;
    this.#values = values;
  }

  get size(): number {
    return this.#values.length;
  }

  text(place: number): string {
    const value = this.#values[place];
    return typeof value === "string" ? value : this.#refuse(place, "a string");
  }

  number(place: number): number {
    const value = this.#values[place];
    return typeof value === "number" ? value : this.#refuse(place, "a number");
  }

  list(place: number): unknown[] {
    const value = this.#values[place];
    return Array.isArray(value) ? value : this.#refuse(place, "a list");
  }

  texts(place: number): string[] {
    const values = this.list(place);
    return values.every((value) => typeof value === "string")
      ? values
      : this.#refuse(place, "a list of strings");
  }

  events(place: number): QueryEvent[] {
    const values = this.list(place);
    return values.every((value) => value instanceof QueryEvent)
      ? values
      : this.#refuse(place, "a list of events");
  }

  classes(place: number): Class[] {
    const values = this.list(place);
    return values.every(isClass) ? values : this.#refuse(place, "a list of classes");
  }

  #refuse(place: number, wanted: string): never {
    throw new QueryError(`Argument ${place + 1} of ${this.#name} must be ${wanted}.`);
  }
}

const isClass = (value: unknown): value is Class =>
  Array.isArray(value) && value.length === 2 && isRecord(value[1]);

/** Calls a function of the language by its name. @throws QueryError */
export type Call = (name: string, values: unknown[]) => unknown;

/**
 * Returns the functions of the language. Each call pays for reading its arguments before it runs; a function pays for any further work
 * before it does it.
 */
export function functionsOn(source: Source): Call {
  const { budget } = source;
  const functions = tableOf(source);
  return (name, values) => {
    const run = functions.get(name);
    if (!run) throw new QueryError(`Unknown function ${name}.`);
    const items = values.reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
    const bytes = values.reduce<number>((sum, value) => sum + sizeOf(value).bytes, 0);
    budget.spend(1 + values.length + items + bytes / ARGUMENT_BYTES_PER_STEP);
    const result = run(new Arguments(name, values));
    budget.spend(Array.isArray(result) ? result.length : 0);
    return result;
  };
}

const tableOf = ({ buckets, bucketIds, eventsOf, budget, regexes }: Source) =>
  new Map<string, (args: Arguments) => unknown>(
    Object.entries({
      query_bucket: (args) => eventsOf(args.text(0)),
      query_bucket_eventcount: (args) => eventsOf(args.text(0)).length,
      query_bucket_names: () => bucketIds,
      find_bucket: (args) => {
        const part = args.text(0);
        const host = args.size > 1 ? args.text(1) : undefined;
        spendBytes(budget, sizeOf(bucketIds).bytes + buckets.length * part.length);
        const found = buckets.find(
          ({ id, hostname }) => id.includes(part) && (host === undefined || hostname === host),
        );
        if (!found) throw new QueryError(`No bucket has ${part} in its id.`);
        return found.id;
      },
      filter_keyvals: (args) => filterKeyvals(args.events(0), args.text(1), args.list(2), budget),
      exclude_keyvals: (args) => excludeKeyvals(args.events(0), args.text(1), args.list(2), budget),
      filter_keyvals_regex: (args) => filterKeyvalsRegex(args.events(0), args.text(1), args.text(2), regexes),
      filter_period_intersect: (args) => filterPeriodIntersect(args.events(0), args.events(1), budget),
      period_union: (args) => periodUnion(args.events(0), args.events(1), budget),
      union_no_overlap: (args) => unionNoOverlap(args.events(0), args.events(1), budget),
      merge_events_by_keys: (args) => mergeEventsByKeys(args.events(0), args.texts(1), budget),
      chunk_events_by_key: (args) => chunkEventsByKey(args.events(0), args.text(1), budget),
      sort_by_timestamp: (args) => sortByTimestamp(args.events(0), budget),
      sort_by_duration: (args) => sortByDuration(args.events(0), budget),
      limit_events: (args) => args.events(0).slice(0, Math.max(0, args.number(1))),
      sum_durations: (args) => sumDurations(args.events(0)),
      concat: (args) =>
        concat(
          Array.from({ length: args.size }, (_, place) => args.events(place)),
          budget,
        ),
      flood: (args) => flood(args.events(0), 1000 * (args.size > 1 ? args.number(1) : PULSE_SECONDS), budget),
      categorize: (args) => categorize(args.events(0), args.classes(1), { budget, regexes }),
      tag: (args) => tag(args.events(0), args.classes(1), { budget, regexes }),
      split_url_events: (args) => splitUrlEvents(args.events(0), budget),
      simplify_window_titles: (args) => simplifyWindowTitles(args.events(0), args.text(1), budget),
      nop: () => 1,
    } satisfies Record<string, (args: Arguments) => unknown>),
  );
