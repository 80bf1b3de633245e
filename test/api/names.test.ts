import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../support/api.ts";

let api: TestApi;
let owner: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi({ WRITES_BURST: "100000", REGISTER_MAX_PER_ADDRESS: "10000" });
  owner = await api.signUpHolding("superuser");
});

const send = <Body = { id: string; name: string }>(method: string, path: string, body?: unknown) =>
  api.call<Body>(method, path, { token: owner.access, body });
const namesIn = async (path: string) =>
  (await send<{ name: string; username: string }[]>("GET", path)).body.map(
    ({ name, username }) => name ?? username,
  );

/** Pairs of spellings of one name. */
const SPELLINGS: [what: string, one: string, other: string][] = [
  ["a sigma at the end", "οδος", "ΟΔΟΣ"],
  ["a sigma at the end of a word", "οδος και λιμην", "ΟΔΟΣ ΚΑΙ ΛΙΜΗΝ"],
  ["another small sigma", "οδος", "οδοσ"],
  ["a Turkish capital", "İstanbul", "istanbul"],
  ["a Turkish capital in small letters by JavaScript", "İstanbul", "İstanbul".toLowerCase()],
  ["an accent", "Éclair", "éCLAIR"],
  ["an accent in NFD", "Éclair", "éclair".normalize("NFD")],
  ["a capital ß", "STRAẞE", "straße"],
  ["a digraph in title case", "ǅungla", "ǆungla"],
  ["a digraph in capitals", "ǄUNGLA", "ǆungla"],
  ["Cherokee", "ᏣᎳᎩ", "ꮳꮃꭹ"],
  ["full width", "ＡＢＣ", "ａｂｃ"],
  ["capitals without a composed form", "H̱amas", "ẖAMAS"],
  ["Greek capitals without a composed form", "προΐσταμαι", "προΐσταμαι".toUpperCase()],
  ["Deseret", "𐐔𐐀", "𐐼𐐨"],
  ["Cyrillic", "Ёлка", "ёЛКА".normalize("NFD")],
];

/** Pairs of similar, different names. */
const DIFFERENT: [string, string][] = [
  ["Masse", "Maße"],
  ["sinir", "sınır"],
  ["resume", "résumé"],
];

describe.each(["/clients", "/projects", "/tags", "/roles"])("%s", (path) => {
  it.each(SPELLINGS)("has one record for two spellings: %s", async (_, one, other) => {
    const prefix = `${crypto.randomUUID().slice(0, 8)} `;
    const made = await send("POST", path, { name: prefix + one });
    expect(made.status).toBe(201);
    expect((await send("POST", path, { name: prefix + other })).status).toBe(409);
    const found = await namesIn(`${path}?q=${encodeURIComponent(prefix + other)}`);
    expect(found).toEqual([(prefix + one).normalize("NFC")]);
    await send("DELETE", `${path}/${made.body.id}`);
  });

  it.each(DIFFERENT)("distinguishes %s from %s", async (one, other) => {
    const prefix = `${crypto.randomUUID().slice(0, 8)} `;
    for (const name of [one, other])
      expect((await send("POST", path, { name: prefix + name })).status).toBe(201);
  });
});

describe("signing in", () => {
  const letters = () =>
    [...crypto.randomUUID().replaceAll("-", "")]
      .map((c) => "αβγδεζηθικλμνξοπ"[parseInt(c, 16)])
      .join("")
      .slice(0, 12);

  it.each([
    ["οδος", "ΟΔΟΣ"],
    ["ΟΔΟΣ", "οδος"],
    ["ΟΔΟΣ", "οδοσ"],
  ])("accepts the name %s in another case: %s", async (one, other) => {
    const prefix = letters();
    const body = { username: prefix + one, email: `${crypto.randomUUID()}@example.com`, password: PASSWORD };
    expect((await api.call("POST", "/auth/register", { body })).status).toBe(201);
    const again = { ...body, username: prefix + other, email: `${crypto.randomUUID()}@example.com` };
    expect((await api.call("POST", "/auth/register", { body: again })).status).toBe(409);
    for (const username of [prefix + other, prefix.toUpperCase() + other, (prefix + one).normalize("NFD")]) {
      const answer = await api.call("POST", "/auth/login", { body: { username, password: PASSWORD } });
      expect(answer.status, username).toBe(200);
    }
  });

  it.each([
    ["İdil", "idil"],
    ["İdil", "İdil".toLowerCase()],
    ["ǅungla", "ǆungla"],
    ["Éclair", "éclair"],
    ["Straße", "STRAẞE"],
    ["ᏣᎳᎩ", "ꮳꮃꭹ"],
  ])("accepts the name %s written as %s", async (one, other) => {
    const tail = [...crypto.randomUUID().replaceAll(/[^a-f]/g, "")].join("");
    const suffix = /^[\u13a0-\u13f5]/u.test(one) ? "" : tail;
    const body = { username: one + suffix, email: `${crypto.randomUUID()}@example.com`, password: PASSWORD };
    const made = await api.call("POST", "/auth/register", { body });
    expect(made.status, made.text).toBe(201);
    const answer = await api.call("POST", "/auth/login", {
      body: { username: other + suffix, password: PASSWORD },
    });
    expect(answer.status).toBe(200);
  });

  it("counts failures of all spellings of an unknown name together", async () => {
    const name = letters();
    const attempt = (username: string) =>
      api.call("POST", "/auth/login", { body: { username, password: "guessed" } });
    for (let i = 0; i < 10; i++) await attempt(`${name}ος`);
    expect((await attempt(`${name}ΟΣ`)).status).toBe(429);
  });
});

