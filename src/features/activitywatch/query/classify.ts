import type { Budget } from "./budget.ts";
import { spendBytes, withData } from "./events.ts";
import { compileRegex, type Matcher, type Workshop } from "./regex.ts";
import type { QueryEvent } from "./values.ts";

/** A category, from the widest name to the narrowest, or a tag; and what says that an event is of it. */
export type Class = [name: unknown, rule: Record<string, unknown>];

/** Makes a test of a regular expression: whether it is somewhere in a text. @throws QueryError */
export type Regexes = (source: string, ignoreCase?: boolean) => Matcher;

/** The regular expressions of a query, each made once. */
export function regexesOf(budget: Budget): Regexes {
  const workshop: Workshop = { budget, remembered: 0, tests: new Map() };
  const made = new Map<string, Matcher>();
  return (source, ignoreCase = false) => {
    const name = `${ignoreCase} ${source}`;
    const known = made.get(name) ?? compileRegex(source, ignoreCase, workshop);
    made.set(name, known);
    return known;
  };
}

/** What sorts events into classes works with. */
interface Tools {
  budget: Budget;
  regexes: Regexes;
}

/** Each event with the most particular of the categories that it is of, in `$category`: the last of those that are equally so. */
export function categorize(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  const rules = rulesOf(classes, tools)
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
}

const UNCATEGORIZED = ["Uncategorized"];

/** Each event with all the tags that it has, in `$tags`. */
export function tag(events: QueryEvent[], classes: Class[], tools: Tools): QueryEvent[] {
  const rules = rulesOf(classes, tools);
  const tagsOf = (data: QueryEvent["data"]) => [
    ...new Set(rules.filter(({ matches }) => matches(data)).map(({ name }) => name)),
  ];
  return withData(events, (data) => ({ ...data, $tags: tagsOf(data) }), tools.budget);
}

const names = (name: unknown): unknown[] => (Array.isArray(name) ? name : [name]);

/** A level of depth counts ten, so that a rule's own number can place it between two levels. */
const rankOf = (name: unknown, { priority, weight }: Record<string, unknown>): number => {
  const own = priority ?? weight;
  return Number.isInteger(own) ? Number(own) : 10 * names(name).length;
};

/** The classes that have an expression, each with what tells whether an event is of it. Others have no events. */
function rulesOf(classes: Class[], { budget, regexes }: Tools) {
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
    if (typeof regex !== "string" || regex === "") return [];
    spendBytes(budget, regex.length);
    const test = regexes(regex, ignore_case === true);
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
