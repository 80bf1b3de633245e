import { useEffect, useRef } from "preact/hooks";
import { useDays } from "../../data/days.ts";
import { useMayOn } from "../../data/organizations.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { useScope } from "../../data/scope.ts";
import { t } from "../../i18n/entries/index.ts";
import { useNow } from "../../timer/clock.ts";
import { EditableRow } from "../../timer/entry/editable-row.tsx";
import { titleOf } from "../../timer/entry/names.tsx";
import { deleteWithUndo } from "../../timer/entry/row.tsx";
import { secondsWithin } from "../../timer/entry/sums.ts";
import { describeDuration, formatDuration } from "../../ui/format.ts";
import { formatWeekday } from "../../ui/weekday.ts";
import { knownPreferences } from "../preferences/data.ts";
import type { Selection } from "./selection.ts";

type NameOf = (id: string) => string | undefined;

/** Returns whether the user may change or delete an entry. */
type May = (action: "update" | "delete", entry: Entry) => boolean;

interface DayListProps {
  entries: Entry[];
  selection: Selection;
  /** Returns the name of an owner, in a list with entries of several. */
  ownerOf: NameOf | undefined;
}

/**
 * Renders entries by the day on which they began, or the first day of the period if they began before. Sums are of the time within the day;
 * the last day has none if it may have more entries than those.
 */
export function DayList({
  entries,
  selection,
  ownerOf,
  firstDay,
  today,
  hasMore,
}: DayListProps & { firstDay: string; today: string; hasMore: boolean }) {
  const days = useDays();
  const mayOn = useMayOn(useScope());
  const may: May = (action, { owner_id }) => mayOn(`time_entries:${action}`, owner_id);
  const now = useNow(entries.some(({ ended_at }) => ended_at === null));
  const byDay = Map.groupBy(entries, ({ started_at }) => {
    const day = days.dayOf(Date.parse(started_at));
    return day < firstDay ? firstDay : day;
  });
  const sumOf = (day: string) => {
    const [from, to] = [days.startOf(day), days.endOf(day)];
    return entries.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  };
  const lastDay = [...byDay.keys()].at(-1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event, entries, selection, may);
    list.current?.addEventListener("keydown", listener);
    return () => list.current?.removeEventListener("keydown", listener);
  });
  return (
    <div class="days" ref={list}>
      {[...byDay].map(([day, members]) => (
        <Day
          key={day}
          name={formatWeekday(day, today)}
          entries={members}
          seconds={hasMore && day === lastDay ? undefined : sumOf(day)}
          selection={selection}
          ownerOf={ownerOf}
          may={may}
        />
      ))}
    </div>
  );
}

function Day({
  name,
  entries,
  seconds,
  selection,
  ownerOf,
  may,
}: DayListProps & { name: string; seconds: number | undefined; may: May }) {
  const ids = entries.filter((entry) => may("update", entry)).map(({ id }) => id);
  const isAll = ids.length > 0 && ids.every((id) => selection.has(id));
  return (
    <section class="card entries" aria-label={name}>
      <div class="day">
        <input
          type="checkbox"
          aria-label={t("entries.select_day", { day: name })}
          checked={isAll}
          disabled={ids.length === 0}
          onChange={() => selection.set(ids, !isAll)}
        />
        <h2>{name}</h2>
        {seconds !== undefined && (
          <strong>
            <span aria-hidden="true">{formatDuration(seconds)}</span>
            <span class="visually-hidden">{describeDuration(seconds)}</span>
          </strong>
        )}
      </div>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id} data-entry={entry.id} data-selected={selection.has(entry.id) || undefined}>
            <EditableRow
              entry={entry}
              owner={ownerOf?.(entry.owner_id)}
              before={
                <input
                  type="checkbox"
                  aria-label={t("entries.select", { what: titleOf(entry) })}
                  checked={selection.has(entry.id)}
                  disabled={!may("update", entry)}
                  onClick={(event) => selection.toggle(entry.id, event.shiftKey)}
                />
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Returns whether a key is for the list: not for a form in it, and not a letter if single keys are switched off. */
function isForList({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || (target as HTMLElement).closest("form")) return false;
  return key.length > 1 || knownPreferences()?.has_single_key_shortcuts === true;
}

/** Moves between entries, and selects, edits or deletes the one that has the focus, by keys. */
function press(event: KeyboardEvent, entries: readonly Entry[], selection: Selection, may: May): void {
  if (!isForList(event)) return;
  const target = event.target as HTMLElement;
  const id = target.closest<HTMLElement>("[data-entry]")?.dataset.entry;
  const index = entries.findIndex((entry) => entry.id === id);
  const entry = entries[index];
  const move = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (move !== undefined) {
    const next = entries[Math.min(Math.max(index + move, 0), entries.length - 1)];
    const both = [entry, next].filter((one) => one !== undefined).filter((one) => may("update", one));
    if (event.shiftKey && entry && next)
      selection.set(
        both.map(({ id: one }) => one),
        true,
      );
    focusEntry(event.currentTarget as HTMLElement, next?.id);
  } else if (entry && event.key === "x" && may("update", entry)) selection.toggle(entry.id);
  else if (entry && event.key === "e")
    target.closest("[data-entry]")?.querySelector<HTMLElement>(".entry-title")?.click();
  else if (entry && event.key === "Delete" && !event.repeat && may("delete", entry)) {
    const next = entries[index + 1] ?? entries[index - 1];
    focusEntry(event.currentTarget as HTMLElement, next?.id);
    void deleteWithUndo(entry);
  } else return;
  event.preventDefault();
}

const focusEntry = (list: HTMLElement, id: string | undefined): void =>
  list.querySelector<HTMLElement>(`[data-entry="${id}"] .entry-title`)?.focus();
