import { useState } from "preact/hooks";
import { ApiError } from "../api/errors.ts";
import { LATEST, reloadLatest, useEntries } from "../data/entries.ts";
import type { Entry } from "../data/outbox/changes.ts";
import { useSession } from "../data/session.ts";
import { t } from "../i18n/timer/index.ts";
import { Button } from "../ui/button.tsx";
import { toClock } from "../ui/clock.ts";
import { Dialog, DialogButtons } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Form, type Values } from "../ui/form.tsx";
import { formatTicking, formatTime } from "../ui/format.ts";
import { parseTime } from "../ui/typed.ts";
import { addDays, dayOf, instantOf, minutesOf } from "../ui/zone.ts";
import { editEntry } from "./actions.ts";
import { attempt } from "./attempt.ts";
import { useNow } from "./clock.ts";

const DAY_MS = 24 * 3_600_000;

interface StartButtonProps {
  running: Entry | undefined;
  /** Called to start the timer at an earlier time. */
  onStart: (at: number) => void;
}

/** Renders how long the timer has been running. A click changes its start, or starts it earlier than now. */
export function StartButton({ running, onStart }: StartButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const now = useNow(running !== undefined);
  const seconds = running ? (now - Date.parse(running.started_at)) / 1000 : 0;
  return (
    <>
      <button
        type="button"
        class="elapsed"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
          void reloadLatest();
        }}
      >
        <span class="visually-hidden">{running ? t("timer.change_start") : t("timer.start_earlier")} </span>
        <span aria-hidden={running ? undefined : "true"}>{formatTicking(seconds)}</span>
      </button>
      {isOpen && (
        <StartDialog
          running={running}
          onChoose={(at) => {
            setOpen(false);
            if (running) void attempt(editEntry(running, { started_at: new Date(at).toISOString() }));
            else onStart(at);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function StartDialog({
  running,
  onChoose,
  onClose,
}: {
  running: Entry | undefined;
  onChoose: (at: number) => void;
  onClose: () => void;
}) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const last = useLastEnd();
  const present = running ? Date.parse(running.started_at) : Date.now();

  async function choose({ start = "" }: Values) {
    const minutes = parseTime(start);
    if (minutes === undefined) throw badTime();
    if (minutes === minutesOf(present, zone) && running) return onClose();
    const today = dayOf(Date.now(), zone);
    const at = instantOf(today, minutes, zone);
    onChoose(at <= Date.now() ? at : instantOf(addDays(today, -1), minutes, zone));
  }

  return (
    <Dialog title={t("timer.start_title")} onClose={onClose}>
      {last === undefined ? (
        <p class="muted">{t("timer.no_last")}</p>
      ) : (
        <div>
          <Button onClick={() => onChoose(last)}>
            {t("timer.since_last", { time: formatTime(last, zone) })}
          </Button>
        </div>
      )}
      <Form onSubmit={choose}>
        <TextField
          name="start"
          label={t("timer.start_at")}
          hint={t("timer.start_hint")}
          defaultValue={toClock(minutesOf(present, zone))}
          autocomplete="off"
          required
          isFirst
        />
        <DialogButtons onClose={onClose}>{running ? t("action.save") : t("timer.start")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

const badTime = () =>
  new ApiError("VALIDATION_ERROR", {
    details: [{ field: "start", message: t("entry.bad_time"), type: "time" }],
  });

/** Returns when the last entry ended, if that was within a day. */
function useLastEnd(): number | undefined {
  const ends = useEntries(LATEST).data?.entries.map(({ ended_at }) => Date.parse(ended_at ?? "")) ?? [];
  const last = Math.max(...ends.filter((end) => end <= Date.now()));
  return last > Date.now() - DAY_MS ? last : undefined;
}
