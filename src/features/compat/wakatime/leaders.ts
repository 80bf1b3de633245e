import { inWords } from "./durations.ts";
import { averageOf, partsOf, secondsOf } from "./parts.ts";
import { dateInWords } from "./periods.ts";
import { profileOf } from "./profiles.ts";
import type { WholeReport } from "./repository/reports.ts";
import { minutesOf } from "./stats.ts";

/** Returns the leaders in WakaTime's form: only the caller, who has rank 1. */
export function describeLeaders(found: WholeReport, language: string | null, page: number) {
  const total = secondsOf(found.parts);
  const average = averageOf(found.day_count ?? 0, found.busy_days ?? 0, found.parts);
  const now = new Date().toISOString();
  const leader = {
    rank: 1 as const,
    running_total: {
      total_seconds: total,
      human_readable_total: inWords(total),
      daily_average: average.seconds_including_other_language,
      human_readable_daily_average: average.text_including_other_language,
      languages: partsOf(found.parts, "language", total).map(({ name, total_seconds }) => ({
        name,
        total_seconds,
      })),
      modified_at: now,
    },
    user: { ...profileOf(found.user_id, found.username, found.name), email: null },
  };
  return {
    current_user: { ...leader, page: 1 as const },
    data: page === 1 ? [leader] : [],
    language,
    country_code: null,
    is_hireable: null,
    page,
    total_pages: 1 as const,
    range: {
      name: "last_7_days",
      text: "Last 7 Days",
      start_date: found.first,
      start_text: dateInWords(found.first),
      end_date: found.last,
      end_text: dateInWords(found.last),
    },
    timeout: minutesOf(found),
    writes_only: false as const,
    modified_at: now,
  };
}
