import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Database } from "./client.ts";
import { requireNamed } from "./preconditions.ts";
import { erasures } from "./tables/erasures.ts";

/** A table whose records have an owner, or the alias of one in a query. */
export type Owned = { ownerId: SQLWrapper } | SQL;

/** The caller, and the owner and the scope of the records that they request. */
export interface OwnerQuery {
  actorId: string;
  /** The caller (undefined), one user, or all users. */
  owner?: string | "all" | undefined;
  /**
   * An organization, no organization, or all scopes. By default, the caller's own time entries of all scopes, and otherwise personal
   * records.
   */
  organization?: string | "none" | "all" | undefined;
  /** Team of the organization whose members' records are requested. */
  team?: string | undefined;
  /** True to count the records of an organization too. Other records are always counted. */
  isCounted?: boolean | undefined;
  /** True for deleted records, which only users who may restore them can list. */
  isDeleted?: boolean | undefined;
}

/** Action on a record. Updating or deleting a record also requires the permission to read it. */
type Action = "read" | "update" | "delete";

/** Returns the column of a table, or of an alias. Both have the names of the database. */
export const columnOf = (owned: Owned, name: string): SQL => sql`${owned}.${sql.identifier(name)}`;

/** Returns the column with the owners of a table, or of an alias. */
export const ownerOf = (owned: Owned): SQL =>
  "ownerId" in owned ? sql`${owned.ownerId}` : columnOf(owned, "owner_id");

/*
 * Owners and organizations are compared only here and in the database's functions (functions/access/may_reach.sql, may_on.sql and
 * reach_of.sql, count_own_records.sql); a lint rule refuses the comparison elsewhere.
 */

/** Returns the condition that a record of `owned` belongs to the user `userId`. */
export const isOwnedBy = (owned: Owned, userId: SQL | string): SQL =>
  sql`${ownerOf(owned)} = ${userId}::uuid`;

/**
 * Returns the condition that the owner's account was erased. What is left of the owner's records, because other users' records refer to
 * them, can't be restored.
 */
export const isOfErasedOwner = (owned: Owned): SQL =>
  sql`exists (select from ${erasures} where ${erasures.userId} = ${ownerOf(owned)} and ${erasures.begunAt} is not null)`;

/** Resources whose records may belong to an organization. Reports are on time entries. */
export type ScopedResource = "clients" | "projects" | "tasks" | "tags" | "time_entries" | "reports";

const isOnTime = (resource: ScopedResource) => resource === "time_entries" || resource === "reports";

const isOnProject = (owned: Owned, projects: SQL) => sql`${columnOf(owned, "project_id")} = any(${projects})`;

/** Conditions that a record is on one of `projects`, for each resource. */
export const ON_PROJECTS: Record<ScopedResource, (owned: Owned, projects: SQL) => SQL> = {
  clients: (owned, projects) => sql`exists (
    select from projects of_client where of_client.client_id = ${columnOf(owned, "id")} and not of_client.is_deleted
      and of_client.id = any(${projects}))`,
  projects: (owned, projects) => sql`${columnOf(owned, "id")} = any(${projects})`,
  tasks: isOnProject,
  tags: () => sql`false`,
  time_entries: isOnProject,
  reports: isOnProject,
};

/** Conditions that a record is visible to all members with the grant to read it, for each resource. */
export const VISIBLE: Record<ScopedResource, (owned: Owned) => SQL> = {
  clients: (owned) => sql`exists (
    select from projects of_client where of_client.client_id = ${columnOf(owned, "id")} and not of_client.is_deleted
      and of_client.visibility = 'organization')`,
  projects: (owned) => sql`${columnOf(owned, "visibility")} = 'organization'`,
  tasks: (owned) => sql`(${columnOf(owned, "project_id")} is null or exists (
    select from projects of_task where of_task.id = ${columnOf(owned, "project_id")} and of_task.visibility = 'organization'))`,
  tags: () => sql`true`,
  time_entries: () => sql`false`,
  reports: () => sql`false`,
};

