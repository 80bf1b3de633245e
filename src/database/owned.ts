import { type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { AppError, notFound, notFoundMessage } from "../core/errors.ts";
import type { PageRequest } from "../core/page.ts";
import { batch } from "./batch.ts";
import type { Database } from "./client.ts";
import { violatedUniqueConstraint } from "./errors.ts";
import { type SortKeys, selectPage, selectPart } from "./keyset-pagination.ts";
import {
  hasRequestedOwner,
  isOfErasedOwner,
  isWithinReach,
  type OwnerQuery,
  requireOwner,
} from "./ownership.ts";
import { requireThat, requireUnchanged } from "./preconditions.ts";
import { deleted, hasRequestedState, restored, touched } from "./tables/columns.ts";

type OwnedTable = PgTable & Record<"id" | "ownerId" | "isDeleted" | "deletedAt" | "version", PgColumn>;

/** Change of a record: the caller, the id of the record, and the ETags of the versions that the caller expects. */
export interface OwnedChange {
  actorId: string;
  id: string;
  expectedTags?: readonly string[] | undefined;
}

type Precondition = ReturnType<typeof requireThat>;

/**
 * Returns the operations on a table of records with owners. Owners read and change their records; other users read them only with
 * `RESOURCE:read_any`, and change them only with `:update_any` or `:delete_any` as well. For all other callers the records don't exist
 * (OWASP ASVS 5.0 8.2.2). Each operation is one round trip, and throws the AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if a
 * name is taken, or PRECONDITION_FAILED if another change came first.
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
  const isReadable = (actorId: string, id: string | null | undefined): SQL =>
    id
      ? sql`exists (select from ${table} where id = ${id} and not is_deleted and ${isFor(actorId, "read")})`
      : sql`true`;

  /** Requires that the actor may read the live record with `id`; null and undefined require nothing. */
  const requireReadable = (db: Database, actorId: string, id: string | null | undefined): Precondition =>
    requireThat(db, isReadable(actorId, id), "notFound", notFoundMessage(noun));

  const select = (db: Database, id: string, condition: SQL) =>
    db
      .select({ value: columns, tag: sql<string>`${table.version}::text` })
      .from(table)
      .where(sql`${table.id} = ${id} and ${condition}`);

  const isRestorable = sql`not ${isOfErasedOwner(table)}`;

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
          and ${isDeleted ? isRestorable : sql`true`})`,
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
    sql`${hasRequestedOwner(table, query)} and ${hasRequestedState(table, query.isDeleted)}
      ${query.isDeleted ? sql`and ${isRestorable}` : sql``} and ${where ?? sql`true`}`;

  function explainConflict(error: unknown): never {
    explain?.(error);
    if (violatedUniqueConstraint(error) === undefined) throw error;
    throw new AppError("RESOURCE_ALREADY_EXISTS", {
      message: `A ${noun} with this name already exists.`,
      cause: error,
    });
  }

  const found = <Row>([row]: Row[]): Row => {
    if (row === undefined) notFound(noun);
    return row;
  };

  return {
    isFor,
    isReadable,
    requireReadable,

    /**
     * Returns a page of an owner's records. Throws PERMISSION_DENIED for another owner's records without `RESOURCE:read_any`, and for
     * deleted records that the actor may not restore.
     */
    list: (db: Database, query: OwnerQuery, request: PageRequest<Sort>, where?: SQL, maxBytes?: number) =>
      selectPage(
        db,
        { from: table, columns, keys, where: matchesQuery(query, where) },
        request,
        requireOwner(db, query, resource),
        maxBytes,
      ),

    /** Returns a page with the columns `added` and without the length of the list, for exports. */
    listPart: <Added extends Record<string, SQL.Aliased>>(
      db: Database,
      query: OwnerQuery,
      request: PageRequest<Sort>,
      { where, added }: { where: SQL | undefined; added: Added },
    ) =>
      selectPart(
        db,
        { from: table, columns: { ...columns, ...added }, keys, where: matchesQuery(query, where) },
        request,
        requireOwner(db, query, resource),
      ),

    /** Returns the live record with `id` and its ETag. */
    async find(db: Database, actorId: string, id: string) {
      return found(await select(db, id, sql`not ${table.isDeleted} and ${isFor(actorId, "read")}`));
    },

    /** Creates a record of the actor, if `precondition` is met. */
    async insert(
      db: Database,
      actorId: string,
      values: Record<string, unknown>,
      precondition?: Precondition,
    ) {
      const id = crypto.randomUUID();
      const work = batch(db, {
        precondition: precondition ? [precondition] : [],
        created: db.insert(table).values({ id, ownerId: actorId, ...values }),
        record: select(db, id, sql`true`),
      });
      return found((await work.catch(explainConflict)).record);
    },

    /** Changes a record, if `precondition` is met. Undefined fields stay as they are. */
    async update(
      db: Database,
      change: OwnedChange,
      changes: Record<string, unknown>,
      precondition?: Precondition,
    ) {
      const work = batch(db, {
        preconditions: prepare(db, change, "update"),
        precondition: precondition ? [precondition] : [],
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
