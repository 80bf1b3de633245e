import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { ActivityQuery, CreateActivityEntries, DryRun } from "./schemas.ts";

/** Returns the caller's activity in a period, as classified by their rules. */
export const summarizeActivity = (scope: PrincipalScope, query: ActivityQuery) => report(scope, query);

/** Returns the same summary by other rules, without saving them. */
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

/** Creates time entries from the caller's activity where no entry is, or returns a preview of them. */
export async function createEntries({ db, principal }: PrincipalScope, input: CreateActivityEntries) {
  const { from, to, max_gap_seconds: maxGapSeconds, min_seconds: minSeconds, dry_run: isDryRun } = input;
  const options = { from, to, maxGapSeconds, minSeconds };
  const entries = await repository.createEntries(db, principal.userId, options, isDryRun);
  return {
    entries: entries.map(({ started_at, ended_at, ...entry }) => ({
      ...entry,
      started_at: new Date(started_at).toISOString(),
      ended_at: new Date(ended_at).toISOString(),
    })),
  };
}
