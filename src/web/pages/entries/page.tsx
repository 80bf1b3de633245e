import "../../styles/timer.css";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useDays } from "../../data/days.ts";
import { type EntryFilter, useEntries } from "../../data/entries.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/entries/index.ts";
import { useNow } from "../../timer/clock.ts";
import { NewEntry } from "../../timer/entry/new-entry.tsx";
import { secondsWithin } from "../../timer/entry/sums.ts";
import { Button } from "../../ui/button.tsx";
import { formatDuration } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { DayList } from "./day-list.tsx";
import { DeletedList } from "./deleted-list.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { addressOf, daysOf, type Filters, readFilters } from "./filters.ts";
import { useSelection } from "./selection.ts";

/** Renders the list of all entries, by day, with filters that are in the address. */
export default function Entries() {
  const { query: parts, route } = useLocation();
  const filters = readFilters(parts);
  const address = addressOf(filters);
  const days = useDays();
  const today = days.dayOf(useNow(false));
  const period = daysOf(filters, today, days.weekStart);
  const filter: EntryFilter = {
    from: period && new Date(days.startOf(period[0])).toISOString(),
    to: period && new Date(days.endOf(period[1])).toISOString(),
    projectId: filters.project || undefined,
    tagId: filters.tag || undefined,
    q: filters.q || undefined,
    isBillable: filters.billable ? filters.billable === "yes" : undefined,
    isDeleted: filters.deleted || undefined,
  };
  const [pages, setPages] = useState(1);
  useEffect(() => setPages(1), [address]);
  const query = useEntries(filter, pages);
  const entries = query.data?.entries ?? [];
  const selection = useSelection(entries, address);
  const [isAdding, setAdding] = useState(false);
  const change = (next: Filters) => route(addressOf(next), true);
  return (
    <>
      <div class="day-head">
        <PageHead title={t("entries.title")} />
        {!filters.deleted && !isAdding && <NewEntry isOpen={false} setOpen={setAdding} />}
      </div>
      {isAdding && <NewEntry isOpen setOpen={setAdding} />}
      <FilterBar filters={filters} days={period ?? [today, today]} onChange={change} />
      {selection.entries.length > 0 && <BulkBar selected={selection.entries} onClear={selection.clear} />}
      <Loaded query={query} rows={6}>
        {({ hasMore }) => (
          <>
            {entries.length === 0 ? (
              <div class="card empty">
                <Icon name="list" />
                <p>{filters.deleted ? t("entries.empty_deleted") : t("entries.empty")}</p>
              </div>
            ) : filters.deleted ? (
              <DeletedList entries={entries} />
            ) : (
              <>
                <Summary entries={entries} filter={filter} />
                <DayList entries={entries} selection={selection} firstDay={period?.[0] ?? ""} />
              </>
            )}
            {hasMore && (
              <div class="row">
                <Button onClick={() => setPages(pages + 1)}>{t("entries.more")}</Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

/** Renders how many entries are listed, and their sum within the period. */
function Summary({ entries, filter }: { entries: readonly Entry[]; filter: EntryFilter }) {
  const now = useNow(entries.some(({ ended_at }) => ended_at === null));
  const [from, to] = [
    Date.parse(filter.from ?? "") || 0,
    Date.parse(filter.to ?? "") || Number.POSITIVE_INFINITY,
  ];
  const seconds = entries.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  return (
    <p class="facts">
      <span>{t("entries.count", { count: entries.length })}</span>
      <span>{t("entries.sum", { duration: formatDuration(seconds) })}</span>
    </p>
  );
}