/** Returns whether records of a resource may belong to an organization. */
export const isShareable = (resource: string): resource is ScopedResource => Object.hasOwn(VISIBLE, resource);

/** The condition of the function reaches_personal, without the time to look up the function. */
const REACHES_PERSONAL = sql`coalesce(current_setting('guard.lacking', true), '') = ''`;

/** That condition as a part of others, where Postgres would evaluate it for each row. */
const REACHES_PERSONAL_ONCE = sql`(select ${REACHES_PERSONAL})`;

/** Returns the condition that the record belongs to an organization. */
const isShared = (owned: Owned) => sql`${columnOf(owned, "organization_id")} is not null`;

/** Returns the condition that a record is personal. */
export const isPersonal = (owned: Owned): SQL => sql`${columnOf(owned, "organization_id")} is null`;

/** Returns the condition that a record has the given organization; null for personal records. */
export const isInOrganization = (owned: Owned, organization: SQL | string | null): SQL =>
  organization === null
    ? isPersonal(owned)
    : sql`${columnOf(owned, "organization_id")} is not distinct from (${organization})::uuid`;

/**
 * Returns the condition that the user `actorId` reaches a record of an organization. Postgres calls the function once for a statement, and
 * only if such a record comes up.
 */
const isReachedWithin = (owned: Owned, actorId: string, resource: ScopedResource, action: Action): SQL =>
  isInReach(owned, actorId, resource, sql`reach_of(${actorId}::uuid, null, ${resource}, ${action})`);

/**
 * Returns the condition that a record of an organization is within the reach of the user `userId` that the function `reach` returns; false
 * for resources without organizations.
 */
export function isInReach(owned: Owned, userId: SQL | string, resource: string, reach: SQL): SQL {
  if (!isShareable(resource)) return sql`false`;
  return sql`exists (
    select from ${reach} reach
     where reach.organization_id = ${columnOf(owned, "organization_id")} and (
       reach.everything or reach.own and ${isOwnedBy(owned, userId)} or ${ownerOf(owned)} = any(reach.owners)
       or ${ON_PROJECTS[resource](owned, sql`reach.projects`)} or reach.visible and ${VISIBLE[resource](owned)}))`;
}

/**
 * Returns the condition that a personal record is the user's own and the request is admitted to those, or that the user holds the
 * permissions of `resource` for any user's. They are looked up once, and only if another user's record comes up.
 */
const isPersonallyReached = (owned: Owned, actorId: string, resource: string, action: Action): SQL =>
  sql`(${REACHES_PERSONAL_ONCE} and (${isOwnedBy(owned, actorId)} or (select reaches_all(${actorId}, ${resource}, ${action}))))`;

/**
 * Returns the condition that a record of `owned` is within reach of the user `actorId`: a personal record by its owner and the permissions
 * of the instance, a record of an organization by the grants there.
 */
export function isWithinReach(owned: Owned, actorId: string, resource: string, action: Action): SQL {
  const personally = isPersonallyReached(owned, actorId, resource, action);
  if (!isShareable(resource)) return personally;
  return sql`case when ${isShared(owned)} then ${isReachedWithin(owned, actorId, resource, action)} else ${personally} end`;
}

/** Returns the condition that the user `actorId` reads all time and reports on the project `projectId` of an organization. */
export const readsTimeOn = (projectId: SQL | string, actorId: string): SQL => sql`
  not exists (
    select from unnest('{time_entries,reports}'::text[]) as wanted
     where not exists (
       select from reach_of(${actorId}::uuid, (select organization_id from projects where id = ${projectId}), wanted, 'read') reach
        where reach.everything or ${projectId} = any(reach.projects)))`;

/**
 * Returns the condition that the user `readerId` may read a record, for statements whose request needs no permission for `resource`: they
 * also check the permission to read.
 */
export function isReadableBy(owned: Owned, readerId: string, resource: string): SQL {
  const personally = sql`((select holds_all(${readerId}, ${`{${resource}:read}`}::text[]))
    and (${isOwnedBy(owned, readerId)} or (select reaches_all(${readerId}, ${resource}, 'read'))))`;
  if (!isShareable(resource)) return personally;
  return sql`case when ${isShared(owned)} then ${isReachedWithin(owned, readerId, resource, "read")} else ${personally} end`;
}

