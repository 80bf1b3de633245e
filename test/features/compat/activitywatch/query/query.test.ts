import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../../support/api.ts";

const AW = "/compat/aw/api/0";
const DAY = 86_400;

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await createTestApi();
  token = (await api.signUp()).access;
});

/** An event: start in seconds after the start of the day, duration in seconds, and data. */
type Given = [start: number, duration: number, data?: Record<string, unknown>];

const START = Date.UTC(2026, 0, 1);
const at = (second: number) => new Date(START + 1000 * second).toISOString();
const PERIOD = `${at(0)}/${at(DAY)}`;

interface Event {
  timestamp: string;
  duration: number;
  data: Record<string, unknown>;
}

async function bucketOf(events: Given[], { hostname = "laptop", prefix = "watcher" } = {}) {
  const id = `${prefix}_${crypto.randomUUID()}`;
  const path = `${AW}/buckets/${id}`;
  await api.call("POST", path, { token, body: { client: "watcher", type: "test", hostname } });
  const body = events.map(([start, duration, data = {}]) => ({ timestamp: at(start), duration, data }));
  await api.call("POST", `${path}/events`, { token, body });
  return id;
}

const ask = <Result>(query: string, timeperiods = [PERIOD]) =>
  api.call<Result[]>("POST", `${AW}/query`, { token, body: { query: [query], timeperiods } });

/** Returns the result of a query: events as `Given`, in the order of the response. */
async function eventsOf(query: string): Promise<Given[]> {
  const { body } = await ask<Event[]>(query);
  return (body[0] ?? []).map(({ timestamp, duration, data }) => [
    (Date.parse(timestamp) - START) / 1000,
    duration,
    data,
  ]);
}

const a = { app: "a" };
const b = { app: "b" };

