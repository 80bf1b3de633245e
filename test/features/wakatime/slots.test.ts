import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { maintain } from "../../../src/maintenance.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";
import { ask, at, beat, sendAll, sendBatch, signUpWithKey } from "../../support/heartbeats.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Part {
  name: string;
  total_seconds: number;
}
interface Day {
  grand_total: { total_seconds: number };
  range: { date: string };
  projects: Part[];
  languages: Part[];
  editors: Part[];
}

/** Some fields of each day that has any time, of 62 days: so many are counted by slots. */
async function longReport(key: string, query = "") {
  const { data } = await ask<{ data: Day[] }>(api, key, `summaries?start=2026-09-01&end=2026-11-01${query}`);
  const seconds = (parts: Part[]) =>
    Object.fromEntries(parts.map(({ name, total_seconds }) => [name, total_seconds]));
  return data
    .filter(({ grand_total }) => grand_total.total_seconds > 0)
    .map(({ range, grand_total, projects, languages, editors }) => ({
      date: range.date,
      total: grand_total.total_seconds,
      projects: seconds(projects),
      languages: seconds(languages),
      editors: seconds(editors),
    }));
}

/** The same from heartbeats: month by month. */
async function shortReports(key: string, query = "") {
  const months = [
    "start=2026-09-01&end=2026-09-30",
    "start=2026-10-01&end=2026-10-31",
    "start=2026-11-01&end=2026-11-01",
  ];
  const days = [];
  for (const month of months)
    days.push(...(await ask<{ data: Day[] }>(api, key, `summaries?${month}${query}`)).data);
  const seconds = (parts: Part[]) =>
    Object.fromEntries(parts.map(({ name, total_seconds }) => [name, total_seconds]));
  return days
    .filter(({ grand_total }) => grand_total.total_seconds > 0)
    .map(({ range, grand_total, projects, languages, editors }) => ({
      date: range.date,
      total: grand_total.total_seconds,
      projects: seconds(projects),
      languages: seconds(languages),
      editors: seconds(editors),
    }));
}

/** Numbers that look like chance, the same each time. */
function chance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Heartbeats in runs, of two months that have a change of clocks in them. */
function history(seed: number, count: number) {
  const below = chance(seed);
  const begin = at("2026-08-31T18:00:00Z");
  let time = begin + below(86_400);
  return Array.from({ length: count }, () => {
    time += below(8) > 0 ? below(900_000) / 1000 : below(86_400);
    const project = ["a", "b", null][below(3)];
    return beat(begin + ((time - begin) % (63 * 86_400)), {
      project,
      language: ["C", "SQL", null][below(3)],
      editor: ["vim", "emacs"][below(2)],
    });
  });
}

const slotsOf = async (id: string) => {
  const { rows } = await api.db.execute<{ slot: string; row: string }>(
    sql`select slot, ctid::text || xmin::text as row from heartbeat_slots where user_id = ${id} order by slot, project`,
  );
  return rows;
};

const behind = async (id: string) => {
  const { rows } = await api.db.execute<{ dirty: string; built: boolean }>(
    sql`select dirty::text, built_until is not null as built from heartbeat_states where user_id = ${id}`,
  );
  return rows[0];
};

describe("a report of many days", () => {
  it.each([
    ["UTC", 1],
    ["Europe/Berlin", 2],
    ["Asia/Kathmandu", 3],
    ["Australia/Lord_Howe", 4],
    ["America/St_Johns", 5],
  ])("in %s is what reports of few days are, also after late ones came", async (zone, seed) => {
    const { key, access, id } = await signUpWithKey(api);
    await api.call("PATCH", "/settings/time", { token: access, body: { timezone: zone } });
    const all = history(seed, 900);
    for (const [nth, part] of [all.slice(0, 500), all.slice(500, 800), all.slice(800)].entries()) {
      await sendAll(api, key, part);
      if (nth === 0) expect((await behind(id))?.built).toBe(false);
      expect(await longReport(key), `after part ${nth}`).toEqual(await shortReports(key));
      expect(await behind(id)).toEqual({ dirty: "{}", built: true });
    }
    for (const query of [
      "&project=a",
      "&language=SQL",
      "&editor=vim&project=b",
      "&project=none",
      "&branches=x",
    ]) {
      expect(await longReport(key, query), query).toEqual(await shortReports(key, query));
    }
    expect((await slotsOf(id)).length).toBeGreaterThan(100);
  });

  it("follows the idle timeout, and the day's beginning, of the settings and of the request", async () => {
    const { key, access } = await signUpWithKey(api);
    await sendAll(api, key, history(6, 600));
    const usual = await longReport(key);
    expect(await longReport(key, "&timeout=5")).toEqual(await shortReports(key, "&timeout=5"));
    expect(await longReport(key, "&timeout=5")).not.toEqual(usual);
    for (const body of [
      { idle_timeout_seconds: 300 },
      { day_start_minutes: 240 },
      { day_start_minutes: 7 },
    ]) {
      await api.call("PATCH", "/settings/time", { token: access, body });
      expect(await longReport(key), JSON.stringify(body)).toEqual(await shortReports(key));
    }
    await api.call("PATCH", "/settings/time", {
      token: access,
      body: { idle_timeout_seconds: 900, day_start_minutes: 0 },
    });
    expect(await longReport(key)).toEqual(usual);
  });

  it("is right while nothing can be built", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, history(7, 300));
    await longReport(key);
    await sendAll(api, key, history(8, 200));
    expect((await behind(id))?.dirty).not.toBe("{}");
    const { rows } = await api.db.execute<{ seconds: number }>(sql`
      select extract(epoch from sum(length))::float8 as seconds from (
        select length from heartbeat_slots where user_id = ${id} and slot < slots_until(${id}, interval '900 seconds')
        union all
        select ends - starts from heartbeat_stretches(${id}, slots_until(${id}, interval '900 seconds'), now(), interval '900 seconds')
      ) as parts`);
    const whole = await ask<{ data: { total_seconds: number } }>(api, key, "all_time_since_today");
    expect(rows[0]?.seconds).toBe(whole.data.total_seconds);
  });
});

