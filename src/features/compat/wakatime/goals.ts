import type { TracedGoal } from "../../time/goals/service.ts";
import { inWords } from "./durations.ts";

/** WakaTime's names for the status of a goal in a period. */
export const GOAL_STATUSES = ["success", "fail", "pending", "ignored"] as const;

type GoalStatus = (typeof GOAL_STATUSES)[number];

const STATUSES: Record<TracedGoal["current"]["status"], GoalStatus> = {
  met: "success",
  missed: "fail",
  on_track: "pending",
  behind: "pending",
  off: "ignored",
};

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const NONE: never[] = [];

interface Owner {
  id: string;
  username: string;
  name: string | null;
}

/** Returns a goal in WakaTime's form. Fields that goals of this service don't have are empty or off. */
export function describeGoal(goal: TracedGoal, owner: Owner, timezone: string) {
  const isInverse = goal.direction === "at_most";
  const periods = [...goal.previous.toReversed(), goal.current];
  const chart = periods.map(({ from, to, starts, ends, covered_seconds: actual, status }) => ({
    actual_seconds: actual,
    actual_seconds_text: inWords(actual),
    goal_seconds: goal.target_seconds,
    goal_seconds_text: inWords(goal.target_seconds),
    range: {
      date: from,
      start: starts.toISOString(),
      end: new Date(ends.getTime() - 1000).toISOString(),
      text: from === to ? from : `from ${from} until ${to}`,
      timezone,
    },
    range_status: STATUSES[status],
    range_status_reason: `${inWords(actual)}, which is ${describeDifference(actual, goal.target_seconds)} the goal`,
    range_status_reason_short: `${inWords(actual)} of ${inWords(goal.target_seconds)}`,
  }));
  const countPeriods = (status: GoalStatus) =>
    chart.filter(({ range_status }) => range_status === status).length;
  const actual = chart.reduce((sum, { actual_seconds }) => sum + actual_seconds, 0);
  const target = goal.target_seconds * chart.length;
  return {
    id: goal.id,
    type: "coding",
    title: goal.name,
    custom_title: goal.name,
    delta: goal.period,
    seconds: goal.target_seconds,
    status: STATUSES[goal.current.status],
    status_percent_calculated: 100,
    average_status: countPeriods("fail") > countPeriods("success") ? ("fail" as const) : ("success" as const),
    cumulative_status: (isInverse ? actual <= target : actual >= target)
      ? ("success" as const)
      : ("fail" as const),
    range_text: `from ${periods[0]?.from} until ${goal.current.to}`,
    chart_data: chart,
    projects: goal.project === null ? [] : [goal.project],
    languages: NONE,
    editors: NONE,
    ignore_days: WEEKDAYS.filter((_, day) => !goal.weekdays.includes(day)),
    ignore_zero_days: false as const,
    improve_by_percent: null,
    is_current_user_owner: true as const,
    is_enabled: true as const,
    is_inverse: isInverse,
    is_snoozed: false as const,
    is_tweeting: false as const,
    snooze_until: null,
    owner: {
      id: owner.id,
      username: owner.username,
      display_name: owner.name ?? owner.username,
      full_name: owner.name ?? owner.username,
      email: null,
      photo: null,
    },
    shared_with: NONE,
    subscribers: NONE,
    created_at: new Date(goal.created_at).toISOString(),
    modified_at: goal.updated_at && new Date(goal.updated_at).toISOString(),
  };
}

function describeDifference(actual: number, target: number): string {
  if (actual === target) return "just";
  return actual > target ? `${inWords(actual - target)} more than` : `${inWords(target - actual)} less than`;
}
