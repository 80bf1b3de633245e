import { sql } from "drizzle-orm";
import { PART_BYTES, PART_ITEMS } from "../../../../core/page.ts";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { agentId, heartbeatId } from "../../../../database/heartbeat-id.ts";
import { expectOneRow } from "../../../../database/rows.ts";
import type { NewHeartbeat } from "../heartbeats.ts";
import { type Instant, requireSelf } from "./person.ts";
import { type ReportQuery, spanOf } from "./span.ts";

/**
 * Stores heartbeats, and returns a map from the place of each in the batch to its id. Heartbeats that are already stored are in the map
 * too; heartbeats that are too old are not. `zone` becomes the time zone of an account that has neither chosen nor adopted one yet.
 */
export async function storeHeartbeats(
  db: Database,
  user: string,
  heartbeats: readonly NewHeartbeat[],
  zone?: string,
) {
  const { stored } = await batch(db, {
    precondition: requireSelf(db, user),
    stored: db.execute<{ place: number; hash: string }>(sql`
      ${zone === undefined ? sql`` : sql`with adopted_zone as (${adoptZone(zone)})`}
      select place, hash from store_heartbeats(actor(), ${JSON.stringify(heartbeats)}::jsonb)`),
  });
  const timeAt = new Map(heartbeats.map(({ place, time }) => [place, time]));
  return new Map(stored.rows.map(({ place, hash }) => [place, heartbeatId(timeAt.get(place) ?? 0, hash)]));
}

/** Sets the account's time zone. The name is only looked up if the account would adopt it. */
const adoptZone = (zone: string) => sql`
  insert into time_settings (user_id, timezone)
  select actor(), zone_name(${zone})
  where case when exists (select from time_settings where user_id = actor() and not zone_is_default) then false
    else is_zone(${zone}) end
  on conflict (user_id) do update
    set timezone = excluded.timezone, updated_at = now(), version = time_settings.version + 1
    where time_settings.zone_is_default`;

/** A heartbeat with WakaTime's names of fields. */
export interface HeartbeatRow extends Record<string, unknown> {
  hash: string;
  time: number;
  entity: string;
  type: string;
  category: string | null;
  project: string | null;
  branch: string | null;
  language: string | null;
  is_write: boolean;
  lines: number | null;
  lineno: number | null;
  cursorpos: number | null;
  machine: string | null;
  editor: string | null;
  operating_system: string | null;
  user_agent_id: string | null;
  user_id: string;
  created_at: Instant;
  details: Record<string, unknown> | null;
}

/** Place of a heartbeat in a list, after which the list continues. */
interface HeartbeatPlace {
  at: Instant;
  hash: string;
}

/** Returns a part of the caller's heartbeats of a day, after the place `after`; `next`, the place to continue after, if there are more; and
 * the bounds of the day. */
export async function listHeartbeats(
  db: Database,
  user: string,
  query: Omit<ReportQuery, "filter">,
  after?: HeartbeatPlace,
) {
  const statement = sql`
    with ${spanOf(query)},
    programs as (
      select distinct on (editor, operating_system) id, editor, operating_system from heartbeat_agents
      where user_id = actor() order by editor, operating_system, last_seen_at desc, id
    ),
    beats as materialized (
      select at::text, hash, extract(epoch from at)::float8 as time, entity, type, category, project, branch, language, is_write,
        lines, line_number as lineno, cursor_position as cursorpos, machine, editor, operating_system,
        user_id, received_at as created_at, details
      from span, heartbeats
      where user_id = actor() and heartbeats.at >= span.begins and heartbeats.at < span.ends
        and ${after ? sql`(heartbeats.at, hash) > (${after.at}::timestamptz, ${after.hash}::uuid)` : sql`true`}
      order by heartbeats.at, hash limit ${PART_ITEMS + 1}
    ),
    found as materialized (
      select beats.*, programs.id as user_agent_id
      from beats left join programs on coalesce(programs.editor, '') = coalesce(beats.editor, '')
        and coalesce(programs.operating_system, '') = coalesce(beats.operating_system, '')
      order by beats.time, hash
    ),
    measured as (
      select to_json(found) as beat, row_number() over () as place,
        sum(octet_length(to_json(found)::text)) over (rows unbounded preceding) as bytes
      from found
    ),
    part as materialized (
      select * from measured where place = 1 or place <= ${PART_ITEMS} and bytes <= ${PART_BYTES}
    )
    select span.begins as start, span.ends - interval '1 second' as "end", zone,
      (select coalesce(json_agg(beat order by place), '[]') from part) as heartbeats,
      (select count(*) from part) < (select count(*) from found) as more
    from frame, span`;
  const { listed } = await batch(db, {
    precondition: requireSelf(db, user),
    listed: db.execute<{
      start: Instant;
      end: Instant;
      zone: string;
      heartbeats: (HeartbeatRow & HeartbeatPlace)[];
      more: boolean;
    }>(statement),
  });
  const { heartbeats, more, ...span } = expectOneRow(listed.rows);
  return {
    ...span,
    heartbeats: heartbeats.map(({ hash, at: _, user_agent_id, ...beat }) => ({
      id: heartbeatId(beat.time, hash),
      ...beat,
      user_agent_id: user_agent_id && agentId(user_agent_id),
    })),
    next: more ? heartbeats.at(-1) : undefined,
  };
}
