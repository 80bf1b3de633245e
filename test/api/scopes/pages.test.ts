import { type SQLWrapper, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/database/client.ts";
import { listTimeEntries } from "../../../src/features/time/time-entries/repository.ts";
import { createTestApi, type TestApi } from "../../support/api.ts";
import {
  createOrganization,
  createTeam,
  joinProject,
  signUpMember,
} from "../../support/organization-members.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;

const MEMBERS = 60;
const ENTRIES = 100;

let api: TestApi;
let organization: string;
/** A caller of each kind, with the number of entries within reach. */
let callers: Record<string, [User, number]>;

/** Creates members with 100 entries each, in turn on 20 projects, and as many on one large project. */
beforeAll(async () => {
  api = await createTestApi();
  const owner = await api.signUp();
  organization = await createOrganization(api, owner);
  const manager = await signUpMember(api, organization, "manager");
  const member = await signUpMember(api, organization, "member");
  const lead = await signUpMember(api, organization, "member");
  const projectManager = await signUpMember(api, organization, "guest");
  const largeManager = await signUpMember(api, organization, "guest");
  await api.db.execute(sql`
    with people as (
      insert into users (email, username, password_hash)
      select 'p' || n || '@example.com', 'p' || n, 'x' from generate_series(1, ${MEMBERS - 1}) as n returning id
    )
    insert into memberships (organization_id, user_id, role_id)
    select ${organization}, id, '00000000-0000-4000-8000-000000000004' from people`);
  await api.db.execute(sql`
    insert into projects (owner_id, organization_id, name, color)
    select ${owner.id}, ${organization}, 'P' || n, '#000000' from generate_series(1, 20) as n`);
  await api.db.execute(sql`
    insert into time_entries (owner_id, organization_id, project_id, started_at, ended_at)
    select m.user_id, ${organization}, p.id, at, at + interval '5 minutes'
      from (select user_id, row_number() over (order by user_id) as n from memberships
             where organization_id = ${organization} and role_id = '00000000-0000-4000-8000-000000000004'
               and user_id <> ${lead.id}) as m,
           generate_series(1, ${ENTRIES}) as k,
           lateral (select timestamptz '2026-01-01Z' + k * interval '7 hours' + m.n * interval '1 minute' as at) as time,
           projects p
     where p.organization_id = ${organization} and p.name = 'P' || case when k % 2 = 0 then 1 else 2 + (m.n + k) % 19 end`);
  await api.db.execute(sql`vacuum analyze time_entries`);
  const { rows } = await api.db.execute<{ id: string; name: string; user_id: string }>(sql`
    select id::text, name, (select user_id from memberships where organization_id = ${organization}
      and user_id not in (${owner.id}, ${manager.id}, ${member.id}, ${lead.id}, ${projectManager.id}, ${largeManager.id})
      order by user_id limit 1) as user_id
      from projects where organization_id = ${organization}`);
  const idOf = (name: string) => rows.find((project) => project.name === name)?.id ?? "";
  await createTeam(api, organization, lead.id, [member.id, rows[0]?.user_id ?? ""]);
  await joinProject(api, organization, idOf("P5"), projectManager.id, true);
  await joinProject(api, organization, idOf("P1"), largeManager.id, true);
  const onP5 = await api.db.execute(sql`select from time_entries where project_id = ${idOf("P5")}`);
  callers = {
    manager: [manager, MEMBERS * ENTRIES],
    member: [member, ENTRIES],
    "team lead": [lead, 2 * ENTRIES],
    "project manager": [projectManager, onP5.rows.length],
    "manager of a large project": [largeManager, (MEMBERS * ENTRIES) / 2],
  };
});

const pathOf = (more = "") => `/time-entries?organization_id=${organization}&owner_id=all${more}`;

const pageAt = async (user: User, path: string) => {
  const { body, headers } = await api.call<{ id: string; started_at: string }[]>("GET", path, {
    token: user.access,
  });
  const next = /<([^>]+)>; rel="next"/.exec(headers.get("Link") ?? "")?.[1];
  return { items: body, next, total: headers.get("X-Total-Count") };
};

interface Plan {
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
}

/** Returns the number of blocks that the first page of a user reads, of all entries or of those that run. */
async function blocksOf(user: User, filter: { isRunning?: boolean } = {}): Promise<number> {
  const statements: SQLWrapper[] = [];
  const db = new Proxy(api.db, {
    get: (target, name) =>
      name === "batch"
        ? (batch: SQLWrapper[]) => {
            statements.push(...batch);
            return Promise.resolve(batch.map(() => []));
          }
        : Reflect.get(target, name),
  }) as Database;
  await listTimeEntries(db, {
    actorId: user.id,
    owner: "all",
    organization,
    sort: "started_at",
    isDescending: true,
    limit: 50,
    skip: 0,
    ...filter,
  });
  const [settings, rows] = statements;
  if (settings === undefined || rows === undefined || statements.length > 2)
    throw new Error("unexpected statements");
  const results = await api.db.batch([
    api.db.execute(settings.getSQL()),
    api.db.execute<{ "QUERY PLAN": [{ Plan: Plan }] }>(
      sql`explain (analyze, buffers, format json) ${rows.getSQL()}`,
    ),
  ]);
  const [plan] = results[1].rows[0]?.["QUERY PLAN"] ?? [];
  return (plan?.Plan["Shared Hit Blocks"] ?? 0) + (plan?.Plan["Shared Read Blocks"] ?? 0);
}

describe("a page of an organization's time", () => {
  it.each(["manager", "member", "team lead", "project manager", "manager of a large project"])(
    "shows a %s the entries within reach, each once, in order, and reads few blocks",
    async (kind) => {
      const [user, expected] = callers[kind] ?? [];
      if (!user) throw new Error("no such caller");
      const seen: { id: string; started_at: string }[] = [];
      let path: string | undefined = pathOf("&limit=100");
      for (let pages = 0; path !== undefined && pages < 4; pages++) {
        const page = await pageAt(user, path);
        expect(page.total).toBeNull();
        seen.push(...page.items);
        path = page.next;
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(Math.min(expected ?? 0, 400));
      const starts = seen.map(({ started_at }) => started_at);
      expect(starts).toEqual(starts.toSorted().toReversed());
      const blocks = await blocksOf(user);
      expect([kind, blocks, blocks < 1300]).toEqual([kind, blocks, true]);
    },
  );

  it("shows the entries that run, and reads few blocks for a few of them", async () => {
    const [member] = callers.member ?? [];
    const [manager] = callers["manager of a large project"] ?? [];
    if (!member || !manager) throw new Error("no such caller");
    const { body: projects } = await api.call<{ id: string; name: string }[]>(
      "GET",
      `/projects?organization_id=${organization}&q=P1`,
      { token: member.access },
    );
    const { body: running } = await api.call("POST", "/time-entries", {
      token: member.access,
      body: { organization_id: organization, project_id: projects.find(({ name }) => name === "P1")?.id },
    });
    const { items } = await pageAt(manager, pathOf("&running=true"));
    expect(items.map(({ id }) => id)).toEqual([running.id]);
    const blocks = await blocksOf(manager, { isRunning: true });
    expect([blocks, blocks < 250]).toEqual([blocks, true]);
    await api.call("DELETE", `/time-entries/${running.id}`, { token: member.access });
  });

  it("has its total on request", async () => {
    for (const [user, expected] of Object.values(callers)) {
      expect((await pageAt(user, pathOf("&limit=1&count=true"))).total).toBe(String(expected));
    }
  });

  it("has the entries that match its filters", async () => {
    const [lead] = callers["team lead"] ?? [];
    const [member] = callers.member ?? [];
    if (!lead || !member) throw new Error("no such caller");
    const from = encodeURIComponent("2026-01-10T00:00:00Z");
    const { total } = await pageAt(lead, pathOf(`&count=true&from=${from}`));
    expect(Number(total)).toBeGreaterThan(100);
    const first = await pageAt(lead, pathOf(`&from=${from}&sort=started_at&limit=10&skip=10`));
    const both = await pageAt(lead, pathOf(`&from=${from}&sort=started_at&limit=20`));
    expect(first.items).toEqual(both.items.slice(10));
    const { total: own } = await pageAt(
      lead,
      `/time-entries?organization_id=${organization}&owner_id=${member.id}&count=true`,
    );
    expect(own).toBe(String(ENTRIES));
  });
});
