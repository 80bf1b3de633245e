import { useEffect, useRef } from "preact/hooks";
import { useDays } from "../../data/days.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/entries/index.ts";
import { useNow } from "../../timer/clock.ts";
import { EditableRow } from "../../timer/entry/editable-row.tsx";
import { titleOf } from "../../timer/entry/names.tsx";
import { deleteWithUndo } from "../../timer/entry/row.tsx";
import { secondsWithin } from "../../timer/entry/sums.ts";
import { describeDuration, formatDuration, formatWeekday } from "../../ui/format.ts";
import type { Selection } from "./selection.ts";

interface DayListProps {
  entries: Entry[];
  selection: Selection;
}

/**
 * Renders entries by the day on which they began, or the first day of the period if they began before. Sums are of the time within the day.
 */
export function DayList({ entries, selection, firstDay }: DayListProps & { firstDay: string }) {
  const days = useDays();
  const now = useNow(entries.some(({ ended_at }) => ended_at === null));
  const byDay = Map.groupBy(entries, ({ started_at }) => {
    const day = days.dayOf(Date.parse(started_at));
    return day < firstDay ? firstDay : day;
  });
  const sumOf = (day: string) => {
    const [from, to] = [days.startOf(day), days.endOf(day)];
    return entries.reduce((sum, entry) => sum + secondsWithin(entry, from, to, now), 0);
  };
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event, entries, selection);
    list.current?.addEventListener("keydown", listener);
    return () => list.current?.removeEventListener("keydown", listener);
  });
  return (
    <div class="days" ref={list}>
      {[...byDay].map(([day, members]) => (
        <Day key={day} day={day} entries={members} seconds={sumOf(day)} selection={selection} />
      ))}
    </div>
  );
}

function Day({ day, entries, seconds, selection }: DayListProps & { day: string; seconds: number }) {
  const ids = entries.map(({ id }) => id);
  const isAll = ids.every((id) => selection.has(id));
  const name = formatWeekday(day);
  return (
    <section class="card entries" aria-label={name}>
      <div class="day">
        <input
          type="checkbox"
          aria-label={t("entries.select_day", { day: name })}
          checked={isAll}
          onChange={() => selection.set(ids, !isAll)}
        />
        <h2>{name}</h2>
        <strong>
          <span aria-hidden="true">{formatDuration(seconds)}</span>
          <span class="visually-hidden">{describeDuration(seconds)}</span>
        </strong>
      </div>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id} data-entry={entry.id} data-selected={selection.has(entry.id) || undefined}>
            <EditableRow
              entry={entry}
              before={
                <input
                  type="checkbox"
                  aria-label={t("entries.select", { what: titleOf(entry) })}
                  checked={selection.has(entry.id)}
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

/** Moves between entries, and selects, edits or deletes the one that has the focus, by keys. Fields keep their keys. */
function press(event: KeyboardEvent, entries: readonly Entry[], selection: Selection): void {
  const target = event.target as HTMLElement;
  const isTyping = target.matches("select, textarea, input:not([type=checkbox])");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = target.closest<HTMLElement>("[data-entry]")?.dataset.entry;
  const index = entries.findIndex((entry) => entry.id === id);
  const entry = entries[index];
  const move = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (move !== undefined) {
    const next = entries[Math.min(Math.max(index + move, 0), entries.length - 1)];
    if (event.shiftKey && entry && next) selection.set([entry.id, next.id], true);
    focusEntry(event.currentTarget as HTMLElement, next?.id);
  } else if (entry && event.key === "x") selection.toggle(entry.id);
  else if (entry && event.key === "e")
    target.closest("[data-entry]")?.querySelector<HTMLElement>(".entry-title")?.click();
  else if (entry && event.key === "Delete") {
    const next = entries[index + 1] ?? entries[index - 1];
    focusEntry(event.currentTarget as HTMLElement, next?.id);
    void deleteWithUndo(entry);
  } else return;
  event.preventDefault();
}

const focusEntry = (list: HTMLElement, id: string | undefined): void =>
  list.querySelector<HTMLElement>(`[data-entry="${id}"] .entry-title`)?.focus();
