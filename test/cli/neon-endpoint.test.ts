import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { NeonDbError, NeonQueryFunction } from "@neondatabase/serverless";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { type NeonEndpoint, serveNeonEndpoint } from "../../src/cli/local/neon-endpoint.ts";
import { openPglite, pgliteBackend } from "../../src/cli/local/pglite-backend.ts";
import { connectPostgres } from "../../src/cli/local/postgres-backend.ts";
import type { SqlBackend } from "../../src/cli/local/sql-backend.ts";
import { loadLocalDriver } from "../support/neon-driver.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const PASSWORD = "p@ss/w:rd";
const AS_TEXT = { types: { getTypeParser: () => (text: string) => text } };

const { neon } = await loadLocalDriver();

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** Returns Neon's own driver for the endpoint. */
function driverFor({ port }: NeonEndpoint, password = PASSWORD): NeonQueryFunction<false, true> {
  const url = `postgres://anyone:${encodeURIComponent(password)}@127.0.0.1:${port}/any`;
  return neon(url, { fullResults: true });
}

/** Returns the error that Neon's driver throws for a query. */
async function failureOf(query: Promise<unknown>): Promise<NeonDbError> {
  return query.then(
    () => expect.unreachable("it succeeded"),
    (error) => error,
  );
}

/** Selects the texts of a connection's prepared statements. */
const PREPARED = "select statement from pg_prepared_statements where not from_sql order by statement";

const kinds: [string, () => Promise<SqlBackend>][] = [
  ["PGlite", async () => pgliteBackend(await openPglite(undefined))],
  ["PostgreSQL", async () => connectPostgres(postgres.url)],
];

