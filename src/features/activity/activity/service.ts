import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { ActivityQuery, CreateActivityEntries, DryRun } from "./schemas.ts";

/** What the caller was busy with in a period, and what their rules make of it. */
export const summarizeActivity = (scope: PrincipalScope, query: ActivityQuery) => report(scope, query);

/** The same by other rules, of which nothing is kept. */
export const tryRules = (scope: PrincipalScope, { rules, ...query }: DryRun) => report(scope, query, rules);

async function report(
  { db, principal }: PrincipalScope,
  { from, to = from, timezone }: ActivityQuery,
  rules?: DryRun["rules"],
) {
  const period = { actorId: principal.userId, from, to, zone: timezone, now: new Date() };
  const { whole, ...rest } = await repository.measureActivity(db, period, rules);
  return { ...rest, ...whole };
}

/** Makes time entries of the caller's activity, where there are none; or only tells which. */
export async function makeEntries({ db, principal }: PrincipalScope, input: CreateActivityEntries) {
  const { from, to, max_gap_seconds: maxGapSeconds, min_seconds: minSeconds, dry_run: isDry } = input;
  const wanted = { from, to, maxGapSeconds, minSeconds };
  const entries = await repository.makeEntries(db, principal.userId, wanted, isDry);
  return {
    entries: entries.map(({ started_at, ended_at, ...entry }) => ({
      ...entry,
      started_at: new Date(started_at).toISOString(),
      ended_at: new Date(ended_at).toISOString(),
    })),
  };
}
