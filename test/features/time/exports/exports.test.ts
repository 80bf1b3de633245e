import { sql } from "drizzle-orm";
import ICAL from "ical.js";
import Papa from "papaparse";
import { beforeAll, describe, expect, it } from "vitest";
import { ExportedTimeEntry } from "../../../../src/features/time/time-entries/schemas.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

type Account = Awaited<ReturnType<TestApi["signUpHolding"]>>;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

const exported = (token: string, accept: string, query = "") =>
  api.call<{ error: string; message: string }>("GET", `/time-entries/export${query}`, {
    token,
    headers: { Accept: accept },
  });
const csvOf = async (token: string, query = "") =>
  Papa.parse<Record<string, string>>((await exported(token, "text/csv", query)).text, {
    header: true,
    skipEmptyLines: true,
  }).data;
const linesOf = async (token: string, query = "") =>
  (await exported(token, "application/x-ndjson", query)).text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));

async function make(token: string, path: string, body: object) {
  const answer = await api.call<{ id: string }>("POST", path, { token, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body.id;
}

/** Signs up a user with one entry that has all fields, with texts that are hard to escape. */
async function signUpWithEntry() {
  const ada = await api.signUp();
  const client_id = await make(ada.access, "/clients", { name: '=HYPERLINK("http://evil")' });
  const project_id = await make(ada.access, "/projects", {
    name: '+1, "2"; 3',
    client_id,
    is_billable: true,
  });
  const task_id = await make(ada.access, "/tasks", { name: "@task", project_id });
  const tag_ids = [
    await make(ada.access, "/tags", { name: "a, b\\" }),
    await make(ada.access, "/tags", { name: "-c" }),
  ];
  const id = await make(ada.access, "/time-entries", {
    project_id,
    task_id,
    tag_ids,
    description: "=cmd|' /C calc'!A0\nzweite Zeile 👩🏽‍🚀; \"q\", \\n",
    started_at: "2026-03-29T00:30:00Z",
    ended_at: "2026-03-29T01:30:00.500Z",
  });
  return { ...ada, id, project_id };
}

describe("an export of time entries", () => {
  it("has CSV lines that end with CRLF, with the names of related records and without formulas [EXPORT-1]", async () => {
    const ada = await signUpWithEntry();
    const answer = await exported(ada.access, "text/csv");
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="time-entries.csv"',
      "cache-control": "no-store",
      vary: "Accept, Origin",
    });
    const [head] = answer.text.split("\r\n");
    expect(head).toBe(
      "id,started_at,ended_at,seconds,kind,description,client,project,task,tags,is_billable,planned_seconds,source,owner_id,created_at,updated_at",
    );
    expect(answer.text).toMatch(/\r\n$/);
    const [row, ...others] = await csvOf(ada.access);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      id: ada.id,
      started_at: "2026-03-29T00:30:00.000Z",
      ended_at: "2026-03-29T01:30:00.500Z",
      seconds: "3600.5",
      kind: "work",
      description: "'=cmd|' /C calc'!A0\nzweite Zeile 👩🏽‍🚀; \"q\", \\n",
      client: '\'=HYPERLINK("http://evil")',
      project: '\'+1, "2"; 3',
      task: "'@task",
      tags: "'-c, a\\, b\\\\",
      is_billable: "true",
      planned_seconds: "",
      source: "manual",
      owner_id: ada.id === "" ? "" : expect.any(String),
    });
  });

  it("has JSON lines with the fields of the API, and with names", async () => {
    const ada = await signUpWithEntry();
    const { body } = await api.call<object>("GET", `/time-entries/${ada.id}`, { token: ada.access });
    const [line, ...others] = await linesOf(ada.access);
    expect(others).toEqual([]);
    expect(line).toEqual({
      ...body,
      client: '=HYPERLINK("http://evil")',
      project: '+1, "2"; 3',
      task: "@task",
      tags: ["-c", "a, b\\"],
    });
    expect(ExportedTimeEntry.strict().parse(line)).toEqual(line);
  });

  it("has a calendar event for each entry", async () => {
    const ada = await signUpWithEntry();
    const { body } = await api.call<{ id: string }>("POST", "/time-entries/start", {
      token: ada.access,
      body: {},
    });
    const { text, headers } = await exported(ada.access, "text/calendar");
    expect(headers.get("Content-Type")).toBe("text/calendar; charset=utf-8");
    const [event, running, ...others] = new ICAL.Component(ICAL.parse(text))
      .getAllSubcomponents("vevent")
      .map((component) => new ICAL.Event(component));
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      uid: ada.id,
      summary: "=cmd|' /C calc'!A0\nzweite Zeile 👩🏽‍🚀; \"q\", \\n",
      description: '=HYPERLINK("http://evil") / +1, "2"; 3 / @task',
    });
    expect(event?.startDate.toJSDate()).toEqual(new Date("2026-03-29T00:30:00Z"));
    expect(event?.endDate.toJSDate()).toEqual(new Date("2026-03-29T01:30:00Z"));
    expect(
      event?.component.getAllProperties("categories").map((property) => property.getFirstValue()),
    ).toEqual(["-c", "a, b\\"]);
    expect(running).toMatchObject({ uid: body.id, summary: "Time entry" });
    expect(running?.component.hasProperty("dtend")).toBe(false);
  });

  it("returns an empty file of each type if there are no entries", async () => {
    const { access } = await api.signUp();
    expect(await csvOf(access)).toEqual([]);
    expect(await linesOf(access)).toEqual([]);
    const calendar = ICAL.parse((await exported(access, "text/calendar")).text);
    expect(new ICAL.Component(calendar).getAllSubcomponents()).toEqual([]);
  });

  it("uses the media type that the client prefers, and none that it refuses", async () => {
    const { access } = await api.signUp();
    const typeFor = async (accept: string) => {
      const { status, headers } = await exported(access, accept);
      return status === 200 ? headers.get("Content-Type")?.split(";")[0] : status;
    };
    expect(await typeFor("*/*")).toBe("text/csv");
    expect(await typeFor("text/html, */*;q=0.1")).toBe("text/csv");
    expect(await typeFor("text/*;q=0.5, application/x-ndjson")).toBe("application/x-ndjson");
    expect(await typeFor("text/csv;q=0.1, TEXT/Calendar;q=0.2")).toBe("text/calendar");
    expect(await typeFor("text/*, text/csv;q=0")).toBe("text/calendar");
    expect(await typeFor('text/csv;profile="a,*/*;q=1";q=0.1, text/calendar')).toBe("text/calendar");
    for (const accept of ["application/pdf", "text/csv;q=0", "*/*;q=0"]) {
      const { status, body, headers } = await exported(access, accept);
      expect([status, body.error, headers.get("Vary")]).toEqual([406, "NOT_ACCEPTABLE", "Accept, Origin"]);
      expect(headers.get("Content-Disposition")).toBeNull();
    }
  });

  it("has the entries of a list with the same filters, in both orders", async () => {
    const { access } = await signUpWithEntry();
    for (const hour of ["10", "11", "12"])
      await make(access, "/time-entries", {
        started_at: `2026-04-01T${hour}:00:00Z`,
        ended_at: `2026-04-01T${hour}:30:00Z`,
        description: hour === "11" ? "Notes" : "",
        kind: hour === "12" ? "focus" : "work",
        is_billable: hour === "12",
      });
    for (const query of [
      "?from=2026-04-01T10:10:00Z",
      "?to=2026-04-01T11:00:00Z",
      "?q=notes",
      "?kind=focus",
      "?running=true",
      "?billable=true",
      "?billable=false",
      "?sort=-started_at",
    ]) {
      const list = await api.call<{ id: string }[]>("GET", `/time-entries${query}`, { token: access });
      const ids = list.body.map(({ id }) => id);
      const lines = (await linesOf(access, query)).map(({ id }) => id);
      expect(lines, query).toEqual(query.startsWith("?sort") ? ids : ids.toReversed());
    }
  });
});