describe("slots", () => {
  it("are built again only where something came", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, history(9, 600));
    await longReport(key);
    const before = await slotsOf(id);
    const late = at("2026-09-20T12:07:00Z");
    await sendAll(api, key, [beat(late), beat(late + 60)]);
    await longReport(key);
    const known = new Set(before.map(({ row }) => row));
    const changed = (await slotsOf(id))
      .filter(({ row }) => !known.has(row))
      .map(({ slot }) => new Date(slot).getTime() / 1000);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((slot) => Math.abs(slot - late) < 2700)).toBe(true);
    // The same again changes nothing.
    await sendAll(api, key, [beat(late), beat(late + 60)]);
    expect((await behind(id))?.dirty).toBe("{}");
  });

  it("are left alone by what comes as it happens", async () => {
    const { key, id } = await signUpWithKey(api);
    await sendAll(api, key, history(10, 100));
    await longReport(key);
    await sendAll(api, key, [beat(Date.now() / 1000 - 60), beat(Date.now() / 1000)]);
    expect((await behind(id))?.dirty).toBe("{}");
  });

  it("are built by the schedule, for whoever has none", async () => {
    const own = await createTestApi();
    const [one, other, late] = [await signUpWithKey(own), await signUpWithKey(own), await signUpWithKey(own)];
    for (const { key } of [one, other]) await sendAll(own, key, history(11, 50));
    await sendAll(own, late.key, [beat(Date.now() / 1000)]);
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 2, heartbeats_removed: 0 });
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 0 });
    await sendAll(own, one.key, [beat(at("2026-09-20T12:00:00Z"))]);
    expect(await maintain(own.settings)).toMatchObject({ slots_built: 1 });
  });
});

describe("heartbeats", () => {
  it("are kept for HEARTBEAT_RETENTION_DAYS, and the sums of their time for ever", async () => {
    const own = await createTestApi({ HEARTBEAT_RETENTION_DAYS: "100" });
    const { key } = await signUpWithKey(own);
    const now = Date.now() / 1000;
    const ago = (days: number) => now - 86_400 * days;
    const run = (start: number) => [beat(start), beat(start + 60), beat(start + 300)];
    await sendAll(own, key, [...run(ago(150)), ...run(ago(120)), ...run(ago(99)), ...run(ago(1))]);
    const totals = async () => ({
      all: (await ask<{ data: { total_seconds: number } }>(own, key, "all_time_since_today")).data
        .total_seconds,
      early: (
        await ask<{ data: Day[] }>(own, key, `summaries?start=${date(ago(151))}&end=${date(ago(149))}`)
      ).data.reduce((sum, { grand_total }) => sum + grand_total.total_seconds, 0),
    });
    const before = await totals();
    expect(before).toEqual({ all: 1200, early: 300 });
    expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 6 });
    expect(await maintain(own.settings)).toMatchObject({ heartbeats_removed: 0 });
    expect(await totals()).toEqual(before);
    const refused = await sendBatch(own, key, [beat(ago(120) + 400), beat(ago(99) + 400)]);
    expect(refused.body.responses).toMatchObject([
      [{ errors: { time: ["is from before what is kept"] } }, 400],
      [{}, 201],
    ]);
    expect(await totals()).toEqual({ ...before, all: 1300 });
  });
});

const date = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

it("heartbeats, and all that was made of them, go with their user", async () => {
  const { key, id } = await signUpWithKey(api);
  await sendAll(api, key, history(12, 100));
  await longReport(key);
  const left = async () => {
    const { rows } = await api.db.execute<{ count: number }>(sql`
      select (select count(*) from heartbeats where user_id = ${id}) + (select count(*) from heartbeat_slots where user_id = ${id})
        + (select count(*) from heartbeat_states where user_id = ${id}) + (select count(*) from heartbeat_agents where user_id = ${id}) as count`);
    return Number(rows[0]?.count);
  };
  expect(await left()).toBeGreaterThan(100);
  await api.db.execute(sql`delete from users where id = ${id}`);
  expect(await left()).toBe(0);
});
