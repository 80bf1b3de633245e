import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useMayOn } from "../data/organizations.ts";
import { scopeOf } from "../data/scope.ts";
import { t } from "../i18n/things/index.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { archiveThing, removeThing, restoreThing } from "./changes.ts";
import { EditForm, type Fields } from "./edit.tsx";
import type { CommonChanges, Source, Thing } from "./sources.ts";
import type { View } from "./views.ts";

interface RowProps<Item extends Thing, New extends { name: string }, Changes extends CommonChanges> {
  source: Source<Item, New, Changes>;
  fields: Fields<Item, New>;
  item: Item;
  view: View;
  isEdited: boolean;
  /** Called with the id of the record to edit, or nothing. */
  onEdit: (id: string) => void;
  children: ComponentChildren;
}

/** Gives the focus to the first button or link of a row. */
const focusIn = (row: Element | null | undefined) => row?.querySelector<HTMLElement>("a, button")?.focus();

/** Renders a record of a list with its actions, or the form that changes it. */
export function Row<Item extends Thing, New extends { name: string }, Changes extends CommonChanges>({
  source,
  fields,
  item,
  view,
  isEdited,
  onEdit,
  children,
}: RowProps<Item, New, Changes>) {
  const row = useRef<HTMLLIElement>(null);
  const { name, owner_id: owner } = item;
  const mayOn = useMayOn(scopeOf(item));
  const mayUpdate = mayOn(`${source.kind}:update`, owner);
  const mayDelete = mayOn(`${source.kind}:delete`, owner);

  /** Runs a change after which the row is gone, and gives the focus to the one beside it. */
  async function leave(change: Promise<void>) {
    const beside = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
    await change;
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (isLost) focusIn(beside?.isConnected ? beside : document.querySelector(".page-top"));
  }
  function stopEditing() {
    onEdit("");
    setTimeout(() => row.current?.querySelector<HTMLElement>("[data-edit]")?.focus());
  }

  if (isEdited)
    return (
      <li ref={row} class="is-edited">
        <EditForm source={source} fields={fields} item={item} onClose={stopEditing} />
      </li>
    );
  return (
    <li ref={row}>
      {children}
      <div class="thing-actions">
        {view === "deleted" ? (
          <Button
            aria-label={t("things.restore_one", { name })}
            onClick={() => void leave(restoreThing(source, item))}
          >
            {t("things.restore")}
          </Button>
        ) : (
          <>
            {mayUpdate && (
              <Act
                icon="edit"
                label={t("things.edit_one", { name })}
                onClick={() => onEdit(item.id)}
                isEdit
              />
            )}
            {mayUpdate && view === "active" && source.kind !== "tags" && (
              <Act
                icon="archive"
                label={t("things.archive_one", { name })}
                onClick={() => void leave(archiveThing(source, item))}
              />
            )}
            {mayUpdate && view === "archived" && (
              <Act
                icon="restore"
                label={t("things.unarchive_one", { name })}
                onClick={() => void leave(archiveThing(source, item, false))}
              />
            )}
            {mayDelete && (
              <Act
                icon="trash"
                label={t("things.delete_one", { name })}
                onClick={() => void leave(removeThing(source, item))}
              />
            )}
          </>
        )}
      </div>
    </li>
  );
}

/** Renders a button of a row as an icon with a name. */
function Act({
  icon,
  label,
  onClick,
  isEdit,
}: {
  icon: IconName;
  label: string;
  onClick: () => void;
  isEdit?: true;
}) {
  return (
    <Button look="quiet" isIcon aria-label={label} title={label} data-edit={isEdit} onClick={onClick}>
      <Icon name={icon} />
    </Button>
  );
}