describe("the transforms", () => {
  it.each<[string, string, Given[], Given[], Given[]]>([
    [
      "flood",
      "flood(one, 5)",
      [
        [0, 1, a],
        [3, 1, a],
      ],
      [],
      [[0, 4, a]],
    ],
    [
      "flood between two different events",
      "flood(one, 5)",
      [
        [0, 1, a],
        [3, 1, b],
      ],
      [],
      [
        [0, 2, a],
        [2, 2, b],
      ],
    ],
    [
      "flood over a long gap",
      "flood(one, 5)",
      [
        [0, 1, a],
        [7, 1, a],
      ],
      [],
      [
        [0, 1, a],
        [7, 1, a],
      ],
    ],
    [
      "flood of overlapping events, without counting a second twice",
      "flood(one, 5)",
      [
        [0, 100, a],
        [50, 0, b],
        [60, 20, b],
        [70, 50, a],
        [70, 10, b],
        [70, 0, a],
        [200, 10, a],
        [200, 10, b],
        [205, 10, b],
      ],
      [],
      [
        [0, 60, a],
        [60, 10, b],
        [70, 10, b],
        [200, 15, b],
      ],
    ],
    ["merge_events_by_keys by none", "merge_events_by_keys(one, [])", [[0, 1, a]], [], [[0, 1, a]]],
    [
      "sort_by_timestamp of events that start at the same time",
      "sort_by_timestamp(one)",
      [
        [0, 2, a],
        [0, 1, b],
      ],
      [],
      [
        [0, 2, a],
        [0, 1, b],
      ],
    ],
    ["period_union that touches", "period_union(one, two)", [[1, 1, a]], [[2, 1, b]], [[1, 2, {}]]],
    [
      "period_union of separate events",
      "period_union(one, two)",
      [[1, 1, a]],
      [[3, 1, b]],
      [
        [1, 1, {}],
        [3, 1, {}],
      ],
    ],
    [
      "filter_period_intersect",
      "filter_period_intersect(one, two)",
      [
        [1, 1, a],
        [2, 1, a],
        [3, 1, a],
        [4, 1, a],
        [5, 1, a],
      ],
      [[2.5, 2]],
      [
        [2.5, 0.5, a],
        [3, 1, a],
        [4, 0.5, a],
      ],
    ],
    [
      "union_no_overlap",
      "union_no_overlap(one, two)",
      [[0, 3600, a]],
      [[0, 7200, b]],
      [
        [0, 3600, a],
        [3600, 3600, b],
      ],
    ],
    [
      "union_no_overlap of an event around another",
      "union_no_overlap(one, two)",
      [
        [10, 10, a],
        [30, 10, a],
      ],
      [[0, 50, b]],
      [
        [0, 10, b],
        [10, 10, a],
        [20, 10, b],
        [30, 10, a],
        [40, 10, b],
      ],
    ],
    [
      "merge_events_by_keys",
      'merge_events_by_keys(sort_by_timestamp(one), ["app"])',
      [
        [0, 1, { app: "a", title: "1" }],
        [5, 2, { app: "a", title: "2" }],
        [9, 1, { title: "3" }],
      ],
      [],
      [[0, 3, a]],
    ],
    [
      "filter_keyvals",
      'filter_keyvals(one, "app", ["b", "c"])',
      [
        [0, 1, a],
        [5, 2, b],
        [8, 1],
      ],
      [],
      [[5, 2, b]],
    ],
    [
      "exclude_keyvals",
      'sort_by_timestamp(exclude_keyvals(one, "app", ["b"]))',
      [
        [0, 1, a],
        [5, 2, b],
        [8, 1],
      ],
      [],
      [
        [0, 1, a],
        [8, 1, {}],
      ],
    ],
    [
      "filter_keyvals_regex",
      'filter_keyvals_regex(one, "app", "^[bc]$")',
      [
        [0, 1, a],
        [5, 2, b],
        [8, 1],
      ],
      [],
      [[5, 2, b]],
    ],
    [
      "sort_by_duration and limit_events",
      "limit_events(sort_by_duration(one), 2)",
      [
        [0, 1, a],
        [5, 3, b],
        [8, 2, a],
      ],
      [],
      [
        [5, 3, b],
        [8, 2, a],
      ],
    ],
    [
      "concat",
      "concat(one, two)",
      [[0, 1, a]],
      [[0, 2, b]],
      [
        [0, 1, a],
        [0, 2, b],
      ],
    ],
    [
      "simplify_window_titles",
      'simplify_window_titles(one, "title")',
      [
        [0, 1, { title: "(3) Inbox" }],
        [2, 1, { app: "a", title: "* Game - FPS: 59.2 - on" }],
      ],
      [],
      [
        [2, 1, { app: "a", title: "Game - FPS: ... - on" }],
        [0, 1, { title: "Inbox" }],
      ],
    ],
  ])("computes %s [QUERY-5]", async (_, call, one, two, expected) => {
    const [first, second] = [await bucketOf(one), await bucketOf(two)];
    const query = `one = query_bucket("${first}"); two = query_bucket('${second}'); RETURN = ${call};`;
    expect(await eventsOf(query)).toEqual(expected);
  });

  it("keeps the events of a chunk in chunk_events_by_key", async () => {
    const id = await bucketOf([
      [0, 1, { app: "a", title: "1" }],
      [2, 1, { app: "a", title: "2" }],
      [3, 1, b],
      [20, 1, b],
    ]);
    const chunks = await eventsOf(`RETURN = chunk_events_by_key(query_bucket("${id}"), "app");`);
    expect(chunks.map(([start, duration, data]) => [start, duration, data?.app])).toEqual([
      [0, 2, "a"],
      [3, 2, "b"],
    ]);
    expect(chunks[0]?.[2]?.subevents).toMatchObject([
      { duration: 1, data: { title: "1" } },
      { duration: 1, data: { title: "2" } },
    ]);
  });

  it("splits URLs in split_url_events", async () => {
    const id = await bucketOf([
      [0, 1, { url: "https://www.example.com:8080/a/b?c=d#e" }],
      [5, 1, { url: "none" }],
    ]);
    const [, [, , data] = []] = await eventsOf(
      `RETURN = sort_by_timestamp(split_url_events(query_bucket("${id}")));`,
    ).then((events) => events.toReversed());
    expect(data).toMatchObject({
      $protocol: "https",
      $domain: "example.com:8080",
      $path: "/a/b",
      $params: "c=d",
      $identifier: "e",
    });
  });

  it.each([
    ["file:///home/ada/notes.pdf", "file"],
    ["about:blank", "about"],
    ["chrome://settings", "settings"],
    ["moz-extension://", "moz-extension"],
    ["https://www.example.com", "example.com"],
  ])("finds the domain of %s in split_url_events: %s", async (url, domain) => {
    const id = await bucketOf([[0, 1, { url }]]);
    const [[, , data] = []] = await eventsOf(`RETURN = split_url_events(query_bucket("${id}"));`);
    expect(data?.$domain).toBe(domain);
  });

  it("uses the most specific category in categorize, and all tags in tag", async () => {
    const id = await bucketOf([
      [0, 1, { app: "Terminal", title: "vim main.ts" }],
      [5, 1, { app: "Mail", title: "Inbox" }],
    ]);
    const classes = JSON.stringify([
      [["Work"], { type: "regex", regex: "terminal", ignore_case: true }],
      [["Work", "Programming"], { type: "regex", regex: "\\.ts$" }],
      [["Nothing"], { type: "none" }],
      [["Work", "Writing"], { type: "regex", regex: "main.ts|notes" }],
    ]);
    const query = `events = sort_by_timestamp(query_bucket("${id}")); RETURN = tag(categorize(events, ${classes}), ${classes});`;
    const events = await eventsOf(query);
    // The last of two equally specific categories wins.
    expect(events.map(([, , data]) => data?.$category)).toEqual([["Work", "Writing"], ["Uncategorized"]]);
    expect(events.map(([, , data]) => data?.$tags)).toEqual([
      [["Work"], ["Work", "Programming"], ["Work", "Writing"]],
      [],
    ]);
  });

  it("tests the keys that a rule selects in categorize, and orders rules by their numbers", async () => {
    const id = await bucketOf([[0, 1, { app: "Terminal", title: "Terminal" }]]);
    const rule = (more: object) => ({ type: "regex", regex: "Terminal", ...more });
    const categoryBy = async (classes: unknown[]) => {
      const query = `RETURN = categorize(query_bucket("${id}"), ${JSON.stringify(classes)});`;
      return (await eventsOf(query))[0]?.[2]?.$category;
    };
    expect(await categoryBy([[["a"], rule({ select_keys: ["url"] })]])).toEqual(["Uncategorized"]);
    expect(await categoryBy([[["a"], rule({ select_keys: ["title"] })]])).toEqual(["a"]);
    expect(
      await categoryBy([
        [["a"], rule({ priority: 25 })],
        [["b", "c"], rule({})],
      ]),
    ).toEqual(["a"]);
  });
});

