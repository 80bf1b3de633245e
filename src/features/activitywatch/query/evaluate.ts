import { type Class, categorize, regexTest, type Spend, tag } from "./classify.ts";
import {
  chunkEventsByKey,
  excludeKeyvals,
  filterKeyvals,
  filterPeriodIntersect,
  flood,
  isEvent,
  isRecord,
  mergeEventsByKeys,
  periodUnion,
  type QueryEvent,
  simplifyWindowTitles,
  sortByDuration,
  sortByTimestamp,
  splitUrlEvents,
  sumDurations,
  unionNoOverlap,
} from "./events.ts";
import { type Expression, QueryError, type Statement } from "./parser.ts";

/** What a query asks of the data: the events of buckets in its period, and what buckets there are. */
export interface Source {
  start: string;
  end: string;
  buckets: { id: string; hostname: string }[];
  eventsOf: (bucketId: string) => QueryEvent[];
  /** Called with what each step costs: about a microsecond each. */
  spend: Spend;
}

const PULSE_SECONDS = 5;

/**
 * What the query returns.
 *
 * @throws QueryError
 */
export function evaluate(statements: Statement[], source: Source): unknown {
  const variables = new Map<string, unknown>([
    ["STARTTIME", source.start],
    ["ENDTIME", source.end],
    ["NAME", "query"],
  ]);
  const functions = functionsOn(source);

  function worthOf(expression: Expression): unknown {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "name":
        if (!variables.has(expression.name)) throw new QueryError(`There is no variable ${expression.name}.`);
        return variables.get(expression.name);
      case "list":
        return expression.items.map(worthOf);
      case "dict":
        return Object.fromEntries(expression.entries.map(([key, value]) => [key, worthOf(value)]));
      case "call": {
        const call = functions.get(expression.name);
        if (!call) throw new QueryError(`There is no function ${expression.name}.`);
        const worth = call(new Arguments(expression.name, expression.args.map(worthOf)));
        source.spend(Array.isArray(worth) ? 1 + worth.length : 1);
        return worth;
      }
    }
  }

  for (const { name, value } of statements) variables.set(name, worthOf(value));
  if (!variables.has("RETURN")) throw new QueryError("The query returns nothing.");
  return variables.get("RETURN");
}

/** What a function was called with, taken by kind. */
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
    return values.every(isEvent) ? values : this.#refuse(place, "a list of events");
  }

  classes(place: number): Class[] {
    const values = this.list(place);
    return values.every(isClass) ? values : this.#refuse(place, "a list of classes");
  }

  #refuse(place: number, wanted: string): never {
    throw new QueryError(`${this.#name} takes ${wanted} in place ${place + 1}.`);
  }
}

const isClass = (value: unknown): value is Class =>
  Array.isArray(value) && value.length === 2 && isRecord(value[1]);

/** The functions of the language, by name. */
const functionsOn = ({ buckets, eventsOf, spend }: Source) =>
  new Map<string, (args: Arguments) => unknown>(
    Object.entries({
      query_bucket: (args) => eventsOf(args.text(0)),
      query_bucket_eventcount: (args) => eventsOf(args.text(0)).length,
      query_bucket_names: () => buckets.map(({ id }) => id),
      find_bucket: (args) => {
        const part = args.text(0);
        const host = args.size > 1 ? args.text(1) : undefined;
        const found = buckets.find(
          ({ id, hostname }) => id.includes(part) && (host === undefined || hostname === host),
        );
        if (!found) throw new QueryError(`There is no bucket with ${part} in its id.`);
        return found.id;
      },
      filter_keyvals: (args) => filterKeyvals(args.events(0), args.text(1), args.list(2)),
      exclude_keyvals: (args) => excludeKeyvals(args.events(0), args.text(1), args.list(2)),
      filter_keyvals_regex: (args) => {
        const key = args.text(1);
        const test = regexTest(args.text(2), spend);
        return args.events(0).filter(({ data }) => typeof data[key] === "string" && test(data[key]));
      },
      filter_period_intersect: (args) => filterPeriodIntersect(args.events(0), args.events(1)),
      period_union: (args) => periodUnion(args.events(0), args.events(1)),
      union_no_overlap: (args) => unionNoOverlap(args.events(0), args.events(1)),
      merge_events_by_keys: (args) => mergeEventsByKeys(args.events(0), args.texts(1)),
      chunk_events_by_key: (args) => chunkEventsByKey(args.events(0), args.text(1)),
      sort_by_timestamp: (args) => sortByTimestamp(args.events(0)),
      sort_by_duration: (args) => sortByDuration(args.events(0)),
      limit_events: (args) => args.events(0).slice(0, Math.max(0, args.number(1))),
      sum_durations: (args) => sumDurations(args.events(0)),
      concat: (args) => Array.from({ length: args.size }, (_, place) => args.events(place)).flat(),
      flood: (args) => flood(args.events(0), 1000 * (args.size > 1 ? args.number(1) : PULSE_SECONDS)),
      categorize: (args) => categorize(args.events(0), args.classes(1), spend),
      tag: (args) => tag(args.events(0), args.classes(1), spend),
      split_url_events: (args) => splitUrlEvents(args.events(0)),
      simplify_window_titles: (args) => simplifyWindowTitles(args.events(0), args.text(1)),
      nop: () => 1,
    } satisfies Record<string, (args: Arguments) => unknown>),
  );
