import "../../styles/timer.css";
import { useState } from "preact/hooks";
import { useDays } from "../../data/days.ts";
import { latestOf, useEntries } from "../../data/entries.ts";
import { useProjects } from "../../data/names.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { type Scope, scopeOf, useScope } from "../../data/scope.ts";
import { t } from "../../i18n/entries/index.ts";
import { useNow } from "../../timer/clock.ts";
import { EntryGroup } from "../../timer/entry/group.tsx";
import { NewEntry } from "../../timer/entry/new-entry.tsx";
import { groupEntries, secondsWithin } from "../../timer/entry/sums.ts";
import { describeDuration, formatDuration } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { formatWeekday } from "../../ui/weekday.ts";

/** Renders the user's entries of today in the present scope, and what they add up to. The time in other scopes is only told. */
export default function Today() {
  const days = useDays();
  const now = useNow(true);
  const today = days.dayOf(now);
  const [from, to] = [days.startOf(today), days.endOf(today)];
  const query = useEntries({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const scope = useScope();
  const isHere = (entry: Entry) => scopeOf(entry) === scope;
  const all = query.data?.entries ?? [];
  const entries = all.filter(isHere);
  const sumOf = (listed: readonly Entry[]) =>
    listed.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  const seconds = sumOf(entries);
  const elsewhere = sumOf(all) - seconds;
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <div class="day-head">
        <PageHead title={t("today.title")} lead={formatWeekday(today, today)} />
        <p class="total">
          <span class="muted small">{t("today.total")}</span>
          <strong aria-hidden="true">{formatDuration(seconds)}</strong>
          <span class="visually-hidden">{describeDuration(seconds)}</span>
        </p>
      </div>
      <section class="card entries" aria-label={t("today.list")}>
        <Loaded query={query}>
          {() =>
            entries.length === 0 ? (
              <div class="empty">
                <Icon name="clock" />
                <p>{t("today.empty")}</p>
              </div>
            ) : (
              <ul>
                {groupEntries(entries).map((group) => (
                  <li key={group.entries.at(-1)?.id}>
                    <EntryGroup entries={group.entries} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      {(query.data || query.error) && (
        // It comes with the list, which would move it.
        <div class="row">
          <NewEntry isOpen={isAdding} setOpen={setAdding} />
          {!isAdding && <a href="/app/entries">{t("today.all")}</a>}
        </div>
      )}
      {elsewhere > 0 && (
        <p class="muted small">{t("today.elsewhere", { duration: formatDuration(elsewhere) })}</p>
      )}
      {query.data && entries.length === 0 && <Recent scope={scope} />}
    </>
  );
}

/** Offers the work of the days before, or the first steps to a new user. */
function Recent({ scope }: { scope: Scope }) {
  const latest = useEntries(latestOf(scope)).data?.entries;
  const projects = useProjects(scope);
  if (!latest || !projects) return null;
  if (latest.length === 0)
    return projects.length === 0 && scope === null ? (
      <section class="card card-body stack" aria-label={t("today.steps_action")}>
        <p>{t("today.steps")}</p>
        <div>
          <a class="button button-secondary" href="/app/start">
            {t("today.steps_action")}
          </a>
        </div>
      </section>
    ) : null;
  const newest = groupEntries(latest).flatMap(({ entries }): Entry[] => entries.slice(0, 1));
  return (
    <Card title={t("today.recent")}>
      <ul class="entries">
        {newest.slice(0, 5).map((entry) => (
          <li key={entry.id}>
            <EntryGroup entries={[entry]} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
