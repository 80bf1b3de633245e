import type pg from "pg";
import { ORGANIZATION_ROLES } from "../../../src/core/organization-permissions.ts";

/** The size of the measured organization. */
interface Size {
  members: number;
  entries: number;
  projects: number;
}

/** Members of a team, and teams of a department. */
const TEAM = 10;
const DEPARTMENT = 10;

/** Entries of each of the callers, who have more than other members. */
const OWN = 1_000;

/** Ids of the organization, of its callers by their kind, and of records that filters name. */
export interface Places {
  organization: string;
  callers: Record<string, string>;
  member: string;
  team: string;
  bigProject: string;
  project: string;
  task: string;
  tag: string;
  client: string;
  /** Start of the last hour with entries. */
  lastHour: Date;
}

/** Returns the SQL expression of the id of the record number `n` of a kind. */
const id = (kind: string, n: string | number) => `md5('${kind} ' || (${n}))::uuid`;

/** Returns the SQL expression of a number that seems random, and is equal in each run. */
const mixed = (n: string) => `('x' || left(md5((${n})::text), 7))::bit(28)::int`;

/** Numbers of the users that call. The first members lead the first teams. */
const CALLERS = {
  owner: 0,
  admin: 1,
  manager: 2,
  member: 103,
  guest: 204,
  "lead of a team of 10": 310,
  "lead of 4 teams": 420,
  "manager of a department of 100": 530,
  "manager of a project of 60,000 entries": 603,
  "manager of 4 projects": 704,
};

/**
 * Inserts an organization with `members`, of whom one in twenty is a guest, in teams and departments, and with entries in the order of
 * their time. Three in ten entries are on one project. Of the other projects, one in four is only for its members.
 */
