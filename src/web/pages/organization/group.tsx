import type { ComponentChildren } from "preact";
import { reloadOrganizations } from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { describeError } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { TextField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { withTaken } from "./taken.ts";

/** Department or team. */
interface Group {
  id: string;
  name: string;
}

/** Renders the departments or the teams of an organization, and the dialogs about them. */
export function GroupCard<Item extends Group>({
  query,
  texts,
  onCreate,
  row,
  children,
}: {
  query: Parameters<typeof Loaded<Item[]>>[0]["query"];
  texts: { title: string; lead: string; empty: string; create: string };
  /** Creates a group; false without the permission. */
  onCreate: false | (() => void);
  row: (item: Item) => ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <Card
      title={texts.title}
      lead={texts.lead}
      action={onCreate && <Button onClick={onCreate}>{texts.create}</Button>}
    >
      <Loaded query={query}>
        {(groups) =>
          groups.length === 0 ? (
            <p class="card-body muted">{texts.empty}</p>
          ) : (
            <ul class="list">{groups.map(row)}</ul>
          )
        }
      </Loaded>
      {children}
    </Card>
  );
}

/** Renders an action on one of several records: `about` names the record to screen readers. */
export const RowAction = ({
  label,
  about,
  onClick,
}: {
  label: string;
  about: string;
  onClick: () => void;
}) => (
  <Button look="quiet" aria-label={about} onClick={onClick}>
    {label}
  </Button>
);

/** Renders a group in its list: its name, the facts about it, and the changes that the user may make. */
export function GroupRow<About extends string>({
  group: { name },
  facts,
  people,
  mayUpdate,
  mayDelete,
  onAsk,
}: {
  group: Group;
  facts: ComponentChildren;
  /** The action that shows the people of the group. */
  people: { label: string; title: string; about: About };
  mayUpdate: boolean;
  mayDelete: boolean;
  onAsk: (about: About | "edit" | "remove") => void;
}) {
  return (
    <li>
      <div>
        <div class="item-title">{name}</div>
        <div class="facts">{facts}</div>
      </div>
      <div class="row">
        <RowAction label={people.label} about={people.title} onClick={() => onAsk(people.about)} />
        {mayUpdate && (
          <RowAction
            label={t("teams.edit")}
            about={t("teams.edit_one", { name })}
            onClick={() => onAsk("edit")}
          />
        )}
        {mayDelete && (
          <RowAction
            label={t("teams.remove")}
            about={t("teams.remove_one", { name })}
            onClick={() => onAsk("remove")}
          />
        )}
      </div>
    </li>
  );
}

/** Renders the form of a group, or of a new one without `group`. Further fields are its children. */
export function GroupForm({
  group,
  createTitle,
  taken,
  onSave,
  onClose,
  children,
}: {
  group: Group | undefined;
  createTitle: string;
  /** Error at the name if another group has it. */
  taken: string;
  onSave: (name: string, values: Values) => Promise<unknown>;
  onClose: () => void;
  children?: ComponentChildren;
}) {
  async function save(values: Values) {
    await withTaken("name", taken, () => onSave((values.name ?? "").trim(), values));
    await reloadOrganizations();
    onClose();
    toast(t("saved"));
  }
  return (
    <Dialog title={group ? t("teams.edit_one", { name: group.name }) : createTitle} onClose={onClose}>
      <Form onSubmit={save}>
        <TextField
          name="name"
          label={t("field.name")}
          maxLength={255}
          defaultValue={group?.name}
          autocomplete="off"
          required
          isFirst
        />
        {children}
        <DialogButtons onClose={onClose}>{t(group ? "action.save" : "action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

/** Renders the dialog with the people of a group. */
export const PeopleDialog = ({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}) => (
  <Dialog title={title} onClose={onClose}>
    {children}
    <div class="row row-end">
      <Button data-first onClick={onClose}>
        {t("teams.close")}
      </Button>
    </div>
  </Dialog>
);

/** Makes a change of a place in a group. An error is announced, because the dialog has no form to show it. */
export async function changePlace(change: () => Promise<unknown>): Promise<void> {
  await change().catch((thrown: unknown) => toast(describeError(toApiError(thrown))));
  await reloadOrganizations();
}
