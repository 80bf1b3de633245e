import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImportResult } from "../../../../src/features/time/imports/schemas.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

type Account = Awaited<ReturnType<TestApi["signUp"]>>;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Refusal {
  error: string;
  details: { field: string; message: string }[];
}

const send = ({ access }: Pick<Account, "access">, query: string, body: string) =>
  api.call<ImportResult & Refusal>("POST", `/imports${query}`, {
    token: access,
    body,
    headers: { "Content-Type": "text/csv; charset=utf-8" },
  });
/** Returns the status, and the fields that the error names. */
const refusedFor = async (...request: Parameters<typeof send>) => {
  const { status, body } = await send(...request);
  return [status, ...(body.details ?? []).map(({ field }) => field)];
};
const countsOf = ({ created, duplicates, failed }: ImportResult) => [created, duplicates, failed];
const made = (clients: number, projects: number, tasks: number, tags: number) => ({
  clients,
  projects,
  tasks,
  tags,
});

/** Returns the entries of a user, without ids and times of changes. */
async function entriesOf({ access }: Account) {
  const { text } = await api.call("GET", "/time-entries/export", {
    token: access,
    headers: { Accept: "application/x-ndjson" },
  });
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const {
        started_at,
        ended_at,
        description,
        client,
        project,
        task,
        tags,
        kind,
        is_billable,
        planned_seconds,
      } = JSON.parse(line);
      return {
        started_at,
        ended_at,
        description,
        client,
        project,
        task,
        tags,
        kind,
        is_billable,
        planned_seconds,
      };
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
const times = async (account: Account) =>
  (await entriesOf(account)).map(({ started_at, ended_at }) => [started_at, ended_at]);

const TOGGL_HEAD =
  '"User","Email","Client","Project","Task","Description","Billable","Start date","Start time","End date","End time","Duration","Tags"';
const TOGGL = `\uFEFF${TOGGL_HEAD}
"Ada","ada@example.com","Royal Society","Engine","Note G","\\ 🔥 ""#1""
second line","Yes","2024-10-15","12:02:17","2024-10-15","12:02:19","00:00:02","deep work, 日本"
"Ada","ada@example.com","","","","","No","2024-10-16","23:30:00","2024-10-17","00:30:00","01:00:00",""
`;
const CLOCKIFY = `"Project","Client","Description","Task","User","Group","Email","Tags","Billable","Start Date","Start Time","End Date","End Time","Duration (h)","Duration (decimal)","Billable Rate (USD)","Billable Amount (USD)"
"Engine","Royal Society","Working hard","Note G","Ada","","ada@example.com","a, b","Yes","03/25/2024","10:23 AM","03/25/2024","11:23:01 PM","13:00:01","13.00","0.00","0.00"
`;
const toggl = (...rows: string[]) =>
  `Start date,Start time,End date,End time,Duration,Description,Client,Project\n${rows.join("\n")}\n`;

it("gives the projects of a file different colors, after those of earlier projects", async () => {
  const ada = await api.signUp();
  const row = (project: string, minute: number) =>
    `2024-10-15,12:0${minute}:00,2024-10-15,12:0${minute}:30,00:00:30,x,,${project}`;
  const colorsOf = async () =>
    (await api.call<{ color: string }[]>("GET", "/projects?sort=created_at", { token: ada.access })).body.map(
      ({ color }) => color,
    );
  await send(ada, "?format=toggl", toggl(row("a", 0), row("b", 1), row("c", 2)));
  expect(new Set(await colorsOf()).size).toBe(3);
  await send(ada, "?format=toggl", toggl(row("d", 3), row("a", 4), row("e", 5)));
  expect(new Set(await colorsOf()).size).toBe(5);
});

describe("a report of Toggl Track", () => {
  it("becomes entries, and creates their clients, projects, tasks and tags", async () => {
    const ada = await api.signUp();
    const { status, body } = await send(ada, "?format=toggl", TOGGL);
    expect([status, body.rows, ...countsOf(body)]).toEqual([200, 2, 2, 0, 0]);
    expect(body.made).toEqual(made(1, 1, 1, 2));
    expect(await entriesOf(ada)).toEqual([
      {
        started_at: "2024-10-15T12:02:17.000Z",
        ended_at: "2024-10-15T12:02:19.000Z",
        description: '\\ 🔥 "#1"\nsecond line',
        client: "Royal Society",
        project: "Engine",
        task: "Note G",
        tags: ["deep work", "日本"],
        kind: "work",
        is_billable: true,
        planned_seconds: null,
      },
      expect.objectContaining({
        started_at: "2024-10-16T23:30:00.000Z",
        project: null,
        tags: [],
        is_billable: false,
      }),
    ]);
    const { rows } = await api.db.execute(
      sql`select distinct source from time_entries where owner_id = ${ada.id}`,
    );
    expect(rows).toEqual([{ source: "toggl" }]);
  });

  it("adds nothing when imported again, and only the new rows of a longer file", async () => {
    const ada = await api.signUp();
    await send(ada, "?format=toggl", TOGGL);
    const again = await send(ada, "?format=toggl", TOGGL);
    expect([countsOf(again.body), again.body.made]).toEqual([[0, 2, 0], made(0, 0, 0, 0)]);
    const longer = `${TOGGL}"Ada","ada@example.com","","","","new","No","2024-10-18","08:00:00","2024-10-18","09:00:00","01:00:00",""\n`;
    expect(countsOf((await send(ada, "?format=toggl", longer)).body)).toEqual([1, 2, 0]);
    expect(await times(ada)).toHaveLength(3);
  });

  it("keeps entries that were changed or deleted since", async () => {
    const ada = await api.signUp();
    await send(ada, "?format=toggl", TOGGL);
    const { body } = await api.call<{ id: string }[]>("GET", "/time-entries", { token: ada.access });
    await api.call("PATCH", `/time-entries/${body[0]?.id}`, {
      token: ada.access,
      body: { description: "mine" },
    });
    await api.call("DELETE", `/time-entries/${body[1]?.id}`, { token: ada.access });
    expect(countsOf((await send(ada, "?format=toggl", TOGGL)).body)).toEqual([0, 2, 0]);
    expect((await entriesOf(ada)).map(({ description }) => description)).toEqual(["mine"]);
  });

  it("adds equal rows separately, and none of them again", async () => {
    const ada = await api.signUp();
    const row = "2024-01-01,08:00:00,2024-01-01,09:00:00,01:00:00,x,,";
    expect(countsOf((await send(ada, "?format=toggl", toggl(row, row))).body)).toEqual([2, 0, 0]);
    expect(countsOf((await send(ada, "?format=toggl", toggl(row, row, row))).body)).toEqual([1, 2, 0]);
  });

  it("distinguishes projects of one name by their clients", async () => {
    const ada = await api.signUp();
    const file = toggl(
      "2024-01-01,08:00:00,2024-01-01,09:00:00,,x,A,Website",
      "2024-01-02,08:00:00,2024-01-02,09:00:00,,x,B,Website",
      "2024-01-03,08:00:00,2024-01-03,09:00:00,,x,B,website",
    );
    const { body } = await send(ada, "?format=toggl", file);
    expect(body.made).toEqual(made(2, 2, 0, 0));
    expect((await entriesOf(ada)).map(({ client, project }) => [client, project])).toEqual([
      ["A", "Website"],
      ["B", "Website (B)"],
      ["B", "Website (B)"],
    ]);
  });

  it("rejects a row whose project would need a name of over 100 characters", async () => {
    const ada = await api.signUp();
    const row = (day: number, client: string, project: string) =>
      `2024-01-0${day},08:00:00,2024-01-0${day},09:00:00,,x,${client},${project}`;
    const fits = "p".repeat(96);
    // A character that is two UTF-16 units counts twice, as it does in a request.
    const [tooLong, tooWide] = ["q".repeat(97), "🔥".repeat(49)];
    const file = toggl(
      ...[fits, tooLong, tooWide].flatMap((name, index) => [
        row(2 * index + 1, "A", name),
        row(2 * index + 2, "B", name),
      ]),
    );
    const { body } = await send(ada, "?format=toggl", file);
    const refusal = {
      error: "VALIDATION_ERROR",
      message:
        'Another client has a project with this name, and "project (client)" is over 100 characters. Rename one of the projects.',
    };
    expect(body.errors).toEqual([
      { row: 5, ...refusal },
      { row: 7, ...refusal },
    ]);
    expect(body.made).toEqual(made(2, 4, 0, 0));
    const projects = (await entriesOf(ada)).map(({ project }) => project);
    expect(new Set(projects)).toEqual(new Set([fits, `${fits} (B)`, tooLong, tooWide]));
  });

  it("finds a project whose name an earlier release truncated", async () => {
    const ada = await api.signUp();
    const name = "p".repeat(98);
    const clientOf = async (name: string) =>
      (await api.call<{ id: string }>("POST", "/clients", { token: ada.access, body: { name } })).body.id;
    for (const [project, client] of [
      [name, "A"],
      [`${name} (`, "B"],
    ] as const)
      await api.call("POST", "/projects", {
        token: ada.access,
        body: { name: project, client_id: await clientOf(client) },
      });
    const file = toggl(`2024-01-01,08:00:00,2024-01-01,09:00:00,,x,B,${name}`);
    expect((await send(ada, "?format=toggl", file)).body).toMatchObject({
      created: 1,
      made: made(0, 0, 0, 0),
    });
    expect((await entriesOf(ada)).map(({ project }) => project)).toEqual([`${name} (`]);
  });
});

describe("local times", () => {
  it("uses the zone of the user or the request, on both sides of a change of clocks", async () => {
    const ada = await api.signUp();
    await api.call("PATCH", "/settings/time", { token: ada.access, body: { timezone: "Europe/Berlin" } });
    const file = toggl(
      "2025-10-26,02:30:00,2025-10-26,02:15:00,00:45:00,from the first to the second quarter past two,,",
      "2025-10-26,02:30:00,2025-10-26,02:45:00,00:15:00,in the second hour,,",
      "2026-03-29,01:30:00,2026-03-29,03:30:00,01:00:00,over the skipped hour,,",
      "2026-06-01,10:00:00,2026-06-01,11:00:00,00:59:15,with a length that was rounded,,",
    );
    await send(ada, "?format=toggl", file);
    expect(await times(ada)).toEqual([
      ["2025-10-26T00:30:00.000Z", "2025-10-26T01:15:00.000Z"],
      ["2025-10-26T00:30:00.000Z", "2025-10-26T00:45:00.000Z"].map((at) => at.replace("T00", "T01")),
      ["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000Z"],
      ["2026-06-01T08:00:00.000Z", "2026-06-01T09:00:00.000Z"],
    ]);
    const eve = await api.signUp();
    await send(
      eve,
      "?format=toggl&timezone=Asia/Kathmandu",
      toggl("2026-06-01,10:00:00,2026-06-01,11:00:00,,,,"),
    );
    expect(await times(eve)).toEqual([["2026-06-01T04:15:00.000Z", "2026-06-01T05:15:00.000Z"]]);
    expect(await refusedFor(eve, "?format=toggl&timezone=US/Pacific-New", TOGGL)).toEqual([
      422,
      "query.timezone",
    ]);
  });

  it("reads offsets in hours and names of UTC, and 24:00 as the end of a day", async () => {
    const ada = await api.signUp();
    const row = (start: string, end: string) => `${start},${end}\n`;
    const file = `start,end\n${row("2024-01-01T08:00:00+01", "2024-01-01 08:00:00 UTC")}${row("2024-01-02 23:00", "2024-01-02 24:00")}${row("2024-02-28 24:00:00", "2024-02-29 01:00")}${row("2024-03-01 23:00", "24:00")}${row("2024-03-02 24:01", "2024-03-03 01:00")}`;
    const { body } = await send(ada, "?format=generic&timezone=UTC", file);
    expect(body.errors.map(({ row }) => row)).toEqual([6]);
    expect(await times(ada)).toEqual([
      ["2024-01-01T07:00:00.000Z", "2024-01-01T08:00:00.000Z"],
      ["2024-01-02T23:00:00.000Z", "2024-01-03T00:00:00.000Z"],
      ["2024-02-29T00:00:00.000Z", "2024-02-29T01:00:00.000Z"],
      ["2024-03-01T23:00:00.000Z", "2024-03-02T00:00:00.000Z"],
    ]);
  });

  it("reads all forms of Clockify", async () => {
    const ada = await api.signUp();
    const { body } = await send(ada, "?format=clockify", CLOCKIFY);
    expect([countsOf(body), body.made]).toEqual([[1, 0, 0], made(1, 1, 1, 2)]);
    expect(body.sample).toMatchObject([
      { started_at: "2024-03-25T10:23:00.000Z", ended_at: "2024-03-25T23:23:01.000Z" },
    ]);
    for (const [date, time] of [
      ["25/03/2024", "10:23"],
      ["25.03.2024", "10:23:00"],
      ["2024-03-25", "10:23:00 AM"],
      ["03/25/2024", "10:23 am"],
    ]) {
      const eve = await api.signUp();
      await send(
        eve,
        "?format=clockify",
        `Start Date,Start Time,End Date,End Time\n${date},${time},${date},11:00 pm\n`,
      );
      expect(await times(eve), date).toEqual([["2024-03-25T10:23:00.000Z", "2024-03-25T23:00:00.000Z"]]);
    }
  });

  it("rejects ambiguous dates unless the request has their order", async () => {
    const ada = await api.signUp();
    const file = CLOCKIFY.replaceAll("03/25/2024", "03/04/2024");
    expect(await refusedFor(ada, "?format=clockify", file)).toEqual([422, "query.date_order"]);
    const read = async (order: string) =>
      (await send(ada, `?format=clockify&dry_run=true&date_order=${order}`, file)).body.sample[0]?.started_at;
    expect([await read("dmy"), await read("mdy")]).toEqual([
      "2024-04-03T10:23:00.000Z",
      "2024-03-04T10:23:00.000Z",
    ]);
    expect((await send(ada, "?format=clockify&dry_run=true&date_order=mdy", CLOCKIFY)).body.created).toBe(1);
    const dotted = CLOCKIFY.replaceAll("03/25/2024", "03.04.2024");
    const [usual, explicit] = await Promise.all(
      ["", "&date_order=mdy"].map((order) => send(ada, `?format=clockify&dry_run=true${order}`, dotted)),
    );
    expect([usual, explicit].map((answer) => answer?.body.sample[0]?.started_at)).toEqual([
      "2024-04-03T10:23:00.000Z",
      "2024-03-04T10:23:00.000Z",
    ]);
    const both = `${file}${CLOCKIFY.split("\n")[1]}\n${CLOCKIFY.split("\n")[1]?.replaceAll("03/25", "25/03")}\n`;
    expect(await refusedFor(ada, "?format=clockify", both)).toEqual([422, "body"]);
    const damaged = `${CLOCKIFY}${CLOCKIFY.split("\n")[1]?.replaceAll("03/25/2024", "99/99/2024")}\n`;
    expect(countsOf((await send(ada, "?format=clockify&dry_run=true", damaged)).body)).toEqual([1, 0, 1]);
  });

  it("rejects only the rows with dates in another order than the given one", async () => {
    const ada = await api.signUp();
    const row = (start: string, end = start) => `${start},08:00:00,${end},09:00:00,,,,`;
    const file = toggl(
      row("03/04/2024"),
      row("03/25/2024"),
      row("05/04/2024", "05/25/2024"),
      row("06/04/2024"),
    );
    const { status, body } = await send(ada, "?format=toggl&date_order=dmy", file);
    expect([status, ...countsOf(body)]).toEqual([200, 2, 0, 2]);
    expect(body.errors.map(({ row, message }) => [row, message])).toEqual([
      [3, "start: must be a date in the order dmy, but is valid only as mdy. Correct the date or date_order"],
      [4, "end: must be a date in the order dmy, but is valid only as mdy. Correct the date or date_order"],
    ]);
    expect((await times(ada)).map(([start]) => start)).toEqual([
      "2024-04-03T08:00:00.000Z",
      "2024-04-06T08:00:00.000Z",
    ]);
  });

  it("accepts dates that are the same day in both orders", async () => {
    const ada = await api.signUp();
    const file = CLOCKIFY.replaceAll("03/25/2024", "04/04/2024");
    const { body } = await send(ada, "?format=clockify&dry_run=true", file);
    expect(body.sample[0]?.started_at).toBe("2024-04-04T10:23:00.000Z");
    const invalid = CLOCKIFY.replaceAll("03/25/2024", "29/02/2025");
    expect(countsOf((await send(ada, "?format=clockify&dry_run=true", invalid)).body)).toEqual([0, 0, 1]);
  });
});

describe("an import", () => {
  it("saves nothing in a dry run, and returns the result of the import", async () => {
    const ada = await api.signUp();
    const preview = await send(ada, "?format=toggl&dry_run=true", TOGGL);
    expect(await times(ada)).toEqual([]);
    expect((await api.call<object[]>("GET", "/projects", { token: ada.access })).body).toEqual([]);
    const done = await send(ada, "?format=toggl", TOGGL);
    expect(preview.body).toEqual({ ...done.body, dry_run: true, import_id: null });
    expect(done.body.sample).toMatchObject([
      {
        row: 2,
        started_at: "2024-10-15T12:02:17.000Z",
        client: "Royal Society",
        tags: ["deep work", "日本"],
      },
      { row: 4, project: null },
    ]);
  });

  it("returns the error of each invalid row, and adds the others", async () => {
    const ada = await api.signUp();
    await api.call("PATCH", "/settings/time", { token: ada.access, body: { allow_overlap: false } });
    const file = toggl(
      "2024-01-01,08:00:00,2024-01-01,09:00:00,,good,,",
      "2024-01-01,08:30:00,2024-01-01,09:30:00,,overlaps,New client,New project",
      "2024-01-01,10:00:00,2024-01-01,09:30:00,,ends before it starts,,",
      "2024-02-30,10:00:00,2024-01-01,09:30:00,,no date,,",
      "2024-01-01,10:00:00,2024-01-01,25:00:00,,no time,,",
      "2024-01-01,10:00:00,,,,no end,,",
      "2190-01-01,10:00:00,2190-01-01,11:00:00,,ahead,,",
      `2024-01-01,10:00:00,2024-01-01,11:00:00,,long,${"x".repeat(101)},`,
      "2024-01-01,12:00:00,2024-01-01,13:00:00,,good too,,",
    );
    const { body } = await send(ada, "?format=toggl", file);
    expect([countsOf(body), body.made]).toEqual([[2, 0, 7], made(0, 0, 0, 0)]);
    expect(body.errors).toEqual([
      { row: 3, error: "TIME_CONFLICT", message: "The entry overlaps another time entry." },
      { row: 4, error: "VALIDATION_ERROR", message: "The entry ends before it starts." },
      { row: 5, error: "VALIDATION_ERROR", message: "start: must be a date and time" },
      { row: 6, error: "VALIDATION_ERROR", message: "end: must be a date and time" },
      { row: 7, error: "VALIDATION_ERROR", message: "The entry has no end." },
      { row: 8, error: "VALIDATION_ERROR", message: "The entry ends more than five minutes in the future." },
      { row: 9, error: "VALIDATION_ERROR", message: expect.stringMatching(/^client: /) },
    ]);
    expect(await times(ada)).toHaveLength(2);
    expect((await api.call<object[]>("GET", "/clients", { token: ada.access })).body).toEqual([]);
  });

  it("imports one person's rows of a file with several people", async () => {
    const ada = await api.signUp();
    const file = `${TOGGL}"Eve","eve@example.com","","","","eve's","No","2024-10-18","08:00:00","2024-10-18","09:00:00","01:00:00",""\n`;
    expect(await refusedFor(ada, "?format=toggl", file)).toEqual([422, "query.email"]);
    await send(ada, "?format=toggl&email=EVE@example.com", file);
    expect((await entriesOf(ada)).map(({ description }) => description)).toEqual(["eve's"]);
  });

  it("rejects an email that is not in the file, and names the people in it", async () => {
    const ada = await api.signUp();
    const messageFor = async (query: string, file: string) => {
      const { status, body } = await send(ada, query, file);
      return [status, ...(body.details ?? []).map(({ field, message }) => `${field} ${message}`)];
    };
    const wanted = "?format=toggl&email=unknown@example.com";
    expect(await messageFor(wanted, TOGGL)).toEqual([
      422,
      "query.email must name a person in the file: the file has entries of ada@example.com",
    ]);
    const row = (name: string) =>
      `"${name}","${name}@example.com","","","","","No","2024-10-18","08:00:00","2024-10-18","09:00:00","01:00:00",""\n`;
    expect(await messageFor(wanted, TOGGL + ["b", "c", "d", "e"].map(row).join(""))).toEqual([
      422,
      "query.email must name a person in the file: the file has entries of ada@example.com, b@example.com, c@example.com and 2 more",
    ]);
    expect(await messageFor(wanted, toggl("2024-10-18,08:00:00,2024-10-18,09:00:00,,,,"))).toEqual([
      422,
      "query.email must name a person in the file: the file names no people. Omit this parameter",
    ]);
    expect((await send(ada, wanted, toggl())).body).toMatchObject({ rows: 0, errors: [] });
    expect(await entriesOf(ada)).toEqual([]);
  });

  it("rejects files in another format", async () => {
    const ada = await api.signUp();
    for (const file of ["", "{}", "a,b\n1,2\n", 'Start date,"Start time\n', `${TOGGL}\u0000`])
      expect(await refusedFor(ada, "?format=toggl", file), file).toEqual([422, "body"]);
    expect(await refusedFor(ada, "?format=csv", TOGGL)).toEqual([422, "body"]);
    const many = toggl(...Array(2_001).fill("2024-01-01,08:00:00,2024-01-01,09:00:00,,,,"));
    expect(await refusedFor(ada, "?format=toggl", many)).toEqual([422, "body"]);
    const bytes = await api.call("POST", "/imports?format=toggl", {
      token: ada.access,
      body: TOGGL,
      headers: { "Content-Type": "application/json" },
    });
    expect(bytes.status).toBe(415);
  });

  it("runs in one transaction and one round trip after the guard, also for several statements", async () => {
    const ada = await api.signUp();
    const rows = Array.from(
      { length: 1_500 },
      (_, n) => `2024-01-01,08:00:00,2024-01-01,09:00:00,,entry ${n},C,P`,
    );
    let result: ImportResult | undefined;
    const trips = await api.roundTripsOf(async () => {
      result = (await send(ada, "?format=toggl", toggl(...rows))).body;
    });
    expect([trips, result?.created, result?.made]).toEqual([2, 1_500, made(1, 1, 0, 0)]);
  });
});

describe("the largest import", () => {
  /** Returns a file with the maximum number of rows, each with its own names. */
  const largest = (head: string, rowOf: (n: number) => string) =>
    `${head}\n${Array.from({ length: 2_000 }, (_, n) => rowOf(n)).join("\n")}\n`;
  const times = (n: number) => {
    const iso = (hours: number) => new Date(Date.UTC(2024, 0, 1, hours)).toISOString();
    return `${iso(n)},${iso(n + 1)}`;
  };

  it("creates the records of each row, and is undone, with work proportional to its rows", async () => {
    // Measures work instead of time, which depends on the load of the machine.
    const api = await createTestApi({ DATABASE_TIMEOUT_MS: 60_000 });
    const ada = await api.signUp();
    const file = largest(
      "start,end,client,project,task,tags,description",
      (n) => `${times(n)},Client ${n % 300},Project ${n % 300},Task ${n},Tag ${n},entry ${n}`,
    );
    /** Returns the number of rows that were read, with and without an index, in the tables of records that an import creates. */
    const rowsRead = async () => {
      const { rows } = await api.db.execute<{ read: number }>(sql`
        select pg_stat_force_next_flush()::text, (
          select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 from pg_stat_user_tables
          where relname in ('clients', 'projects', 'tasks', 'tags')) as read`);
      return rows[0]?.read ?? 0;
    };
    await rowsRead();
    const before = await rowsRead();
    const { status, body } = await api.call<ImportResult>("POST", "/imports?format=generic", {
      token: ada.access,
      body: file,
      headers: { "Content-Type": "text/csv" },
    });
    expect([status, ...countsOf(body), body.made]).toEqual([200, 2_000, 0, 0, made(300, 300, 2_000, 2_000)]);
    await rowsRead();
    expect((await rowsRead()) - before).toBeLessThan(50 * 2_000);
    const undone = await api.call<{ removed: number; removed_with_it: object }>(
      "DELETE",
      `/imports/${body.import_id}`,
      { token: ada.access },
    );
    expect(undone.body).toMatchObject({ removed: 2_000, removed_with_it: made(300, 300, 2_000, 2_000) });
  });

  it("succeeds in an account with many imported entries", async () => {
    const ada = await api.signUp();
    await api.db.execute(sql`
      insert into time_entries (owner_id, source, external_id, started_at, ended_at)
      select ${ada.id}, 'generic', 'before ' || n, timestamp '2020-01-01Z' + n * interval '1 hour',
             timestamp '2020-01-01Z' + (n + 1) * interval '1 hour'
      from generate_series(1, 20000) n`);
    const file = largest("start,end,description", (n) => `${times(n)},entry ${n}`);
    const { status, body } = await send(ada, "?format=generic", file);
    expect([status, ...countsOf(body)]).toEqual([200, 2_000, 0, 0]);
    const again = await send(ada, "?format=generic", file);
    expect([again.status, ...countsOf(again.body)]).toEqual([200, 0, 2_000, 0]);
  });

  it("creates as many names as the account can have, and returns the maximum for the other rows", async () => {
    const ada = await api.signUp();
    await api.db.execute(
      sql`insert into tags (owner_id, name) select ${ada.id}, 'old ' || n from generate_series(1, 9999) n`,
    );
    const file = `start,end,tags,client\n${times(0)},new,A\n${times(1)},newer,B\n${times(2)},NEW,A\n${times(3)},old 7,A\n`;
    const { body } = await send(ada, "?format=generic", file);
    expect([countsOf(body), body.made]).toEqual([[3, 0, 1], made(1, 0, 0, 1)]);
    expect(body.errors).toEqual([
      {
        row: 3,
        error: "VALIDATION_ERROR",
        message:
          "An account can have at most 10000 tags, including deleted ones. Rename or restore an existing one.",
      },
    ]);
    const { rows } = await api.db.execute<{ name: string }>(
      sql`select name from clients where owner_id = ${ada.id}`,
    );
    expect(rows.map(({ name }) => name)).toEqual(["A"]);
  });

  it("counts two rows with one id as one in this service's own export", async () => {
    const ada = await api.signUp();
    await api.call("POST", "/time-entries", {
      token: ada.access,
      body: { started_at: "2024-01-01T08:00:00Z", ended_at: "2024-01-01T09:00:00Z" },
    });
    const { text } = await api.call("GET", "/time-entries/export", { token: ada.access });
    const twice = `${text}${text.split("\r\n")[1]}\r\n`;
    expect(countsOf((await send(await api.signUp(), "?format=csv", twice)).body)).toEqual([1, 1, 0]);
  });
});

describe("a file that is too large", () => {
  it.each([
    ["rows", `Start date,Start time\n${"x\n".repeat(2_001)}`, "at most 2000 rows"],
    ["columns", `${",".repeat(200)}Start date,Start time\n`, "at most 200 columns"],
    ["columns in a row", `Start date,Start time\nx${",".repeat(1_000_000)}`, "at most 200 columns"],
  ])("is rejected for its %s, with the maximum", async (_, text, message) => {
    const { status, body } = await api.call<{ details: { field: string; message: string }[] }>(
      "POST",
      "/imports?format=toggl",
      { token: (await api.signUp()).access, body: text, headers: { "Content-Type": "text/csv" } },
    );
    expect(status).toBe(422);
    expect(body.details).toMatchObject([{ field: "body", message: expect.stringContaining(message) }]);
  });

  it("rejects only the rows whose tags are too long", async () => {
    const ada = await api.signUp();
    const long = "a,".repeat(10_000);
    const { status, body } = await send(
      ada,
      "?format=toggl",
      `Start date,Start time,End date,End time,Tags\n2024-01-01,08:00:00,2024-01-01,09:00:00,"${long}"\n2024-01-02,08:00:00,2024-01-02,09:00:00,a\n`,
    );
    expect([status, ...countsOf(body)]).toEqual([200, 1, 0, 1]);
  });
});

describe("this service's own export", () => {
  /** Signs up a user with entries whose texts are hard to escape. */
  async function signUpWithEntries() {
    const ada = await api.signUp();
    const create = async (path: string, body: object) => {
      const answer = await api.call<{ id: string }>("POST", path, { token: ada.access, body });
      expect(answer.status, answer.text).toBe(201);
      return answer.body.id;
    };
    const client_id = await create("/clients", { name: "=1+1" });
    const project_id = await create("/projects", { name: "'=quoted", client_id });
    const task_id = await create("/tasks", { name: '-"task", 2', project_id });
    const tag_ids = [await create("/tags", { name: "a, b\\" }), await create("/tags", { name: "@c" })];
    for (const [hour, description] of Object.entries([
      "=cmd|' /C calc'!A0",
      '👩🏽‍🚀\n"two", lines;\ttab',
      "'tis",
      "＝full",
      "",
    ]))
      await create("/time-entries", {
        project_id,
        task_id,
        tag_ids,
        description,
        kind: "focus",
        planned_seconds: 1500,
        is_billable: true,
        started_at: `2026-01-01T0${hour}:00:00.123Z`,
        ended_at: `2026-01-01T0${hour}:30:00.456Z`,
      });
    return ada;
  }
  const csvOf = async ({ access }: Account) =>
    (await api.call("GET", "/time-entries/export", { token: access })).text;

  it("restores the entries in another account", async () => {
    const [ada, eve] = [await signUpWithEntries(), await api.signUp()];
    const file = await csvOf(ada);
    expect(countsOf((await send(eve, "?format=csv", file)).body)).toEqual([5, 0, 0]);
    expect(await entriesOf(eve)).toEqual(await entriesOf(ada));
    expect(countsOf((await send(eve, "?format=csv", file)).body)).toEqual([0, 5, 0]);
  });

  it("adds nothing in its own account, and no running entry in another", async () => {
    const ada = await signUpWithEntries();
    await api.call("POST", "/time-entries/start", { token: ada.access, body: {} });
    const file = await csvOf(ada);
    expect(countsOf((await send(ada, "?format=csv", file)).body)).toEqual([0, 6, 0]);
    const eve = await api.signUp();
    const { body } = await send(eve, "?format=csv", file);
    expect([countsOf(body), body.errors.map(({ message }) => message)]).toEqual([
      [5, 0, 1],
      ["The entry has no end."],
    ]);
  });

  it("rejects damaged rows", async () => {
    const [ada, eve] = [await signUpWithEntries(), await api.signUp()];
    const file = (await csvOf(ada))
      .replace("2026-01-01T00:00:00.123Z", "yesterday")
      .replace("2026-01-01T01:30:00.456Z", "tomorrow")
      .replace(/\r\n[0-9a-f-]{36},2026-01-01T02/, "\r\nx,2026-01-01T02");
    const { body } = await send(eve, "?format=csv", file);
    expect(countsOf(body)).toEqual([2, 0, 3]);
    expect(body.errors.map(({ message }) => message.split(":")[0])).toEqual(["started_at", "ended_at", "id"]);
  });
});

it("requires the permissions to create all kinds of records", async () => {
  const names = ["time_entries:create", "clients:create", "projects:create", "tasks:create", "tags:create"];
  expect((await send(await api.signUpHolding(...names), "?format=toggl", TOGGL)).status).toBe(200);
  for (const missing of names) {
    const eve = await api.signUpHolding(...names.filter((name) => name !== missing));
    expect((await send(eve, "?format=toggl", TOGGL)).body.error, missing).toBe("PERMISSION_DENIED");
  }
});