describe("an export of other users' entries", () => {
  it("requires time_entries:read_any, as the list does", async () => {
    const ada = await signUpWithEntry();
    const eve: Account = await api.signUpHolding("time_entries:read");
    expect(await linesOf(eve.access)).toEqual([]);
    for (const owner of [ada.id, "all"]) {
      const query = `?owner_id=${owner}`;
      const { status, body, headers } = await exported(eve.access, "text/csv", query);
      expect([status, body.error]).toEqual([403, "PERMISSION_DENIED"]);
      expect(headers.get("Content-Type")).toMatch(/^application\/json/);
    }
    const auditor: Account = await api.signUpHolding("time_entries:read", "time_entries:read_any");
    const line = (await linesOf(auditor.access, "?owner_id=all")).find(({ id }) => id === ada.id);
    expect(line).toMatchObject({ project_id: ada.project_id });
  });

  it("has only the names that the caller may read", async () => {
    const ada = await signUpWithEntry();
    const names = async (...held: string[]) => {
      const reader = await api.signUpHolding("time_entries:read", "time_entries:read_any", ...held);
      const found = (await linesOf(reader.access, "?owner_id=all")).find(({ id }) => id === ada.id);
      const { client, project, task, tags } = ExportedTimeEntry.parse(found);
      return [client, project, task, tags.length];
    };
    expect(await names()).toEqual([null, null, null, 0]);
    expect(await names("projects:read", "clients:read", "tasks:read", "tags:read")).toEqual([
      null,
      null,
      null,
      0,
    ]);
    expect(await names("projects:read_any")).toEqual([null, null, null, 0]);
    expect(await names("projects:read", "projects:read_any")).toEqual([null, '+1, "2"; 3', null, 0]);
    expect(await names("tags:*", "tasks:*")).toEqual([null, null, "@task", 2]);
    expect(await names("projects:*", "clients:*")).toEqual([
      '=HYPERLINK("http://evil")',
      '+1, "2"; 3',
      null,
      0,
    ]);
  });

  it("has only the names within the scopes of a personal token", async () => {
    const ada = await signUpWithEntry();
    const token = async (scopes: string[]) => {
      const body = { name: "export", scopes };
      const answer = await api.call<{ token: string }>("POST", "/auth/tokens", { token: ada.access, body });
      return answer.body.token;
    };
    const [narrow] = await linesOf(await token(["time_entries:read"]));
    expect(narrow).toMatchObject({ id: ada.id, project: null, task: null, client: null, tags: [] });
    const [wider] = await linesOf(await token(["time_entries:read", "projects:read"]));
    expect(wider).toMatchObject({ id: ada.id, project: '+1, "2"; 3', task: null, client: null, tags: [] });
  });
});

