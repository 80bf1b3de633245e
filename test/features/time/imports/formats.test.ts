import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../../../../src/core/security/encoding.ts";
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

const send = ({ access }: Pick<Account, "access">, query: string, body: string, type = "text/csv") =>
  api.call<ImportResult & Refusal>("POST", `/imports?${query}`, {
    token: access,
    body,
    headers: { "Content-Type": type },
  });
/** Imports a file into a new account. Returns the entries that it added, and the errors of the other rows. */
async function read(query: string, body: string, type?: string) {
  const ada = await api.signUp();
  const answer = await send(ada, query, body, type);
  expect(answer.status, answer.text).toBe(200);
  const { text } = await api.call("GET", "/time-entries/export", {
    token: ada.access,
    headers: { Accept: "application/x-ndjson" },
  });
  const entries = text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .map(({ started_at, ended_at, ...entry }) => ({
      ...entry,
      span: `${started_at} ${ended_at}`.replaceAll(".000Z", "Z"),
    }));
  return { entries, errors: answer.body.errors.map(({ row, message }) => [row, message]), ada };
}
const refusedFor = async (query: string, body: string) => {
  const { status, body: answer } = await send(await api.signUp(), query, body);
  return [status, ...(answer.details ?? []).map(({ field }) => field)];
};

const HEAD = "Start date,Start time,End date,End time,Duration,Description,Billable,Project\n";
const NO_LENGTH = "duration: must be a length such as 1:30:00, 1h 30m, 90 min or 1.5";

describe("a file", () => {
  it("rejects rows with bad quotes by their line, and imports the others", async () => {
    const { entries, errors } = await read(
      "format=toggl",
      `${HEAD}\n2025-10-24,08:00:00,2025-10-24,09:00:00,,"5"" pipe" and so on,No,P\n\n2025-10-24,10:00:00,2025-10-24,11:00:00,,fine,No,P\n\n\n2025-10-24,25:00:00,2025-10-24,11:00:00,,bad,No,P\n2025-10-24,12:00:00,2025-10-24,13:00:00,,"never closed,No,P\n`,
    );
    expect(entries.map(({ description }) => description)).toEqual(["fine"]);
    expect(errors).toEqual([
      [3, "quotes: unterminated quote, or text after a closing quote"],
      [8, "start: must be a date and time"],
      [9, "quotes: unterminated quote, or text after a closing quote"],
    ]);
    expect(await refusedFor("format=toggl", `Start date,"Start time\n`)).toEqual([422, "body"]);
  });

  it("rejects only the row that has a cell too many, and the rests of a row with a bad quote", async () => {
    const { entries, errors } = await read(
      "format=generic",
      `start,end,description,user
2026-01-05 08:00,2026-01-05 09:00,"one, quoted",ada
2026-01-06 08:00,2026-01-06 09:00,two, not quoted,ada
2026-01-07 08:00,2026-01-07 09:00,"three" and
more,in "lines",x,y
2026-01-08 08:00,2026-01-08 09:00, "four, with blanks" ,ada,,
2026-01-09 08:00,2026-01-09 09:00,five
`,
    );
    expect(entries.map(({ description }) => description)).toEqual([
      "one, quoted",
      "four, with blanks",
      "five",
    ]);
    expect(errors).toEqual([
      [
        3,
        "columns: the row has more cells than the first row. Put texts that contain the separator in quotes",
      ],
      [4, "quotes: unterminated quote, or text after a closing quote"],
      [5, "start: must be a date and time"],
    ]);
  });

  it("accepts a first line with its separator, as Excel writes it", async () => {
    const { entries, errors } = await read(
      "format=toggl",
      `\uFEFFsep=;\r\n${HEAD.replaceAll(",", ";").trim()}\r\n2025-10-24;9:00 a. m.;2025-10-24;1:30 p. m.;;a, b;No;P\r\n2025-10-24;x;;;;;;\r\n`,
    );
    expect(entries).toMatchObject([
      { description: "a, b", span: "2025-10-24T09:00:00Z 2025-10-24T13:30:00Z" },
    ]);
    expect(errors).toEqual([[4, "start: must be a date and time"]]);
  });

  it("reads lengths in several forms, across a repeated hour and in place of ends, and rejects others", async () => {
    const { entries, errors } = await read(
      "format=toggl&timezone=Europe/Berlin",
      `${HEAD}2025-10-26,02:50:00,2025-10-26,02:10:00,20:00 min,over the fold,No,P
2025-10-27,08:00:00,,,18:25 min,without an end,No,P
2025-10-28,08:00:00,,,1h 30m,in words,No,P
2025-10-29,08:00:00,2025-10-29,09:00:00,an hour,with an end too,No,P
2025-10-30,08:00:00,,,an hour,without,No,P
2025-10-31,08:00:00,,,,with nothing,No,P
`,
    );
    expect(entries.map(({ span }) => span)).toEqual([
      "2025-10-26T00:50:00Z 2025-10-26T01:10:00Z",
      "2025-10-27T07:00:00Z 2025-10-27T07:18:25Z",
      "2025-10-28T07:00:00Z 2025-10-28T08:30:00Z",
    ]);
    expect(errors).toEqual([
      [5, NO_LENGTH],
      [6, NO_LENGTH],
      [7, "The entry has no end."],
    ]);
  });

  it("reads is_billable, and takes it from the project if the cell is empty", async () => {
    const ada = await api.signUp();
    await api.call("POST", "/projects", { token: ada.access, body: { name: "paid", is_billable: true } });
    const row = (hour: number, billable: string) =>
      `2025-10-24,0${hour}:00:00,2025-10-24,0${hour}:30:00,,${hour},${billable},paid\n`;
    const { body } = await send(
      ada,
      "format=toggl",
      HEAD + row(1, "") + row(2, "No") + row(3, "Yes") + row(4, "perhaps") + row(5, "nein") + row(6, "Sí"),
    );
    const { rows } = await api.db.execute(
      sql`select is_billable from time_entries where owner_id = ${ada.id} order by started_at`,
    );
    expect(rows.map(({ is_billable }) => is_billable)).toEqual([true, false, true, false, true]);
    expect(body.errors).toMatchObject([{ row: 5, message: "is_billable: must be yes or no" }]);
  });

  it("adds nothing that an earlier release imported, by the keys of that release", async () => {
    const ada = await api.signUp();
    const keyText = (description: string, seconds: string) =>
      `[{"description":"${description}","client":null,"project":"P","task":null,"tags":[],"kind":"work","is_billable":false,"planned_seconds":null},` +
      `{"local_start":"2025-10-24 08:00:00","local_end":"2025-10-24 09:00:00","seconds":${seconds}},0]`;
    for (const text of [keyText("whole", "3600"), keyText("unread", "null"), keyText("activity", "3600")])
      await api.db.execute(sql`
        insert into time_entries (owner_id, started_at, ended_at, source, external_id)
        values (${ada.id}, '2025-10-24 08:00Z', '2025-10-24 09:00Z', 'clockify', ${await sha256(text)})`);
    const row = (length: string, description: string, activity: string) =>
      `2025-10-24,08:00:00,2025-10-24,09:00:00,${length},${description},P,${activity}\n`;
    const { body } = await send(
      ada,
      "format=clockify",
      `Start date,Start time,End date,End time,Duration (h),Description,Project,Activity\n${row("01:00:00", "whole", "")}${row("60:00 min", "unread", "")}${row("01:00:00", "activity", "Design")}${row("01:00:00", "activity", "Talk")}`,
    );
    expect([body.created, body.duplicates, body.errors]).toEqual([1, 3, []]);
    const otherwise = `Start date,Start time,End date,End time,Duration (h),Description,Project\n2025-10-24,8:00 AM,2025-10-24,9:00 AM,1.0,whole,P\n2025-10-24,08:00:00.000,2025-10-24,09:00,01:00:00,unread,P\n`;
    expect((await send(ada, "format=clockify", otherwise)).body).toMatchObject({ created: 0, duplicates: 2 });
  });
});

