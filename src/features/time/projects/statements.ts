import { sql } from "drizzle-orm";
import { byNameOrAge } from "../../../database/keyset-pagination.ts";
import { ownedRecords } from "../../../database/owned.ts";
import { projects } from "../../../database/tables/productivity.ts";

export const SORT_KEYS = byNameOrAge(projects);

export const projectRecords = ownedRecords({
  table: projects,
  resource: "projects",
  noun: "project",
  keys: SORT_KEYS,
  columns: {
    id: projects.id,
    owner_id: projects.ownerId,
    organization_id: projects.organizationId,
    client_id: projects.clientId,
    name: projects.name,
    color: projects.color,
    is_billable: projects.isBillable,
    estimate_seconds: projects.estimateSeconds,
    visibility: sql<
      (typeof projects.visibility.enumValues)[number] | null
    >`case when ${projects.organizationId} is not null then ${projects.visibility} end`.as("visibility"),
    archived_at: projects.archivedAt,
    created_at: projects.createdAt,
    updated_at: projects.updatedAt,
  },
});
