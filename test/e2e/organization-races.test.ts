import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { ORGANIZATION_ROLES } from "../../src/core/organization-permissions.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
/** Number of races of each kind. `npm run test:soak` has more. */
const RACES = Number(process.env.RACES || 40);

/** Tests concurrent requests about organizations on PostgreSQL itself, with real concurrency. */
let postgres: PostgresServer;
let databaseUrl: string;
let system: System;
let people: { id: string; access: string }[];

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("organization_races");
  system = await startSystem({
    DATABASE_URL: databaseUrl,
    REGISTER_MAX_PER_ADDRESS: "1000",
    OWN_EVENTS_PER_HOUR: "100000",
    WRITES_BURST: "100000",
  });
  people = await Promise.all(Array.from({ length: 4 }, signUp));
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

async function call(method: string, path: string, token?: string, body?: object) {
  const response = await fetch(system.url + path, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, string>) };
}

async function signUp() {
  const username = `user-${crypto.randomUUID()}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const { body: user } = await call("POST", "/auth/register", undefined, account);
  const { body } = await call("POST", "/auth/login", undefined, { username, password: PASSWORD });
  return { id: user.id ?? "", access: body.access_token ?? "" };
}

const ask = <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
  withDatabase(async (db) => (await db.execute<Row>(statement)).rows, { databaseUrl });

/** Stores an organization for each race, with two owners, and returns their ids. */
async function organizations(first: string, second: string): Promise<string[]> {
  const rows = await ask<{ id: string }>(sql`
    with founders as (
      insert into users (email, username, password_hash)
      select id || '@example.com', id, '$none$' from (select gen_random_uuid()::text as id from generate_series(1, ${RACES})) as ids
      returning id),
    founded as (
      insert into organizations (name, slug, created_by) select 'Race', gen_random_uuid()::text, id from founders returning id),
    owned as (
      insert into memberships (organization_id, user_id, role_id)
      select id, owner, ${ORGANIZATION_ROLES.owner.id}::uuid from founded, unnest(array[${first}, ${second}]::uuid[]) as owner)
    select id from founded`);
  return rows.map(({ id }) => id);
}

/** Counts the organizations among `ids` by their number of owners. */
const owners = (ids: string[]) =>
  ask<{ owners: number; organizations: number }>(sql`
    select owners, count(*)::int as organizations from (
      select (select count(*)::int from memberships m
               where m.organization_id = o.id and left_at is null and role_id = ${ORGANIZATION_ROLES.owner.id}) as owners
      from organizations o where id = any(${`{${ids.join(",")}}`}::uuid[])) as counted
    group by owners order by owners`);

const [a, b] = [0, 1];
const person = (index: number) => people[index] ?? { id: "", access: "" };

describe("the last owner of an organization", () => {
  it(`stays in each of ${RACES} organizations that both owners leave at the same time`, async () => {
    const ids = await organizations(person(a).id, person(b).id);
    const seen = new Set<string>();
    for (const id of ids) {
      const leave = ({ id: user, access }: { id: string; access: string }) =>
        call("DELETE", `/organizations/${id}/members/${user}`, access);
      const answers = await Promise.all([leave(person(a)), leave(person(b))]);
      seen.add(
        answers
          .map(({ status }) => status)
          .sort()
          .join(" "),
      );
    }
    expect([...seen]).toEqual(["204 400"]);
    expect(await owners(ids)).toEqual([{ owners: 1, organizations: RACES }]);
  }, 300_000);

  it(`stays in each of ${RACES} organizations that one owner leaves while that owner demotes the other`, async () => {
    const ids = await organizations(person(a).id, person(b).id);
    for (const id of ids) {
      const path = `/organizations/${id}/members`;
      const demotion = { role_id: ORGANIZATION_ROLES.member.id };
      const answers = await Promise.all([
        call("DELETE", `${path}/${person(a).id}`, person(a).access),
        call("PUT", `${path}/${person(b).id}`, person(a).access, demotion),
      ]);
      for (const { status } of answers) expect([200, 204, 400, 403, 404]).toContain(status);
    }
    expect(await owners(ids)).toEqual([{ owners: 1, organizations: RACES }]);
  }, 300_000);
});

describe("a timer", () => {
  it(`does not run on after its member was removed while starting it, in each of ${RACES} races`, async () => {
    const ids = await organizations(person(a).id, person(b).id);
    const seen = new Set<number>();
    for (const [race, id] of ids.entries()) {
      const remove = () => call("DELETE", `/organizations/${id}/members/${person(b).id}`, person(a).access);
      const start = () => call("POST", "/time-entries", person(b).access, { organization_id: id });
      const [first, second] = await Promise.all(race % 2 === 0 ? [remove(), start()] : [start(), remove()]);
      const [removed, started] = race % 2 === 0 ? [first, second] : [second, first];
      expect(removed?.status).toBe(204);
      seen.add(started?.status ?? 0);
    }
    // Each of the two came first in some races.
    expect([...seen].sort()).toEqual([201, 404]);
    expect(
      await ask(sql`select from time_entries where organization_id is not null and ended_at is null`),
    ).toHaveLength(0);
  }, 300_000);
});

describe("a slug", () => {
  it(`is given to one of two organizations that are created at the same time, in each of ${RACES} races`, async () => {
    const seen = new Set<string>();
    for (let race = 0; race < RACES; race++) {
      const body = { name: "Race", slug: crypto.randomUUID() };
      const pair = [person((race % 2) * 2), person((race % 2) * 2 + 1)];
      const answers = await Promise.all(
        pair.map(({ access }) => call("POST", "/organizations", access, body)),
      );
      seen.add(
        answers
          .map(({ status }) => status)
          .sort()
          .join(" "),
      );
    }
    expect([...seen]).toEqual(["201 409"]);
  }, 300_000);
});