/** Exports as their programs write them, and the entries that each becomes. */
const EXPORTS: Record<string, { query?: string; file: string; type?: string; entries: object[] }> = {
  clockify: {
    file: `"Project","Client","Description","Activity","User","Email","Tags","Billable","Start Date","Start Time","End Date","End Time","Duration (h)","Duration (decimal)"
"Engine","Royal Society","Working","Note G","Ada","ada@example.com","a, b","Yes","03/25/2024","9:00 p. m.","03/25/2024","11:30 p. m.","02:30:00","2.50"
`,
    entries: [
      {
        span: "2024-03-25T21:00:00Z 2024-03-25T23:30:00Z",
        project: "Engine",
        client: "Royal Society",
        task: "Note G",
        tags: ["a", "b"],
        is_billable: true,
      },
    ],
  },
  harvest: {
    query: "&timezone=Europe/Berlin",
    file: `Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,Approved?,First Name,Last Name,Employee Id,Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL
26.01.2026,Royal Society,Engine,RS-1,Design,Kick-off,"7,5","7,5",Yes,No,No,Ada,Lovelace,,,Yes,100,750,0,0,EUR,
26.01.2026,Royal Society,Engine,RS-1,Design,,0:30,"0,5",No,No,No,Ada,Lovelace,,,Yes,100,50,0,0,EUR,
27.01.2026,Royal Society,Engine,RS-1,Talk,,2,2,Yes,No,No,Ada,Lovelace,,,Yes,100,200,0,0,EUR,
`,
    entries: [
      {
        span: "2026-01-25T23:00:00Z 2026-01-26T06:30:00Z",
        client: "Royal Society",
        project: "Engine",
        task: "Design",
        description: "Kick-off",
        is_billable: true,
      },
      { span: "2026-01-26T06:30:00Z 2026-01-26T07:00:00Z", is_billable: false },
      { span: "2026-01-26T23:00:00Z 2026-01-27T01:00:00Z", task: "Talk" },
    ],
  },
  kimai: {
    file: `"Date","From","To","Duration","Rate","User","Customer","Project","Activity","Description","Exported","Tags","Hourly rate","Fixed rate"
"2026-05-04","15:50","17:51","7260","231.92","ada@example.com","Royal Society","Engine","Testing","some work","0","demo,test","115",""
"2026-05-04","23:30","00:30","1:00","50","ada@example.com","Royal Society","Engine","Testing","over midnight","0","","50",""
"2026-05-05","08:00","","1.50","50","ada@example.com","","","","no end","0","","50",""
`,
    entries: [
      {
        span: "2026-05-04T15:50:00Z 2026-05-04T17:51:00Z",
        client: "Royal Society",
        project: "Engine",
        task: "Testing",
        tags: ["demo", "test"],
      },
      { span: "2026-05-04T23:30:00Z 2026-05-05T00:30:00Z" },
      { span: "2026-05-05T08:00:00Z 2026-05-05T09:30:00Z", project: null, task: null },
    ],
  },
  timing: {
    file: `"Project","Title","Notes","Start Date","End Date","Duration","Billing Status"
"Engine ▸ Notes","Note G","with numbers","2026-05-04 15:50:00 +0200","2026-05-04 17:51:00 +0200","2:01:00","Billable"
"Engine","Talk","","2026-05-05T08:00:00+02:00","","5400","Not Billable"
`,
    entries: [
      {
        span: "2026-05-04T13:50:00Z 2026-05-04T15:51:00Z",
        project: "Engine ▸ Notes",
        description: "Note G\nwith numbers",
        is_billable: true,
      },
      { span: "2026-05-05T06:00:00Z 2026-05-05T07:30:00Z", description: "Talk", is_billable: false },
    ],
  },
  watson: {
    query: "&timezone=Europe/Berlin",
    file: `id,start,stop,project,tags
a96fcde,2026-04-17 09:15,2026-04-17 09:43,hubble,"lens, camera, transmission"
5e91316,2026-04-17 10:19:05,2026-04-17 12:59:10,voyager1,
`,
    entries: [
      {
        span: "2026-04-17T07:15:00Z 2026-04-17T07:43:00Z",
        project: "hubble",
        tags: ["camera", "lens", "transmission"],
      },
      { span: "2026-04-17T08:19:05Z 2026-04-17T10:59:10Z", project: "voyager1", tags: [] },
    ],
  },
  solidtime: {
    file: `Description,Task,Project,Client,User,Start,End,Duration,"Duration (decimal)",Billable,Tags
Working,Note G,Engine,Royal Society,Ada,2026-05-04 15:50:00,2026-05-04 17:51:00,2:01:00,2.0166666666667,Yes,"a, b"
`,
    entries: [
      {
        span: "2026-05-04T15:50:00Z 2026-05-04T17:51:00Z",
        project: "Engine",
        task: "Note G",
        client: "Royal Society",
        tags: ["a", "b"],
        is_billable: true,
      },
    ],
  },
  timewarrior: {
    type: "application/json",
    file: `[
{"id":2,"start":"20260504T155000Z","end":"20260504T175100Z","tags":["Engine","deep, work"],"annotation":"notes"},
{"id":1,"start":"20260505T080000Z","end":"20260505T090000Z"}
]
`,
    entries: [
      {
        span: "2026-05-04T15:50:00Z 2026-05-04T17:51:00Z",
        tags: ["deep, work", "Engine"],
        description: "notes",
      },
      { span: "2026-05-05T08:00:00Z 2026-05-05T09:00:00Z", tags: [], description: "" },
    ],
  },
  generic: {
    query: "&timezone=Europe/Berlin",
    file: `start,end,duration,project,task,client,tags,description,billable,user
2026-05-04T15:50:00Z,2026-05-04T17:51:00Z,,Engine,Note G,Royal Society,"a,b",in UTC,yes,ada
2026-05-05 08:00,2026-05-05 09:30,,,,,,local,no,ada
"25/05/2026, 8:00 AM",,90,,,,,without an end,,ada
2026-05-26,,1.5,,,,,of a day,,ada
`,
    entries: [
      {
        span: "2026-05-04T15:50:00Z 2026-05-04T17:51:00Z",
        project: "Engine",
        task: "Note G",
        client: "Royal Society",
        tags: ["a", "b"],
        is_billable: true,
      },
      { span: "2026-05-05T06:00:00Z 2026-05-05T07:30:00Z", description: "local", is_billable: false },
      { span: "2026-05-25T06:00:00Z 2026-05-25T07:30:00Z" },
      { span: "2026-05-25T22:00:00Z 2026-05-25T23:30:00Z", description: "of a day" },
    ],
  },
};

