import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../src/cli/local/connect.ts";
import { newOneTimeToken } from "../../src/core/security/one-time-token.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
const OWNER_ROLE = "00000000-0000-4000-8000-000000000001";
const MEMBER_ROLE = "00000000-0000-4000-8000-000000000004";

/** Minimum number of races of each kind, divided among people whose races run beside each other. `npm run test:soak` has more. */
const RACES = Number(process.env.RACES || 40);
const RACES_MAX = 400;
const PEOPLE = 8;

/** Tests concurrent requests about one invitation on PostgreSQL itself, with real concurrency. */
let postgres: PostgresServer;
let databaseUrl: string;
let system: System;
let owner: Person;
let people: Person[];
let organizationId: string;

interface Person {
  id: string;
  email: string;
  access: string;
}

beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createMigratedDatabase("races");
  system = await startSystem({ DATABASE_URL: databaseUrl });
  owner = await signUp();
  people = await Promise.all(Array.from({ length: PEOPLE }, signUp));
  organizationId = crypto.randomUUID();
  await ask(sql`
    insert into organizations (id, name, slug, created_by) values (${organizationId}, 'Engines', 'engines', ${owner.id})`);
  await ask(sql`
    insert into memberships (organization_id, user_id, role_id) values (${organizationId}, ${owner.id}, ${OWNER_ROLE})`);
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

const ask = (statement: SQL) =>
  withDatabase(async (db) => (await db.execute<Record<string, unknown>>(statement)).rows, { databaseUrl });

async function call(method: string, path: string, body?: object, token?: string) {
  const response = await fetch(system.url + path, {
    method,
    headers: {
      ...(body && { "Content-Type": "application/json" }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, string>) : {} };
}

async function signUp(): Promise<Person> {
  const username = `user-${crypto.randomUUID()}`;
  const email = `${username}@example.com`;
  const { body: user } = await call("POST", "/auth/register", { username, email, password: PASSWORD });
  const { body } = await call("POST", "/auth/login", { username, password: PASSWORD });
  return { id: user.id ?? "", email, access: body.access_token ?? "" };
}

/** Ends the membership of a person, and stores a new invitation to them. */
async function invite({ id: userId, email }: Person) {
  const [id, { text, hash }] = [crypto.randomUUID(), await newOneTimeToken()];
  await ask(sql`
    with ended as (
      update memberships set left_at = now() where organization_id = ${organizationId} and user_id = ${userId} and left_at is null)
    insert into invitations (id, organization_id, email, role_id, token_hash, invited_by, expires_at)
    values (${id}, ${organizationId}, ${email}, ${MEMBER_ROLE}, ${hash}, ${owner.id}, now() + interval '1 day')`);
  return { id, token: text };
}

/** Returns whether a person is a member, and what became of an invitation. */
async function outcomeOf({ id: userId }: Person, id: string) {
  const [outcome] = await ask(sql`
    select accepted_at is not null as is_accepted, revoked_at is not null as is_revoked,
      exists (select from memberships where organization_id = ${organizationId} and user_id = ${userId} and left_at is null) as is_member
    from invitations where id = ${id}`);
  return outcome;
}

/** Runs the races of all people beside each other, and then more of them until `isDone`. */
const race = (run: (person: Person) => Promise<void>, isDone = () => true) =>
  Promise.all(
    people.map(async (person) => {
      const isOver = (round: number) => round >= RACES_MAX / PEOPLE || (round >= RACES / PEOPLE && isDone());
      for (let round = 0; !isOver(round); round++) await run(person);
    }),
  );

const accept = ({ access }: Person, token: string) => call("POST", "/invitations/accept", { token }, access);

describe("the service, with two concurrent requests about one invitation,", () => {
  it(`accepts it once, in each of ${RACES} races`, async () => {
    await race(async (person) => {
      const { id, token } = await invite(person);
      const answers = await Promise.all([accept(person, token), accept(person, token)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
      expect(await outcomeOf(person, id)).toEqual({ is_accepted: true, is_revoked: false, is_member: true });
    });
  }, 180_000);

  it("accepts or revokes it, and never does both, in races that each request wins sometimes", async () => {
    const seen = new Set<string>();
    const areBothSeen = () => seen.size === 2;
    await race(async (person) => {
      const { id, token } = await invite(person);
      const [accepted, revoked] = await Promise.all([
        accept(person, token),
        call("DELETE", `/organizations/${organizationId}/invitations/${id}`, undefined, owner.access),
      ]);
      const statuses = `${accepted.status} ${revoked.status}`;
      seen.add(statuses);
      expect(["200 404", "404 204"]).toContain(statuses);
      const isAccepted = accepted.status === 200;
      expect(await outcomeOf(person, id)).toEqual({
        is_accepted: isAccepted,
        is_revoked: !isAccepted,
        is_member: isAccepted,
      });
    }, areBothSeen);
    expect(seen.size).toBe(2);
  }, 180_000);
});
