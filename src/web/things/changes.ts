import type { ApiError } from "../api/errors.ts";
import { t } from "../i18n/things/index.ts";
import { toApiError } from "../ui/errors.ts";
import { toast } from "../ui/toast.tsx";
import { reloadThings } from "./data.ts";
import type { Source, Thing } from "./sources.ts";

/** Runs a change of a record, loads the lists again and tells the result, or the error. */
async function run(
  { kind }: Source,
  item: Thing,
  change: () => Promise<unknown>,
  tell: () => void,
): Promise<void> {
  try {
    await change();
    tell();
  } catch (thrown) {
    toast(problemOf(toApiError(thrown), item));
  } finally {
    await reloadThings(kind);
  }
}

const problemOf = ({ code }: ApiError, { name }: Thing): string =>
  code === "RESOURCE_ALREADY_EXISTS" ? t("things.name_in_use", { name }) : t(`error.${code}`);

/** Deletes a record, which can be undone. */
export const removeThing = (source: Source, item: Thing): Promise<void> =>
  run(
    source,
    item,
    () => source.remove(item.id),
    () =>
      toast(t("things.deleted", { name: item.name }), {
        label: t("things.undo"),
        run: () => restoreThing(source, item),
      }),
  );

/** Restores a deleted record. */
export const restoreThing = (source: Source, item: Thing): Promise<void> =>
  run(
    source,
    item,
    () => source.restore(item.id),
    () => toast(t("things.restored", { name: item.name })),
  );

/** Archives a record, or makes it active again, which can be undone. */
export const archiveThing = (source: Source, item: Thing, archived = true): Promise<void> =>
  run(
    source,
    item,
    () => source.update(item.id, { archived }),
    () =>
      toast(t(archived ? "things.archived" : "things.unarchived", { name: item.name }), {
        label: t("things.undo"),
        run: () => archiveThing(source, item, !archived),
      }),
  );

/** Ticks a task, or opens it again, which can be undone. */
export const finishThing = (source: Source, item: Thing, done = true): Promise<void> =>
  run(
    source,
    item,
    () => source.update(item.id, { done }),
    () =>
      toast(t(done ? "task.finished" : "task.reopened", { name: item.name }), {
        label: t("things.undo"),
        run: () => finishThing(source, item, !done),
      }),
  );
