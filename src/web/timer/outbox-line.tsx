import { useEffect, useState } from "preact/hooks";
import type { Change } from "../data/outbox/changes.ts";
import { t } from "../i18n/timer/index.ts";
import { formatTime } from "../ui/format.ts";
import { focusTimer } from "./actions.ts";
import { OutboxDialog } from "./outbox-dialog.tsx";

/** Renders a line with the numbers of waiting and refused changes. Without any, it is empty. */
export function OutboxLine({
  changes,
  offlineSince,
  zone,
}: {
  changes: readonly Change[];
  offlineSince: number | undefined;
  zone: string;
}) {
  const [isOpen, setOpen] = useState(false);
  const refused = changes.filter(({ problem }) => problem);
  const waiting = changes.length - refused.length;
  const isDone = isOpen && refused.length === 0;
  useEffect(() => {
    if (!isDone) return;
    setOpen(false);
    focusTimer();
  }, [isDone]);
  // A change that is sent immediately is not worth a line.
  const texts = [
    offlineSince !== undefined && t("outbox.offline", { time: formatTime(offlineSince, zone) }),
    offlineSince !== undefined && waiting > 0 && t("outbox.waiting", { count: waiting }),
    refused.length > 0 && t("outbox.refused", { count: refused.length }),
  ].filter(Boolean);
  return (
    <div class="outbox" data-kind={refused.length > 0 ? "danger" : "warning"}>
      <div role="status">{texts.length > 0 && <p>{texts.join(" ")}</p>}</div>
      {refused.length > 0 && (
        <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {t("outbox.review")}
        </button>
      )}
      {isOpen && refused.length > 0 && <OutboxDialog changes={refused} onClose={() => setOpen(false)} />}
    </div>
  );
}
