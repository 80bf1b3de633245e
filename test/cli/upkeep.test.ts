import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { runCommand } from "../support/command.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let postgres: PostgresServer;
let databaseUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("app");
});
afterAll(() => postgres.stop());

const seed = () => runCommand("seed", [], { DATABASE_URL: databaseUrl });
const execute = (statement: ReturnType<typeof sql>) =>
  withDatabase((db) => db.execute(statement), { databaseUrl });

it("prints how many ended sessions it removes, in the singular or plural", async () => {
  await seed();
  await execute(sql`insert into users (id, email, username, password_hash)
    values (gen_random_uuid(), 'ada@example.com', 'ada', 'none')`);
  for (const [count, text] of [
    [1, "1 ended session"],
    [3, "3 ended sessions"],
  ] as const) {
    await execute(sql`
      insert into sessions (id, user_id, secret_hash, token_delivery, idle_at, ends_at)
      select gen_random_uuid(), u.id, 'none', 'body', now() - interval '8 days', now() + interval '1 day'
      from users u, generate_series(1, ${count}::int)`);
    expect(await seed()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^✓ removed ${text}\nSeeded: PostgreSQL `)),
    });
  }
  expect((await execute(sql`select from sessions`)).rows).toHaveLength(0);
});

it("adds one permission that was removed from the database, and prints it in the singular", async () => {
  await execute(sql`delete from permissions where name = 'tasks:read'`);
  expect((await seed()).stdout).toMatch(/^✓ added 1 permission\nSeeded: /);
});

it("prints how many deleted accounts it erases", async () => {
  await execute(sql`insert into users (email, username, password_hash, is_deleted, deleted_at)
    values ('eve@example.com', 'eve', 'none', true, now() - interval '31 days')`);
  expect((await seed()).stdout).toMatch(/^✓ erased 1 deleted account\nSeeded: /);
  expect((await execute(sql`select from users where username = 'eve'`)).rows).toHaveLength(0);
});
