import { type SQL, sql } from "drizzle-orm";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { prepareCostlyRead, requireSingleReport } from "../../../database/costly-reads.ts";
import { isOwnedBy, isPersonal, isWithinReach } from "../../../database/ownership.ts";
import { expectOneRow } from "../../../database/rows.ts";
import { activityRules } from "../../../database/tables/activity.ts";
import { beginActivity, frameOf, type Period } from "../../time/period.ts";

/** Rule that is tried and not saved. */
export interface TriedRule {
  field: string;
  match: string;
  pattern: string;
  project_id?: string | null | undefined;
  category?: string | null | undefined;
  productivity?: number | null | undefined;
}

const secondsOf = (length: SQL) => sql`coalesce(floor(extract(epoch from ${length})), 0)::float8`;
const ACTIVE = secondsOf(sql`sum(length)`);
const PULSE = sql`round(25 * sum((productivity + 2) * extract(epoch from length))
  / nullif(sum(extract(epoch from length)) filter (where productivity is not null), 0), 1)::float8`;
const MEASURES = sql`'active_seconds', ${ACTIVE}, 'pulse', ${PULSE},
  'unclassified_seconds', ${secondsOf(sql`sum(length) filter (where n is null)`)}`;

interface Measures {
  active_seconds: number;
  unclassified_seconds: number;
  pulse: number | null;
}

interface Report extends Record<string, unknown> {
  from: string;
  to: string;
  timezone: string;
  whole: Measures;
  days: (Measures & { day: string })[];
  groups: {
    category: string | null;
    project_id: string | null;
    active_seconds: number;
    pulse: number | null;
  }[];
  rules: { id: string | null; active_seconds: number }[];
  unclassified: { app: string; domain: string; project: string; active_seconds: number }[];
}

/** Returns the activity of the actor in a period, by days and as classified by `triedRules`, or else by the actor's own rules. */
export async function measureActivity(db: Database, period: Period, triedRules?: readonly TriedRule[]) {
  const rules = sql`${triedRules === undefined ? null : JSON.stringify(triedRules)}::jsonb`;
  const statement = sql`
    with ${frameOf(period)},
    bounds as materialized (
      select array_agg(d.starts order by d.day) as cuts, min(d.starts) as opens, max(d.starts) as closes
      from frame, day_starts(first, last + 1, zone, minutes) d
    ),
    pieces as materialized (
      select first + (piece - 1) as day, least(ends, cuts[piece + 1]) - greatest(starts, cuts[piece]) as length, c.*
      from frame, bounds, classified_activity(${period.actorId}, opens, closes, ${rules}) c,
        generate_series(width_bucket(starts, cuts), width_bucket(ends - interval '1 microsecond', cuts)) as piece
      where cuts[piece] < cuts[piece + 1]
    )
    select first::text as "from", last::text as "to", zone as timezone,
      (select json_build_object(${MEASURES}) from pieces) as whole,
      (select coalesce(json_agg(measured order by day), '[]') from (
        select day, json_build_object('day', day, ${MEASURES}) as measured from pieces group by day) as each) as days,
      (select coalesce(json_agg(each order by active_seconds desc, category, project_id), '[]') from (
        select category, project_id, ${ACTIVE} as active_seconds, ${PULSE} as pulse
        from pieces where n is not null group by category, project_id) as each) as groups,
      (select coalesce(json_agg(json_build_object('id', id, 'active_seconds', active_seconds) order by n), '[]') from (
        select n, id, ${ACTIVE} as active_seconds
        from activity_rules_of(${period.actorId}, ${rules}) as rule left join (select n, length from pieces) as met using (n)
        group by n, id) as each) as rules,
      (select coalesce(json_agg(each order by active_seconds desc, app, domain, project), '[]') from (
        select app, domain, project, ${ACTIVE} as active_seconds
        from pieces where n is null group by app, domain, project
        order by active_seconds desc, app, domain, project limit 20) as each) as unclassified
    from frame`;
  const { report } = await batch(db, {
    preparation: prepareCostlyRead(db),
    reading: beginActivity(db, { ...period, withActivity: true }, { rules: triedRules?.length }),
    report: db.execute<Report>(statement),
  });
  return expectOneRow(report.rows);
}

interface EntryOptions {
  from: Date;
  to: Date;
  maxGapSeconds: number;
  minSeconds: number;
}

interface MadeEntry extends Record<string, unknown> {
  id: string | null;
  project_id: string | null;
  description: string;
  started_at: string;
  ended_at: string;
}

/**
 * Returns the stretches of activity that rules match and no time entry covers and, unless `isDryRun` is set, creates an entry for each.
 * Requests of one user run one after another. A stretch becomes an entry only once, even if that entry was changed or deleted since:
 * the entry's external id keeps its first start and end.
 */
export async function createEntries(db: Database, userId: string, options: EntryOptions, isDryRun: boolean) {
  const stretches = sql`
    with known as (
      select starts, ends, gap, p.id as project_id, p.is_billable, category
      from unrecorded_activity(${userId}, ${options.from.toISOString()}, ${options.to.toISOString()}, true) as free
        left join projects p on p.id = project_id and not p.is_deleted and ${isPersonal(sql`p`)}
          and ${isWithinReach(sql`p`, userId, "projects", "read")}
      where coalesce(p.id::text, category) is not null
    ),
    following as (
      select *, lag(ends) over turn as before, lag((gap, project_id, category)) over turn is not distinct from (gap, project_id, category) as is_same
      from known window turn as (order by starts)
    ),
    numbered as (
      select *, count(*) filter (where not is_same or starts - before > make_interval(secs => ${options.maxGapSeconds}))
        over (order by starts) as stretch
      from following
    ),
    stretches as materialized (
      select project_id, coalesce(category, '') as description, coalesce(is_billable, false) as is_billable,
        date_trunc('milliseconds', min(starts)) as started_at, date_trunc('milliseconds', max(ends)) as ended_at
      from numbered group by stretch, project_id, category, is_billable
      having max(ends) - min(starts) >= make_interval(secs => ${options.minSeconds})
    )`;
  const milliseconds = (instant: SQL) => sql`(extract(epoch from ${instant}) * 1000)::bigint`;
  const statement = isDryRun
    ? sql`${stretches} select null::uuid as id, project_id, description, started_at, ended_at from stretches order by started_at`
    : sql`${stretches},
      made as (
        insert into time_entries (owner_id, project_id, description, started_at, ended_at, is_billable, source, external_id, no_overlap)
        select ${userId}, project_id, description, started_at, ended_at, is_billable, 'activity',
          ${milliseconds(sql`started_at`)} || '/' || ${milliseconds(sql`ended_at`)},
          not coalesce((select allow_overlap from time_settings where user_id = ${userId}), true)
        from stretches
        returning id, project_id, description, started_at, ended_at
      )
      select * from made order by started_at`;
  const { made } = await batch(db, {
    preparation: prepareCostlyRead(db),
    preconditions: [
      requireSingleReport(db),
      db.execute(sql`
      select demand_countable_activity(${userId}, ${options.from.toISOString()}, ${options.to.toISOString()}, null, 1)`),
    ],
    locked: [
      db.execute(sql`select lock_time(${userId})`),
      // The lock prevents the deletion of projects before the entries are created in them.
      db.execute(sql`
      select from projects
      where not is_deleted and id in (select project_id from activity_rules where ${isOwnedBy(activityRules, userId)} and not is_deleted)
      order by id for share`),
    ],
    made: db.execute<MadeEntry>(statement),
  });
  return made.rows;
}
