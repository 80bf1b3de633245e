import "../../styles/timer.css";
import { useState } from "preact/hooks";
import { useDays } from "../../data/days.ts";
import { LATEST, useEntries } from "../../data/entries.ts";
import { useProjects } from "../../data/names.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/entries/index.ts";
import { useNow } from "../../timer/clock.ts";
import { EntryGroup } from "../../timer/entry/group.tsx";
import { NewEntry } from "../../timer/entry/new-entry.tsx";
import { groupEntries, secondsWithin } from "../../timer/entry/sums.ts";
import { describeDuration, formatDuration, formatWeekday } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";

/** Renders the entries of today, and what they add up to. */
export default function Today() {
  const days = useDays();
  const now = useNow(true);
  const today = days.dayOf(now);
  const [from, to] = [days.startOf(today), days.endOf(today)];
  const query = useEntries({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const entries = query.data?.entries ?? [];
  const seconds = entries.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <div class="day-head">
        <PageHead title={t("today.title")} lead={formatWeekday(today)} />
        <p class="total">
          <span class="muted small">{t("today.total")}</span>
          <strong aria-hidden="true">{formatDuration(seconds)}</strong>
          <span class="visually-hidden">{describeDuration(seconds)}</span>
        </p>
      </div>
      <section class="card entries" aria-label={t("today.list")}>
        <Loaded query={query}>
          {({ entries: loaded }) =>
            loaded.length === 0 ? (
              <div class="empty">
                <Icon name="clock" />
                <p>{t("today.empty")}</p>
              </div>
            ) : (
              <ul>
                {groupEntries(loaded).map((group) => (
                  <li key={group.entries.at(-1)?.id}>
                    <EntryGroup entries={group.entries} />
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <div class="row">
        <NewEntry isOpen={isAdding} setOpen={setAdding} />
        {!isAdding && <a href="/app/entries">{t("today.all")}</a>}
      </div>
      {query.data?.entries.length === 0 && <Recent />}
    </>
  );
}

/** Offers the work of the days before, or the first steps to a new user. */
function Recent() {
  const latest = useEntries(LATEST).data?.entries;
  const projects = useProjects();
  if (!latest || !projects) return null;
  if (latest.length === 0)
    return projects.length === 0 ? (
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