export async function insertOrganization(client: pg.Client, size: Size): Promise<Places> {
  const { members, projects } = size;
  const organization = id("organization", 0);
  const values = Object.values(CALLERS);
  const statements = [
    `insert into users (id, email, username, password_hash)
     select ${id("user", "n")}, 'user-' || n || '@example.com', 'user-' || n, 'none' from generate_series(0, ${members - 1}) n`,
    `insert into organizations (id, name, slug, created_by) values (${organization}, 'Engines', 'engines', ${id("user", 0)})`,
    `insert into memberships (organization_id, user_id, role_id)
     select ${organization}, ${id("user", "n")}, (case
         when n = ${CALLERS.owner} then '${ORGANIZATION_ROLES.owner.id}'
         when n = ${CALLERS.admin} then '${ORGANIZATION_ROLES.admin.id}'
         when n = ${CALLERS.manager} then '${ORGANIZATION_ROLES.manager.id}'
         when n % 20 = 4 and n <> ${CALLERS["manager of 4 projects"]} then '${ORGANIZATION_ROLES.guest.id}'
         else '${ORGANIZATION_ROLES.member.id}' end)::uuid
       from generate_series(0, ${members - 1}) n`,
    `insert into departments (id, organization_id, name)
     select ${id("department", "n")}, ${organization}, 'department ' || n from generate_series(0, ${members / TEAM / DEPARTMENT - 1}) n`,
    `insert into teams (id, organization_id, department_id, name)
     select ${id("team", "n")}, ${organization}, ${id("department", `n / ${DEPARTMENT}`)}, 'team ' || n
       from generate_series(0, ${members / TEAM - 1}) n`,
    `insert into team_members (organization_id, team_id, user_id, is_lead)
     select ${organization}, ${id("team", `n / ${TEAM}`)}, ${id("user", "n")}, n in (${CALLERS["lead of a team of 10"]}, ${CALLERS["lead of 4 teams"]})
       from generate_series(0, ${members - 1}) n`,
    `insert into team_members (organization_id, team_id, user_id, is_lead)
     select ${organization}, ${id("team", "n")}, ${id("user", CALLERS["lead of 4 teams"])}, true from generate_series(75, 77) n`,
    `insert into department_managers (organization_id, department_id, user_id)
     values (${organization}, ${id("department", 8)}, ${id("user", CALLERS["manager of a department of 100"])})`,
    `insert into clients (id, owner_id, organization_id, scope_id, name)
     select ${id("client", "n")}, ${id("user", "n % 3")}, ${organization}, ${organization}, 'client ' || md5(n::text)
       from generate_series(0, ${projects / 4 - 1}) n`,
    `insert into projects (id, owner_id, organization_id, scope_id, client_id, name, color, visibility, archived_at)
     select ${id("project", "n")}, ${id("user", "n % 3")}, ${organization}, ${organization}, ${id("client", `n % ${projects / 4}`)},
       'project ' || md5(n::text), '#000000', case when n % 4 = 1 then 'members' else 'organization' end,
       case when n % 10 = 3 then now() end
       from generate_series(0, ${projects - 1}) n`,
    `insert into project_members (organization_id, project_id, user_id)
     select ${organization}, ${id("project", "n * 4 + 1")}, ${id("user", `(n * 37 + k * 101) % ${members}`)}
       from generate_series(0, ${projects / 4 - 1}) n, generate_series(0, 9) k on conflict do nothing`,
    `insert into project_members (organization_id, project_id, user_id)
     select ${organization}, ${id("project", `(n * 7 + k) % ${projects}`)}, ${id("user", "n")}
       from generate_series(4, ${members - 1}, 20) n, generate_series(0, 1) k on conflict do nothing`,
    `insert into project_members (organization_id, project_id, user_id, is_manager)
     values (${organization}, ${id("project", 0)}, ${id("user", CALLERS["manager of a project of 60,000 entries"])}, true)`,
    `insert into project_members (organization_id, project_id, user_id, is_manager)
     select ${organization}, ${id("project", "n")}, ${id("user", CALLERS["manager of 4 projects"])}, true
       from generate_series(100, 103) n`,
    `insert into tasks (id, owner_id, organization_id, scope_id, project_id, name, done_at)
     select ${id("task", "n")}, ${id("user", "n % 3")}, ${organization}, ${organization}, ${id("project", `n % ${projects}`)},
       'task ' || md5(n::text), case when n % 10 = 3 then now() end from generate_series(0, ${projects * 3 - 1}) n`,
    `insert into tags (id, owner_id, organization_id, scope_id, name)
     select ${id("tag", "n")}, ${id("user", "n % 3")}, ${organization}, ${organization}, 'tag ' || md5(n::text)
       from generate_series(0, ${projects / 4 - 1}) n`,
    `insert into time_entries (id, owner_id, organization_id, scope_id, project_id, task_id, description, started_at, ended_at, kind, is_billable)
     select ${id("entry", "n")}, ${id("user", "owner")}, ${organization}, ${organization}, ${id("project", "project")},
       case when n % 3 = 0 then ${id("task", "project")} end, 'work ' || md5((n % 5000)::text), starts, starts + interval '25 minutes',
       (array['work', 'work', 'work', 'focus'])[1 + n % 4], n % 5 > 0
       from generate_series(0, ${size.entries - 1}) n,
       lateral (select timestamptz '2026-01-01' + n * interval '1 minute' as starts,
         case when n % ${Math.floor(size.entries / OWN)} < ${values.length}
           then (array[${values.join(", ")}])[1 + n % ${Math.floor(size.entries / OWN)}]
           else ${mixed("n")} % ${members} end as owner,
         case when n % 10 < 3 then 0 else 1 + ${mixed("n + 1")} % ${projects - 1} end as project) as picked`,
    `update time_entries set ended_at = null where id in (
       select distinct on (owner_id) id from time_entries where organization_id = ${organization} and ('x' || left(owner_id::text, 2))::bit(8)::int < 3
        order by owner_id, started_at desc)`,
    `insert into time_entry_tags (entry_id, tag_id, scope_id)
     select ${id("entry", "n")}, ${id("tag", `${mixed("n")} % ${projects / 4}`)}, ${organization}
       from generate_series(0, ${size.entries - 1}, 2) n`,
  ];
  await client.query("set session_replication_role = replica");
  for (const statement of statements) await client.query(statement);
  await client.query("set session_replication_role = origin");
  const named = {
    organization,
    member: id("user", 777),
    team: id("team", 31),
    bigProject: id("project", 0),
    project: id("project", 8),
    task: id("task", 8),
    tag: id("tag", 8),
    client: id("client", 8),
    lastHour: `timestamptz '2026-01-01' + interval '${size.entries - 60} minutes'`,
  };
  const callers = Object.entries(CALLERS).map(
    ([name, n]) => `${client.escapeLiteral(name)}, ${id("user", n)}`,
  );
  const { rows } = await client.query(
    `select ${Object.entries(named).map(([name, value]) => `${value} as "${name}"`)}, json_build_object(${callers}) as callers`,
  );
  return rows[0];
}

/** Inserts users with personal records, of whom the first has 20,000 entries and 500 projects. Returns the id of the first. */
export async function insertPersonal(client: pg.Client): Promise<string> {
  await client.query("set session_replication_role = replica");
  await client.query(`
    insert into users (id, email, username, password_hash)
    select ${id("person", "n")}, 'person-' || n || '@example.com', 'person-' || n, 'none' from generate_series(0, 99) n`);
  await client.query(`
    insert into projects (id, owner_id, name, color)
    select ${id("personal project", "n * 1000 + k")}, ${id("person", "n")}, 'project ' || md5(k::text), '#000000'
      from generate_series(0, 99) n, generate_series(0, case n when 0 then 499 else 19 end) k`);
  await client.query(`
    insert into time_entries (id, owner_id, project_id, description, started_at, ended_at)
    select ${id("personal entry", "n * 100000 + k")}, ${id("person", "n")}, ${id("personal project", "n * 1000 + k % 20")},
      'work ' || k % 500, starts, starts + interval '25 minutes'
      from generate_series(0, 19999) k, generate_series(0, 99) n, lateral (select timestamptz '2024-01-01' + k * interval '45 minutes' as starts) as times
     where n = 0 or k < 1000`);
  await client.query("set session_replication_role = origin");
  const { rows } = await client.query(`select ${id("person", 0)} as id`);
  return rows[0].id;
}
