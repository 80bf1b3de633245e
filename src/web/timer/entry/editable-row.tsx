import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Entry } from "../../data/outbox/changes.ts";
import { editEntry } from "../actions.ts";
import { LazyEditor } from "./lazy-editor.tsx";
import { EntryRow } from "./row.tsx";

/** Renders an entry that is edited in its place. */
export function EditableRow({ entry, before }: { entry: Entry; before?: ComponentChildren }) {
  const [isEditing, setEditing] = useState(false);
  const place = useRef<HTMLDivElement>(null);

  /** Shows the entry again, and gives its title the focus. */
  function close() {
    setEditing(false);
    requestAnimationFrame(() => place.current?.querySelector<HTMLElement>(".entry-title")?.focus());
  }

  return (
    <div ref={place}>
      {isEditing ? (
        <LazyEditor
          entry={entry}
          onSave={async (values) => {
            close();
            await editEntry(entry, values);
          }}
          onClose={close}
        />
      ) : (
        <EntryRow entry={entry} before={before} onEdit={() => setEditing(true)} />
      )}
    </div>
  );
}
