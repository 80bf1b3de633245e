import type { Budget } from "./budget.ts";
import { spendBytes, withData } from "./events.ts";
import { notText, RegexError } from "./regex/errors.ts";
import type { Matcher, Regexes } from "./regex/regex.ts";
import type { QueryEvent } from "./values.ts";

/** A category, from the widest name to the narrowest, or a tag; and what says that an event is of it. */
export type Class = [name: unknown, rule: Record<string, unknown>];

/** What sorts events into classes works with. */
interface Tools {
  budget: Budget;
  regexes: Regexes;
}

/** Each event with the most particular of the categories that it is of, in `$category`: the last of those that are equally so. */
export function categorize(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  return untilUsable(classes, tools, (usable) => {
    const rules = usable
      .map(({ name, rule, matches }) => ({ name: names(name), matches, rank: rankOf(name, rule) }))
      .filter(({ name }) => name.length > 0)
      .toReversed()
      .toSorted((one, other) => other.rank - one.rank);
    const categoryOf = (data: QueryEvent["data"]) => rules.find(({ matches }) => matches(data))?.name;
    return withData(
      events,
      (data) => ({ ...data, $category: categoryOf(data) ?? UNCATEGORIZED }),
      tools.budget,
    );
  });
}

const UNCATEGORIZED = ["Uncategorized"];

/** Each event with all the tags that it has, in `$tags`. */
export function tag(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  return untilUsable(classes, tools, (rules) => {
    const tagsOf = (data: QueryEvent["data"]) => [
      ...new Set(rules.filter(({ matches }) => matches(data)).map(({ name }) => name)),
    ];
    return withData(events, (data) => ({ ...data, $tags: tagsOf(data) }), tools.budget);
  });
}

/** The events in which an expression finds something in the text of `key`: none where it is too much work, which is reported. */
export function filterKeyvalsRegex(
  events: QueryEvent[],
  key: string,
  source: string,
  regexes: Regexes,
): QueryEvent[] {
  try {
    const test = regexes.matcher(source);
    return events.filter(({ data }) => typeof data[key] === "string" && test(data[key]));
  } catch (error) {
    if (!(error instanceof RegexError && error.isOfWork)) throw error;
    regexes.report(source, error);
    return [];
  }
}

const names = (name: unknown): unknown[] => (Array.isArray(name) ? name : [name]);

/** A level of depth counts ten, so that a rule's own number can place it between two levels. */
const rankOf = (name: unknown, { priority, weight }: Record<string, unknown>): number => {
  const own = priority ?? weight;
  return Number.isInteger(own) ? Number(own) : 10 * names(name).length;
};

/** A class that has an expression, with what tells whether an event is of it. */
interface UsableRule {
  name: unknown;
  rule: Class[1];
  matches: (data: QueryEvent["data"]) => boolean;
}

/**
 * What `sort` makes with the rules that can be used: where one proves to be too much work, it is done again without it. So a rule
 * sorts all events or none, and keeps no other from sorting them.
 */
function untilUsable<Result>(classes: Class[], tools: Tools, sort: (rules: UsableRule[]) => Result): Result {
  for (;;) {
    try {
      return sort(rulesOf(classes, tools));
    } catch (error) {
      // The expression says so of itself from now on.
      if (!(error instanceof RegexError)) throw error;
    }
  }
}

/** The classes whose expressions can be used. Those that have none have no events; others are reported. */
function rulesOf(classes: Class[], { budget, regexes }: Tools): UsableRule[] {
  /** The keys of each list that rules select by: many rules may share one. */
  const selected = new Map<unknown[], Set<unknown>>();
  const keysOf = (list: unknown) => {
    if (!Array.isArray(list) || list.length === 0) return undefined;
    const keys = selected.get(list) ?? new Set(list);
    selected.set(list, keys);
    return keys;
  };
  return classes.flatMap(([name, rule]) => {
    const { regex, ignore_case, select_keys } = rule;
    if (regex === undefined || regex === "") return [];
    if (typeof regex === "string") spendBytes(budget, regex.length);
    const test = matcherOf(name, regex, ignore_case === true, regexes);
    if (!test) return [];
    const keys = keysOf(select_keys);
    const matches = (data: QueryEvent["data"]) => {
      const entries = Object.entries(data);
      budget.spend(1 + entries.length);
      return entries.some(
        ([key, value]) => typeof value === "string" && (keys?.has(key) ?? true) && test(value),
      );
    };
    return [{ name, rule, matches }];
  });
}

/** The test of a rule; undefined where it can't be used, which is reported. */
function matcherOf(
  name: unknown,
  source: unknown,
  ignoreCase: boolean,
  regexes: Regexes,
): Matcher | undefined {
  try {
    if (typeof source !== "string") throw notText();
    return regexes.matcher(source, ignoreCase);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    regexes.report(name, error);
    return undefined;
  }
}
