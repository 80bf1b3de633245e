import { sql } from "drizzle-orm";
import { batch } from "../../../../database/batch.ts";
import type { Database } from "../../../../database/client.ts";
import { prepareCostlyRead } from "../../../../database/costly-reads.ts";
import { bytesInAnswer } from "../../../../database/proxy-limits.ts";
import { expectOneRow } from "../../../../database/rows.ts";
import type { Slice } from "../slices.ts";
import { type Instant, requireSelf } from "./person.ts";
import {
  answerTooLarge,
  MAX_ANSWER_BYTES,
  matchesFilter,
  type ReportQuery,
  requireCountable,
  spanOf,
} from "./span.ts";

interface Stretches extends Record<string, unknown> {
  start: Instant;
  end: Instant;
  zone: string;
  stretches: { time: number; duration: number; project: string | null; name: string | string[] | null }[];
  branches: string[];
}

/** Returns the stretches of the caller's activity, in order. @throws AppError BUSINESS_LOGIC_ERROR for too large an answer */
export async function listStretches(db: Database, user: string, query: ReportQuery, slice: Slice) {
  const by =
    slice === "dependencies"
      ? sql`details->>'dependencies'`
      : sql.identifier(slice === "os" ? "operating_system" : slice);
  const statement = sql`
    with ${spanOf(query)},
    marked as (
      select s.*, (lag(s.ends) over w is distinct from s.starts or lag(s.project) over w is distinct from s.project
          or lag(${by}) over w is distinct from ${by}) as is_new
      from frame, span, heartbeat_stretches(actor(), span.begins, span.ends, idle) s
      window w as (order by s.starts, s.ends)
    ),
    numbered as (select *, count(*) filter (where is_new) over (order by starts, ends) as place from marked),
    chosen as (select * from numbered s where ${matchesFilter(query.filter)}),
    stretches as materialized (
      select time, json_build_object('time', time, 'duration', duration, 'project', project,
        'name', ${slice === "dependencies" ? sql`coalesce(name::json, '[]')` : sql`name`}) as stretch
      from (
        select extract(epoch from min(starts))::float8 as time, extract(epoch from sum(ends - starts))::float8 as duration,
          min(project) as project, min(${by}) as name
        from chosen group by place
      ) as stretch
    ),
    branches as materialized (select distinct branch from chosen where branch is not null),
    lengths as (
      select ${bytesInAnswer(sql`stretch`)} as bytes from stretches union all select ${bytesInAnswer(sql`to_json(branch)`)} from branches
    )
    select span.begins as start, span.ends - interval '1 second' as "end", zone,
      case when (select coalesce(sum(bytes), 0) from lengths) <= ${MAX_ANSWER_BYTES} then
        (select coalesce(json_agg(stretch order by time), '[]') from stretches) end as stretches,
      case when (select coalesce(sum(bytes), 0) from lengths) <= ${MAX_ANSWER_BYTES} then
        (select coalesce(json_agg(branch order by branch), '[]') from branches) end as branches
    from frame, span`;
  const { traced } = await batch(db, {
    precondition: requireSelf(db, user),
    preparation: prepareCostlyRead(db),
    countable: requireCountable(
      db,
      sql`with ${spanOf(query)}`,
      sql`span where at >= span.begins and at < span.ends`,
    ),
    traced: db.execute<Stretches | TooLarge>(statement),
  });
  const found = expectOneRow(traced.rows);
  if (isTooLarge(found)) throw answerTooLarge();
  return found;
}

type TooLarge = Record<string, unknown> & { stretches: null };

const isTooLarge = (found: Stretches | TooLarge): found is TooLarge => found.stretches === null;
