// Short programs of ActivityWatch's query language that need much time, memory or depth.

const repeat = (count: number, item: (nth: number) => string, between = "") =>
  Array.from({ length: count }, (_, nth) => item(nth)).join(between);

const EVENT = '{"start":0,"end":1,"data":{}}';

/** Returns a program with a list `b` of `times` thousand references to one event. */
const manyEvents = (times: number) =>
  `e=${EVENT};a=[${repeat(1000, () => "e", ",")}];b=concat(${repeat(times, () => "a", ",")});`;

/** Programs by name, of the sizes that stopped the server or blocked it for seconds. */
export const COSTLY_QUERIES = {
  "concat 700 200": `${manyEvents(700)}c=concat(${repeat(200, () => "b", ",")});RETURN=1;`,
  "dag 24": `a0=["x","x"];${repeat(24, (n) => `a${n + 1}=[a${n},a${n}];`)}RETURN=filter_keyvals([],"k",[a24]);`,
  "sums 300 200": `${manyEvents(300)}${repeat(200, () => "x=sum_durations(b);")}RETURN=x;`,
  "unions 100 50": `${manyEvents(100)}${repeat(50, () => "x=period_union(b,b);")}RETURN=1;`,
  "nest 3000": `a=[];${repeat(3000, () => "a=[a];")}RETURN=a;`,
};

/** Queries that multiply, nest, sort, write or match much, and that a limit on the number of results alone does not stop. */
export const MORE_COSTLY_QUERIES = {
  "parts of periods": `${repeat(2, (list) => `l${list}=[${repeat(500, (n) => `{"start":${list ? 2 * n : 0},"end":${list ? 2 * n + 1 : 9999},"data":{}}`, ",")}];`)}l0=concat(${repeat(100, () => "l0", ",")});RETURN=filter_period_intersect(l0,l1);`,
  "parts between periods": `${repeat(2, (list) => `l${list}=[${repeat(500, (n) => `{"start":${list ? 2 * n : 0},"end":${list ? 2 * n + 1 : 9999},"data":{}}`, ",")}];`)}l0=concat(${repeat(100, () => "l0", ",")});RETURN=union_no_overlap(l1,l0);`,
  "dict dag": `a0={"x":1};${repeat(24, (n) => `a${n + 1}={"l":a${n},"r":a${n}};`)}RETURN=a24;`,
  "dag in data": `a0=["x","x"];${repeat(24, (n) => `a${n + 1}=[a${n},a${n}];`)}RETURN=merge_events_by_keys([{"start":0,"end":1,"data":{"k":a24}}],["k"]);`,
  "nested chunks": `a=[${EVENT.replace("{}", '{"k":1}')}];${repeat(1000, () => 'a=chunk_events_by_key(a,"k");')}RETURN=a;`,
  "nested tags": `c=[["t",{"regex":"x"}]];${repeat(2000, () => 'c=[[c,{"regex":"x"}]];')}RETURN=tag([{"start":0,"end":1,"data":{"k":"x"}}],c);`,
  "many keys": `${manyEvents(60)}k=[${repeat(8000, () => '"k"', ",")}];RETURN=merge_events_by_keys(b,k);`,
  "many lists in variables": `${manyEvents(60)}${repeat(1500, (n) => `v${n}=sort_by_duration(b);`)}RETURN=1;`,
  "many floods in one list": `${manyEvents(20)}RETURN=[${repeat(1500, () => "flood(b)", ",")}];`,
};

/** Queries with regular expressions that exceed the budget. The expressions match nothing, and the queries succeed. */
export const COSTLY_EXPRESSIONS: Record<string, string> = {
  "large machines": `c=[${repeat(1000, (n) => `["t",{"regex":"a{1900}${n}"}]`, ",")}];RETURN=categorize([{"start":0,"end":1,"data":{"k":"x"}}],c);`,
  "a large machine on a long text": `t="${"a".repeat(20_000)}";RETURN=filter_keyvals_regex([{"start":0,"end":1,"data":{"k":t}}],"k","(a|b|ab|ba){900}c");`,
  "a long alternative": `t="${"a".repeat(15_000)}";e={"start":0,"end":1,"data":{"k":t}};a=[${repeat(500, () => "e", ",")}];RETURN=filter_keyvals_regex(a,"k","${"a".repeat(9_000)}b|c");`,
};

/**
 * Queries that read long texts shared by many values, or lists that a rule never uses. Each may ask for `periods` periods and read
 * the events of the bucket `seen`.
 */
export const SHARING_QUERIES: Record<string, { query: string; periods?: number }> = {
  "a long text in many lists": {
    query: `t="${"a".repeat(20_000)}";${repeat(14, () => `x=[${repeat(1000, () => "t", ",")}];`)}RETURN=1;`,
    periods: 50,
  },
  "a long text in many calls": {
    query: `t="${"a".repeat(20_000)}";${repeat(14, () => `x=nop(${repeat(1000, () => "t", ",")});`)}RETURN=1;`,
    periods: 50,
  },
  "a short list in many lists": {
    query: `t="${"a".repeat(1800)}";s=[t];${repeat(22, () => `x=[${repeat(1000, () => "s", ",")}];`)}RETURN=1;`,
    periods: 50,
  },
  "many keys that rules share": {
    query: `k=[${repeat(2500, (nth) => `"${nth}"`, ",")}];r=["t",{"regex":"x","select_keys":k}];c=[${repeat(1500, () => "r", ",")}];${repeat(400, () => 'x=tag(query_bucket("seen"),c);')}RETURN=1;`,
    periods: 50,
  },
  "long names of buckets": {
    query: `${repeat(1500, () => "x=query_bucket_names();")}RETURN=1;`,
    periods: 50,
  },
  "a bucket that is hard to find": {
    query: `p="${"a".repeat(120)}999";${repeat(2000, () => "x=find_bucket(p);")}RETURN=1;`,
    periods: 50,
  },
  "events with the same title": {
    query: `e=${EVENT.replace("{}", `{"title":"${"a".repeat(1800)}"}`)};a=[${repeat(1000, () => "e", ",")}];b=concat(${repeat(18, () => "a", ",")});${repeat(90, () => 'x=simplify_window_titles(b,"title");')}RETURN=1;`,
    periods: 20,
  },
  "tags with long names": {
    query: `t="${"a".repeat(25_000)}";RETURN=tag(query_bucket("seen"),[[t,{"regex":"."}]]);`,
  },
  "merged numbers": {
    query: `e=query_bucket("seen");${repeat(1000, () => 'x=merge_events_by_keys(e,["k"]);')}RETURN=1;`,
  },
  "compared numbers": {
    query: `e=query_bucket("seen");v=[${repeat(8000, (nth) => `${nth}`, ",")}];${repeat(300, () => 'x=filter_keyvals(e,"k",v);')}RETURN=1;`,
  },
  "URLs with long hosts": { query: 'RETURN=split_url_events(query_bucket("hosts"));' },
};
