import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { byNameOrAge, contains } from "../../../database/keyset-pagination.ts";
import { type Owner, ownedRecords } from "../../../database/owned.ts";
import { tags } from "../../../database/tables/productivity.ts";

const SORT_KEYS = byNameOrAge(tags);

export const tagRecords = ownedRecords({
  table: tags,
  resource: "tags",
  noun: "tag",
  keys: SORT_KEYS,
  columns: {
    id: tags.id,
    owner_id: tags.ownerId,
    name: tags.name,
    created_at: tags.createdAt,
    updated_at: tags.updatedAt,
  },
});

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  owner: Owner;
  q?: string | undefined;
}

/** A page of the live tags. */
export function listTags(db: Database, filter: Filter) {
  return tagRecords.list(
    db,
    filter,
    filter,
    filter.q === undefined ? undefined : contains(tags.name, filter.q),
  );
}