/** Returns the condition that the owner of a record is in the requested team; true without one. */
export const isOfTeam = (owned: Owned, { team }: Pick<OwnerQuery, "team">): SQL =>
  team === undefined
    ? sql`true`
    : sql`(${columnOf(owned, "organization_id")}, ${ownerOf(owned)}) in (
        select organization_id, user_id from team_members where team_id = ${team}::uuid)`;

/** Returns the condition that a record of `owned` has the requested owner and scope, and is within reach. */
export function hasRequestedOwner(owned: Owned, query: OwnerQuery, resource: string): SQL {
  const { actorId, owner, organization, isDeleted } = query;
  const hasOwner = sql`${owner === "all" ? sql`true` : isOwnedBy(owned, owner ?? actorId)} and ${isOfTeam(owned, query)}`;
  if (!isShareable(resource)) return hasOwner;
  const personal = sql`${hasOwner} and ${isPersonal(owned)}`;
  const isTime = isOnTime(resource);
  const isOwn = owner === undefined || owner === actorId;
  if (organization === "none" || (organization === undefined && !(isTime && isOwn))) {
    return sql`${personal} and ${REACHES_PERSONAL}`;
  }
  if (isTime && organization === undefined && !isDeleted) {
    return sql`${hasOwner} and case when ${isPersonal(owned)} then ${REACHES_PERSONAL_ONCE}
      else ${columnOf(owned, "organization_id")} = any((select organizations_of_own_time(${actorId}::uuid, ${resource}))::uuid[]) end`;
  }
  // Catalogues are shared, so that their owners only count if the request names one. Deleted time is only its owner's.
  const counted = owner === undefined && !isTime ? sql`true` : hasOwner;
  const action = isDeleted ? "delete" : "read";
  const shared = sql`${counted} and ${isTime && isDeleted ? isOwnedBy(owned, actorId) : sql`true`}
    and ${isReachedWithin(owned, actorId, resource, action)}`;
  if (organizationIn(query) !== undefined) {
    return sql`${columnOf(owned, "organization_id")} = ${organization}::uuid and ${shared}`;
  }
  const isRelevant = isTime ? hasOwner : sql`true`;
  return sql`${isRelevant} and case when ${isShared(owned)} then ${shared} else ${personal} and ${REACHES_PERSONAL_ONCE} end`;
}

/** Returns whether the query asks for the caller's own live records in their usual scopes, those that count_own_records counts. */
export const isOwnList = ({ actorId, owner = actorId, organization, team, isDeleted }: OwnerQuery): boolean =>
  owner === actorId && organization === undefined && team === undefined && !isDeleted;

/** Returns the organization of the query; undefined if it asks for personal records, or for all. */
export const organizationIn = ({ organization }: OwnerQuery): string | undefined =>
  organization === "none" || organization === "all" ? undefined : organization;

/** Returns the permissions that the requested list of `resource` needs, besides the permission to read the caller's own records. */
export function permissionsToList(
  { actorId, owner = actorId, organization, isDeleted = false }: OwnerQuery,
  resource: string,
): string[] {
  // The grants of the organization decide, not permissions.
  if (organizationIn({ actorId, organization }) !== undefined) return [];
  const isForeign = owner !== actorId;
  return [
    ...(isDeleted ? [`${resource}:delete`] : []),
    ...(isForeign ? [`${resource}:read_any`] : []),
    ...(isForeign && isDeleted ? [`${resource}:delete_any`] : []),
  ];
}

/** Returns the statement that requires the permissions for the requested list; undefined if it needs none. */
export function requireOwner(db: Database, query: OwnerQuery, resource: string) {
  const names = permissionsToList(query, resource);
  if (names.length === 0) return undefined;
  const records = resource.replace("_", " ");
  const message = query.isDeleted
    ? `You cannot list deleted ${records}, because you cannot restore them.`
    : `You cannot read the ${records} of other users.`;
  return requireNamed(db, query.actorId, { names, message });
}
