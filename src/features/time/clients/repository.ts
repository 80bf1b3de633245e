import { and, isNotNull, isNull } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import type { OwnedChange } from "../../../database/owned.ts";
import type { OwnerQuery } from "../../../database/ownership.ts";
import { markedSince } from "../../../database/tables/columns.ts";
import { clients } from "../../../database/tables/productivity.ts";
import { clientRecords, type SORT_KEYS } from "./statements.ts";

interface Filter extends PageRequest<keyof typeof SORT_KEYS>, OwnerQuery {
  q?: string | undefined;
  isArchived?: boolean | undefined;
}

/** Returns a page of the clients of an owner. */
export function listClients(db: Database, filter: Filter) {
  const { q, isArchived } = filter;
  const where = and(
    q === undefined ? undefined : contains(clients.name, q),
    isArchived === undefined ? undefined : (isArchived ? isNotNull : isNull)(clients.archivedAt),
  );
  return clientRecords.list(db, filter, filter, where);
}

interface Changes {
  name?: string | undefined;
  archived?: boolean | undefined;
}

/** Updates a client. Archiving an archived client keeps the original time. */
export const updateClient = (db: Database, change: OwnedChange, { archived, ...changes }: Changes) =>
  clientRecords.update(db, change, { ...changes, archivedAt: markedSince(clients.archivedAt, archived) });
