import { type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { AppError, notFound, notFoundMessage } from "../core/errors.ts";
import type { PageRequest } from "../core/page.ts";
import { batch } from "./batch.ts";
import type { Database } from "./client.ts";
import { violatedUniqueConstraint } from "./errors.ts";
import { type Candidates, type SortKeys, selectPage, selectPart } from "./keyset-pagination.ts";
import {
  hasRequestedOwner,
  isInOrganization,
  isOfErasedOwner,
  isOwnedBy,
  isOwnList,
  isPersonal,
  isWithinReach,
  isShareable as mayBeShared,
  type OwnerQuery,
  organizationIn,
  requireOwner,
} from "./ownership.ts";
import { requireThat, requireUnchanged } from "./preconditions.ts";
import { findReachedRecords, findReachedTime, type Narrowing } from "./reach.ts";
import { deleted, hasRequestedState, restored, touched } from "./tables/columns.ts";

type OwnedTable = PgTable & Record<"id" | "ownerId" | "isDeleted" | "deletedAt" | "version", PgColumn>;

/** Change of a record: the caller, the id of the record, and the ETags of the versions that the caller expects. */
export interface OwnedChange {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

/** Returns a record as the API shows it: without the fields of organizations if it is personal. */
export function shown<Row extends object>(row: Row): Shown<Row> {
  if (!("organization_id" in row) || row.organization_id !== null) return row as Shown<Row>;
  const { organization_id: _, visibility: __, ...rest } = row as Row & Record<OfOrganization, unknown>;
  return rest as Shown<Row>;
}

type OfOrganization = "organization_id" | "visibility";

/** A record whose fields of organizations are absent if it is personal. */
export type Shown<Row> = Omit<Row, OfOrganization> & {
  [Field in keyof Row & OfOrganization]?: NonNullable<Row[Field]>;
};

type Precondition = ReturnType<typeof requireThat>;

/**
 * Returns the operations on a table of records with owners. Owners read and change their personal records; other users read them only
 * with `RESOURCE:read_any`, and change them only with `:update_any` or `:delete_any` as well. The grants of an organization decide about
 * its records. For all other callers the records don't exist (OWASP ASVS 5.0 8.2.2). Each operation is one round trip, and throws the
 * AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if a name is taken, or PRECONDITION_FAILED if another change came first.
 */
export function ownedRecords<
  Columns extends Record<string, PgColumn | SQL.Aliased> & { id: PgColumn },
  Sort extends string,
>({
  table,
  resource,
  noun,
  columns,
  keys,
  explain,
}: {
  table: OwnedTable;
  /** Resource of the permissions, such as `projects`. */
  resource: string;
  /** Noun for messages, such as `project`. */
  noun: string;
  /** Columns that the API returns. */
  columns: Columns;
  keys: SortKeys<Sort>;
  /** Throws the AppError for a violation of one of the table's own constraints; returns for other errors. */
  explain?: (error: unknown) => void;
}) {
  /** Returns the condition that the actor may do `action` to a record. */
  const isFor = (actorId: string, action: "read" | "update" | "delete") =>
    isWithinReach(table, actorId, resource, action);

  /** Returns the condition that the actor may read the live record with `id`; true for null and undefined. */
  const isReadable = (actorId: string, id: string | null | undefined, scope = sql`true`): SQL =>
    id
      ? sql`exists (select from ${table} where id = ${id} and not is_deleted and ${scope} and ${isFor(actorId, "read")})`
      : sql`true`;

  /**
   * Requires that the actor may read the live record with `id`, and that it belongs to `organization`; null and undefined as `id` require
   * nothing.
   */
  const requireReadable = (
    db: Database,
    actorId: string,
    id: string | null | undefined,
    organization: SQL | string | null,
  ): Precondition =>
    requireThat(
      db,
      isReadable(actorId, id, isInOrganization(table, organization)),
      "notFound",
      notFoundMessage(noun),
    );

  /** Returns the expression of the organization of the record with `id`; null for a personal record. */
  const organizationOf = (id: string): SQL => sql`select organization_id from ${table} where id = ${id}`;

  const select = (db: Database, id: string, condition: SQL) =>
    db
      .select({ value: columns, tag: sql<string>`${table.version}::text` })
      .from(table)
      .where(sql`${table.id} = ${id} and ${condition}`);

  const isShareable = "organizationId" in table;

  const isRestorable = isShareable
    ? sql`not (${isPersonal(table)} and ${isOfErasedOwner(table)})`
    : sql`not ${isOfErasedOwner(table)}`;

  /** Returns the condition that the actor may restore a deleted record. Deleted time is only its owner's. */
  const isRestorableFor = (actorId: string) =>
    resource === "time_entries"
      ? sql`${isRestorable} and (${isPersonal(table)} or ${isOwnedBy(table, actorId)})`
      : isRestorable;

  const prepare = (
    db: Database,
    { actorId, id, expectedTags }: OwnedChange,
    action: "update" | "delete",
    isDeleted = false,
  ) =>
    [
      db.execute(sql`select from ${table} where id = ${id} for update`),
      requireThat(
        db,
        sql`exists (select from ${table} where id = ${id} and is_deleted = ${isDeleted} and ${isFor(actorId, action)}
          and ${isDeleted ? isRestorableFor(actorId) : sql`true`})`,
        "notFound",
        notFoundMessage(isDeleted ? `deleted ${noun}` : noun),
      ),
      requireUnchanged(db, sql`(select version::text from ${table} where id = ${id})`, expectedTags),
    ] as const;

  const touch = (db: Database, id: string, changes: Record<string, unknown>) =>
    db
      .update(table)
      .set({ ...changes, ...touched(table) })
      .where(sql`${table.id} = ${id}`);

  const matchesQuery = (query: OwnerQuery, where: SQL | undefined) =>
    sql`${hasRequestedOwner(table, query, resource)} and ${hasRequestedState(table, query.isDeleted)}
      ${query.isDeleted ? sql`and ${isRestorable}` : sql``} and ${where ?? sql`true`}`;

  const lengthOf = (actorId: string) => (most: number) =>
    sql`select count_own_records(${resource}, ${actorId}::uuid, ${most}::int)`;

  /**
   * Returns how to read the requested list: pages of all that the caller reaches in an organization have candidates, and lists of an
   * organization are counted only on request.
   */
  const reading = (query: OwnerQuery, where: SQL | undefined, { parts, ids }: Narrowing = {}) => {
    const organization = organizationIn(query);
    const { actorId, owner, team, isDeleted = false, isCounted = false } = query;
    const isTime = resource === "time_entries";
    const isLive = (condition = sql`true`) => sql`not ${table.isDeleted} and ${condition}`;
    const hasCandidates =
      organization !== undefined && !isDeleted && (owner === "all" || (owner === undefined && !isTime));
    return {
      from: table,
      keys,
      where: matchesQuery(query, where),
      isCounted: organization === undefined || isCounted,
      length:
        where === undefined && isOwnList(query) && mayBeShared(resource) ? lengthOf(actorId) : undefined,
      candidates:
        hasCandidates && mayBeShared(resource)
          ? (first: Candidates) =>
              (isTime ? findReachedTime : findReachedRecords)(
                {
                  table,
                  resource,
                  actorId,
                  organization,
                  team,
                  where: {
                    all: isLive(where),
                    parts: parts && { most: isLive(parts.most), few: isLive(parts.few) },
                    ids,
                  },
                },
                first,
              )
          : undefined,
    };
  };

  function explainConflict(error: unknown): never {
    explain?.(error);
    if (violatedUniqueConstraint(error) === undefined) throw error;
    throw new AppError("RESOURCE_ALREADY_EXISTS", {
      message: `A ${noun} with this name already exists.`,
      cause: error,
    });
  }

  const found = <Value extends object>([row]: { value: Value; tag: string }[]) => {
    if (row === undefined) notFound(noun);
    return { value: shown(row.value), tag: row.tag };
  };

  return {
    isFor,
    isReadable,
    requireReadable,
    organizationOf,

    /**
     * Returns a page of an owner's records. Throws PERMISSION_DENIED for another owner's records without `RESOURCE:read_any`, and for
     * deleted records that the actor may not restore. `narrowing` has facts about the rows that meet `where`.
     */
    async list(
      db: Database,
      query: OwnerQuery,
      request: PageRequest<Sort>,
      where?: SQL,
      { maxBytes, ...narrowing }: Narrowing & { maxBytes?: number | undefined } = {},
    ) {
      const page = await selectPage(
        db,
        { ...reading(query, where, narrowing), columns },
        request,
        requireOwner(db, query, resource),
        maxBytes,
      );
      return { ...page, items: page.items.map((item) => shown(item)) };
    },

    /** Returns a page with the columns `added` and without the length of the list, for exports. */
    async listPart<Added extends Record<string, SQL.Aliased>>(
      db: Database,
      query: OwnerQuery,
      request: PageRequest<Sort>,
      { where, added, ...narrowing }: Narrowing & { where: SQL | undefined; added: Added },
    ) {
      const part = await selectPart(
        db,
        { ...reading(query, where, narrowing), columns: { ...columns, ...added } },
        request,
        requireOwner(db, query, resource),
      );
      return { ...part, items: part.items.map((item) => shown(item)) };
    },

    /** Returns the live record with `id` and its ETag. */
    async find(db: Database, actorId: string, id: string) {
      return found(await select(db, id, sql`not ${table.isDeleted} and ${isFor(actorId, "read")}`));
    },

    /**
     * Creates a record of the actor, if `precondition` is met, and if the actor may create it in its organization. Personal records need
     * the permission that the guard checks.
     */
    async insert(
      db: Database,
      actorId: string,
      values: Record<string, unknown> & {
        organizationId?: string | null | undefined;
        projectId?: string | null | undefined;
      },
      precondition?: Precondition,
    ) {
      const id = crypto.randomUUID();
      const { organizationId, projectId } = values;
      const work = batch(db, {
        place: organizationId
          ? [
              db.execute(
                sql`select demand_creation(${actorId}, ${organizationId}, ${resource}, ${projectId ?? null}::uuid)`,
              ),
            ]
          : [],
        precondition: precondition ? [precondition] : [],
        created: db.insert(table).values({ id, ownerId: actorId, ...values }),
        record: select(db, id, sql`true`),
      });
      return found((await work.catch(explainConflict)).record);
    },

    /** Changes a record, if `required` preconditions are met. Undefined fields stay as they are. */
    async update(
      db: Database,
      change: OwnedChange,
      changes: Record<string, unknown>,
      ...required: Precondition[]
    ) {
      const work = batch(db, {
        preconditions: prepare(db, change, "update"),
        required,
        changed: touch(db, change.id, changes),
        record: select(db, change.id, sql`true`),
      });
      return found((await work.catch(explainConflict)).record);
    },

    /** Marks a record as deleted. */
    async remove(db: Database, change: OwnedChange): Promise<void> {
      await batch(db, {
        preconditions: prepare(db, change, "delete"),
        removed: touch(db, change.id, deleted),
      });
    },

    /** Restores a deleted record. */
    async restore(db: Database, change: OwnedChange) {
      const work = batch(db, {
        preconditions: prepare(db, change, "delete", true),
        restored: touch(db, change.id, restored),
        record: select(db, change.id, sql`true`),
      });
      return found((await work.catch(explainConflict)).record);
    },
  };
}
