import type { ComponentChildren } from "preact";
import { useMayOn } from "../../data/organizations.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { useChanges } from "../../data/outbox/outbox.ts";
import { scopeOf } from "../../data/scope.ts";
import { sessionUserId, useSession } from "../../data/session.ts";
import { t } from "../../i18n/timer/index.ts";
import { Button } from "../../ui/button.tsx";
import { keepFocus } from "../../ui/focus.ts";
import { describeDuration, formatDuration, formatTicking, formatTime } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { continueEntry, deleteEntry, restoreEntry, stopTimer } from "../actions.ts";
import { attempt } from "../attempt.ts";
import { useNow } from "../clock.ts";
import { EntryProject, EntryTags, titleOf } from "./names.tsx";
import { secondsOf } from "./sums.ts";

interface EntryRowProps {
  entry: Entry;
  onEdit: () => void;
  /** Part before the entry, such as a box to select it. */
  before?: ComponentChildren;
  /** Name of the owner, in a list with entries of several. */
  owner?: string | undefined;
}

/** Deletes an entry, and offers to undo it. Tells if it fails. The focus goes to the entry beside it. */
export async function deleteWithUndo(entry: Entry): Promise<void> {
  const undo = { label: t("entry.undo"), run: () => attempt(restoreEntry(entry)) };
  const giveFocus = keepFocus(document, ".entry-title");
  if (!(await attempt(deleteEntry(entry)))) return;
  giveFocus();
  toast(t("entry.deleted"), undo);
}

/** Renders an entry with its actions. */
export function EntryRow({ entry, onEdit, before, owner }: EntryRowProps) {
  const what = titleOf(entry);
  const isRunning = entry.ended_at === null;
  const isOwn = entry.owner_id === sessionUserId();
  const mayOn = useMayOn(scopeOf(entry));
  const title = entry.description || <span class="muted">{t("entry.untitled")}</span>;
  return (
    <div class="entry-row" data-running={isRunning || undefined}>
      {before}
      <div class="entry-what">
        {mayOn("time_entries:update", entry.owner_id) ? (
          <button
            type="button"
            class="entry-title clip"
            aria-label={t("entry.edit", { what })}
            onClick={onEdit}
          >
            {title}
          </button>
        ) : (
          <span class="entry-title clip" tabIndex={-1}>
            {title}
          </span>
        )}
        <div class="entry-facts">
          {owner && <span class="badge">{owner}</span>}
          <EntryProject entry={entry} />
          <EntryTags entry={entry} />
          {entry.is_billable && <span class="tag">{t("entry.billable")}</span>}
          <Mark entry={entry} />
        </div>
      </div>
      <Times entry={entry} />
      <Duration entry={entry} />
      <div class="entry-actions">
        {isRunning && isOwn && (
          <Button look="quiet" isIcon aria-label={t("entry.stop", { what })} onClick={() => void stopTimer()}>
            <Icon name="stop" />
          </Button>
        )}
        {!isRunning && (
          <Button
            look="quiet"
            isIcon
            aria-label={t("entry.continue", { what })}
            onClick={() => void continueEntry(entry)}
          >
            <Icon name="play" />
          </Button>
        )}
        {mayOn("time_entries:delete", entry.owner_id) && (
          <Button
            look="quiet"
            isIcon
            aria-label={t("entry.delete", { what })}
            onClick={() => void deleteWithUndo(entry)}
          >
            <Icon name="trash" />
          </Button>
        )}
      </div>
    </div>
  );
}

/** Tells that a change of the entry waits, or could not be saved. */
function Mark({ entry }: { entry: Entry }) {
  const changes = useChanges().filter(({ entryId }) => entryId === entry.id);
  if (changes.some(({ problem }) => problem))
    return (
      <span class="badge" data-kind="danger">
        {t("entry.refused")}
      </span>
    );
  // A change that is sent immediately needs no mark.
  const isOld = changes.some(({ at }) => Date.now() - Date.parse(at) > 2_000);
  return isOld ? <span class="badge">{t("entry.waiting")}</span> : null;
}

/** Renders when an entry began and ended, or the first and the last of several. */
export function Times({ entry, last = entry }: { entry: Entry; last?: Entry }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const start = formatTime(Date.parse(entry.started_at), zone);
  const end = last.ended_at === null ? t("entry.running") : formatTime(Date.parse(last.ended_at), zone);
  return (
    <div class="entry-times muted">
      {start} – {end}
    </div>
  );
}

function Duration({ entry }: { entry: Entry }) {
  const isRunning = entry.ended_at === null;
  const seconds = secondsOf(entry, useNow(isRunning));
  return (
    <div class="entry-duration">
      <span aria-hidden="true">{isRunning ? formatTicking(seconds) : formatDuration(seconds)}</span>
      <span class="visually-hidden">{describeDuration(seconds)}</span>
    </div>
  );
}