describe("an export of current Kimai", () => {
  const KIMAI = `Date,From,To,Duration,Break,Currency,Price,Name,User,Email,Customer,Project,Activity,Description,Billable,Tags,Type
`;

  it("has lengths in hours, and entries without their breaks", async () => {
    const { entries, errors } = await read(
      "format=kimai",
      `${KIMAI}2026-05-04,09:00,17:00,7.5,0.5,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,with a break,1,"a, b",work
2026-05-05,09:00,17:00,8,0,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,whole,1,,work
2026-05-06,09:00,09:00,20,0,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,of seconds,1,,work
2026-05-07,09:00,,2,,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,without an end,1,,work
2026-05-08,09:00,17:00,7.5,0,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,contradicts,1,,work
`,
    );
    expect(entries.map(({ span }) => span)).toEqual([
      "2026-05-04T09:00:00Z 2026-05-04T16:30:00Z",
      "2026-05-05T09:00:00Z 2026-05-05T17:00:00Z",
      "2026-05-06T09:00:00Z 2026-05-06T09:00:00Z",
      "2026-05-07T09:00:00Z 2026-05-07T11:00:00Z",
    ]);
    expect(errors.map(([row]) => row)).toEqual([6]);
  });

  it("rejects rows whose length and break differ from the time between start and end", async () => {
    const row = (from: string, to: string, length: string) =>
      `2026-03-28,${from},${to},${length},0.5,EUR,0,Ada,ada,ada@example.com,RS,Engine,Test,x,1,,work\n`;
    const { entries, errors } = await read(
      "format=kimai&timezone=Europe/Berlin",
      KIMAI +
        ["12", "7", "8", "0"].map((length) => row("09:00", "17:00", length)).join("") +
        row("22:00", "00:10", "1:40") +
        row("20:00", "04:00", "6:30"),
    );
    // Clocks are put forward in the second night.
    expect(entries.map(({ span }) => span)).toEqual([
      "2026-03-28T19:00:00Z 2026-03-29T01:30:00Z",
      "2026-03-28T21:00:00Z 2026-03-28T22:40:00Z",
    ]);
    expect(errors.map(([row]) => row)).toEqual([2, 3, 4, 5]);
  });
});

