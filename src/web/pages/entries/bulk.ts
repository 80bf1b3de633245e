import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadEntries } from "../../data/entries.ts";
import type { Entry } from "../../data/outbox/changes.ts";
import { t } from "../../i18n/entries/index.ts";
import { t as tTimer } from "../../i18n/timer/index.ts";
import { restoreEntry } from "../../timer/actions.ts";
import { attempt } from "../../timer/attempt.ts";
import { toast } from "../../ui/toast.tsx";

type Item = Schemas["BulkTimeEntries"]["items"][number];

/** Fields that a change of several entries sets. */
export type Values = Schemas["UpdateTimeEntry"];

/** Result of a change of several entries. */
export interface BulkOutcome {
  /** Entries that were changed. */
  done: Entry[];
  failed: { entry: Entry; code: string }[];
}

/** Number of entries that the API changes in one request. */
const AT_ONCE = 1000;

async function run(entries: readonly Entry[], itemOf: (entry: Entry) => Item): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { done: [], failed: [] };
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const part = entries.slice(start, start + AT_ONCE);
    const { results } = await call(api.POST("/time-entries/bulk", { body: { items: part.map(itemOf) } }));
    part.forEach((entry, index) => {
      const error = results[index]?.error;
      if (error) outcome.failed.push({ entry, code: error });
      else outcome.done.push(entry);
    });
  }
  await reloadEntries();
  return outcome;
}

/** Changes several entries. @throws ApiError */
export async function changeAll(
  entries: readonly Entry[],
  valuesOf: (entry: Entry) => Values,
): Promise<BulkOutcome> {
  const outcome = await run(entries, (entry) => ({ do: "update", id: entry.id, values: valuesOf(entry) }));
  if (outcome.done.length > 0) toast(t("entries.changed", { count: outcome.done.length }));
  return outcome;
}

/** Deletes several entries, and offers to undo it. @throws ApiError */
export async function deleteAll(entries: readonly Entry[]): Promise<BulkOutcome> {
  const outcome = await run(entries, ({ id }) => ({ do: "delete", id }));
  const restore = async () => {
    for (const entry of outcome.done) if (!(await attempt(restoreEntry(entry)))) return;
  };
  if (outcome.done.length > 0)
    toast(t("entries.deleted", { count: outcome.done.length }), {
      label: tTimer("entry.undo"),
      run: restore,
    });
  return outcome;
}
