import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Entry } from "../../data/outbox/changes.ts";
import { editEntry } from "../actions.ts";
import { attempt } from "../attempt.ts";
import { LazyEditor } from "./lazy-editor.tsx";
import { EntryRow } from "./row.tsx";

/** Renders an entry that is edited in its place. */
export function EditableRow({
  entry,
  before,
  owner,
}: {
  entry: Entry;
  before?: ComponentChildren;
  owner?: string | undefined;
}) {
  // The version that is edited: changes of another device in the meantime are compared with it.
  const [edited, setEdited] = useState<Entry>();
  const place = useRef<HTMLDivElement>(null);

  /** Shows the entry again, and gives its title the focus. */
  function close() {
    setEdited(undefined);
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>(".entry-title")?.focus());
  }

  return (
    <div ref={place}>
      {edited ? (
        <LazyEditor
          entry={edited}
          onSave={async (values) => {
            if (await attempt(editEntry(edited, values))) close();
          }}
          onClose={close}
        />
      ) : (
        <EntryRow entry={entry} before={before} owner={owner} onEdit={() => setEdited(entry)} />
      )}
    </div>
  );
}
