import "../../styles/timer.css";
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useDays, useToday } from "../../data/days.ts";
import { type EntryFilter, useEntries } from "../../data/entries.ts";
import { useMayOn } from "../../data/organizations.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { useOwners } from "../../data/owners.ts";
import { useScope } from "../../data/scope.ts";
import { sessionUserId } from "../../data/session.ts";
import { t } from "../../i18n/entries/index.ts";
import { nameOf } from "../../scope/person.ts";
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
  const today = useToday();
  const period = daysOf(filters, today, days.weekStart);
  const scope = useScope();
  const filter: EntryFilter = {
    scope,
    owner: scope === null ? undefined : filters.owner || "all",
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
  const owners = new Set([...entries.map(({ owner_id: owner }) => owner), filters.owner]);
  const others = [...owners].filter((id) => id && id !== sessionUserId());
  const findOwner = useOwners(scope, others);
  const ownerOf = (id: string) => {
    const member = findOwner(id);
    return member === undefined ? undefined : nameOf(member);
  };
  const mayOn = useMayOn(scope);
  const changeable = entries.filter(({ owner_id: owner }) => mayOn("time_entries:update", owner));
  const selection = useSelection(changeable, address);
  const [isAdding, setAdding] = useState(false);
  const change = (next: Filters) => route(addressOf(next), true);
  return (
    <>
      <div class="day-head">
        <PageHead title={t("entries.title")} />
        {!filters.deleted && !isAdding && <NewEntry isOpen={false} setOpen={setAdding} />}
      </div>
      {isAdding && <NewEntry isOpen setOpen={setAdding} />}
      <FilterBar
        filters={filters}
        days={period ?? [today, today]}
        owners={others.map((id) => [id, ownerOf(id) ?? "…"] as const)}
        onChange={change}
      />
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
                <Summary entries={entries} filter={filter} hasMore={hasMore} />
                <DayList
                  entries={entries}
                  ownerOf={others.length > 0 ? ownerOf : undefined}
                  selection={selection}
                  firstDay={period?.[0] ?? ""}
                  today={today}
                  hasMore={hasMore}
                />
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

/** Renders how many entries are listed, and their sum within the period if these are all. */
function Summary({
  entries,
  filter,
  hasMore,
}: {
  entries: readonly Entry[];
  filter: EntryFilter;
  hasMore: boolean;
}) {
  const now = useNow(entries.some(({ ended_at }) => ended_at === null));
  const [from, to] = [
    Date.parse(filter.from ?? "") || 0,
    Date.parse(filter.to ?? "") || Number.POSITIVE_INFINITY,
  ];
  const seconds = entries.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  return (
    <p class="facts">
      <span>{t(hasMore ? "entries.newest" : "entries.count", { count: entries.length })}</span>
      {!hasMore && <span>{t("entries.sum", { duration: formatDuration(seconds) })}</span>}
    </p>
  );
}
