import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { contains } from "../../../database/keyset-pagination.ts";
import type { OwnedChange } from "../../../database/owned.ts";
import { isInOrganization, isOwnedBy, isPersonal, type OwnerQuery } from "../../../database/ownership.ts";
import { markedSince } from "../../../database/tables/columns.ts";
import { projects } from "../../../database/tables/productivity.ts";
import { clientRecords } from "../clients/statements.ts";
import { projectRecords, type SORT_KEYS } from "./statements.ts";

interface Filter extends PageRequest<keyof typeof SORT_KEYS>, OwnerQuery {
  q?: string | undefined;
  clientId?: string | undefined;
  isArchived?: boolean | undefined;
}

/** Returns a page of the projects of an owner. */
export function listProjects(db: Database, filter: Filter) {
  const { q, clientId, isArchived } = filter;
  const where = and(
    q === undefined ? undefined : contains(projects.name, q),
    clientId === undefined ? undefined : eq(projects.clientId, clientId),
    isArchived === undefined ? undefined : (isArchived ? isNotNull : isNull)(projects.archivedAt),
  );
  return projectRecords.list(db, filter, filter, where);
}

type Changes = {
  [Field in keyof typeof projects.$inferInsert]?: (typeof projects.$inferInsert)[Field] | undefined;
};

/** Creates a project. The actor must be allowed to read its client. Without a color, it gets the next one. */
export const insertProject = (db: Database, actorId: string, { color, ...values }: Changes) =>
  projectRecords.insert(
    db,
    actorId,
    {
      ...values,
      color:
        color ??
        nextColor(
          values.organizationId
            ? isInOrganization(projects, values.organizationId)
            : sql`${isOwnedBy(projects, actorId)} and ${isPersonal(projects)}`,
        ),
    },
    clientRecords.requireReadable(db, actorId, values.clientId, values.organizationId ?? null),
  );

/** Returns the expression of one of eight colors in turn, by the number of projects so far. Deleted ones count, so that colors differ. */
const nextColor = (isBefore: SQL) => sql`project_color((select count(*) from ${projects} where ${isBefore}))`;

/** Updates a project. The actor must be allowed to read a new client. */
export const updateProject = (
  db: Database,
  change: OwnedChange,
  { archived, ...changes }: Changes & { archived?: boolean | undefined },
) =>
  projectRecords.update(
    db,
    change,
    { ...changes, archivedAt: markedSince(projects.archivedAt, archived) },
    clientRecords.requireReadable(
      db,
      change.actorId,
      changes.clientId,
      projectRecords.organizationOf(change.id),
    ),
  );