describe("accounts whose names an earlier release distinguished", () => {
  it("accepts each account's own name, and gives other spellings to the older account", async () => {
    const twins = ["ος", "ΟΣ"].map((end) => ({
      username: `ωωωωω${end}`,
      email: `${crypto.randomUUID()}@example.com`,
    }));
    const [older, newer] = await Promise.all(
      twins.map(async ({ email }) => {
        const username = `user-${crypto.randomUUID()}`;
        await api.call("POST", "/auth/register", { body: { username, email, password: PASSWORD } });
        return { username, email };
      }),
    );
    await api.db.execute(sql`alter table users disable trigger user`);
    await api.db.execute(sql`drop index users_username_key`);
    await api.db.execute(
      sql`update users set username = ${twins[0]?.username}, created_at = now() - interval '1 day' where email = ${older?.email}`,
    );
    await api.db.execute(
      sql`update users set username = ${twins[1]?.username} where email = ${newer?.email}`,
    );
    await api.db.execute(sql`alter table users enable trigger user`);
    const whoIs = async (username: string) =>
      (
        await api.call<{ user: { email: string } }>("POST", "/auth/login", {
          body: { username, password: PASSWORD },
        })
      ).body.user.email;
    expect(await whoIs("ωωωωωος")).toBe(older?.email);
    expect(await whoIs("ωωωωωΟΣ")).toBe(newer?.email);
    expect(await whoIs("ΩΩΩΩΩος")).toBe(older?.email);
  });
});

const UNSORTED = [
  "Zebra",
  "Ärger",
  "apfel",
  "Éclair",
  "ende",
  "Öl",
  "Apfelbaum",
  "ßa",
  "st",
  "ss",
  "10",
  "9",
  "_",
  "Я",
  "а",
  "日本",
];
const SORTED = UNSORTED.toSorted(new Intl.Collator("und").compare);

describe("order by name", () => {
  it.each(["/clients", "/projects", "/tasks", "/tags", "/goals", "/roles"])(
    "sorts %s by the rules of no particular language",
    async (path) => {
      const mine = await api.signUpHolding("superuser");
      const extra = path === "/goals" ? { period: "day", direction: "at_least", target_seconds: 60 } : {};
      const tail = path === "/roles" ? ` ${crypto.randomUUID().slice(0, 8)}` : "";
      const list = async (query: string) => {
        const answer = await api.call<{ name: string }[]>("GET", `${path}?${query}`, { token: mine.access });
        const next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("Link") ?? "")?.[1];
        const names = answer.body.map(({ name }) => name).filter((name) => name.endsWith(tail));
        return { names: names.map((name) => name.slice(0, name.length - tail.length)), next };
      };
      for (const name of UNSORTED) {
        const body = { name: name + tail, ...extra };
        expect((await api.call("POST", path, { token: mine.access, body })).status).toBe(201);
      }
      expect((await list("sort=name")).names).toEqual(SORTED);
      expect((await list("sort=-name")).names).toEqual(SORTED.toReversed());
      const seen: string[] = [];
      let next: string | undefined = `${path}?sort=name&limit=3`;
      while (next) {
        const page = await list(next.split("?")[1] ?? "");
        seen.push(...page.names);
        next = page.next;
      }
      expect(seen).toEqual(SORTED);
    },
  );

  it("sorts /auth/users by the rules of no particular language", async () => {
    const tail = crypto.randomUUID().replaceAll(/[^a-f]/g, "");
    const names = ["Zebra", "Ärger", "apfel", "Éclair", "ende", "Öl"].map((name) => name + tail);
    for (const username of names) {
      const body = { username, email: `${crypto.randomUUID()}@example.com`, password: PASSWORD };
      expect((await api.call("POST", "/auth/register", { body })).status).toBe(201);
    }
    expect(await namesIn(`/auth/users?sort=username&q=${tail}`)).toEqual(
      names.toSorted(new Intl.Collator("und").compare),
    );
  });
});

