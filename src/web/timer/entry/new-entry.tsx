import { useState } from "preact/hooks";
import type { Entry } from "../../data/outbox/changes.ts";
import { inScope, presentScope, scopeOf } from "../../data/scope.ts";
import { t } from "../../i18n/timer/index.ts";
import { Button } from "../../ui/button.tsx";
import { keepFocus } from "../../ui/focus.ts";
import { Icon } from "../../ui/icon.tsx";
import { addEntry, startTimer } from "../actions.ts";
import { attempt } from "../attempt.ts";
import { LazyEditor, usePreloadedEditor } from "./lazy-editor.tsx";

const HOUR_MS = 3_600_000;

/** Returns an entry of the last hour in the present scope, for its fields. */
function blankEntry(): Entry {
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  return {
    id: "",
    owner_id: "",
    ...inScope(presentScope()),
    project_id: null,
    task_id: null,
    tag_ids: [],
    description: "",
    started_at: new Date(now - HOUR_MS).toISOString(),
    ended_at: new Date(now).toISOString(),
    kind: "work",
    planned_seconds: null,
    is_billable: false,
    source: "manual",
    created_at: "",
    updated_at: null,
  };
}

/** Renders the button that adds an entry, and the fields that it opens. */
export function NewEntry({ isOpen, setOpen }: { isOpen: boolean; setOpen: (isOpen: boolean) => void }) {
  usePreloadedEditor();
  const [blank, setBlank] = useState(blankEntry);

  /** Shows the button again, and gives it the focus. */
  function close() {
    const giveFocus = keepFocus(document, "[data-add]");
    setOpen(false);
    giveFocus();
  }

  if (!isOpen)
    return (
      <Button
        data-add
        onClick={() => {
          setBlank(blankEntry());
          setOpen(true);
        }}
      >
        <Icon name="plus" />
        {t("entry.add")}
      </Button>
    );
  return (
    <section class="card" aria-label={t("entry.add_title")}>
      <LazyEditor
        entry={blank}
        isNew
        onSave={async ({ started_at = "", ended_at, ...values }) => {
          const subject = { ...values, scope: scopeOf(blank) };
          const start = Date.parse(started_at);
          const added = ended_at
            ? addEntry(subject, start, Date.parse(ended_at))
            : startTimer(subject, start);
          if (await attempt(added)) close();
        }}
        onClose={close}
      />
    </section>
  );
}