describe.each(kinds)("Neon's driver on %s", (_, openBackend) => {
  let backend: SqlBackend;
  let endpoint: NeonEndpoint;
  let sql: NeonQueryFunction<false, true>;

  beforeAll(async () => {
    backend = await openBackend();
    endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    sql = driverFor(endpoint);
    await sql`create table people (id int primary key, name text not null, age int check (age > 0))`;
    await sql`create unique index people_name on people (lower(name))`;
  });
  afterAll(async () => {
    await endpoint.close();
    await backend.close();
  });

  it.each([
    ["text", `é"'\\ 😀\n{x}`, `é"'\\ 😀\n{x}`],
    ["text", "", ""],
    ["int4", "-2147483648", "-2147483648"],
    ["int8", "9223372036854775807", "9223372036854775807"],
    ["numeric", "12345678901234567890.1234567890", "12345678901234567890.1234567890"],
    ["float8", "0.1", "0.1"],
    ["bool", "true", "t"],
    ["timestamptz", "2026-11-23T14:00:00.123456+02:00", "2026-11-23 12:00:00.123456+00"],
    ["timestamp", "2026-11-23 12:00:00", "2026-11-23 12:00:00"],
    ["date", "2026-11-23", "2026-11-23"],
    ["interval", "26 hours 3 seconds", "26:00:03"],
    ["jsonb", `{"b":[1,null,"é"],"a":1.10}`, `{"a": 1.10, "b": [1, null, "é"]}`],
    ["json", `{"b" : 1}`, `{"b" : 1}`],
    ["uuid", "0191E3A8-0000-7000-8000-00000000000A", "0191e3a8-0000-7000-8000-00000000000a"],
    ["bytea", "\\x00ff10", "\\x00ff10"],
    ["text[]", `{a,"b, c","",NULL,"\\"}"}`, `{a,"b, c","",NULL,"\\"}"}`],
    ["int4[]", "{{1,2},{3,4}}", "{{1,2},{3,4}}"],
    ["jsonb", null, null],
  ])("passes %s through as text: %s", async (type, given, expected) => {
    const { rows, fields } = await sql.query(`select $1::${type} as value`, [given], AS_TEXT);
    expect(rows).toEqual([{ value: expected }]);
    const [oid] = (await sql.query("select $1::regtype::oid::int as oid", [type])).rows;
    expect(fields[0]?.dataTypeID).toBe(oid?.oid);
  });

  it("lets the driver convert values to its types", async () => {
    const values = [1, true, new Date(0), { a: [1] }, ["x", "y"], null, Buffer.from([0, 255])];
    const types = ["int", "bool", "timestamptz", "jsonb", "text[]", "text", "bytea"];
    const columns = types.map((type, index) => `$${index + 1}::${type} as c${index}`);
    const { rows } = await sql.query(`select ${columns}`, values);
    expect(Object.values(rows[0] ?? {})).toEqual(values);
  });

  it("returns the command, the number of rows and the columns", async () => {
    const inserted = await sql`insert into people values (1, 'Ann', 30), (2, 'Bob', 40) returning id, name`;
    expect(inserted).toMatchObject({
      command: "INSERT",
      rowCount: 2,
      rows: [{ id: 1, name: "Ann" }, { id: 2 }],
    });
    expect(inserted.fields).toMatchObject([
      { name: "id", dataTypeID: 23, dataTypeSize: 4, format: "text" },
      { name: "name", dataTypeID: 25, dataTypeSize: -1, format: "text" },
    ]);
    expect(await sql`update people set age = age + 1`).toMatchObject({
      command: "UPDATE",
      rowCount: 2,
      rows: [],
    });
    expect(await sql`delete from people where id < 0`).toMatchObject({ command: "DELETE", rowCount: 0 });
    expect(await sql`select`).toMatchObject({ command: "SELECT", rowCount: 1, fields: [], rows: [{}] });
    expect(await sql`create table other (id int)`).toMatchObject({ command: "CREATE", rowCount: null });
    expect(await sql`-- nothing`).toMatchObject({ command: "", rowCount: null, rows: [] });
  });

  it("returns two columns with the same name in array mode", async () => {
    const { rows } = await sql.query("select 1 as a, 2 as a", [], { arrayMode: true });
    expect(rows).toEqual([[1, 2]]);
  });

  it("carries a parameter and a row of 5 MB", async () => {
    const text = "0123456789".repeat(500_000);
    const { rows } = await sql`select ${text}::text as text`;
    expect(rows[0]?.text === text).toBe(true);
  });

  it("reports an error with all fields of Postgres", async () => {
    await sql`insert into people values (10, 'Carl', 1)`;
    expect(await failureOf(sql`insert into people values (11, 'CARL', 1)`)).toMatchObject({
      name: "NeonDbError",
      message: 'duplicate key value violates unique constraint "people_name"',
      severity: "ERROR",
      code: "23505",
      detail: "Key (lower(name))=(carl) already exists.",
      schema: "public",
      table: "people",
      constraint: "people_name",
      routine: "_bt_check_unique",
    });
    expect(await failureOf(sql`insert into people values (12, ${null}, 1)`)).toMatchObject({
      code: "23502",
      column: "name",
    });
    expect(await failureOf(sql`insert into people values (12, 'Dan', -1)`)).toMatchObject({
      code: "23514",
      constraint: "people_age_check",
    });
    expect(await failureOf(sql`select wrong from people`)).toMatchObject({ code: "42703", position: "8" });
    expect(await failureOf(sql`select ${"x"}::int`)).toMatchObject({ code: "22P02" });
    const raise =
      "do $$ begin raise exception 'no' using errcode = 'PT001', hint = 'why', detail = 'how'; end $$";
    expect(await failureOf(sql.query(raise))).toMatchObject({
      message: "no",
      code: "PT001",
      hint: "why",
      detail: "how",
      where: "PL/pgSQL function inline_code_block line 1 at RAISE",
    });
    expect((await sql`select 1 as fine`).rows).toEqual([{ fine: 1 }]);
  });

  it("rejects several statements in one query, as Neon does", async () => {
    expect(await failureOf(sql`select 1; select 2`)).toMatchObject({ code: "42601" });
  });

  it("runs a batch in one transaction, and rolls it back if a statement fails", async () => {
    const [first, second] = await sql.transaction([
      sql`insert into people values (20, 'Eve', 20) returning txid_current() as id`,
      sql`select txid_current() as id, count(*)::int as count from people where id = 20`,
    ]);
    expect(second?.rows).toEqual([{ id: first?.rows[0]?.id, count: 1 }]);

    const broken = sql.transaction([
      sql`insert into people values (21, 'Fay', 20)`,
      sql`insert into people values (20, 'Gus', 20)`,
      sql`insert into people values (22, 'Hal', 20)`,
    ]);
    expect(await failureOf(broken)).toMatchObject({ code: "23505", constraint: "people_pkey" });
    expect((await sql`select id from people where id between 21 and 22`).rows).toEqual([]);
    expect(await sql.transaction([])).toEqual([]);
  });

  it("rolls back a batch that fails at the commit", async () => {
    await sql`create table pairs (id int primary key, mate int references pairs deferrable initially deferred)`;
    const broken = sql.transaction([sql`insert into pairs values (1, 2)`, sql`select 1`]);
    expect(await failureOf(broken)).toMatchObject({ code: "23503", constraint: "pairs_mate_fkey" });
    expect((await sql`select * from pairs`).rows).toEqual([]);
  });

  it("runs a batch with the requested isolation and access mode", async () => {
    const shown = sql`select current_setting('transaction_isolation') as isolation,
      current_setting('transaction_read_only') as read_only, current_setting('transaction_deferrable') as deferrable`;
    const [plain] = await sql.transaction([shown]);
    expect(plain?.rows).toEqual([{ isolation: "read committed", read_only: "off", deferrable: "off" }]);
    const mode = { isolationLevel: "Serializable", readOnly: true, deferrable: true } as const;
    const [special] = await sql.transaction([shown], mode);
    expect(special?.rows).toEqual([{ isolation: "serializable", read_only: "on", deferrable: "on" }]);
    const write = sql.transaction([sql`insert into people values (30, 'Ida', 1)`], mode);
    expect(await failureOf(write)).toMatchObject({ code: "25006" });
  });

  it("closes a transaction that a statement began", async () => {
    await sql`begin`;
    await sql`insert into people values (40, 'Jan', 1)`;
    await sql`rollback`;
    expect((await sql`select id from people where id = 40`).rows).toEqual([{ id: 40 }]);
    await failureOf(sql.transaction([sql`commit`, sql`select wrong`]));
    expect((await sql`select 1 as fine`).rows).toEqual([{ fine: 1 }]);
  });

  it("loses no update of many concurrent requests", async () => {
    await sql`create table counter (value int not null)`;
    await sql`insert into counter values (0)`;
    const increments = Array.from({ length: 60 }, (_unused, index) =>
      index % 2 === 0
        ? sql`update counter set value = value + 1`
        : sql.transaction([sql`update counter set value = value + 1`, sql`select 1`]),
    );
    await Promise.all(increments);
    expect((await sql`select value from counter`).rows).toEqual([{ value: 60 }]);
  });

  it("rejects a wrong password, and requests of other clients", async () => {
    const intruder = driverFor(endpoint, "guess");
    expect(await failureOf(intruder`select 1`)).toMatchObject({
      message: "password authentication failed for user 'anyone'",
      code: "",
    });
    const post = (headers: Record<string, string>, path = "/sql") =>
      fetch(new URL(path, endpoint.url), { method: "POST", headers, body: '{"query":"select 1"}' });
    const connection = { "Neon-Connection-String": `postgres://a:${encodeURIComponent(PASSWORD)}@x/y` };
    const modes = { "Neon-Raw-Text-Output": "true", "Neon-Array-Mode": "true" };
    expect((await post({ ...connection, ...modes })).status).toBe(200);
    expect((await post(modes)).status).toBe(400);
    expect((await post(connection)).status).toBe(400);
    expect((await post({ ...connection, ...modes }, "/other")).status).toBe(404);
    expect((await fetch(endpoint.url)).status).toBe(405);
    const malformed = { method: "POST", headers: { ...connection, ...modes } };
    for (const body of [
      "",
      "{",
      "[]",
      '{"query":1}',
      '{"query":"select 1","params":{}}',
      '{"queries":[1]}',
    ]) {
      expect((await fetch(endpoint.url, { ...malformed, body })).status).toBe(400);
    }
  });

  it("rejects another host name, which a web page could point at this server", async () => {
    const socket = connect(endpoint.port, "127.0.0.1");
    socket.end("POST /sql HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    const [answer] = await once(socket.setEncoding("utf8"), "data");
    expect(answer).toMatch(/^HTTP\/1.1 421 /);
  });
});

describe("the endpoint", () => {
  it("finishes running queries when it closes, and then rejects new ones", async () => {
    const backend = await connectPostgres(postgres.url);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    const sql = driverFor(endpoint);
    await sql`select 1`;
    const running = sql`select pg_sleep(0.5)`.then((result) => result.rowCount);
    // Ensures that the query before it was sent.
    await sql`select 1`;
    await endpoint.close();
    expect(await running).toBe(1);
    expect((await failureOf(sql`select 1`)).message).toMatch("Error connecting");
    await backend.close();
  });

  it("fails with one line if its port is in use", async () => {
    const backend = pgliteBackend(await openPglite(undefined));
    const first = await serveNeonEndpoint(backend, { port: 0 });
    await expect(serveNeonEndpoint(backend, { port: first.port })).rejects.toMatchObject({
      name: "CliError",
      message: `Port ${first.port} is in use. Choose another.`,
    });
    await first.close();
    await backend.close();
  });

  it("runs transactions concurrently on PostgreSQL", async () => {
    const backend = await connectPostgres(postgres.url);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    const sql = driverFor(endpoint);
    const started = performance.now();
    await Promise.all(Array.from({ length: 10 }, () => sql.transaction([sql`select pg_sleep(0.5)`])));
    expect(performance.now() - started).toBeLessThan(4000);
    await endpoint.close();
    await backend.close();
  });

  it("reports a lost server immediately and without a code, and works again when the server is back", async () => {
    const gate = await openGate(Number(new URL(postgres.url).port));
    const url = new URL(postgres.url);
    url.port = `${gate.port}`;
    const backend = await connectPostgres(url.href);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    const sql = driverFor(endpoint);

    const interrupted = failureOf(sql`select pg_sleep(30)`);
    await sql`select 1`;
    await gate.shut();
    expect(await interrupted).toMatchObject({ name: "NeonDbError", code: "" });
    const started = performance.now();
    expect(await failureOf(sql`select 1`)).toMatchObject({ name: "NeonDbError", code: undefined });
    expect(await failureOf(sql.transaction([sql`select 1`]))).toMatchObject({
      name: "NeonDbError",
      code: undefined,
    });
    expect(performance.now() - started).toBeLessThan(1000);

    await gate.open();
    expect((await sql`select 1 as back`).rows).toEqual([{ back: 1 }]);
    await endpoint.close();
    await backend.close();
    await gate.shut();
  });

  it("sends a whole transaction to PostgreSQL before it awaits an answer", async () => {
    const gate = await openGate(Number(new URL(postgres.url).port));
    const url = new URL(postgres.url);
    url.port = `${gate.port}`;
    const backend = await connectPostgres(url.href);
    gate.withholdAnswersUntil("COMMIT");
    const statements = ["select 1", "select 2"].map((query) => ({ query, params: [] }));
    const results = await backend.transaction(statements, "BEGIN");
    expect(results.map(({ rows }) => rows)).toEqual([[["1"]], [["2"]]]);
    await backend.close();
    await gate.shut();
  });

  it("runs no statement on PostgreSQL if the transaction can't begin", async () => {
    const backend = await connectPostgres(postgres.url);
    const statements = [{ query: "create table outside ()", params: [] }];
    await expect(backend.transaction(statements, "BEGIN NONSENSE")).rejects.toMatchObject({
      fields: { code: "42601" },
    });
    const { rows } = await backend.query({ query: "select to_regclass('outside')", params: [] });
    expect(rows).toEqual([[null]]);
    await backend.close();
  });

  it("prepares a call of a function on PostgreSQL once, and other statements never", async () => {
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    const run = async (query: string, ...params: string[]) => (await backend.query({ query, params })).rows;
    for (const text of ["a", "b", "c"]) {
      expect(await run("select upper($1)", text)).toEqual([[text.toUpperCase()]]);
      await run("select datname from pg_database where datname = $1", text);
      await backend.transaction([{ query: "select lower($1)", params: [text] }], "BEGIN");
    }
    expect(await run(PREPARED)).toEqual([["BEGIN"], ["COMMIT"], ["select lower($1)"], ["select upper($1)"]]);
    await backend.close();
  });

  it("keeps an idle connection to PostgreSQL, and so its plans, for minutes", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    onTestFinished(() => backend.close());
    const process = async () => (await backend.query({ query: "SELECT pg_backend_pid()", params: [] })).rows;
    const before = await process();
    vi.advanceTimersByTime(5 * 60_000);
    expect(await process()).toEqual(before);
    vi.advanceTimersByTime(11 * 60_000);
    expect(await process()).not.toEqual(before);
  });

  it("prepares at most 100 statements on a connection to PostgreSQL", async () => {
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    for (let n = 0; n < 120; n++)
      for (let time = 0; time < 3; time++)
        expect(await backend.query({ query: `select abs(${n})`, params: [] })).toMatchObject({
          fields: [{ name: "abs" }],
          rows: [[`${n}`]],
        });
    const { rows } = await backend.query({ query: PREPARED, params: [] });
    expect(rows.length).toBeGreaterThan(90);
    expect(rows.length).toBeLessThanOrEqual(100);
    await backend.close();
  });

  it("repeats a call on PostgreSQL whose function now returns something else", async () => {
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    const run = (query: string) => backend.query({ query, params: [] });
    await run("create table calls (id int)");
    for (const type of ["int", "text"]) {
      await run("drop function if exists changing()");
      await run(`create function changing() returns ${type} language sql as 'select 1::${type}'`);
      for (let time = 0; time < 3; time++)
        expect((await run("select changing() as value")).fields[0]?.dataTypeID).toBe(
          type === "int" ? 23 : 25,
        );
    }
    await run("drop function changing()");
    await run("create function changing() returns int language sql as 'select 2'");
    const insert = { query: "insert into calls values (1)", params: [] };
    const [, called] = await backend.transaction(
      [insert, { query: "select changing() as value", params: [] }],
      "BEGIN",
    );
    expect(called?.rows).toEqual([["2"]]);
    expect((await run("select count(*) from calls")).rows).toEqual([["1"]]);
    await backend.close();
  });

  it("prepares nothing more if a proxy drops its prepared statements", async () => {
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    const run = async (query: string) => (await backend.query({ query, params: [] })).rows;
    for (let time = 0; time < 3; time++) await run("select abs(-1)");
    expect(await run(PREPARED)).toEqual([["select abs(-1)"]]);
    await run("deallocate all");
    for (let time = 0; time < 3; time++) expect(await run("select abs(-1)")).toEqual([["1"]]);
    expect(await run(PREPARED)).toEqual([]);
    await backend.close();
  });

  it("prepares a call again after one that failed", async () => {
    const backend = await connectPostgres(postgres.url, { connections: 1 });
    const call = (value: string) => backend.query({ query: "select abs($1::int)", params: [value] });
    for (const value of ["-1", "x", "x", "-2", "x", "-3"]) {
      if (value === "x") await expect(call(value)).rejects.toMatchObject({ fields: { code: "22P02" } });
      else expect((await call(value)).rows).toEqual([[value.slice(1)]]);
    }
    await backend.close();
  });

  it("stops canceled statements, and does not start waiting ones", async () => {
    const backend = await connectPostgres(postgres.url);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    const sql = driverFor(endpoint);
    const controller = new AbortController();
    const options = { fetchOptions: { signal: controller.signal } };
    // More than the connections: some run, and some wait for a connection.
    const abandoned = Array.from({ length: 30 }, () =>
      failureOf(sql.transaction([sql`select pg_sleep(50), 'for no client'`], options)),
    );
    const sleeping = async () => {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const { rowCount } = await client.query(
        "select from pg_stat_activity where query like '%for no client%' and state <> 'idle' and pid <> pg_backend_pid()",
      );
      await client.end();
      return rowCount;
    };
    await expect.poll(sleeping, { timeout: 10_000 }).toBeGreaterThan(0);
    controller.abort();
    await Promise.all(abandoned);
    await expect.poll(sleeping, { timeout: 10_000 }).toBe(0);
    expect((await sql`select 1 as fine`).rows).toEqual([{ fine: 1 }]);
    await endpoint.close();
    await backend.close();
  });

  it("survives a connection that the server ends", async () => {
    const backend = await connectPostgres(postgres.url);
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    const sql = driverFor(endpoint);
    const ended = await failureOf(sql`select pg_terminate_backend(pg_backend_pid())`);
    expect(ended).toMatchObject({ code: "57P01" });
    expect((await sql`select 1 as fine`).rows).toEqual([{ fine: 1 }]);
    await endpoint.close();
    await backend.close();
  });

  it("keeps PGlite's log short with checkpoints", async () => {
    const pglite = await openPglite(undefined);
    const backend = pgliteBackend(pglite, 0.2);
    const redo = async () => (await pglite.query("select redo_lsn from pg_control_checkpoint()")).rows;
    const before = await redo();
    await pglite.exec("create table filler as select generate_series(1, 1000)");
    await expect.poll(redo, { timeout: 5000 }).not.toEqual(before);
    await backend.close();
  });

  it("answers 500 once its PGlite is closed", async () => {
    const backend = pgliteBackend(await openPglite(undefined));
    const endpoint = await serveNeonEndpoint(backend, { port: 0, password: PASSWORD });
    await backend.close();
    const failure = await failureOf(driverFor(endpoint)`select 1`);
    expect(failure).toMatchObject({ code: undefined, message: expect.stringContaining("HTTP status 500") });
    await endpoint.close();
  });
});

interface Gate {
  port: number;
  open(): Promise<void>;
  /** Closes every connection, and accepts no new one. */
  shut(): Promise<void>;
  /** Holds back what the target sends until a client has sent `text`. */
  withholdAnswersUntil(text: string): void;
}

/** Opens a port that forwards to `target`, and can be shut. */
async function openGate(target: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  const outers = new Set<Socket>();
  let awaited: string | undefined;
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    outers.add(outer);
    inner.on("data", (sent) => {
      if (awaited !== undefined && sent.includes(awaited)) outer.resume();
    });
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    inner.pipe(outer).pipe(inner);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: async () => void (await once(server.listen(port, "127.0.0.1"), "listening")),
    async shut() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    withholdAnswersUntil(text) {
      awaited = text;
      for (const outer of outers) outer.pause();
    },
  };
}
