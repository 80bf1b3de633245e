import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/errors.ts";
import { t } from "../i18n/things/index.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogButtons } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Form, Submit, type Values } from "../ui/form.tsx";
import { Notice } from "../ui/notice.tsx";
import { toast } from "../ui/toast.tsx";
import { reloadThings } from "./data.ts";
import type { CommonChanges, Kind, Source, Thing, Version } from "./sources.ts";

/** Fields that the forms of a kind have besides the name. */
export interface Fields<Item extends Thing, New> {
  /** Renders the fields, with the values of a record or empty. */
  render?: (item?: Item) => ComponentChildren;
  /** Returns the parts of the request for the values of the fields. */
  read?: (values: Values) => Partial<New>;
  /** Returns the values of a record in words, to compare versions. */
  describe?: (item: Item) => string;
}

interface FormProps<Item extends Thing, New extends { name: string }, Changes extends CommonChanges> {
  source: Source<Item, New, Changes>;
  fields: Fields<Item, New>;
}

/** Longest name of each kind. */
const LONGEST: Record<Kind, number> = { projects: 100, clients: 100, tasks: 255, tags: 50 };

function NameField({ kind, name }: { kind: Kind; name?: string }) {
  return (
    <TextField
      name="name"
      label={t("field.name")}
      maxLength={LONGEST[kind]}
      defaultValue={name}
      autocomplete="off"
      required
      isFirst
    />
  );
}

/** Runs a change of a name. A name that is taken is an error at its field. */
async function withName<Result>(kind: Kind, change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== "RESOURCE_ALREADY_EXISTS") throw thrown;
    throw new ApiError("VALIDATION_ERROR", {
      details: [{ field: "name", message: t(`${kind}.taken`), type: "taken" }],
    });
  }
}

/** Renders the dialog that creates a record. */
export function CreateDialog<
  Item extends Thing,
  New extends { name: string },
  Changes extends CommonChanges,
>({
  source,
  fields,
  initial,
  onClose,
}: FormProps<Item, New, Changes> & {
  /** Parts of the request that the dialog doesn't ask for. */
  initial?: Partial<New>;
  onClose: () => void;
}) {
  async function create(values: Values) {
    const body = { ...initial, ...fields.read?.(values), name: values.name?.trim() } as New;
    const { name } = await withName(source.kind, () => source.create(body));
    await reloadThings(source.kind);
    onClose();
    toast(t("things.created", { name }));
  }
  return (
    <Dialog title={t(`${source.kind}.create`)} onClose={onClose}>
      <Form onSubmit={create}>
        <NameField kind={source.kind} />
        {fields.render?.()}
        <DialogButtons onClose={onClose}>{t("action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

/** Renders the form that changes a record in its place. A newer version from elsewhere is shown before it is replaced. */
export function EditForm<Item extends Thing, New extends { name: string }, Changes extends CommonChanges>({
  source,
  fields,
  item,
  onClose,
}: FormProps<Item, New, Changes> & { item: Item; onClose: () => void }) {
  const [base, setBase] = useState<Version<Item>>();
  const [newer, setNewer] = useState<Item>();
  useEffect(() => {
    source.read(item.id).then(setBase, () => setBase({ data: item, tag: "" }));
  }, []);
  if (!base) return null;

  async function save(values: Values) {
    const body = { ...fields.read?.(values), name: values.name?.trim() } as Changes;
    try {
      await withName(source.kind, () => source.update(item.id, body, base?.tag));
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.code !== "PRECONDITION_FAILED") throw thrown;
      const present = await source.read(item.id);
      setBase({ ...present, data: base?.data ?? present.data });
      setNewer(present.data);
      return;
    }
    await reloadThings(source.kind);
    onClose();
    toast(t("saved"));
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what is edited, as in a dialog
    <div
      class="thing-edit"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <Form onSubmit={save} label={t("things.edit_one", { name: item.name })}>
        {newer && (
          <Notice kind="danger">
            <p>{t("things.conflict")}</p>
            <p>
              <strong>{newer.name}</strong>
              {fields.describe && ` · ${fields.describe(newer)}`}
            </p>
            <p>{t("things.conflict_next")}</p>
          </Notice>
        )}
        <NameField kind={source.kind} name={base.data.name} />
        {fields.render?.(base.data)}
        <div class="row row-end">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Submit>{t("action.save")}</Submit>
        </div>
      </Form>
    </div>
  );
}