describe("a query", () => {
  it("returns any value, for each period", async () => {
    const id = await bucketOf([
      [0, 2, a],
      [DAY, 3, b],
    ]);
    const query = `
      # What the pages of ActivityWatch ask for is such a dict.
      events = query_bucket("${id}");
      RETURN = {"seconds": sum_durations(events), "count": query_bucket_eventcount("${id}"), "start": STARTTIME, "yes": true};`;
    const periods = [`${at(0)}/${at(10)}`, `${at(DAY)}/${at(DAY + 1)}`];
    const { body } = await ask(query, periods);
    expect(body).toEqual([
      { seconds: 2, count: 1, start: at(0), yes: true },
      { seconds: 1, count: 1, start: at(DAY), yes: true },
    ]);
  });

  it("returns the same for a day as for its hours, even for events across their ends [QUERY-1]", async () => {
    const id = await bucketOf([
      [0, 719.999_999, a],
      [3000, 9_000.25, b],
      [20 * 3600 - 0.1, 0.3, a],
      [23 * 3600, 7200, a],
      [0, 0, b],
    ]);
    const hours = Array.from({ length: 24 }, (_, hour) => `${at(3600 * hour)}/${at(3600 * (hour + 1))}`);
    const secondsIn = async (periods: string[]) =>
      (await ask<number>(`RETURN = sum_durations(query_bucket("${id}"));`, periods)).body;
    const [whole] = await secondsIn([`${at(0)}/${at(24 * 3600)}`]);
    expect(whole).toBe(13_320.549_999);
    const sum = (await secondsIn(hours)).reduce((total, seconds) => total + Math.round(1e6 * seconds), 0);
    expect(sum / 1e6).toBe(whole);
  });

  it("finds buckets by a part of the id, and by host", async () => {
    const prefix = `p${crypto.randomUUID()}`;
    const [here, there] = [
      await bucketOf([], { prefix, hostname: "here" }),
      await bucketOf([], { prefix, hostname: "there" }),
    ];
    const { body } = await ask(`return [find_bucket("${prefix.slice(1)}", "there"), query_bucket_names()];`);
    expect(body[0]).toEqual([there, expect.arrayContaining([here, there])]);
  });

  it("counts the time that the user was active, as the desktop's pages request it", async () => {
    const prefix = `d${crypto.randomUUID()}`;
    await bucketOf(
      [
        [0, 60, { app: "Editor", title: "x" }],
        [60, 60, { app: "Mail", title: "y" }],
      ],
      { prefix: `${prefix}-window` },
    );
    await bucketOf(
      [
        [0, 30, { status: "not-afk" }],
        [30, 60, { status: "afk" }],
        [90, 30, { status: "not-afk" }],
      ],
      { prefix: `${prefix}-afk` },
    );
    const query = `
      events = flood(query_bucket(find_bucket("${prefix}-window")));
      not_afk = flood(query_bucket(find_bucket("${prefix}-afk")));
      not_afk = filter_keyvals(not_afk, "status", ["not-afk"]);
      events = filter_period_intersect(events, not_afk);
      events = categorize(events, [[["Work"], {"type": "regex", "regex": "Editor"}]]);
      work = filter_keyvals(events, "$category", [["Work"]]);
      RETURN = {"apps": sort_by_duration(merge_events_by_keys(events, ["app"])), "work": sum_durations(work)};`;
    const { body } = await ask<{ apps: Event[]; work: number }>(query);
    expect(body[0]?.work).toBe(30);
    expect(body[0]?.apps.map(({ duration, data }) => [data.app, duration])).toEqual([
      ["Editor", 30],
      ["Mail", 30],
    ]);
  });

  it("takes two round trips, regardless of the number of buckets and periods", async () => {
    const [one, two] = [await bucketOf([[0, 1]]), await bucketOf([[0, 1]])];
    const query = `RETURN = concat(query_bucket("${one}"), query_bucket("${two}"));`;
    const work = () => ask(query, [PERIOD, `${at(DAY)}/${at(2 * DAY)}`]);
    expect(await api.roundTripsOf(work)).toBe(2);
  });

  it.each([
    ["nothing is returned", "x = 1;"],
    ["a variable is unknown", "RETURN = x;"],
    ["a function is unknown", "RETURN = launch();"],
    ["a bucket is unknown", 'RETURN = query_bucket("none");'],
    ["no bucket is found", 'RETURN = find_bucket("none");'],
    ["an argument is missing", "RETURN = query_bucket();"],
    ["an argument has another type", 'RETURN = flood("events");'],
    ["a string has no end", 'RETURN = "x;'],
    ["a bracket has no end", "RETURN = [1;"],
    ["a statement is invalid", "RETURN = 1 2;"],
    ["it is nested too deeply", `RETURN = ${"[".repeat(1000)}${"]".repeat(1000)};`],
    ["a regular expression is invalid", 'RETURN = filter_keyvals_regex([], "a", "(");'],
    ["a regular expression refers to nothing", String.raw`RETURN = filter_keyvals_regex([], "a", "\1");`],
  ])("explains the error if %s", async (_, query) => {
    const { status, body } = await api.call("POST", `${AW}/query`, {
      token,
      body: { query: [query], timeperiods: [PERIOD] },
    });
    expect(status).toBe(400);
    expect(body.message).toMatch(/\w+ .*\.$|:/);
  });

  it("stays fast with an expression that is made to be slow [QUERY-2]", async () => {
    const id = await bucketOf([[0, 1, { app: "a".repeat(5000) }]]);
    expect(
      await eventsOf(`RETURN = filter_keyvals_regex(query_bucket("${id}"), "app", "^(a+)+$b");`),
    ).toEqual([]);
  });

  it("finds the browsers of ActivityWatch's pages by name, ignoring case", async () => {
    const id = await bucketOf([
      [0, 1, { app: "Firefox" }],
      [1, 1, { app: "Arc.exe" }],
      [2, 1, { app: "Search" }],
    ]);
    const found = async (source: string) =>
      (
        await eventsOf(
          `RETURN = filter_keyvals_regex(query_bucket("${id}"), "app", ${JSON.stringify(source)});`,
        )
      ).map(([, , data]) => data?.app);
    expect(await found("(?i)(firefox|librewolf|waterfox|nightly)")).toEqual(["Firefox"]);
    expect(await found("(?i)^arc(\\.exe)?$")).toEqual(["Arc.exe"]);
  });

  describe.each([
    ["as ActivityWatch's pages and its Python client do", (json: string) => json.replaceAll("\\\\", "\\")],
    ["as JSON", (json: string) => json],
  ])("with expressions that are written %s", (_, written) => {
    it.each([
      [String.raw`D:\\work`, String.raw`D:\work\a.ts`],
      [String.raw`^C:\\Users\\ada`, String.raw`C:\Users\ada`],
      [String.raw`ada\\`, String.raw`C:\Users\ada\a.ts`],
      [String.raw`\\\\share`, String.raw`\\share\a.ts`],
      [String.raw`"hi\.?"`, 'say "hi."'],
      [String.raw`\bok; (\w+) \1\b`, "ok; that that"],
      [String.raw`tab\tstop`, "tab\tstop"],
      ["it's", "it's"],
    ])("matches the titles that %s describes", async (regex, title) => {
      const id = await bucketOf([
        [0, 10, { title }],
        [10, 10, { title: "other" }],
      ]);
      const classes = [
        [["Found"], { type: "regex", regex, ignore_case: true }],
        [["Other"], { type: "regex", regex: "^other$" }],
      ];
      const query = `RETURN = categorize(query_bucket("${id}"), ${written(JSON.stringify(classes))});`;
      const answer = await ask<Event[]>(query);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body[0]?.map(({ data }) => data.$category).toSorted()).toEqual([["Found"], ["Other"]]);
      expect(answer.headers.has("Unusable-Rules")).toBe(false);
      const filter = `RETURN = filter_keyvals_regex(query_bucket("${id}"), "title", ${written(JSON.stringify(regex))});`;
      expect((await ask<Event[]>(filter)).body[0]).toHaveLength(1);
    });
  });

  it("refuses a string of many backslashes that does not end", async () => {
    for (const quote of [`"`, "'"]) {
      const query = `RETURN = ${quote}\\\\${quote}${"\\".repeat(10_001)}y`;
      expect((await ask(query)).status).toBe(400);
    }
  });

  it("matches an escaped quote in an expression of ActivityWatch's pages", async () => {
    const id = await bucketOf([[0, 10, { title: 'say "hi"]' }]]);
    for (const regex of [String.raw`say \"hi`, String.raw`\"hi\"`, String.raw`^say \"`, String.raw`hi\"]$`]) {
      const rule = JSON.stringify({ type: "regex", regex }).replaceAll("\\\\", "\\");
      const query = `RETURN = categorize(query_bucket("${id}"), [[["Quote"], ${rule}], [["Other"], {"type": "none"}]]);`;
      const { status, body } = await ask<Event[]>(query);
      expect([regex, status, body[0]?.[0]?.data.$category]).toEqual([regex, 200, ["Quote"]]);
    }
  });

  it("classifies by the usable rules, and reports the others [QUERY-3]", async () => {
    const id = await bucketOf([
      [0, 10, { app: "Code", title: `${"a".repeat(3000)}!b` }],
      [10, 10, { app: "Code", title: "testing lookbehind" }],
      [20, 10, { app: "Mail", title: "that that" }],
    ]);
    const classes = [
      [["Broken"], { regex: "(" }],
      [["Ümläut", "Evil"], { regex: String.raw`(a+)+\1\1b` }],
      [["Work"], { regex: "testing (?!lookahead)" }],
      [["Twice"], { regex: String.raw`\b(\w+) \1\b` }],
      [["Evil", "Too"], { regex: String.raw`(a+)+\1{3}b` }],
    ];
    const query = (name: string, key: string) =>
      `RETURN = merge_events_by_keys(${name}(query_bucket("${id}"), ${JSON.stringify(classes)}), ["${key}"]);`;
    const categorized = await ask<Event[]>(query("categorize", "$category"));
    expect(categorized.status).toBe(200);
    expect(categorized.body[0]?.map(({ duration, data }) => [data.$category, duration])).toEqual(
      expect.arrayContaining([
        [["Uncategorized"], 10],
        [["Work"], 10],
        [["Twice"], 10],
      ]),
    );
    expect(JSON.parse(categorized.headers.get("Unusable-Rules") ?? "")).toEqual([
      { rule: ["Broken"], reason: expect.stringContaining("Unsupported regular expression") },
      { rule: ["Evil", "Too"], reason: expect.stringContaining("too much work") },
      { rule: ["Ümläut", "Evil"], reason: expect.stringContaining("too much work") },
    ]);
    const tagged = await ask<Event[]>(query("tag", "$tags"));
    expect(tagged.body[0]?.map(({ data }) => data.$tags)).toHaveLength(3);
    expect(tagged.headers.has("Unusable-Rules")).toBe(true);
    expect((await ask("RETURN = 1;")).headers.has("Unusable-Rules")).toBe(false);
  });

  it.each([
    ["a number", 5],
    ["null", null],
    ["false", false],
    ["a list", ["Code"]],
    ["an object", { source: "Code" }],
  ])("reports a rule whose expression is %s, and classifies by the others", async (_, regex) => {
    const id = await bucketOf([[0, 10, { app: "Code" }]]);
    const classes = [
      [["Broken"], { type: "regex", regex }],
      [["None"], { type: "none" }],
      [["Empty"], { type: "regex", regex: "" }],
      [["Work"], { type: "regex", regex: "Code" }],
    ];
    for (const [name, key, found] of [
      ["categorize", "$category", ["Work"]],
      ["tag", "$tags", [["Work"]]],
    ]) {
      const answer = await ask<Event[]>(
        `RETURN = ${name}(query_bucket("${id}"), ${JSON.stringify(classes)});`,
      );
      expect(answer.status).toBe(200);
      expect(answer.body[0]?.map(({ data }) => data[key as string])).toEqual([found]);
      expect(JSON.parse(answer.headers.get("Unusable-Rules") ?? "null")).toEqual([
        { rule: ["Broken"], reason: expect.stringContaining("must be a string") },
      ]);
    }
  });

  it("finds nothing with an expression that takes too much work, and reports it", async () => {
    const id = await bucketOf([[0, 1, { app: `${"a".repeat(3000)}!b` }]]);
    const answer = await ask(
      String.raw`RETURN = filter_keyvals_regex(query_bucket("${id}"), "app", "(a+)+\1\1b");`,
    );
    expect([answer.status, answer.body]).toEqual([200, [[]]]);
    expect(JSON.parse(answer.headers.get("Unusable-Rules") ?? "")).toEqual([
      { rule: String.raw`(a+)+\1\1b`, reason: expect.stringContaining("too much work") },
    ]);
  });

  it("stops if it makes large values from small ones", async () => {
    const id = await bucketOf([[0, 1, a]]);
    const doubled = `e = query_bucket("${id}"); ${"e = concat(e, e); ".repeat(40)} RETURN = 1;`;
    const nested = `e = query_bucket("${id}"); ${"e = [e, e]; ".repeat(40)} RETURN = e;`;
    for (const query of [doubled, nested]) {
      const { status, body } = await api.call("POST", `${AW}/query`, {
        token,
        body: { query: [query], timeperiods: [PERIOD] },
      });
      expect([status, body.message]).toEqual([400, expect.stringContaining("too much work")]);
    }
  });

  it("is rejected if its periods have too many events", async () => {
    const id = await bucketOf([]);
    await api.db.execute(sql`
      insert into activity_events (bucket_key, started_at, ended_at, data)
      select key, ${at(0)}::timestamptz + make_interval(secs => n / 4.0), ${at(0)}::timestamptz + make_interval(secs => (n + 1) / 4.0), '{}'
        from activity_buckets, generate_series(1, 250001) as n where id = ${id}`);
    const query = `RETURN = sum_durations(query_bucket("${id}"));`;
    expect(await ask(query)).toMatchObject({ status: 400, body: { error: "BUSINESS_LOGIC_ERROR" } });
    expect((await ask(query, [`${at(10)}/${at(20)}`])).body).toEqual([10]);
  });

  it("accepts written events, if their times are in range", async () => {
    const event = (start: string) => `{"start": ${start}, "end": ${start}, "data": {}}`;
    expect((await ask(`RETURN = ${event("0")};`)).body).toEqual([
      { timestamp: "1970-01-01T00:00:00.000Z", duration: 0, data: {} },
    ]);
    expect(await ask(`RETURN = ${event("9".repeat(400))};`)).toMatchObject({ status: 200 });
  });

  it("accepts periods of days, and of times in Python's form", async () => {
    const id = await bucketOf([
      [0, 10, a],
      [DAY - 5, 10, b],
    ]);
    const query = `RETURN = sum_durations(query_bucket("${id}"));`;
    for (const period of [
      "2026-01-01/2026-01-02",
      "20260101/20260102",
      "2026-01-01 00:00:00+00:00/2026-01-02 00:00:00+00:00",
      "2026-01-01T00:00/2026-01-02T00:00",
    ])
      expect((await ask(query, [period])).body, period).toEqual([15]);
  });

  it.each(["x", "2026-01-01/2026-01-02/2026-01-03", "2026-13-01T00:00:00Z/2026-01-02T00:00:00Z"])(
    "rejects the period %s",
    async (period) => {
      expect(await ask("RETURN = 1;", [period])).toMatchObject({ status: 400 });
    },
  );
});
