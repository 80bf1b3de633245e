import { DAY_MS } from "../../../core/dates.ts";
import { invariant } from "../../../core/errors.ts";
import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateGoal, GoalQuery, ProgressQuery, UpdateGoal } from "./schemas.ts";

/** Returns a page of the caller's goals, or of other users' goals for holders of `goals:read_any`. @throws AppError PERMISSION_DENIED */
export const listGoals = ({ db, principal }: PrincipalScope, query: GoalQuery) =>
  repository.listGoals(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    owner: query.owner_id,
    isDeleted: query.deleted,
    q: query.q,
    isArchived: query.archived,
  });

/** Returns the goal with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getGoal = ({ db, principal }: PrincipalScope, id: string) =>
  repository.goalRecords.find(db, principal.userId, id);

/** Creates a goal. @throws AppError RESOURCE_NOT_FOUND for an unknown client, project, task or tag */
export const createGoal = ({ db, principal }: PrincipalScope, input: CreateGoal) =>
  repository.insertGoal(db, principal.userId, toRow(input));

/** Updates a goal. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const updateGoal = (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateGoal,
  expectedTags: string[] | undefined,
) => repository.updateGoal(db, { actorId: principal.userId, id, expectedTags }, toRow(changes));

/** Deletes a goal. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteGoal = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => repository.goalRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted goal. @throws AppError RESOURCE_NOT_FOUND */
export const restoreGoal = ({ db, principal }: PrincipalScope, id: string) =>
  repository.goalRecords.restore(db, { actorId: principal.userId, id });

/** Returns the caller's progress and streak with each of their goals. @throws AppError PERMISSION_DENIED */
export async function measureGoals(
  { db, principal }: PrincipalScope,
  { timezone, week_start, periods, include }: ProgressQuery,
) {
  const period = {
    actorId: principal.userId,
    zone: timezone,
    weekStart: week_start,
    now: new Date(),
    withActivity: include === "activity",
  };
  return {
    ...(await repository.measureGoals(db, period, periods)),
    as_of: period.now.toISOString(),
  };
}

/** Returns the progress of `owner` with each goal's details and the instants of its periods, as WakaTime's clients expect. */
export async function traceGoals({ db }: Pick<Scope, "db">, owner: string, periods: number) {
  const period = { actorId: owner, now: new Date() };
  const { progress, described, days } = await repository.traceGoals(db, period, periods);
  const starts = new Map(days.map(({ day, starts }) => [day, starts]));
  const startOf = (day: string) => new Date(invariant(starts.get(day), `expected the start of ${day}`));
  const traced = <Measured extends { from: string; to: string }>(measured: Measured) => ({
    ...measured,
    starts: startOf(measured.from),
    ends: startOf(dayAfter(measured.to)),
  });
  return {
    timezone: progress.timezone,
    goals: progress.goals.flatMap(({ current, previous, ...goal }) =>
      described
        .filter(({ id }) => id === goal.id)
        .map((description) => ({
          ...goal,
          ...description,
          current: traced(current),
          previous: previous.map(traced),
        })),
    ),
  };
}

/** Goal with its progress, as `traceGoals` returns it. */
export type TracedGoal = Awaited<ReturnType<typeof traceGoals>>["goals"][number];

const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

const toRow = ({
  target_seconds: targetSeconds,
  client_id: clientId,
  project_id: projectId,
  task_id: taskId,
  tag_id: tagId,
  weekdays,
  ...rest
}: UpdateGoal) => ({
  ...rest,
  targetSeconds,
  clientId,
  projectId,
  taskId,
  tagId,
  weekdays: weekdays?.reduce((bits, weekday) => bits | (1 << weekday), 0),
});
