import { DAY_MS } from "../../../core/dates.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { HeatmapQuery, PeriodQuery, StreakQuery, SummaryQuery } from "./schemas.ts";
import { tooManyGroups } from "./summary.ts";

/** Of a timesheet, most of which are 0. */
const MAX_CELLS = 1_000_000;

const NOTHING = { tracked_seconds: 0, covered_seconds: 0, entries: 0 };

/**
 * How long was worked in a period, in all, by up to two groups, and in as many days before it.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for too many groups, or too much activity; RATE_LIMIT_EXCEEDED while another report with
 * activity is made for the caller; PERMISSION_DENIED for another's time without `reports:read_any`, for activity without `activity:read`, and for
 * another's without `activity:read_any`
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
  const options = { filter, comparing: query.compare ?? true };
  return asOf(period, await repository.summarize(db, period, query.group, options));
}

/** Projects by days. @throws AppError as `summarize`, BUSINESS_LOGIC_ERROR for too many projects on too many days */
export async function fillTimesheet({ db, principal }: PrincipalScope, query: PeriodQuery) {
  const period = periodOf(principal.userId, query);
  const { byDay, byDayAndProject } = await repository.summarizeTwice(db, period);
  const { from, to, timezone } = byDay;
  const sums = new Map(byDay.groups.map(({ keys, labels: _, ...rest }) => [keys[0], rest]));
  const days = daysBetween(from, to);
  const rows = Map.groupBy(byDayAndProject.groups, ({ keys }) => keys[1] ?? null);
  if (rows.size * days.length > MAX_CELLS) throw tooManyGroups();
  return asOf(period, {
    from,
    to,
    timezone,
    days: days.map((day) => ({ day, ...NOTHING, ...sums.get(day) })),
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

/** How much of each day of a year, or of one of its months, was worked. @throws AppError as `summarize` */
export async function drawHeatmap(
  { db, principal }: PrincipalScope,
  { year, month, ...query }: HeatmapQuery,
) {
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
  const days = daysBetween(from, to).map((day) => ({ day, covered_seconds: 0, ...sums.get(day) }));
  return asOf(period, { from, to, timezone, days });
}

/** How undisturbed the work was. @throws AppError as `summarize` */
export async function measureFocus({ db, principal }: PrincipalScope, query: PeriodQuery) {
  const period = periodOf(principal.userId, query);
  const { switches, covered_seconds: covered, ...focus } = await repository.measureFocus(db, period);
  const perHour = covered > 0 ? Math.round((switches / (covered / 3600)) * 100) / 100 : 0;
  return asOf(period, { ...focus, switches_per_hour: perHour });
}

/** On how many days in a row the caller worked. @throws AppError as `summarize` */
export async function measureStreak({ db, principal }: PrincipalScope, query: StreakQuery) {
  const period = periodOf(principal.userId, query);
  return asOf(period, await repository.measureStreak(db, period));
}

const periodOf = (actorId: string, query: PeriodQuery & { week_start?: number | undefined }) => ({
  actorId,
  owner: query.owner_id,
  from: query.from,
  to: query.to ?? query.from,
  zone: query.timezone,
  weekStart: query.week_start,
  now: new Date(),
  withActivity: query.include === "activity",
});

const asOf = <Report>({ now }: { now: Date }, report: Report) => ({
  ...report,
  as_of: now.toISOString(),
});

/** The date `day` of a month; the last one of the month before for 0. */
const dateOf = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

/** The dates from `from` to `to`, both included. */
function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(from); day <= Date.parse(to); day += DAY_MS) {
    days.push(new Date(day).toISOString().slice(0, 10));
  }
  return days;
}
