import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";
import {
  ask,
  type BatchResponse,
  beat,
  keyOf,
  sendAll,
  sendBatch,
  signUpWithKey,
  unixTime,
  WAKATIME,
} from "../../../support/heartbeats.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const NOON = unixTime("2026-11-23T12:00:00Z");

interface Kept {
  time: number;
  entity: string;
  type: string;
  category: string | null;
  project: string | null;
  branch: string | null;
  language: string | null;
  editor: string | null;
  operating_system: string | null;
  machine: string | null;
  is_write: boolean;
  lines: number | null;
  lineno: number | null;
  [name: string]: unknown;
}

/** Lists the heartbeats of a day. */
const kept = async (key: string, date = "2026-11-23") =>
  (await ask<{ data: Kept[] }>(api, key, `heartbeats?date=${date}`)).data;

const statusesOf = ({ body }: { body: BatchResponse }) => body.responses.map(([, status]) => status);

describe("a batch", () => {
  it("stores the data of headers with each heartbeat, and answers in order", async () => {
    const { key } = await signUpWithKey(api);
    const sent = [
      beat(NOON + 60.25, {
        entity: "/src/b.ts",
        is_write: true,
        lines: 80,
        lineno: 12,
        cursorpos: 3,
        branch: "main",
      }),
      beat(NOON, { dependencies: ["hono", "zod"], ai_model: "m", ai_line_changes: 7 }),
    ];
    const { body } = await sendAll(api, key, sent);
    expect(body.responses.map(([{ data }]) => data)).toEqual(
      sent.map(({ entity, type, time }) => ({ id: expect.any(String), entity, type, time })),
    );
    const [first, second] = await kept(key);
    expect(first).toMatchObject({
      id: body.responses[1]?.[0].data?.id,
      time: NOON,
      entity: "/src/app.ts",
      type: "file",
      category: "coding",
      project: "tracker",
      branch: null,
      language: "TypeScript",
      editor: "vim",
      operating_system: "Linux",
      machine: "lovelace",
      is_write: false,
      dependencies: ["hono", "zod"],
      ai_model: "m",
      ai_line_changes: 7,
    });
    expect(second).toMatchObject({ time: NOON + 60.25, is_write: true, lines: 80, lineno: 12, cursorpos: 3 });
  });

  it("stores the valid heartbeats and rejects the others [BEAT-4]", async () => {
    const { key } = await signUpWithKey(api);
    const answer = await sendBatch(api, key, [
      beat(NOON),
      beat("yesterday"),
      beat(NOON + 1, { entity: "" }),
      { time: NOON },
      "heartbeat",
      null,
      beat(unixTime("2000-12-31T23:59:59Z")),
      beat(Date.now() / 1000 + 3700),
      beat(Date.now() / 1000 + 3500),
      beat(NOON + 2),
    ]);
    expect(answer.status).toBe(201);
    expect(statusesOf(answer)).toEqual([201, 400, 400, 400, 400, 400, 400, 400, 201, 201]);
    const errors = answer.body.responses.flatMap(([item]) =>
      item.errors ? [Object.keys(item.errors).join()] : [],
    );
    expect(errors).toEqual(["time", "entity", "entity", "heartbeat", "heartbeat", "time", "time"]);
    expect(answer.body.responses[7]?.[0]).toEqual({
      errors: { time: ["must be at most one hour in the future"] },
    });
    // A browser puts a heartbeat whose response has `error` back into its queue, and sends it forever.
    expect(answer.text).not.toContain('"error"');
    expect(await kept(key)).toHaveLength(2);
  });

  it("answers 201 even if all heartbeats are invalid, so that no client sends them forever [BEAT-5]", async () => {
    const { key } = await signUpWithKey(api);
    const trips = await api.roundTripsOf(async () => {
      const answer = await sendBatch(api, key, [beat(1), {}]);
      expect([answer.status, statusesOf(answer)]).toEqual([201, [400, 400]]);
    });
    expect(trips).toBe(1);
    expect((await sendBatch(api, key, [])).body).toEqual({ responses: [] });
  });

  it("takes one round trip at any size, and answers only the first 1000 heartbeats", async () => {
    const { key } = await signUpWithKey(api);
    const many = Array.from({ length: 1001 }, (_, n) => ({ entity: "a", time: NOON + n }));
    const trips = await api.roundTripsOf(async () => {
      expect((await sendBatch(api, key, many)).body.responses).toHaveLength(1000);
    });
    expect(trips).toBe(1);
    expect(await kept(key)).toHaveLength(1000);
  });

  it("changes nothing when it is sent again, and gets the same response [BEAT-1]", async () => {
    const { key } = await signUpWithKey(api);
    const batch = [
      beat(NOON),
      beat(NOON, { project: "<<LAST_PROJECT>>", entity: "/b" }),
      beat(NOON),
      beat(NOON + 1, { branch: "<<LAST_BRANCH>>" }),
    ];
    const first = await sendAll(api, key, batch);
    const before = await kept(key);
    expect(before).toHaveLength(3);
    await sendAll(api, key, [beat(NOON - 60, { branch: "other", project: "other" })]);
    expect((await sendAll(api, key, batch)).body).toEqual(first.body);
    expect(await kept(key)).toEqual([expect.objectContaining({ branch: "other" }), ...before]);
  });

  it("gives each heartbeat an id of its own, even if only their times differ [BEAT-3]", async () => {
    const { key } = await signUpWithKey(api);
    const times = [NOON, NOON + 0.000_001, NOON + 1.5, unixTime("2001-01-01T00:00:00Z")];
    const { body } = await sendAll(
      api,
      key,
      [...times, NOON].map((time) => beat(time)),
    );
    const ids = body.responses.map(([{ data }]) => data?.id);
    expect(new Set(ids).size).toBe(times.length);
    expect(ids.at(-1)).toBe(ids[0]);
    const found = [...(await kept(key, "2001-01-01")), ...(await kept(key))];
    expect(found.map(({ id }) => id)).toEqual([ids[3], ids[0], ids[1], ids[2]]);
  });

  it.each<[string, object]>([
    ["the entity", { entity: "/src/b.ts" }],
    ["the type", { type: "app" }],
    ["the category", { category: "debugging" }],
    ["the project", { project: "other" }],
    ["no project", { project: null }],
    ["the branch", { branch: "next" }],
    ["the language", { language: "SQL" }],
    ["the machine", { machine: "other" }],
    ["the program", { user_agent: "emacs-wakatime/1.0" }],
    ["the write flag", { is_write: true }],
    ["the line changes of an assistant", { ai_line_changes: 3 }],
    ["the session of an assistant", { ai_session: "b" }],
  ])("keeps two heartbeats at the same time that differ in %s [BEAT-2]", async (_, difference) => {
    const { key } = await signUpWithKey(api);
    await sendAll(api, key, [beat(NOON), beat(NOON, difference)]);
    expect(await kept(key)).toHaveLength(2);
  });

  it("is only visible to its owner [BEAT-9]", async () => {
    const [one, other] = [await signUpWithKey(api), await signUpWithKey(api)];
    await sendAll(api, one.key, [beat(NOON)]);
    await sendAll(api, other.key, [beat(NOON)]);
    expect(await kept(one.key)).toHaveLength(1);
    for (const user of [one.id, one.username, one.id.toUpperCase()]) {
      const path = `/compat/wakatime/v1/users/${user}/heartbeats`;
      expect((await api.call("GET", `${path}?date=2026-11-23`, { token: one.key })).status).toBe(200);
      const others = await api.call("GET", `${path}?date=2026-11-23`, { token: other.key });
      expect([others.status, others.body.error]).toEqual([404, "RESOURCE_NOT_FOUND"]);
      const bad = await api.call("POST", `${path}.bulk`, { token: other.key, body: [{}] });
      expect(bad.status).toBe(404);
      expect(
        (await api.call("POST", `${path}.bulk`, { token: other.key, body: [beat(NOON + 5)] })).status,
      ).toBe(404);
    }
    expect(await kept(one.key)).toHaveLength(1);
  });
});