it("reads a length without a unit in the unit that fits the start and end", async () => {
  const row = (hour: number, length: string) => `2026-05-04 0${hour}:00,2026-05-04 0${hour}:45,${length}\n`;
  const { entries, errors } = await read(
    "format=generic",
    `start,end,duration\n${row(1, "45")}${row(2, "0.75")}${row(3, "2700")}${row(4, "8")}`,
  );
  expect(entries).toHaveLength(3);
  expect(errors.map(([row]) => row)).toEqual([5]);
});

it("reads a length without a unit in the unit that fits either reading of a repeated or skipped hour", async () => {
  const { entries, errors } = await read(
    "format=generic&timezone=Europe/Berlin",
    `start,end,duration
2025-10-26 02:45,2025-10-26 02:15,30
2025-10-25 02:15,2025-10-25 02:30,15
2026-03-29 01:59,2026-03-29 03:01,2
`,
  );
  expect(errors).toEqual([]);
  expect(entries.map(({ span }) => span).sort()).toEqual([
    "2025-10-25T00:15:00Z 2025-10-25T00:30:00Z",
    "2025-10-26T00:45:00Z 2025-10-26T01:15:00Z",
    "2026-03-29T00:59:00Z 2026-03-29T01:01:00Z",
  ]);
});

it.each([
  ["2025-10-26 02:30", "2025-10-26 02:45", "75", "2025-10-26T00:30:00Z 2025-10-26T01:45:00Z"],
  ["2025-10-26 02:45", "02:15", "30", "2025-10-26T00:45:00Z 2025-10-26T01:15:00Z"],
  ["2025-10-26 02:45", "02:15", "23.5", "2025-10-26T01:45:00Z 2025-10-27T01:15:00Z"],
  ["2025-10-26 01:30", "02:15", "105", "2025-10-25T23:30:00Z 2025-10-26T01:15:00Z"],
  ["2025-10-26 02:30", "2025-10-26 02:45", "15", "2025-10-26T01:30:00Z 2025-10-26T01:45:00Z"],
])("reads %s to %s with %s on the day when clocks are put back", async (start, end, length, span) => {
  const { entries, errors } = await read(
    "format=generic&timezone=Europe/Berlin",
    `start,end,duration\n${start},${end},${length}\n`,
  );
  expect(errors).toEqual([]);
  expect(entries.map((entry) => entry.span)).toEqual([span]);
});

