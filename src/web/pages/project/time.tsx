import { dateFormat, numberFormat } from "../../i18n/formats.ts";
import { localeTag } from "../../i18n/index.ts";
import { t } from "../../i18n/things/index.ts";
import { formatHours } from "../../things/format.ts";
import { Progress } from "../../things/progress.tsx";
import { useProjectReport } from "../../things/reports.ts";
import type { Project } from "../../things/sources.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";

/** Renders the sums of a project, and its months as bars with their figures. */
export function Time({ project }: { project: Project }) {
  const { estimate_seconds: estimate } = project;
  const report = useProjectReport(project);
  return (
    <Card title={t("project.time")} lead={t("project.time_lead")}>
      <Loaded query={report} rows={1}>
        {({ to, tracked_seconds: seconds, entries, groups }) => {
          const months = new Map(groups.map(({ keys, tracked_seconds: time }) => [keys[0] ?? "", time]));
          return (
            <div class="card-body stack">
              <dl class="figures">
                <Figure name={t("project.year")} value={formatHours(seconds)} />
                <Figure name={t("project.month")} value={formatHours(months.get(to.slice(0, 7)) ?? 0)} />
                <Figure name={t("project.entries")} value={formatCount(entries)} />
              </dl>
              {estimate !== null && <Progress seconds={seconds} estimate={estimate} />}
              {seconds > 0 && <Months to={to} months={months} />}
            </div>
          );
        }}
      </Loaded>
    </Card>
  );
}

const formatCount = (count: number) => numberFormat(localeTag()).format(count);

const Figure = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

/** Returns the twelve months up to that of a day, such as 2026-11. */
function monthsUpTo(day: string): string[] {
  const last = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  return Array.from({ length: 12 }, (_, place) =>
    new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - 11 + place, 1)).toISOString().slice(0, 7),
  );
}

/** Renders the months as a table whose cells have bars. */
function Months({ to, months }: { to: string; months: ReadonlyMap<string, number> }) {
  const most = Math.max(...months.values(), 1);
  const name = (month: string, style: "narrow" | "long") =>
    dateFormat(localeTag(), {
      month: style,
      ...(style === "long" && { year: "numeric" }),
      timeZone: "UTC",
    }).format(new Date(`${month}-01T00:00:00Z`));
  return (
    <ol class="months" aria-label={t("project.time")}>
      {monthsUpTo(to).map((month) => {
        const seconds = months.get(month) ?? 0;
        const text = `${name(month, "long")}: ${formatHours(seconds)}`;
        return (
          <li key={month} title={text}>
            <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
              <rect y={100 - (seconds / most) * 100} width="10" height={(seconds / most) * 100} />
            </svg>
            <span aria-hidden="true">{name(month, "narrow")}</span>
            <span class="visually-hidden">{text}</span>
          </li>
        );
      })}
    </ol>
  );
}