describe("the time zone of a client", () => {
  const zoneOf = async (token: string) => {
    const { body, headers } = await api.call<{ timezone: string }>("GET", "/settings/time", { token });
    return [body.timezone, headers.get("ETag")];
  };
  const tell = async (key: string, ...zones: string[]) => {
    for (const Timezone of zones)
      expect((await sendBatch(api, key, [beat(NOON)], { Timezone })).status, Timezone).toBe(201);
  };

  it("becomes the time zone of an account without one, and moves its days", async () => {
    const { key, access } = await signUpWithKey(api);
    expect(await zoneOf(access)).toEqual(["UTC", '"0"']);
    const trips = await api.roundTripsOf(() => tell(key, "Pacific/Kiritimati"));
    expect(trips).toBe(1);
    expect(await zoneOf(access)).toEqual(["Pacific/Kiritimati", '"1"']);
    const { data } = await ask<{ data: { range: { timezone: string } } }>(api, key, "statusbar/today");
    expect(data.range.timezone).toBe("Pacific/Kiritimati");
  });

  it("becomes the account's time zone if only other settings were changed, or no client has sent one", async () => {
    const { key, access } = await signUpWithKey(api);
    await api.call("PATCH", "/settings/time", { token: access, body: { week_start: 0 } });
    await tell(key, "UTC", "Etc/UTC", "america/los_angeles");
    expect(await zoneOf(access)).toEqual(["America/Los_Angeles", '"2"']);
  });

  it("keeps the first zone that was sent, so that a machine in another zone moves no days", async () => {
    const { key, access } = await signUpWithKey(api);
    await tell(key, "Europe/Berlin", "Asia/Tokyo");
    expect((await zoneOf(access))[0]).toBe("Europe/Berlin");
  });

  it.each(["Asia/Kolkata", "UTC"])("changes nothing for an account that has chosen %s", async (timezone) => {
    const { key, access } = await signUpWithKey(api);
    await api.call("PATCH", "/settings/time", { token: access, body: { timezone } });
    const before = await zoneOf(access);
    await tell(key, "Europe/Berlin");
    expect(await zoneOf(access)).toEqual(before);
  });

  it.each([
    "Mars/Phobos",
    "",
    "Local",
    "+02:00",
    "'; drop table users; --",
    "Europe/Berlin ".repeat(20),
    "Europe/",
  ])("is ignored if it does not name a time zone: %j", async (zone) => {
    const { key, access } = await signUpWithKey(api);
    await tell(key, zone);
    expect(await zoneOf(access)).toEqual(["UTC", '"0"']);
    await tell(key, "Europe/Berlin");
    expect((await zoneOf(access))[0]).toBe("Europe/Berlin");
  });

  it("is not taken from a caller that only reads, or that names another user", async () => {
    const { key, access } = await signUpWithKey(api);
    const headers = { Timezone: "Europe/Berlin", Authorization: `Basic ${btoa(key)}` };
    await api.call("GET", `${WAKATIME}/statusbar/today`, { headers });
    const other = WAKATIME.replace("current", crypto.randomUUID());
    const refused = await api.call("POST", `${other}/heartbeats.bulk`, { headers, body: [beat(NOON)] });
    expect(refused.status).toBe(404);
    expect((await zoneOf(access))[0]).toBe("UTC");
  });
});

