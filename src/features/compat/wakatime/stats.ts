import { inWords } from "./durations.ts";
import { averageOf, dimensionsOf, knownSecondsOf, partsOf, secondsOf } from "./parts.ts";
import { type PeriodName, periodInWords } from "./periods.ts";
import type { Report, WholeReport } from "./repository/reports.ts";
import type { FilterQuery } from "./schemas/queries.ts";

/** Returns the idle timeout in minutes, as WakaTime has it. */
export const minutesOf = ({ idle_seconds }: Pick<Report, "idle_seconds">) => Math.round(idle_seconds / 60);

/** Returns the statistics of a period in WakaTime's form. They are computed on request, and visible only to the caller. */
export function describeStats(found: WholeReport, period: PeriodName, { writes_only = false }: FilterQuery) {
  const [total, known] = [secondsOf(found.parts), knownSecondsOf(found.parts)];
  const average = averageOf(found.day_count ?? 0, found.busy_days ?? 0, found.parts);
  const best = found.best_day;
  const now = new Date().toISOString();
  return {
    user_id: found.user_id,
    username: found.username,
    timezone: found.zone,
    range: period,
    status: found.percent === 100 ? ("ok" as const) : ("pending_update" as const),
    is_already_updating: false as const,
    is_stuck: false as const,
    is_up_to_date_pending_future: false as const,
    is_cached: false as const,
    is_including_today: found.includes_today,
    is_coding_activity_visible: false as const,
    is_other_usage_visible: false as const,
    timeout: minutesOf(found),
    writes_only,
    total_seconds: known,
    total_seconds_including_other_language: total,
    daily_average: average.seconds,
    daily_average_including_other_language: average.seconds_including_other_language,
    days_including_holidays: average.days_including_holidays,
    days_minus_holidays: average.days_minus_holidays,
    holidays: average.holidays,
    best_day: best && { date: best.date, total_seconds: best.seconds, text: inWords(best.seconds) },
    human_readable_range: periodInWords(period, found.first),
    human_readable_total: inWords(known),
    human_readable_total_including_other_language: inWords(total),
    human_readable_daily_average: average.text,
    human_readable_daily_average_including_other_language: average.text_including_other_language,
    ...dimensionsOf(found.parts, total),
    dependencies: partsOf(found.parts, "dependency", total),
    created_at: now,
    modified_at: now,
  };
}
