import { byNameOrAge } from "../../../database/keyset-pagination.ts";
import { ownedRecords } from "../../../database/owned.ts";
import { clients } from "../../../database/tables/productivity.ts";

export const SORT_KEYS = byNameOrAge(clients);

export const clientRecords = ownedRecords({
  table: clients,
  resource: "clients",
  noun: "client",
  keys: SORT_KEYS,
  columns: {
    id: clients.id,
    owner_id: clients.ownerId,
    organization_id: clients.organizationId,
    name: clients.name,
    archived_at: clients.archivedAt,
    created_at: clients.createdAt,
    updated_at: clients.updatedAt,
  },
});
