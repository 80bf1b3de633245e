import { and, isNotNull, isNull, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { prepareCostlyRead } from "../../../database/costly-reads.ts";
import { byNameOrAge, contains } from "../../../database/keyset-pagination.ts";
import { type OwnedChange, ownedRecords } from "../../../database/owned.ts";
import { isOwnedBy, isWithinReach, type OwnerQuery } from "../../../database/ownership.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { expectOneRow } from "../../../database/rows.ts";
import { markedSince } from "../../../database/tables/columns.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { goals } from "../../../database/tables/productivity.ts";
import { clientRecords } from "../clients/statements.ts";
import { beginReport, frameOf, historyOf, type Period, RECENT_DAYS, slicesOf, UNCOVERED } from "../period.ts";
import { projectRecords } from "../projects/statements.ts";
import { tagRecords } from "../tags/statements.ts";
import { taskRecords } from "../tasks/statements.ts";

const SORT_KEYS = byNameOrAge(goals);

export const goalRecords = ownedRecords({
  table: goals,
  resource: "goals",
  noun: "goal",
  keys: SORT_KEYS,
  columns: {
    id: goals.id,
    owner_id: goals.ownerId,
    name: goals.name,
    period: goals.period,
    direction: goals.direction,
    target_seconds: goals.targetSeconds,
    client_id: goals.clientId,
    project_id: goals.projectId,
    task_id: goals.taskId,
    tag_id: goals.tagId,
    kind: goals.kind,
    weekdays: sql<
      number[]
    >`array(select day from generate_series(0, 6) as day where ${goals.weekdays} >> day & 1 = 1)`.as(
      "weekdays",
    ),
    archived_at: goals.archivedAt,
    created_at: goals.createdAt,
    updated_at: goals.updatedAt,
  },
});

interface Filter extends PageRequest<keyof typeof SORT_KEYS>, OwnerQuery {
  q?: string | undefined;
  isArchived?: boolean | undefined;
}

/** Returns a page of the goals of an owner. */
export function listGoals(db: Database, filter: Filter) {
  const { q, isArchived } = filter;
  const where = and(
    q === undefined ? undefined : contains(goals.name, q),
    isArchived === undefined ? undefined : (isArchived ? isNotNull : isNull)(goals.archivedAt),
  );
  return goalRecords.list(db, filter, filter, where);
}

type Changes = {
  [Field in keyof typeof goals.$inferInsert]?: (typeof goals.$inferInsert)[Field] | undefined;
};

/** Creates a goal. The actor must be allowed to read the records that it names. */
export const insertGoal = (db: Database, actorId: string, values: Changes) =>
  goalRecords.insert(db, actorId, values, requireSubjects(db, actorId, values));

/** Updates a goal. The actor must be allowed to read the records that it newly names. */
export const updateGoal = (
  db: Database,
  change: OwnedChange,
  { archived, ...changes }: Changes & { archived?: boolean | undefined },
) =>
  goalRecords.update(
    db,
    change,
    { ...changes, archivedAt: markedSince(goals.archivedAt, archived) },
    requireSubjects(db, change.actorId, changes),
  );

const requireSubjects = (db: Database, actorId: string, { clientId, projectId, taskId, tagId }: Changes) =>
  requireThat(
    db,
    sql`${clientRecords.isReadable(actorId, clientId)} and ${projectRecords.isReadable(actorId, projectId)}
      and ${taskRecords.isReadable(actorId, taskId)} and ${tagRecords.isReadable(actorId, tagId)}`,
    "notFound",
    "Client, project, task or tag not found.",
  );

interface Measured {
  from: string;
  to: string;
  covered_seconds: number;
}

interface Progress extends Record<string, unknown> {
  timezone: string;
  today: string;
  goals: {
    id: string;
    name: string;
    period: (typeof goals.period.enumValues)[number];
    direction: (typeof goals.direction.enumValues)[number];
    target_seconds: number;
    current: Measured & { status: "met" | "on_track" | "behind" | "missed" | "off" };
    previous: (Measured & { status: "met" | "missed" })[];
    streak: { current: number; longest: number };
  }[];
}

/** Returns the first day of the goal's period that contains `day`. */
const periodOf = (day: string) => sql`(case g.period
    when 'day' then ${sql.raw(day)}
    when 'week' then ${sql.raw(day)} - (extract(dow from ${sql.raw(day)})::int - week_start + 7) % 7
    else date_trunc('month', ${sql.raw(day)}::timestamp)::date end)`;

/** Condition that a goal `g` counts a slice `s` of time. */
const IS_COUNTED = sql`(case when g.kind is null then s.kind <> 'break' else s.kind = g.kind end)
  and (g.project_id is null or s.project_id = g.project_id)
  and (g.task_id is null or s.task_id = g.task_id)
  and (g.client_id is null or s.project_id in (select id from projects where client_id = g.client_id))
  and (g.tag_id is null or exists (select from time_entry_tags where entry_id = s.entry_id and tag_id = g.tag_id))`;

/**
 * Returns the actor's progress with each goal that is not archived, in the current period and the `count` periods before it. An
 * `at_least` goal is met as soon as its target is reached. An `at_most` goal is missed as soon as its target is exceeded, and met
 * at the end of the period. An undecided period does not break a streak. Periods count from the period of the actor's first entry
 * within the last ten years; a day that their zone skipped is not counted. With activity, a period counts only if the days that
 * are read include all of it.
 *
 * Goals with the same filters share one measurement of each day, because that is most of the work.
 */
export async function measureGoals(db: Database, period: Period, count: number) {
  const { progress } = await batch(db, {
    preconditions: beginReport(db, period, RECENT_DAYS),
    fewGoals: requireFewGoals(db, period.actorId),
    progress: db.execute<Progress>(progressOf(period, count)),
  });
  return expectOneRow(progress.rows);
}

/** Maximum number of goals in one report: each is compared with up to ten years of entries. */
const MAX_MEASURED_GOALS = 200;

const requireFewGoals = (db: Database, ownerId: string) =>
  requireThat(
    db,
    sql`(select count(*) <= ${MAX_MEASURED_GOALS} from goals where ${isOwnedBy(goals, ownerId)} and not is_deleted and archived_at is null)`,
    "ruleViolation",
    `You have more than ${MAX_MEASURED_GOALS} goals. Archive goals that are done.`,
  );

interface GoalDetails extends Record<string, unknown> {
  id: string;
  project: string | null;
  weekdays: number[];
  created_at: string;
  updated_at: string | null;
}

/** Returns the same progress, with more details of each goal, and the start of each day on which its periods may begin or end. */
export async function traceGoals(db: Database, period: Period, count: number) {
  const { progress, described, days } = await batch(db, {
    preparation: prepareCostlyRead(db),
    precondition: requireFewGoals(db, period.actorId),
    progress: db.execute<Progress>(progressOf(period, count)),
    described: db.execute<GoalDetails>(sql`
      select g.id, p.name as project, g.created_at, g.updated_at,
        array(select day from generate_series(0, 6) as day where g.weekdays >> day & 1 = 1) as weekdays
      from goals g left join projects p on p.id = g.project_id and not p.is_deleted
        and ${isWithinReach(sql`p`, period.actorId, "projects", "read")}
      where ${isOwnedBy(sql`g`, period.actorId)} and not g.is_deleted and g.archived_at is null`),
    days: db.execute<{ day: string; starts: string }>(sql`
      with ${frameOf(period)}
      select d.day::text, d.starts
      from frame, day_starts(today - ${MAX_PERIOD_DAYS * (count + 1)}::int, today + ${MAX_PERIOD_DAYS}::int, zone, minutes) d`),
  });
  return { progress: expectOneRow(progress.rows), described: described.rows, days: days.rows };
}

/** Number of days in the longest period, a month. */
const MAX_PERIOD_DAYS = 31;

const progressOf = (period: Period, count: number) => sql`
    with ${frameOf(period)},
    history as materialized (${historyOf(period)}),
    wanted as materialized (
      select *, dense_rank() over (order by client_id, project_id, task_id, tag_id, kind) as subject
      from goals where ${isOwnedBy(goals, period.actorId)} and not is_deleted and archived_at is null
    ),
    slices as materialized (
      select t.* from frame, history, ${slicesOf(period, sql`first_day`, sql`today`)} t
      where exists (select from wanted)
    ),
    begun as materialized (
      select coalesce((select min(day) from slices), today) as first_day from frame
    ),
    real_days as materialized (
      select day from (
        select d.day, d.starts, lead(d.starts) over (order by d.day) as following
        from frame, begun, day_starts(begun.first_day, today + 1, zone, minutes) d
      ) as days where starts < following
    ),
    worked as materialized (
      select subject, day, sum(${UNCOVERED}) as length
      from (
        select *, max(ends) over (partition by subject, day order by starts rows between unbounded preceding and 1 preceding) as reached
        from (
          select g.subject, s.day, s.starts, s.ends
          from (select distinct on (subject) * from wanted) g, slices s where ${IS_COUNTED}
        ) as meant
      ) as reaching group by subject, day
    ),
    done as (
      select g.id as goal_id, ${periodOf("w.day")} as since, floor(extract(epoch from sum(w.length)))::int as seconds
      from frame, wanted g join worked w on w.subject = g.subject group by g.id, since
    ),
    periods as (
      select g.id as goal_id, since, next - 1 as until, ${periodOf("today")} = since as is_current,
        case when g.period = 'day' then g.weekdays >> extract(dow from since)::int & 1 = 1 else true end as holds
      from frame, begun, wanted g,
        lateral (select ('1 ' || g.period)::interval as length) as one,
        lateral generate_series(${periodOf("begun.first_day")}::timestamp, today::timestamp, length) as step,
        lateral (select step::date as since, (step + length)::date as next) as dates
      ${period.withActivity ? sql`where since >= (select first_day from history)` : sql``}
    ),
    rated as materialized (
      select p.*, coalesce(d.seconds, 0) as seconds,
        case g.direction when 'at_least' then coalesce(d.seconds, 0) >= g.target_seconds
          else coalesce(d.seconds, 0) <= g.target_seconds end as is_met,
        not is_current or case g.direction when 'at_least' then coalesce(d.seconds, 0) >= g.target_seconds
          else coalesce(d.seconds, 0) > g.target_seconds end as is_decided
      from periods p join wanted g on g.id = p.goal_id
        left join done d on d.goal_id = p.goal_id and d.since = p.since
      where is_current or holds and (g.period <> 'day' or p.since in (select day from real_days))
    ),
    latest as (
      select goal_id, json_agg(json_build_object(
          'from', since, 'to', until, 'covered_seconds', seconds,
          'status', case when is_met then 'met' else 'missed' end) order by since desc) as periods
      from (
        select *, row_number() over (partition by goal_id order by since desc) as n from rated where not is_current
      ) as numbered where n <= ${count} group by goal_id
    ),
    islands as (
      select *, row_number() over (partition by goal_id order by since) - row_number() over (partition by goal_id, is_met order by since) as island
      from rated where holds and is_decided
    ),
    streaks as (
      select goal_id, is_met, count(*)::int as length,
        max(since) = max(max(since)) over (partition by goal_id) as is_last
      from islands group by goal_id, is_met, island
    ),
    streaks_of_goals as (
      select goal_id, max(length) as longest, max(length) filter (where is_last) as current
      from streaks where is_met group by goal_id
    )
    select zone as timezone, today::text, (
      select coalesce(json_agg(json_build_object(
        'id', g.id, 'name', g.name, 'period', g.period, 'direction', g.direction, 'target_seconds', g.target_seconds,
        'current', json_build_object(
          'from', c.since, 'to', c.until, 'covered_seconds', c.seconds,
          'status', case
            when not c.holds then 'off'
            when c.is_decided then case when c.is_met then 'met' else 'missed' end
            when g.direction = 'at_most' or c.seconds * extract(epoch from ends - starts) >= g.target_seconds * extract(epoch from now - starts)
              then 'on_track'
            else 'behind' end),
        'previous', coalesce(l.periods, '[]'),
        'streak', json_build_object('current', coalesce(s.current, 0), 'longest', coalesce(s.longest, 0))
      ) order by ${inOrderOfNames(sql`g.name`)}, g.id), '[]')
      from wanted g join rated c on c.goal_id = g.id and c.is_current
        left join latest l on l.goal_id = g.id
        left join streaks_of_goals s on s.goal_id = g.id,
        lateral (select day_start(c.since, zone, minutes) as starts, day_start(c.until + 1, zone, minutes) as ends) as bounds
    ) as goals
    from frame`;
