import { type SQL, sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { prepareCostlyRead } from "../../../../database/costly-reads.ts";
import { agentId } from "../../../../database/heartbeat-id.ts";
import { contains } from "../../../../database/keyset-pagination.ts";
import { expectOneRow } from "../../../../database/rows.ts";
import { type Instant, requireSelf } from "./person.ts";
import { refreshSlots } from "./slots.ts";

interface ProjectRow {
  name: string;
  first_heartbeat_at: Instant;
  last_heartbeat_at: Instant;
}

/** Items of a page of projects, programs or machines: at their longest, they are under five megabytes. */
export const LIST_PAGE_ITEMS = 1_000;

interface ListPage<Item> extends Record<string, unknown> {
  total: number;
  items: Item[];
}

/** Selects a page of the rows of `listed`, in the order of `by`, and the number of all rows. */
const pageOf = (listed: SQL, by: SQL, page: number) => sql`
  with listed as materialized (${listed})
  select (select count(*)::int from listed) as total,
    (select coalesce(json_agg(to_json(item) order by ${by}), '[]') from (
      select * from listed order by ${by} limit ${LIST_PAGE_ITEMS} offset ${(page - 1) * LIST_PAGE_ITEMS}) as item) as items`;

/** Instant from which the caller's heartbeats may not be in slots yet. */
const UNBUILT_FROM = sql`
  select coalesce(least(built_until, lower(dirty)), '-infinity') from heartbeat_states where user_id = actor()`;

/**
 * Returns a page of the projects of the caller's heartbeats whose names contain `text`, the most recent first. Projects in slots are
 * already listed, so only the heartbeats since then are read.
 */
export async function listProjects(db: Database, user: string, text: string, page: number) {
  const listed = sql`
      with known as (
        select project, first_at, last_at from heartbeat_projects where user_id = actor()
        union all
        select project, min(at), max(at) from heartbeats
        where user_id = actor() and project is not null and at >= (${UNBUILT_FROM})
        group by project
      )
      select project as name, min(first_at) as first_heartbeat_at, max(last_at) as last_heartbeat_at
      from known where ${contains(sql`project`, text)}
      group by project`;
  const { projects } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: prepareCostlyRead(db),
    refreshed: refreshSlots(db, true),
    projects: db.execute<ListPage<ProjectRow>>(pageOf(listed, sql`last_heartbeat_at desc, name`, page)),
  });
  return expectOneRow(projects.rows);
}

interface AgentRow {
  id: string;
  value: string;
  editor: string | null;
  operating_system: string | null;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

/** Returns a page of the programs that sent the caller's heartbeats, the most recent first. */
export async function listAgents(db: Database, user: string, page: number) {
  const listed = sql`
    select id, value, editor, operating_system, first_seen_at, last_seen_at from heartbeat_agents where user_id = actor()`;
  const { agents } = await batch(db, {
    precondition: requireSelf(db, user),
    agents: db.execute<ListPage<AgentRow>>(pageOf(listed, sql`last_seen_at desc, value`, page)),
  });
  const { total, items } = expectOneRow(agents.rows);
  return { total, items: items.map((agent) => ({ ...agent, id: agentId(agent.id) })) };
}

interface MachineRow {
  name: string;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

/** Returns a page of the machines that sent the caller's heartbeats, the most recent first. Times from slots are exact to 15 minutes. */
export async function listMachines(db: Database, user: string, page: number) {
  const listed = sql`
      with known as (
        select machine, slot as at from heartbeat_slots where user_id = actor() and machine is not null
        union all
        select machine, at from heartbeats
        where user_id = actor() and machine is not null and at >= (${UNBUILT_FROM})
      )
      select machine as name, min(at) as first_seen_at, max(at) as last_seen_at from known group by machine`;
  const { machines } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: prepareCostlyRead(db),
    refreshed: refreshSlots(db, true),
    machines: db.execute<ListPage<MachineRow>>(pageOf(listed, sql`last_seen_at desc, name`, page)),
  });
  return expectOneRow(machines.rows);
}
