import { useDays } from "../../data/days.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/entries/index.ts";
import { t as tTimer } from "../../i18n/timer/index.ts";
import { restoreEntry } from "../../timer/actions.ts";
import { attempt } from "../../timer/attempt.ts";
import { EntryProject, titleOf } from "../../timer/entry/names.tsx";
import { Times } from "../../timer/entry/row.tsx";
import { Button } from "../../ui/button.tsx";
import { keepFocus } from "../../ui/focus.ts";
import { formatDay } from "../../ui/format.ts";
import { toast } from "../../ui/toast.tsx";

/** Restores an entry, and tells whether that succeeded. The focus goes to the entry beside it. */
async function restore(entry: Entry): Promise<void> {
  const giveFocus = keepFocus(document, ".list button");
  if (!(await attempt(restoreEntry(entry)))) return;
  giveFocus();
  toast(tTimer("entry.restored"));
}

/** Renders deleted entries, each with a way to restore it. */
export function DeletedList({ entries }: { entries: readonly Entry[] }) {
  const { zone } = useDays();
  return (
    <ul class="card list">
      {entries.map((entry) => (
        <li key={entry.id}>
          <div>
            <div class="item-title">{titleOf(entry)}</div>
            <div class="facts">
              <span>{formatDay(entry.started_at, zone)}</span>
              <Times entry={entry} />
              <EntryProject entry={entry} />
            </div>
          </div>
          <Button
            aria-label={tTimer("entry.restore", { what: titleOf(entry) })}
            onClick={() => void restore(entry)}
          >
            {t("entries.restore")}
          </Button>
        </li>
      ))}
    </ul>
  );
}