describe("a tracking client", () => {
  it("encodes twice, names itself as a plugin, and sends the key in the URL, if it runs in a web page [BEAT-7]", async () => {
    const { key } = await signUpWithKey(api);
    const sent = [beat(NOON, { plugin: "Visual Studio Code/1.90 vscode-wakatime/24.2.0" })];
    const answer = await api.call<BatchResponse>("POST", `${WAKATIME}/heartbeats.bulk?api_key=${key}`, {
      body: JSON.stringify(JSON.stringify(sent)),
      headers: { Origin: "https://vscode.test", "Sec-Fetch-Site": "cross-site" },
    });
    expect([answer.status, statusesOf(answer)]).toEqual([201, [201]]);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(await kept(key)).toMatchObject([{ editor: "vscode" }]);
  });

  it("sends text, times as text, ids and placeholders, if it runs in a browser [BEAT-8]", async () => {
    const { key } = await signUpWithKey(api);
    await sendAll(api, key, [beat(NOON, { branch: "main" })]);
    const sent = {
      id: crypto.randomUUID(),
      entity: "https://docs.test",
      type: "domain",
      time: `${NOON + 30}.251`,
      project: "<<LAST_PROJECT>>",
      branch: "<<LAST_BRANCH>>",
      user_agent: "Chrome/121.0.0.0 mac_arm64 chrome-wakatime/3.0.18",
    };
    for (let i = 0; i < 2; i++) {
      const answer = await api.call<BatchResponse>("POST", `${WAKATIME}/heartbeats.bulk?api_key=${key}`, {
        body: JSON.stringify([sent]),
        headers: { "Content-Type": "text/plain;charset=UTF-8" },
      });
      expect([answer.status, statusesOf(answer)]).toEqual([201, [201]]);
    }
    const [, domain, ...more] = await kept(key);
    expect(more).toEqual([]);
    expect(domain).toMatchObject({
      time: NOON + 30.251,
      project: "tracker",
      branch: "main",
      language: null,
      category: "browsing",
      editor: "Chrome",
      operating_system: "Mac",
    });
  });

  it("gets its CORS preflight allowed, from every origin", async () => {
    const answer = await api.open("OPTIONS", `${WAKATIME}/heartbeats.bulk`, {
      headers: {
        Origin: "chrome-extension://abc",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(answer.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    const elsewhere = await api.open("OPTIONS", "/auth/me", { headers: { Origin: "https://vscode.test" } });
    expect(elsewhere.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  it.each([[NOON], [NOON * 1e3], [NOON * 1e6], [NOON * 1e9], [String(NOON)], [`${NOON}000`]])(
    "means noon by %s [BEAT-6]",
    async (time) => {
      const { key } = await signUpWithKey(api);
      await sendAll(api, key, [beat(time)]);
      expect((await kept(key)).map((heartbeat) => heartbeat.time)).toEqual([NOON]);
    },
  );

  it("gets nulls, wrong types and unknown fields accepted", async () => {
    const { key } = await signUpWithKey(api);
    const nulls = [
      "type",
      "category",
      "project",
      "branch",
      "language",
      "lines",
      "lineno",
      "is_write",
      "machine",
    ];
    await sendAll(api, key, [
      { entity: "a", time: NOON, ...Object.fromEntries(nulls.map((name) => [name, null])) },
      { entity: "b", time: NOON, ...Object.fromEntries(nulls.map((name) => [name, {}])), unknown: [1] },
      { entity: "c", time: NOON, lines: "12", lineno: 3.5, is_write: "true", dependencies: "hono, zod" },
      { entity: "d\u0000\ud800", time: NOON, project: "x".repeat(10_000), branch: "", lines: 1e12 },
    ]);
    const [a, b, c, d] = (await kept(key)).sort((one, other) => one.entity.localeCompare(other.entity));
    const empty = {
      type: "file",
      category: "coding",
      project: null,
      branch: null,
      lines: null,
      is_write: false,
    };
    expect(a).toMatchObject(empty);
    expect(b).toMatchObject(empty);
    expect(c).toMatchObject({ lines: 12, lineno: null, is_write: true, dependencies: ["hono", "zod"] });
    expect(d).toMatchObject({ entity: "d\ufffd", project: "x".repeat(255), branch: null, lines: null });
  });

  it("gets the errors of a single heartbeat in its response", async () => {
    const { key } = await signUpWithKey(api);
    const post = (body: unknown) => api.call("POST", `${WAKATIME}/heartbeats`, { token: key, body });
    const good = await post(beat(NOON));
    expect([good.status, good.body]).toMatchObject([201, { data: { entity: "/src/app.ts" } }]);
    const bad = await post({ time: NOON });
    expect([bad.status, bad.body]).toMatchObject([
      400,
      { error: "BAD_REQUEST", details: [{ field: "body.entity" }] },
    ]);
    const bulk = await sendBatch(api, key, beat(NOON + 1));
    expect(statusesOf(bulk)).toEqual([201]);
    expect(await kept(key)).toHaveLength(2);
  });

  it.each(["", "{", "1", '"text"', "true"])("gets 400 for %j", async (body) => {
    const { key } = await signUpWithKey(api);
    const answer = await api.call("POST", `${WAKATIME}/heartbeats.bulk`, { token: key, body });
    expect([answer.status, answer.body.error]).toEqual([400, "BAD_REQUEST"]);
  });
});

describe("a placeholder", () => {
  it("stands for the value of the previous heartbeat, in the batch or within a day before it", async () => {
    const { key } = await signUpWithKey(api);
    const last = { project: "<<LAST_PROJECT>>", branch: "<<LAST_BRANCH>>", language: "<<LAST_LANGUAGE>>" };
    await sendAll(api, key, [
      beat(NOON - 86_000, { project: "early", branch: "old", language: "C" }),
      beat(NOON - 100, { project: null, branch: null, language: null }),
    ]);
    await sendAll(api, key, [
      beat(NOON + 20, { project: "two", branch: "b", language: null }),
      beat(NOON + 30, { ...last, entity: "c" }),
      beat(NOON, { ...last, entity: "a" }),
      beat(NOON + 10, { project: "one", branch: null }),
      beat(NOON + 15, { ...last, entity: "b" }),
    ]);
    const found = await kept(key);
    expect(found.map(({ project, branch, language }) => [project, branch, language].join())).toEqual([
      ",,",
      "early,old,C",
      "one,,TypeScript",
      "one,old,TypeScript",
      "two,b,",
      "two,b,TypeScript",
    ]);
  });

  it("stands for nothing if there was no heartbeat within a day before it", async () => {
    const { key } = await signUpWithKey(api);
    await sendAll(api, key, [beat(NOON - 90_000)]);
    await sendAll(api, key, [beat(NOON, { project: "<<LAST_PROJECT>>" })]);
    expect(await kept(key)).toMatchObject([{ project: null }]);
  });
});

describe("an API key", () => {
  it("sends but does not read with the scope `ingest` [BEAT-10]", async () => {
    const owner = await api.signUp();
    const key = await keyOf(api, owner, ["ingest"]);
    await sendAll(api, key, [beat(NOON)]);
    for (const path of [
      "",
      "/heartbeats?date=2026-11-23",
      "/statusbar/today",
      "/projects",
      "/stats/all_time",
    ]) {
      const answer = await api.call("GET", WAKATIME + path, { token: key });
      expect([answer.status, answer.body.error]).toEqual([403, "PERMISSION_DENIED"]);
    }
    const reader = await keyOf(api, owner, ["read"]);
    expect((await sendBatch(api, reader, [beat(NOON + 1)])).status).toBe(403);
    expect(await kept(reader)).toHaveLength(1);
  });

  it("gets `error` if it is invalid, so that the client keeps its batch", async () => {
    for (const headers of [{}, { Authorization: "Basic" }, { Authorization: `Basic ${btoa("x")}` }]) {
      const answer = await api.call("POST", `${WAKATIME}/heartbeats.bulk`, { body: [beat(NOON)], headers });
      expect([answer.status, answer.body.error]).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  it("stays out of the log, in every place where it may be sent [BEAT-11]", async () => {
    const lines: unknown[] = [];
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...line) => void lines.push(line)),
    );
    try {
      const talkative = await createTestApi({ LOG_LEVEL: "debug", DEBUG: "true" });
      const { key, id } = await signUpWithKey(talkative);
      const secret = key.slice("waka_".length);
      lines.length = 0;
      await talkative.call("GET", `${WAKATIME}?api_key=${key}`);
      await talkative.call("GET", WAKATIME, { headers: { Authorization: `Basic ${btoa(key)}` } });
      await talkative.call("GET", `${WAKATIME}/${key}`);
      await talkative.call("GET", `/${encodeURIComponent(`?api_key=${key}`)}`);
      expect(JSON.stringify(lines)).toContain(id);
      await fetch(`http://database.test/fault?name=${talkative.database}&kind=refusing`, { method: "POST" });
      const answers = [
        await talkative.call("GET", `${WAKATIME}?api_key=${key}`),
        await talkative.call("POST", `${WAKATIME}/heartbeats.bulk?api_key=${key}`, { body: [beat(NOON)] }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([500, 500]);
      expect(lines.length).toBeGreaterThan(6);
      expect(JSON.stringify([lines, answers])).not.toContain(secret);
      expect(JSON.stringify([lines, answers])).not.toContain(btoa(key).slice(0, 20));
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });
});

describe("the machine that a header names", () => {
  const machineAfter = async (headers: Record<string, string>) => {
    const { key } = await signUpWithKey(api);
    await sendBatch(api, key, [beat(NOON)], headers);
    return (await kept(key)).map(({ machine }) => machine);
  };

  it.each([
    ["Ada%27s+MacBook+Pro", "Ada's MacBook Pro"],
    // The form that the third batch of a run sends.
    ["Ada%252527s%252BMacBook%252BPro", "Ada's MacBook Pro"],
    ["my%2Bcomputer", "my+computer"],
    ["a%2Bb+c", "a+b c"],
    ["Ada%252527s%25252BMacBook", "Ada's+MacBook"],
    ["50%25+off", "50% off"],
    ["%25FF", "%FF"],
    ["B%C3%BCro-PC", "Büro-PC"],
    // The decomposed form of macOS.
    ["Bu%CC%88ro-Mac", "Büro-Mac"],
    ["plain-host.local", "plain-host.local"],
    ["100%", "100%"],
    ["%FF", "%FF"],
  ])("is unescaped if wakatime-cli sends %s, and stored as %s", async (sent, machine) => {
    expect(await machineAfter({ "X-Machine-Name": sent })).toEqual([machine]);
  });

  it.each(["%0A", "%20%20", "+", "%00", "%E2%80%8B", "%250A"])("is ignored if it is %s", async (sent) => {
    expect(await machineAfter({ "X-Machine-Name": sent })).toEqual([null]);
  });

  it.each([
    ["%20den%09+", "den"],
    ["my%0Abox%07", "my box"],
  ])("loses control characters and surrounding space: %s", async (sent, machine) => {
    expect(await machineAfter({ "X-Machine-Name": sent })).toEqual([machine]);
  });

  it("stays unchanged from other programs", async () => {
    const headers = { "X-Machine-Name": "a+b%20c", "User-Agent": "Firefox/140.0 firefox-wakatime/4.0.7" };
    expect(await machineAfter(headers)).toEqual(["a+b%20c"]);
  });
});

it("lists each machine once, the most recent first, whether or not its heartbeats are in slots", async () => {
  const { key, id } = await signUpWithKey(api);
  interface Machines {
    data: { id: string; value: string; created_at: string; last_seen_at: string }[];
    total_pages: number;
  }
  const machines = () => ask<Machines>(api, key, "machine_names?page=1");
  expect(await machines()).toMatchObject({ data: [], total_pages: 1 });
  await sendAll(api, key, [beat(NOON, { machine: "one" }), beat(NOON + 60, { machine: "one" })]);
  await sendAll(api, key, [beat(NOON + 3600, { machine: "two" }), beat(NOON + 3660, { machine: "two" })]);
  const fresh = await machines();
  expect(fresh.data.map(({ value }) => value)).toEqual(["two", "one"]);
  await ask(api, key, "all_time_since_today");
  await api.db.execute(sql`delete from heartbeats where user_id = ${id}`);
  expect((await machines()).data.map(({ id }) => id).sort()).toEqual(["one", "two"]);
  const beats = await ask<{ data: { machine_name_id: string }[] }>(api, key, "heartbeats?date=2026-11-23");
  expect(beats.data).toEqual([]);
});

it("links each heartbeat to a listed program with its editor and operating system", async () => {
  const { key } = await signUpWithKey(api);
  await sendAll(api, key, [beat(NOON), beat(NOON + 1, { user_agent: "emacs-wakatime/1.0" })]);
  await sendAll(api, key, [beat(NOON + 2, { user_agent: "curl" })]);
  interface Program {
    id: string;
    editor: string | null;
    os: string | null;
  }
  const { data } = await ask<{ data: Program[] }>(api, key, "user_agents");
  const programs = new Map(data.map((program) => [program.id, program]));
  const beats = await kept(key);
  expect(beats).toHaveLength(3);
  for (const { user_agent_id, editor, operating_system } of beats)
    expect(programs.get(String(user_agent_id))).toMatchObject({ editor, os: operating_system });
});

it("lists each program once, with the times of its heartbeats", async () => {
  const { key } = await signUpWithKey(api);
  await sendAll(api, key, [beat(NOON), beat(NOON + 1)]);
  await sendAll(api, key, [beat(NOON + 2, { user_agent: "emacs-wakatime/1.0" })]);
  await sendAll(api, key, [beat(NOON + 3)]);
  const { data } = await ask<{ data: { value: string; editor: string; last_seen_at: string }[] }>(
    api,
    key,
    "user_agents",
  );
  expect(data.map(({ editor }) => editor).sort()).toEqual(["emacs", "vim"]);
  await api.db.execute(sql`update heartbeat_agents set last_seen_at = now() - interval '2 hours'`);
  await sendAll(api, key, [beat(NOON + 4)]);
  const [last] = (await ask<{ data: typeof data }>(api, key, "user_agents")).data;
  expect(last?.editor).toBe("vim");
  expect(Math.abs(Date.parse(last?.last_seen_at ?? "") - Date.now())).toBeLessThan(60_000);
});
