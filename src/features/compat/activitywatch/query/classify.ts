import type { Budget } from "./budget.ts";
import { spendBytes, withData } from "./events.ts";
import { notText, RegexError } from "./regex/errors.ts";
import type { Matcher, Regexes } from "./regex/regex.ts";
import type { QueryEvent } from "./values.ts";

/** A category, whose name goes from the widest to the narrowest part, or a tag; and the rule that selects its events. */
export type Class = [name: unknown, rule: Record<string, unknown>];

/** Tools of classification. */
interface Tools {
  budget: Budget;
  regexes: Regexes;
}

/** Adds to each event, as `$category`, the most specific category that it matches; of equally specific categories, the last. */
export function categorize(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  return sortWithUsableRules(classes, tools, (usable) => {
    const rules = usable
      .map(({ name, rule, matches }) => ({ name: toNames(name), matches, rank: rankOf(name, rule) }))
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

/** Adds to each event, as `$tags`, all tags that it matches. */
export function tag(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  return sortWithUsableRules(classes, tools, (rules) => {
    const tagsOf = (data: QueryEvent["data"]) => [
      ...new Set(rules.filter(({ matches }) => matches(data)).map(({ name }) => name)),
    ];
    return withData(events, (data) => ({ ...data, $tags: tagsOf(data) }), tools.budget);
  });
}

/**
 * Returns the events whose text under `key` the expression matches. An expression that takes too much work matches none, and is reported.
 */
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
    if (!(error instanceof RegexError && error.isTooMuchWork)) throw error;
    regexes.report(source, error);
    return [];
  }
}

const toNames = (name: unknown): unknown[] => (Array.isArray(name) ? name : [name]);

/** Returns the rank of a category. A level of depth counts ten, so that a rule's own number can place it between two levels. */
const rankOf = (name: unknown, { priority, weight }: Record<string, unknown>): number => {
  const own = priority ?? weight;
  return Number.isInteger(own) ? Number(own) : 10 * toNames(name).length;
};

/** A class with a usable expression, and the test whether an event matches it. */
interface UsableRule {
  name: unknown;
  rule: Class[1];
  matches: (data: QueryEvent["data"]) => boolean;
}

/**
 * Returns the result of `sort` with the usable rules. If a rule takes too much work, sorts again without it, so that a rule sorts all
 * events or none, and never affects the other rules.
 */
function sortWithUsableRules<Result>(
  classes: Class[],
  tools: Tools,
  sort: (rules: UsableRule[]) => Result,
): Result {
  for (;;) {
    try {
      return sort(rulesOf(classes, tools));
    } catch (error) {
      // The expression is recorded as unusable from now on.
      if (!(error instanceof RegexError)) throw error;
    }
  }
}

/**
 * Returns the classes with usable expressions. Classes without an expression match nothing; classes with an unusable expression are
 * reported.
 */
function rulesOf(classes: Class[], { budget, regexes }: Tools): UsableRule[] {
  /** Keys of each list that rules select by: many rules may share a list. */
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

/** Returns the test of a rule; undefined if its expression is unusable, which is reported. */
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
