import { useId, useState } from "preact/hooks";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/timer/index.ts";
import { Button } from "../../ui/button.tsx";
import { describeDuration, formatDuration } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { continueEntry } from "../actions.ts";
import { useNow } from "../clock.ts";
import { EditableRow } from "./editable-row.tsx";
import { EntryProject, EntryTags, titleOf } from "./names.tsx";
import { Times } from "./row.tsx";
import { secondsOf } from "./sums.ts";

/** Renders entries with one subject as one row, which opens. */
export function EntryGroup({ entries }: { entries: Entry[] }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const [newest] = entries;
  const isRunning = entries.some(({ ended_at }) => ended_at === null);
  const now = useNow(isRunning);
  if (!newest) return null;
  if (entries.length === 1) return <EditableRow entry={newest} />;
  const seconds = entries.reduce((sum, entry) => sum + secondsOf(entry, now), 0);
  const what = titleOf(newest);
  return (
    <>
      <div class="entry-row" data-running={isRunning || undefined}>
        <div class="entry-what">
          <button
            type="button"
            class="entry-title"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={() => setOpen(!isOpen)}
          >
            <span class="count">
              <span aria-hidden="true">{entries.length}</span>
              <span class="visually-hidden"> {t("timer.suggestion_uses", { count: entries.length })}: </span>
            </span>
            <span class={newest.description ? "clip" : "clip muted"}>{what}</span>
          </button>
          <div class="entry-facts">
            <EntryProject entry={newest} />
            <EntryTags entry={newest} />
            {newest.is_billable && <span class="tag">{t("entry.billable")}</span>}
          </div>
        </div>
        <Times entry={entries.at(-1) ?? newest} last={newest} />
        <div class="entry-duration">
          <span aria-hidden="true">{formatDuration(seconds)}</span>
          <span class="visually-hidden">{describeDuration(seconds)}</span>
        </div>
        <div class="entry-actions">
          {!isRunning && (
            <Button
              look="quiet"
              isIcon
              aria-label={t("entry.continue", { what })}
              onClick={() => void continueEntry(newest)}
            >
              <Icon name="play" />
            </Button>
          )}
        </div>
      </div>
      <ul id={id} class="entry-members" hidden={!isOpen}>
        {isOpen &&
          entries.map((entry) => (
            <li key={entry.id}>
              <EditableRow entry={entry} />
            </li>
          ))}
      </ul>
    </>
  );
}
