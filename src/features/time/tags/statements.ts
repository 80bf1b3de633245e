import { byNameOrAge } from "../../../database/keyset-pagination.ts";
import { ownedRecords } from "../../../database/owned.ts";
import { tags } from "../../../database/tables/productivity.ts";

export const SORT_KEYS = byNameOrAge(tags);

export const tagRecords = ownedRecords({
  table: tags,
  resource: "tags",
  noun: "tag",
  keys: SORT_KEYS,
  columns: {
    id: tags.id,
    owner_id: tags.ownerId,
    organization_id: tags.organizationId,
    name: tags.name,
    created_at: tags.createdAt,
    updated_at: tags.updatedAt,
  },
});