describe("a long export", () => {
  const COUNT = 2_500;

  async function signUpWithMany() {
    const ada = await api.signUp();
    await api.db.execute(sql`
      insert into time_entries (owner_id, started_at, ended_at, description)
      select ${ada.id}, timestamptz '2020-01-01' + n / 3 * interval '1 hour', timestamptz '2020-01-02' + n / 3 * interval '1 hour', 'entry ' || n
        from generate_series(1, ${COUNT}::int) as n`);
    return ada;
  }

  it("has each entry once, with one round trip per thousand entries, and none before the client reads", async () => {
    const { access } = await signUpWithMany();
    const headers = { Accept: "application/x-ndjson" };
    let lines: { id: string; description: string }[] = [];
    const trips = await api.roundTripsOf(async () => {
      lines = await linesOf(access);
    });
    expect(trips).toBe(3);
    expect(new Set(lines.map(({ description }) => description)).size).toBe(COUNT);
    expect(lines).toHaveLength(COUNT);

    let opened: Response | undefined;
    const first = await api.roundTripsOf(async () => {
      opened = await api.open("GET", "/time-entries/export", { token: access, headers });
    });
    expect(first).toBe(1);
    const reader = opened?.body?.getReader();
    expect(await api.roundTripsOf(async () => reader?.read())).toBe(0);
    expect(await api.roundTripsOf(async () => reader?.read())).toBe(1);
    expect(await api.roundTripsOf(async () => reader?.cancel())).toBe(0);
  });

  it("aborts if the caller loses the permission during the export", async () => {
    const ada = await signUpWithMany();
    const answer = await api.open("GET", "/time-entries/export", { token: ada.access });
    await api.db.execute(sql`delete from user_roles where user_id = ${ada.id}`);
    await expect(answer.text()).rejects.toThrow("permission");
  });
});
