import { t } from "../i18n/things/index.ts";
import { formatHours } from "./format.ts";

/** Draws the part of an estimate that was used, beside its text. */
export function Progress({ seconds, estimate }: { seconds: number; estimate: number }) {
  const isOver = seconds > estimate;
  const values = { time: formatHours(seconds), estimate: formatHours(estimate) };
  return (
    <span class="progress" data-over={isOver || undefined}>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="progress-ground" width="100" height="4" />
        <rect width={estimate > 0 ? Math.min(100, (seconds / estimate) * 100) : 100} height="4" />
      </svg>
      {t(isOver ? "project.over_estimate" : "project.of_estimate", values)}
    </span>
  );
}