describe("q", () => {
  it.each(["/clients", "/projects", "/tasks", "/tags", "/goals", "/roles"])(
    "finds text anywhere in a name in %s",
    async (path) => {
      const word = crypto.randomUUID().slice(0, 8);
      const extra = path === "/goals" ? { period: "day", direction: "at_least", target_seconds: 60 } : {};
      const name = `100% Müller_${word} \\ ος`;
      expect((await send("POST", path, { name, ...extra })).status).toBe(201);
      for (const q of [
        word,
        `ÜLLER_${word}`,
        "müller_".normalize("NFD") + word,
        `${word} \\`,
        `${word} \\ ΟΣ`,
        `0% müller_${word}`,
      ]) {
        expect(await namesIn(`${path}?q=${encodeURIComponent(q)}`), q).toEqual([name]);
      }
      for (const q of [`müller%${word}`, `müller ${word}`, `${word}_`]) {
        expect(await namesIn(`${path}?q=${encodeURIComponent(q)}`), q).toEqual([]);
      }
    },
  );

  it("finds text anywhere in a username, an email or a permission", async () => {
    const word = crypto.randomUUID().slice(0, 8);
    const body = { username: `ada.${word}.x`, email: `y.${word}.${word}z@example.com`, password: PASSWORD };
    await api.call("POST", "/auth/register", { body });
    for (const q of [word, `A.${word.toUpperCase()}`, `.${word}.X`, `${word}Z@EXAMPLE`]) {
      expect(await namesIn(`/auth/users?q=${encodeURIComponent(q)}`), q).toEqual([body.username]);
    }
    await send("POST", "/permissions", { resource: `r${word}`, action: "read" });
    expect(await namesIn(`/permissions?q=${word}:RE`)).toEqual([`r${word}:read`]);
  });
});

describe("canonical equivalents", () => {
  const NFD = (text: string) => text.normalize("NFD");

  it("matches the rules of activity", async () => {
    const { access: token } = await api.signUp();
    const call = (method: string, path: string, body?: unknown) =>
      api.call<Record<string, number>>(method, path, { token, body });
    for (const [field, match, pattern] of [
      ["app", "equals", "Müller"],
      ["title", "contains", NFD("Über")],
      ["title", "starts_with", "οδοσ"],
      ["title", "ends_with", "éclair"],
    ]) {
      await call("POST", "/activity/rules", { field, match, pattern, category: "Work", productivity: 2 });
    }
    await call("POST", "/compat/aw/api/0/buckets/w", { client: "c", type: "currentwindow", hostname: "x" });
    const seen = [
      { app: NFD("MÜLLER"), title: "t" },
      { app: "x", title: `das ÜBERMASS` },
      { app: "x", title: "ΟΔΟΣ 1" },
      { app: "x", title: `ein ${NFD("ÉCLAIR")}` },
    ];
    const events = seen.map((data, n) => ({ timestamp: `2026-01-10T08:${n}0:00Z`, duration: 600, data }));
    await call("POST", "/compat/aw/api/0/buckets/w/events", events);
    const { body } = await call("GET", "/activity/summary?from=2026-01-10&timezone=UTC");
    expect(body).toMatchObject({ unclassified_seconds: 0 });
  });

  it("counts as one project of WakaTime", async () => {
    const { access: token } = await api.signUp();
    const WAKATIME = "/compat/wakatime/v1/users/current";
    const at = (seconds: number) => Date.parse("2026-01-10T08:00:00Z") / 1000 + seconds;
    const beats = [0, 60, 120, 180].map((seconds, n) => ({
      entity: "/a",
      type: "file",
      time: at(seconds),
      project: n % 2 ? "Übung" : NFD("Übung"),
      branch: NFD("größe"),
    }));
    await api.call("POST", `${WAKATIME}/heartbeats.bulk`, { token, body: beats });
    const summary = (query: string) =>
      api.call<{ data: { projects: { name: string; total_seconds: number }[] }[] }>(
        "GET",
        `${WAKATIME}/summaries?start=2026-01-10&end=2026-01-10&timezone=UTC${query}`,
        { token },
      );
    expect((await summary("")).body.data[0]?.projects).toMatchObject([{ name: "Übung", total_seconds: 180 }]);
    for (const query of [
      `&project=${encodeURIComponent(NFD("Übung"))}`,
      `&project=${encodeURIComponent("Übung")}&branches=${encodeURIComponent(NFD("größe"))}`,
    ]) {
      const { body } = await summary(query);
      expect(body.data[0], query).toMatchObject({ grand_total: { total_seconds: 180 } });
    }
    const listed = await api.call<{ data: { name: string }[] }>(
      "GET",
      `${WAKATIME}/projects?q=${encodeURIComponent(NFD("BUNG"))}`,
      { token },
    );
    expect(listed.body.data.map(({ name }) => name)).toEqual(["Übung"]);
  });

  it("address one setting of ActivityWatch", async () => {
    const { access: token } = await api.signUp();
    const path = (key: string) => `/compat/aw/api/0/settings/${encodeURIComponent(key)}`;
    await api.call("POST", path(NFD("Fußnöte")), { token, body: 7 });
    expect((await api.call("GET", path("Fußnöte"), { token })).text).toBe("7");
  });

  it("matches descriptions of time entries", async () => {
    const { access: token } = await api.signUp();
    const body = {
      started_at: "2026-01-10T08:00:00Z",
      ended_at: "2026-01-10T09:00:00Z",
      description: "Η ΟΔΟΣ von Müller",
    };
    await api.call("POST", "/time-entries", { token, body });
    for (const q of ["οδος", "οδοσ", NFD("MÜLLER")]) {
      const { body: found } = await api.call<object[]>("GET", `/time-entries?q=${encodeURIComponent(q)}`, {
        token,
      });
      expect(found, q).toHaveLength(1);
    }
  });
});
