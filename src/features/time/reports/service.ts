import { DAY_MS } from "../../../core/dates.ts";
import { AppError } from "../../../core/errors.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { HeatmapQuery, PeriodQuery, SharedPeriodQuery, StreakQuery, SummaryQuery } from "./schemas.ts";
import { tooManyGroups } from "./summary.ts";

/** Maximum number of cells of a timesheet, most of which are 0. */
const MAX_CELLS = 1_000_000;

const NO_TIME = { tracked_seconds: 0, covered_seconds: 0, entries: 0 };

/**
 * Returns the time of a period and of the preceding period of the same length, in total and by up to two groups.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for too many groups, or too much activity; RATE_LIMIT_EXCEEDED while another report with
 * activity runs for the caller; PERMISSION_DENIED for other users' time without `reports:read_any`, for activity without
 * `activity:read`, and for other users' activity without `activity:read_any`
 */
export async function summarize({ db, principal }: PrincipalScope, query: SummaryQuery) {
  const period = periodOf(principal.userId, query);
  const filter = {
    clientId: query.client_id,
    projectId: query.project_id,
    taskId: query.task_id,
    tagId: query.tag_id,
    kind: query.kind,
    isBillable: query.billable,
  };
  const options = { filter, isCompared: query.compare ?? true };
  return addAsOf(period, await repository.summarize(db, period, query.group, options));
}

/** Returns the tracked time of each project on each day. @throws AppError as `summarize`; BUSINESS_LOGIC_ERROR also for too many cells */
export async function getTimesheet({ db, principal }: PrincipalScope, query: SharedPeriodQuery) {
  const period = periodOf(principal.userId, query);
  const { byDay, byDayAndProject } = await repository.summarizeDaysAndProjects(db, period);
  const { from, to, timezone } = byDay;
  const sums = new Map(byDay.groups.map(({ keys, labels: _, ...rest }) => [keys[0], rest]));
  const days = listDays(from, to);
  const rows = Map.groupBy(byDayAndProject.groups, ({ keys }) => keys[1] ?? null);
  if (rows.size * days.length > MAX_CELLS) throw tooManyGroups();
  return addAsOf(period, {
    from,
    to,
    timezone,
    days: days.map((day) => ({ day, ...NO_TIME, ...sums.get(day) })),
    rows: [...rows].map(([projectId, cells]) => {
      const seconds = new Map(cells.map(({ keys, tracked_seconds }) => [keys[0], tracked_seconds]));
      return {
        project_id: projectId,
        name: cells[0]?.labels[1] ?? null,
        tracked_seconds: cells.reduce((sum, cell) => sum + cell.tracked_seconds, 0),
        days: days.map((day) => seconds.get(day) ?? 0),
      };
    }),
  });
}

/** Returns the covered time of each day of a year or month. @throws AppError as `summarize` */
export async function getHeatmap({ db, principal }: PrincipalScope, { year, month, ...query }: HeatmapQuery) {
  const [first, last] = month === undefined ? [1, 12] : [month, month];
  const dates = { from: dateOf(year, first, 1), to: dateOf(year, last + 1, 0) };
  const period = periodOf(principal.userId, { ...query, ...dates });
  const { from, to, timezone, groups } = await repository.summarizeDays(db, period);
  const sums = new Map(
    groups.map(({ keys, covered_seconds, activity_seconds }) => [
      keys[0],
      { covered_seconds, activity_seconds },
    ]),
  );
  const days = listDays(from, to).map((day) => ({ day, covered_seconds: 0, ...sums.get(day) }));
  return addAsOf(period, { from, to, timezone, days });
}

/** Returns the focus report of a period. @throws AppError as `summarize` */
export async function measureFocus({ db, principal }: PrincipalScope, query: PeriodQuery) {
  const period = periodOf(principal.userId, query);
  const { switches, covered_seconds: covered, ...focus } = await repository.measureFocus(db, period);
  const perHour = covered > 0 ? Math.round((switches / (covered / 3600)) * 100) / 100 : 0;
  return addAsOf(period, { ...focus, switches_per_hour: perHour });
}

/** Returns the caller's current and longest streak. @throws AppError as `summarize` */
export async function measureStreak({ db, principal }: PrincipalScope, query: StreakQuery) {
  const period = periodOf(principal.userId, query);
  return addAsOf(period, await repository.measureStreak(db, period));
}

type Query = PeriodQuery & Partial<Pick<SummaryQuery, "week_start" | "organization_id" | "team_id">>;

/** Returns the period of a query. Activity never belongs to an organization. @throws AppError PERMISSION_DENIED */
function periodOf(actorId: string, query: Query) {
  const { organization_id: organization, team_id: team } = query;
  const withActivity = query.include === "activity";
  if (withActivity && organization !== undefined && organization !== "none") {
    throw new AppError("PERMISSION_DENIED", {
      message: "Reports of organizations never include activity. Omit `include` or `organization_id`.",
    });
  }
  return {
    actorId,
    owner: team ? "all" : query.owner_id,
    organization,
    team,
    from: query.from,
    to: query.to ?? query.from,
    zone: query.timezone,
    weekStart: query.week_start,
    now: new Date(),
    withActivity,
  };
}

const addAsOf = <Report>({ now }: { now: Date }, report: Report) => ({
  ...report,
  as_of: now.toISOString(),
});

/** Returns the date of a `day` of a month; for 0, the last day of the month before. */
const dateOf = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

/** Returns the dates from `from` to `to`, both included. */
function listDays(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += DAY_MS) {
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  return days;
}
