import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import type { OwnerQuery } from "../../../database/ownership.ts";
import { tags } from "../../../database/tables/productivity.ts";
import { type SORT_KEYS, tagRecords } from "./statements.ts";

interface Filter extends PageRequest<keyof typeof SORT_KEYS>, OwnerQuery {
  q?: string | undefined;
}

/** Returns a page of the tags of an owner. */
export function listTags(db: Database, filter: Filter) {
  return tagRecords.list(
    db,
    filter,
    filter,
    filter.q === undefined ? undefined : contains(tags.name, filter.q),
  );
}
