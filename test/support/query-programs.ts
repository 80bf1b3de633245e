import * as fc from "fast-check";

const MAX_LENGTH = 50_000;

/** Returns `times` copies of a text, or as many as fit into a program. */
const copies = (text: string, times: number): string[] =>
  Array(Math.max(1, Math.min(times, Math.floor(MAX_LENGTH / 3 / text.length)))).fill(text);

/** Returns random expressions of the query language, most of them lists of events. */
const expressionsOn = (buckets: string[]) =>
  fc.letrec<Record<"any" | "events" | "text" | "list", string>>((tie) => {
    const variable = fc.constantFrom("v0", "v1", "v2", "v3", "v4", "v5", "STARTTIME");
    const key = fc.constantFrom(
      '"app"',
      '"title"',
      '"url"',
      '"status"',
      '"$category"',
      '"subevents"',
      '"__proto__"',
    );
    const regex = fc.constantFrom(
      ...[
        '"a"',
        '"(a+)+$"',
        '"(a|b|ab){300}c"',
        '"a{900}"',
        '"^.*x.*y$"',
        '"Report|Mail|[q]uarter"',
        '"\\\\bx"',
      ],
    );
    const seconds = fc.constantFrom("0", "5", "-3", "1.5", "99999999999999999999");
    const classes = fc
      .array(fc.tuple(tie("any"), regex), { maxLength: 3 })
      .map((rules) => `[${rules.map(([name, source]) => `[${name},{"regex":${source}}]`).join(",")}]`);
    const written = fc
      .tuple(fc.nat(20), fc.nat(20), key, tie("any"))
      .map(
        ([start, length, name, value]) =>
          `{"start":${start},"end":${start + length},"data":{${name}:${value}}}`,
      );
    const repeated = (item: fc.Arbitrary<string>) =>
      fc.tuple(item, fc.constantFrom(1, 2, 3, 30, 700)).map(([one, times]) => copies(one, times).join(","));
    const call = (name: string, ...args: fc.Arbitrary<string>[]) =>
      fc.tuple(...args).map((texts) => `${name}(${texts.join(",")})`);
    return {
      text: fc.oneof(key, regex, fc.constant(`"${"é".repeat(300)}"`)),
      list: fc.oneof(
        repeated(tie("any")).map((items) => `[${items}]`),
        call("query_bucket_names"),
        repeated(key).map((items) => `[${items}]`),
      ),
      events: fc.oneof(
        { maxDepth: 4, depthIdentifier: "query" },
        fc.constantFrom(...buckets.map((id) => `query_bucket("${id}")`)),
        variable,
        repeated(written).map((items) => `[${items}]`),
        call("flood", tie("events")),
        call("flood", tie("events"), seconds),
        call("concat", repeated(tie("events"))),
        call("filter_keyvals", tie("events"), key, tie("list")),
        call("exclude_keyvals", tie("events"), key, tie("list")),
        call("filter_keyvals_regex", tie("events"), key, regex),
        call("filter_period_intersect", tie("events"), tie("events")),
        call("period_union", tie("events"), tie("events")),
        call("union_no_overlap", tie("events"), tie("events")),
        call("merge_events_by_keys", tie("events"), tie("list")),
        call("chunk_events_by_key", tie("events"), key),
        call("sort_by_timestamp", tie("events")),
        call("sort_by_duration", tie("events")),
        call("limit_events", tie("events"), seconds),
        call("categorize", tie("events"), classes),
        call("tag", tie("events"), classes),
        call("split_url_events", tie("events")),
        call("simplify_window_titles", tie("events"), key),
      ),
      any: fc.oneof(
        { maxDepth: 4, depthIdentifier: "query" },
        variable,
        tie("text"),
        tie("events"),
        tie("list"),
        call("sum_durations", tie("events")),
        call("query_bucket_eventcount", tie("text")),
        call("find_bucket", tie("text")),
        call("nop"),
        fc.tuple(key, tie("any")).map(([name, value]) => `{${name}:${value},"other":${value}}`),
      ),
    };
  });

/**
 * Returns random programs of the query language on `buckets`. Variables are initially lists, so that most of a program runs. Some
 * statements are repeated.
 */
export function programsOn(buckets: string[]): fc.Arbitrary<string> {
  const expressions = expressionsOn(buckets);
  return fc
    .array(
      fc.tuple(
        fc.nat(5),
        fc.oneof({ weight: 3, arbitrary: expressions.events }, { weight: 1, arbitrary: expressions.any }),
        fc.constantFrom(1, 1, 1, 5, 60),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((steps) => {
      const first = Array.from(
        { length: 6 },
        (_, nth) => `v${nth}=query_bucket("${buckets[nth % buckets.length]}");`,
      );
      const rest = steps.map(([name, value, times]) => copies(`v${name}=${value};`, times).join(""));
      return `${first.join("")}${rest.join("")}RETURN=[v0,v1,v2,v3,v4,v5];`;
    })
    .filter((program) => program.length <= MAX_LENGTH);
}
