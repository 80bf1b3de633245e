import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { batch } from "../../src/database/batch.ts";
import type { Database } from "../../src/database/client.ts";
import { createTestApi } from "../support/api.ts";

describe("a batch", () => {
  let db: Database;
  beforeAll(async () => {
    db = (await createTestApi()).db;
  });
  const number = (value: number) => db.execute<{ value: number }>(sql`select ${value}::int as value`);

  it("returns each result under the name of its statement, and a list of results for a list", async () => {
    const { first, several, none, last } = await batch(db, {
      first: number(1),
      several: [number(2), number(3)],
      none: [],
      last: number(4),
    });
    expect(first.rows).toEqual([{ value: 1 }]);
    expect(several.map(({ rows }) => rows)).toEqual([[{ value: 2 }], [{ value: 3 }]]);
    expect(none).toEqual([]);
    expect(last.rows).toEqual([{ value: 4 }]);
  });

  it("runs in one transaction, in the order of the names", async () => {
    const { read } = await batch(db, {
      created: [db.execute(sql`create table kept (n int)`), db.execute(sql`insert into kept values (1)`)],
      read: db.execute(sql`select n from kept`),
    });
    expect(read.rows).toEqual([{ n: 1 }]);
    const failing = batch(db, {
      inserted: db.execute(sql`insert into kept values (2)`),
      failed: db.execute(sql`select 1 / 0`),
    });
    await expect(failing).rejects.toThrow();
    expect((await db.execute(sql`select n from kept`)).rows).toEqual([{ n: 1 }]);
  });

  it("returns an empty object for no statements", async () => {
    expect(await batch(db, {})).toEqual({});
  });
});
