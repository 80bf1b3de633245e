import type { QueryEvent } from "./events.ts";
import { compileRegex } from "./regex.ts";

/** A category, from the widest name to the narrowest, or a tag; and what says that an event is of it. */
export type Class = [name: unknown, rule: Record<string, unknown>];

/** Takes note of work that is done for a query. @throws QueryError where it becomes too much */
export type Spend = (steps: number) => void;

type Test = (text: string) => boolean;

/** What can't make a regular expression try the same text again and again: nothing in it is repeated. */
const HAS_NO_REPEATS = /^[^\\()[\]{}*+?^$]*$/;

const STEPS_PER_MICROSECOND = 20;

/**
 * A test for the regular expression `source`: whether it is somewhere in a text. The usual ones, which are words with bars between
 * them, are matched by the runtime.
 *
 * @throws QueryError
 */
export function regexTest(source: string, spend: Spend, ignoreCase = false): Test {
  if (HAS_NO_REPEATS.test(source)) {
    const native = new RegExp(source, ignoreCase ? "iu" : "u");
    return (text) => {
      spend(1 + text.length / STEPS_PER_MICROSECOND);
      return native.test(text);
    };
  }
  const match = compileRegex(source, ignoreCase);
  return (text) => {
    const { isFound, steps } = match(text);
    spend(1 + steps / STEPS_PER_MICROSECOND);
    return isFound;
  };
}

/** Each event with the most particular of the categories that it is of, in `$category`: the last of those that are equally so. */
export function categorize(events: QueryEvent[], classes: Class[], spend: Spend): QueryEvent[] {
  const rules = classes
    .map(([name, rule]) => ({ name: names(name), matches: matcherOf(rule, spend), rank: rankOf(name, rule) }))
    .filter(({ name }) => name.length > 0)
    .toReversed()
    .toSorted((one, other) => other.rank - one.rank);
  const categoryOf = remembered((data) => rules.find(({ matches }) => matches(data))?.name);
  return events.map((event) => {
    const category = categoryOf(event.data) ?? ["Uncategorized"];
    return { ...event, data: { ...event.data, $category: category } };
  });
}

/** Each event with all the tags that it has, in `$tags`. */
export function tag(events: QueryEvent[], classes: Class[], spend: Spend): QueryEvent[] {
  const rules = classes.map(([name, rule]) => ({ name, matches: matcherOf(rule, spend) }));
  const tagsOf = remembered((data) => [
    ...new Set(rules.filter(({ matches }) => matches(data)).map(({ name }) => name)),
  ]);
  return events.map((event) => ({ ...event, data: { ...event.data, $tags: tagsOf(event.data) } }));
}

const names = (name: unknown): unknown[] => (Array.isArray(name) ? name : [name]);

/** A level of depth counts ten, so that a rule's own number can place it between two levels. */
const rankOf = (name: unknown, { priority, weight }: Record<string, unknown>): number => {
  const own = priority ?? weight;
  return Number.isInteger(own) ? Number(own) : 10 * names(name).length;
};

function matcherOf(rule: Record<string, unknown>, spend: Spend): (data: QueryEvent["data"]) => boolean {
  const { regex, ignore_case, select_keys } = rule;
  if (typeof regex !== "string" || regex === "") return () => false;
  const test = regexTest(regex, spend, ignore_case === true);
  const keys = Array.isArray(select_keys) && select_keys.length > 0 ? select_keys : undefined;
  return (data) =>
    Object.entries(data).some(
      ([key, value]) => typeof value === "string" && (keys?.includes(key) ?? true) && test(value),
    );
}

/** `decide`, asked once for what many events say alike. */
function remembered<Answer>(decide: (data: QueryEvent["data"]) => Answer) {
  const answers = new Map<string, { answer: Answer }>();
  return (data: QueryEvent["data"]): Answer => {
    const name = JSON.stringify(data);
    const known = answers.get(name) ?? { answer: decide(data) };
    answers.set(name, known);
    return known.answer;
  };
}