it("imports Clockify's breaks as breaks, and recognizes those that an earlier release imported as work", async () => {
  const { ada } = await read(
    "format=clockify",
    `Description,Type,Start Date,Start Time,End Date,End Time,Duration (h)\nLunch,Break,2025-10-24,12:00,2025-10-24,12:30,0:30\nWork,Regular,2025-10-24,13:00,2025-10-24,14:00,1:00\n`,
  );
  const { rows } = await api.db.execute<{ kind: string }>(
    sql`select kind from time_entries where owner_id = ${ada.id} order by started_at`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(["break", "work"]);
  const before =
    "Description,Start Date,Start Time,End Date,End Time,Duration (h)\nLunch,2025-10-24,12:00,2025-10-24,12:30,0:30\n";
  expect((await send(ada, "format=clockify", before)).body).toMatchObject({ created: 0, duplicates: 1 });
});

describe.each(Object.entries(EXPORTS))(
  "an export of the format %s",
  (format, { query = "", file, type, entries }) => {
    it("becomes entries, and adds nothing when imported again", async () => {
      const first = await read(`format=${format}${query}`, file, type);
      expect(first.errors).toEqual([]);
      expect(first.entries).toMatchObject(entries);
      expect(first.entries).toHaveLength(entries.length);
      const again = await send(first.ada, `format=${format}${query}`, file, type);
      expect([again.body.created, again.body.duplicates]).toEqual([0, entries.length]);
    });

    it("is rejected as another format", async () => {
      const other = format === "timewarrior" ? EXPORTS.watson : EXPORTS.timewarrior;
      expect(await refusedFor(`format=${format}`, other?.file ?? "")).toEqual([422, "body"]);
    });
  },
);

describe("columns with other names", () => {
  const FILE = `Begin,"Finish, at",Minutes,Kunde: wer,Text,Project\n2026-05-04 08:00,2026-05-04 09:00,60,Royal Society,x,P\n2026-05-05 08:00,,45,,y,\n`;

  it("maps columns by name, and reads the unit of lengths from it", async () => {
    const columns = encodeURIComponent(
      "start:Begin, end:Finish, at,duration:minutes,client:Kunde: wer,description:TEXT",
    );
    const { entries, errors } = await read(`format=generic&columns=${columns}`, FILE);
    expect(errors).toEqual([]);
    expect(entries).toMatchObject([
      { span: "2026-05-04T08:00:00Z 2026-05-04T09:00:00Z", client: "Royal Society", description: "x" },
      { span: "2026-05-05T08:00:00Z 2026-05-05T08:45:00Z", client: null, description: "y" },
    ]);
  });

  it.each([
    ["format=generic&columns=start:Start", "query.columns"],
    ["format=generic&columns=begin:Begin", "query.columns"],
    ["format=generic&columns=start:", "query.columns"],
    ["format=generic&columns=", "query.columns"],
    ["format=csv&columns=start:Begin", "query.columns"],
    ["format=generic", "body"],
  ])("rejects %s", async (query, field) => {
    expect(await refusedFor(query, FILE)).toEqual([422, field]);
  });

  it("finds columns and people by names in either normalization form", async () => {
    const row = (day: number, name: string) => `2026-05-0${day} 08:00,2026-05-0${day} 09:00,${name}\n`;
    const file = `${"Début".normalize("NFD")},Fin,Employé\n${row(4, "Zoë")}${row(5, "Zoë".normalize("NFD"))}${row(6, "Eve")}`;
    const columns = encodeURIComponent(`start:Début,end:Fin,user:${"Employé".normalize("NFD")}`);
    const { entries, errors } = await read(
      `format=generic&columns=${columns}&email=${encodeURIComponent("zoë")}`,
      file,
    );
    expect([entries.length, errors]).toEqual([2, []]);
  });

  it("supports separate dates and times, and the owner of an entry", async () => {
    const file = "Day,From,To,Who\n2026-05-04,22:00,01:00,ada\n2026-05-05,8:00,9:00,eve\n";
    const columns = "start_date:Day,start_time:From,end_time:To,user:Who";
    expect(await refusedFor(`format=generic&columns=${columns}`, file)).toEqual([422, "query.email"]);
    const { entries } = await read(`format=generic&columns=${columns}&email=ADA`, file);
    expect(entries).toMatchObject([{ span: "2026-05-04T22:00:00Z 2026-05-05T01:00:00Z" }]);
  });
});

describe("entries with only a day", () => {
  const FULL = "start: has no time of day, and no free time on that day is long enough";
  const file = (...rows: [hours: string, notes: string, day?: string][]) =>
    `Date,Hours,Notes\n${rows.map(([hours, notes, day = "2026-05-04"]) => `${day},${hours},${notes}`).join("\n")}\n`;
  const spansOf = async ({ id }: Account) => {
    const { rows } = await api.db.execute<{ span: string }>(sql`
      select to_char(started_at at time zone 'UTC', 'DD HH24:MI') || '-' || to_char(ended_at at time zone 'UTC', 'DD HH24:MI') as span
      from time_entries where owner_id = ${id} and not is_deleted order by started_at, ended_at`);
    return rows.map(({ span }) => span);
  };

  it("fills the day from midnight until it is full, and recognizes the rows again", async () => {
    const rows = file(["20", "0"], ["4", "1"], ["1", "2"]);
    const { ada, errors } = await read("format=harvest", rows);
    expect(errors).toEqual([[4, FULL]]);
    const { body } = await send(ada, "format=harvest", rows);
    expect([body.created, body.duplicates, body.failed]).toEqual([0, 2, 1]);
  });

  it("rejects lengths that do not fit into the rest of the day", async () => {
    const { ada, errors } = await read(
      "format=harvest",
      file(["20", "0"], ["8", "1"], ["25", "2", "2026-05-05"], ["2", "3"]),
    );
    expect(errors.map(([row]) => row)).toEqual([3, 4]);
    expect(await spansOf(ada)).toEqual(["04 00:00-04 20:00", "04 20:00-04 22:00"]);
  });

  it.each([true, false])(
    "fills the free time between other entries if overlap is allowed: %s [IMPORT-3]",
    async (allow_overlap) => {
      const ada = await api.signUp();
      await api.call("PATCH", "/settings/time", { token: ada.access, body: { allow_overlap } });
      for (const [started_at, ended_at] of [
        ["2026-05-03T22:00:00Z", "2026-05-04T01:00:00Z"],
        ["2026-05-04T04:00:00Z", "2026-05-04T12:00:00Z"],
      ])
        await api.call("POST", "/time-entries", { token: ada.access, body: { started_at, ended_at } });
      const first = file(["2", "a"], ["3", "b"]);
      expect((await send(ada, "format=harvest", first)).body).toMatchObject({ created: 2, failed: 0 });
      const longer = file(["2", "a"], ["3", "b"], ["1", "c"], ["4", "d"]);
      expect((await send(ada, "format=harvest", longer)).body).toMatchObject({
        created: 2,
        duplicates: 2,
        failed: 0,
      });
      expect((await send(ada, "format=harvest", longer)).body).toMatchObject({ created: 0, duplicates: 4 });
      expect(await spansOf(ada)).toEqual([
        "03 22:00-04 01:00",
        "04 01:00-04 03:00",
        "04 03:00-04 04:00",
        "04 04:00-04 12:00",
        "04 12:00-04 15:00",
        "04 15:00-04 19:00",
      ]);
    },
  );

  it("places them after entries of the file that have a time, in any order of rows", async () => {
    const rows =
      "Date,Started at,Ended at,Hours\n2026-05-04,,,9\n2026-05-04,9:00am,10:00am,1\n2026-05-04,12:00am,1:00am,1\n";
    const { ada, errors } = await read("format=harvest", rows);
    expect(errors).toEqual([]);
    expect(await spansOf(ada)).toEqual(["04 00:00-04 01:00", "04 09:00-04 10:00", "04 10:00-04 19:00"]);
  });

  it.each([
    ["put forward", "2026-03-29", "28 23:00-29 00:30", "29 00:30-29 02:00", 23],
    ["put back", "2026-10-25", "24 22:00-24 23:30", "24 23:30-25 01:00", 25],
  ])(
    "fills a day on which clocks are %s, without overlap [IMPORT-4]",
    async (_, day, first, second, hours) => {
      const rows = (last: string) => file(["1.5", "a", day], ["1.5", "b", day], [last, "c", day]);
      const { ada, errors } = await read("format=harvest&timezone=Europe/Berlin", rows(`${hours - 3}`));
      expect(errors).toEqual([]);
      expect((await spansOf(ada)).slice(0, 2)).toEqual([first, second]);
      expect((await read("format=harvest&timezone=Europe/Berlin", rows(`${hours - 2.5}`))).errors).toEqual([
        [4, FULL],
      ]);
    },
  );

  it("accepts an end on the same day, and rejects others", async () => {
    const { ada, errors } = await read(
      "format=generic",
      "start,end,duration\n2026-05-04,2026-05-04,2h\n2026-05-04,2026-05-05,3h\n2026-05-04,soon,4h\n",
    );
    expect(errors).toEqual([
      [
        3,
        "end: must be on the same day as the start, because both have no time of day. Split the row by days",
      ],
      [4, "end: must be a date and time"],
    ]);
    expect(await spansOf(ada)).toEqual(["04 00:00-04 02:00"]);
  });

  it("rejects a row without a length", async () => {
    const { errors } = await read("format=harvest", "Date,Hours\n2026-05-04,\n");
    expect(errors).toEqual([[2, "start: must have a time of day, because the row has no length"]]);
  });
});

describe("a length next to a start and an end", () => {
  const contradicts = (says: string, is: string) =>
    `duration: is ${says}, but the time from start to end is ${is}. Correct one of them, or omit the duration column.`;

  it("decides between two readings if the end has no day, and clocks were put back [IMPORT-1]", async () => {
    const rows = [
      ["2025-10-26", "02:50", "02:10", "0.33"],
      ["2025-10-26", "02:30", "02:30", "1.00"],
      ["2025-10-25", "23:00", "02:30", "4.50"],
      ["2025-10-27", "08:00", "08:00", "24.00"],
      ["2025-10-26", "02:40", "02:20", ""],
    ].map((cells) => cells.join(","));
    const { entries, errors } = await read(
      "format=harvest&timezone=Europe/Berlin",
      `Date,Started at,Ended at,Hours\n${rows.join("\n")}\n`,
    );
    expect(errors).toEqual([]);
    expect(entries.map(({ span }) => span)).toEqual([
      "2025-10-25T21:00:00Z 2025-10-26T01:30:00Z",
      "2025-10-26T00:30:00Z 2025-10-26T01:30:00Z",
      "2025-10-26T00:40:00Z 2025-10-26T01:20:00Z",
      "2025-10-26T00:50:00Z 2025-10-26T01:10:00Z",
      "2025-10-27T07:00:00Z 2025-10-28T07:00:00Z",
    ]);
  });

  it("rejects a row that it contradicts, with both lengths [IMPORT-2]", async () => {
    const { entries, errors } = await read(
      "format=toggl&timezone=Europe/Berlin",
      `${HEAD}2025-10-24,08:00:00,2025-10-24,09:00:00,0:45:00,a quarter less,No,P
2026-03-29,02:00:00,2026-03-29,03:00:00,1:00:00,in the skipped hour,No,P
2025-10-24,23:00:00,2025-10-24,22:00:00,23:00:00,of the wrong day,No,P
2025-10-24,10:00,2025-10-24,10:45,0:45:59,to the minute,No,P
2025-10-24,11:00:00,2025-10-24,12:00:00,26:00:00,too long,No,P
`,
    );
    expect(entries.map(({ span }) => span)).toEqual(["2025-10-24T08:00:00Z 2025-10-24T08:45:00Z"]);
    expect(errors).toEqual([
      [2, contradicts("0:45:00", "1:00:00")],
      [3, contradicts("1:00:00", "0:00:00")],
      [4, "The entry ends before it starts."],
      [6, contradicts("26:00:00", "1:00:00")],
    ]);
  });

  it("rejects contradictions between instants, too", async () => {
    const { errors } = await read(
      "format=timing",
      `Start Date,End Date,Duration\n2026-05-04 15:50:00 +0200,2026-05-04 17:51:00 +0200,3:01:00\n`,
    );
    expect(errors).toEqual([[2, contradicts("3:01:00", "2:01:00")]]);
  });
});

it("rejects more intervals of Timewarrior than rows, and an export that is not a list", async () => {
  const interval = { start: "20260504T155000Z", end: "20260504T175100Z" };
  expect(await refusedFor("format=timewarrior", JSON.stringify(Array(2_001).fill(interval)))).toEqual([
    422,
    "body",
  ]);
  for (const file of ["{}", "x", '"x"', "[".repeat(100_000), ""])
    expect(await refusedFor("format=timewarrior", file)).toEqual([422, "body"]);
  const { errors } = await read(
    "format=timewarrior",
    `[1, null, {"start": 1}, {"start": "x"}, {"start": "20260504T155000Z"}]`,
  );
  expect(errors.map(([row]) => row)).toEqual([1, 2, 3, 4, 5]);
});

describe("a row that is imported again in another form", () => {
  const HEAD = "Start date,Start time,End date,End time,Duration (h),Tags\n";
  const countsAfter = async (ada: Account, format: string, file: string) => {
    const { created, duplicates, errors } = (await send(ada, `format=${format}`, file)).body;
    return [created, duplicates, errors];
  };

  it("adds nothing for other forms of its length and times", async () => {
    const { ada } = await read(
      "format=clockify",
      `${HEAD}2025-10-24,08:00:00,2025-10-24,09:00:00,01:00:00,"a, b"\n`,
    );
    for (const row of [
      "2025-10-24,08:00:00,2025-10-24,09:00:00,1:00,",
      "2025-10-24,08:00:00,2025-10-24,09:00:00,1h,",
      "2025-10-24,08:00:00,2025-10-24,09:00:00,60 min,",
      "2025-10-24,08:00:00,2025-10-24,09:00:00,PT1H,",
      "2025-10-24,08:00:00,2025-10-24,09:00:00,1.0,",
      '2025-10-24,08:00:00,2025-10-24,09:00:00,"1,0",',
      "2025-10-24,08:00:00,2025-10-24,09:00:00,,",
      "24.10.2025,8:00,24.10.2025,9:00,1:00,",
      "2025-10-24,8:00 AM,,9:00 AM,1:00:00,",
      "2025-10-24,08:00:00.000,2025-10-24,09:00:00.0,01:00:00,",
    ])
      expect(await countsAfter(ada, "clockify", `${HEAD}${row}"b,a"\n`), row).toEqual([0, 1, []]);
  });

  it("adds nothing for other line ends, also after an import by an earlier release", async () => {
    const row = `2026-03-02 08:00,2026-03-02 09:30,"two\nlines"\n`;
    const forms = ["\n", "\r\n", "\r"].map((end) => `start,end,description\n${row}`.replaceAll("\n", end));
    for (const first of forms) {
      const { ada } = await read("format=generic", first);
      for (const form of forms) expect(await countsAfter(ada, "generic", form)).toEqual([0, 1, []]);
    }
    for (const text of ["two\\nlines", "two\\r\\nlines"]) {
      const ada = await api.signUp();
      const keyText =
        `[{"description":"${text}","client":null,"project":null,"task":null,"tags":[],"kind":"work","is_billable":false,"planned_seconds":null},` +
        `{"local_start":"2026-03-02 08:00:00","local_end":"2026-03-02 09:30:00","seconds":5400},0]`;
      await api.db.execute(sql`
        insert into time_entries (owner_id, started_at, ended_at, source, external_id)
        values (${ada.id}, '2026-03-02 08:00Z', '2026-03-02 09:30Z', 'generic', ${await sha256(keyText)})`);
      for (const form of forms.slice(0, 2))
        expect(await countsAfter(ada, "generic", form), text).toEqual([0, 1, []]);
    }
  });

  it("adds nothing for other forms of its instants", async () => {
    const { ada } = await read(
      "format=generic",
      "start,end,duration\n2025-10-24T08:00:00Z,2025-10-24T09:00:00Z,1:00:00\n",
    );
    for (const row of [
      "2025-10-24T08:00:00Z,2025-10-24T09:00:00Z,60",
      "2025-10-24T10:00:00+02:00,2025-10-24T09:00:00.000Z,1h",
      "2025-10-24 08:00:00.0Z,,1:00",
    ])
      expect(await countsAfter(ada, "generic", `start,end,duration\n${row}\n`), row).toEqual([0, 1, []]);
  });

  it("adds nothing for local times with a length in place of an end, or with an end again", async () => {
    const [ended, unended] = ["2026-03-02 08:00,2026-03-02 09:30,1:30\n", "2026-03-02 08:00:00.0,,90 min\n"];
    for (const [first, second] of [
      [ended, unended],
      [unended, ended],
    ]) {
      const { ada } = await read("format=generic", `start,end,duration\n${first}`);
      expect(await countsAfter(ada, "generic", `start,end,duration\n${second}`)).toEqual([0, 1, []]);
      expect(await countsAfter(ada, "generic", `start,end,duration\n${first}`)).toEqual([0, 1, []]);
    }
    const { ada } = await read("format=generic", `start,end,duration\n${ended}`);
    expect(await countsAfter(ada, "generic", "start,end,duration\n2026-03-02 10:00,,1:30\n")).toEqual([
      1,
      0,
      [],
    ]);
  });

  it.each(["2026-03-02 08:00,,1:30", "2026-03-02 08:00,2026-03-02 09:30,1:30"])(
    "adds nothing for %s, which an earlier release imported without its end",
    async (row) => {
      const ada = await api.signUp();
      const keyText =
        `[{"description":"","client":null,"project":null,"task":null,"tags":["a","b"],"kind":"work","is_billable":false,"planned_seconds":null},` +
        `{"local_start":"2026-03-02 08:00:00","local_end":null,"seconds":5400},0]`;
      await api.db.execute(sql`
        insert into time_entries (owner_id, started_at, ended_at, source, external_id)
        values (${ada.id}, '2026-03-02 08:00Z', '2026-03-02 09:30Z', 'generic', ${await sha256(keyText)})`);
      const file = `start,end,duration,tags\n${row},"b,a"\n`;
      expect(await countsAfter(ada, "generic", file)).toEqual([0, 1, []]);
    },
  );

  it("counts twice if a file has it in two forms", async () => {
    const [one, other] = [
      "2025-10-24,08:00:00,2025-10-24,09:00:00,1:00,\n",
      "2025-10-24,08:00:00,2025-10-24,09:00:00,01:00:00,\n",
    ];
    const { ada, entries } = await read("format=toggl", `${HEAD}${one}${other}`);
    expect(entries).toHaveLength(2);
    expect(await countsAfter(ada, "toggl", `${HEAD}${other}${one}`)).toEqual([0, 2, []]);
    expect(await countsAfter(ada, "toggl", `${HEAD}${one}${one}${one}`)).toEqual([1, 2, []]);
  });

  it("adds another entry for a longer length between repeated local times", async () => {
    const row = (length: string) => `2026-10-25,02:30:00,2026-10-25,02:40:00,${length},\n`;
    const { ada } = await read("format=toggl&timezone=Europe/Berlin", HEAD + row("0:10"));
    expect(await countsAfter(ada, "toggl&timezone=Europe/Berlin", HEAD + row("1:10"))).toEqual([1, 0, []]);
    expect(
      await countsAfter(ada, "toggl&timezone=Europe/Berlin", HEAD + row("00:10:00") + row("1h 10m")),
    ).toEqual([0, 2, []]);
  });
});
