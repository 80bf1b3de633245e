import { type AnyColumn, and, is, SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import {
  type Cursor,
  invalidCursor,
  PART_BYTES,
  type PageRequest,
  type Part,
  TOTAL_MAX,
} from "../core/page.ts";
import { batch } from "./batch.ts";
import type { Database } from "./client.ts";
import type { requireThat } from "./preconditions.ts";
import { expectOneRow } from "./rows.ts";
import { foldCase, inOrderOfNames } from "./tables/names.ts";

/** Sort keys of a list: for each, an indexed expression and its type. */
export type SortKeys<Sort extends string> = Record<
  Sort,
  { by: SQL | AnyColumn; type: "text" | "timestamptz" }
>;

/** Returns the sort keys of a table whose records have names. */
export const byNameOrAge = (table: { name: AnyColumn; createdAt: AnyColumn }) =>
  ({
    name: { by: inOrderOfNames(table.name), type: "text" },
    created_at: { by: table.createdAt, type: "timestamptz" },
  }) as const;

interface List<Columns, Sort extends string> {
  from: PgTable;
  columns: Columns;
  keys: SortKeys<Sort>;
  /** Condition for the rows of the list, on all pages. */
  where: SQL | undefined;
  /** Returns a query for the ids of the first rows, where a condition on all rows of the table would read too many. */
  candidates?: ((first: Candidates) => SQL) | undefined;
  /** False to leave the list uncounted. */
  isCounted?: boolean | undefined;
  /** Query for the length of the list up to a maximum, where there is a faster one than counting its rows. */
  length?: ((most: number) => SQL) | undefined;
}

/** The first rows of a page, for a query that finds them in several indexes. */
export interface Candidates {
  /** Sort key. */
  by: SQL | AnyColumn;
  isDescending: boolean;
  direction: SQL;
  /** Condition on the place in the list; undefined for the first page. */
  beyond: SQL | undefined;
  /** Number of rows. */
  most: number;
}

type Precondition = ReturnType<typeof requireThat>;

type ListColumns = Record<string, PgColumn | SQL.Aliased> & { id: PgColumn | SQL.Aliased<string> };

/**
 * Returns the requested page of a list and the length of the list, which is counted up to TOTAL_MAX, in one round trip, if `precondition`
 * is met. With `maxBytes`, the page ends before its items exceed that size. One statement has the page and the length, because a second
 * one would be planned as well. A page beyond the end, which has no row for the length, takes a second round trip.
 */
export async function selectPage<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  precondition?: Precondition,
  maxBytes?: number,
) {
  const page = keyset(list.keys, list.columns.id, request);
  const required = precondition ? [precondition] : [];
  const { rows } = await batch(db, {
    precondition: required,
    settings: list.candidates ? [walkIndexes(db)] : [],
    rows: maxBytes === undefined ? selectRows(db, list, page) : selectWithin(db, list, page, maxBytes),
  });
  const part = page.toPart(rows);
  if (list.isCounted === false) return { ...part, total: undefined, isTotalExact: undefined };
  const isFirst = request.cursor === undefined && request.skip === 0;
  const counted = rows[0]?.total ?? (isFirst ? 0 : await countRows(db, list, required));
  return { ...part, total: Math.min(counted, TOTAL_MAX), isTotalExact: counted <= TOTAL_MAX };
}

/**
 * Returns the requested page without the length of the list, because counting a long list takes longer than reading the page. The page
 * is shorter than requested if its items exceed PART_BYTES.
 */
export async function selectPart<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  precondition?: Precondition,
) {
  const { rows, toPart } = preparePart(db, list, request);
  const { part } = await batch(db, {
    precondition: precondition ? [precondition] : [],
    settings: list.candidates ? [walkIndexes(db)] : [],
    part: rows,
  });
  return toPart(part);
}

/** Returns the statement for a page of at most `maxBytes`, to be sent with others, and the function that turns its rows into the page. */
export function preparePart<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  maxBytes = PART_BYTES,
) {
  const page = keyset(list.keys, list.columns.id, request);
  return { rows: selectWithin(db, { ...list, isCounted: false }, page, maxBytes), toPart: page.toPart };
}

/**
 * Returns the statement that lets the candidates come in the order of an index. For one project, Postgres expects few rows, and would sort
 * all of them. It expects much work of parts that read little, and would compile the statement for far longer than it runs.
 */
const walkIndexes = (db: Database) =>
  db.execute(sql`select set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true)`);

/** Returns the condition for the rows of a page. */
const rowsOf = <Columns extends ListColumns, Sort extends string>(
  { columns, where, candidates }: List<Columns, Sort>,
  page: ReturnType<typeof keyset<Sort>>,
) => {
  if (candidates === undefined) return page.where(where);
  const id = is(columns.id, SQL.Aliased) ? columns.id.sql : columns.id;
  return sql`${id} in (${candidates(page.candidates)})`;
};

/** Returns the expression of the number of rows of a list, up to TOTAL_MAX + 1; null for a list that is not counted. */
function totalOf<Columns, Sort extends string>({ from, where, isCounted, length }: List<Columns, Sort>) {
  if (isCounted === false) return sql<number>`null`;
  const most = TOTAL_MAX + 1;
  const counted = sql`select count(*)::int from (select from ${from} where ${where ?? sql`true`} limit ${most}) as counted`;
  return sql<number>`(${length?.(most) ?? counted})`;
}

async function countRows<Columns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  precondition: Precondition[],
): Promise<number> {
  const { counted } = await batch(db, {
    precondition,
    counted: db.execute<{ total: number }>(sql`select ${totalOf(list)} as total`),
  });
  return expectOneRow(counted.rows).total;
}

const selectRows = <Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  page: ReturnType<typeof keyset<Sort>>,
) =>
  db
    .select({ ...list.columns, key: page.key, total: totalOf(list).as("total") })
    .from(list.from)
    .where(rowsOf(list, page))
    .orderBy(...page.orderBy)
    .limit(page.limit)
    .offset(page.offset);

/**
 * Returns the statement for the first of the page's rows whose JSON fits into `maxBytes`, and for at least one row. Each row has the
 * `total` of the list, and the number of rows that are `left` after it. The database cuts the list off, so that the rest is never in the
 * Worker's memory.
 */
function selectWithin<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  page: ReturnType<typeof keyset<Sort>>,
  maxBytes: number,
) {
  const { from, columns } = list;
  const names = [...Object.keys(columns), "key"];
  const fieldsOf = (rows: object) =>
    Object.fromEntries(names.map((name): [string, SQL.Aliased] => [name, Reflect.get(rows, name)]));
  const found = db
    .select(aliased({ ...columns, key: page.key }))
    .from(from)
    .where(rowsOf(list, page))
    .orderBy(...page.orderBy)
    .limit(page.limit)
    .offset(page.offset)
    .as("found");
  const measured = db
    .select({
      ...fieldsOf(found),
      place: sql<number>`row_number() over ()`.as("place"),
      left: sql<number>`(count(*) over () - row_number() over ())::int`.as("left"),
      bytes: sql<number>`sum(octet_length(to_json(found)::text)) over (rows unbounded preceding)`.as("bytes"),
    })
    .from(found)
    .as("measured");
  const rows = db
    .select({ ...fieldsOf(measured), left: measured.left, total: totalOf(list).as("total") })
    .from(measured)
    .where(sql`${measured.place} = 1 or ${measured.bytes} <= ${maxBytes}`);
  // Drizzle loses the types of the columns, which are the types of the list.
  return rows as unknown as ReturnType<typeof selectRows<Columns, Sort>>;
}

/** Returns the columns with aliases equal to their keys; each keeps its decoder. */
const aliased = (columns: Record<string, AnyColumn | SQL.Aliased | SQL>) =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]): [string, SQL.Aliased] => {
      if (is(column, SQL.Aliased)) return [name, column.sql.as(name)];
      return [name, is(column, SQL) ? column.as(name) : sql`${column}`.mapWith(column).as(name)];
    }),
  );

/**
 * Returns the parts of a query for one page, in a total order: by the sort key, then by id. A cursor continues where another page ended,
 * at a cost that does not depend on the distance from the start; `skip` counts from the start.
 */
function keyset<Sort extends string>(
  keys: SortKeys<Sort>,
  shownId: AnyColumn | SQL.Aliased,
  request: PageRequest<Sort>,
) {
  const id = is(shownId, SQL.Aliased) ? shownId.sql : shownId;
  const { by, type } = keys[request.sort];
  const cursor = request.cursor;
  if (cursor && !(cursor.sort === request.sort && isKey(cursor.key, type))) throw invalidCursor();
  const isBackward = cursor?.isBackward ?? false;
  const isDescending = request.isDescending !== isBackward;
  const direction = sql.raw(isDescending ? "desc" : "asc");
  const comparison = sql.raw(isDescending ? "<" : ">");
  const beyond =
    cursor && sql`(${by}, ${id}) ${comparison} (${cursor.key}::${sql.raw(type)}, ${cursor.id}::uuid)`;
  const offset = cursor ? 0 : request.skip;
  return {
    /** Column to select as `key`. */
    key: sql<string>`${by}::text`,
    where: (...filters: (SQL | undefined)[]) => and(...filters, beyond),
    candidates: { by, isDescending, direction, beyond, most: request.limit + 1 + offset },
    orderBy: [sql`${by} ${direction}`, sql`${id} ${direction}`],
    /** One more than requested, to learn whether there are more rows. */
    limit: request.limit + 1,
    offset,
    /** Returns the page that consists of `rows`. */
    toPart<Row extends { id: string; key: string; left?: number; total?: number }>(
      rows: Row[],
    ): Part<Omit<Row, "key" | "left" | "total">> {
      const hasMore = rows.length > request.limit || (rows.at(-1)?.left ?? 0) > 0;
      const shown = rows.slice(0, request.limit);
      if (isBackward) shown.reverse();
      const first = shown[0];
      const last = shown.at(-1);
      const hasNext = isBackward ? true : hasMore;
      const hasPrevious = isBackward ? hasMore : cursor !== undefined || request.skip > 0;
      return {
        items: shown.map(({ key: _, left: __, total: ___, ...item }) => item),
        ...(hasNext && last && { next: cursorAt(request.sort, last, false) }),
        ...(hasPrevious && first && { previous: cursorAt(request.sort, first, true) }),
      };
    },
  };
}

/** Matches a timestamp as Postgres writes it. Its UTC offset can have seconds, in old zones. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d){0,2}$/;

/** Returns whether Postgres can have written `key`: its day exists, and Postgres accepts its offset. */
function isKey(key: string, type: "text" | "timestamptz"): boolean {
  if (type === "text") return true;
  const [, date = "", time] = TIMESTAMP.exec(key) ?? [];
  const instant = new Date(`${date}T${time}Z`);
  return date >= "0001" && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
}

const cursorAt = (sort: string, { key, id }: { key: string; id: string }, isBackward: boolean): Cursor => ({
  sort,
  key,
  id,
  isBackward,
});

/** Returns the condition that `expression` contains `text`, ignoring case. */
export const contains = (expression: SQL | AnyColumn, text: string): SQL =>
  sql`strpos(${foldCase(expression)}, ${foldCase(text)}) > 0`;

/** Returns a LIKE pattern that matches only `text`. */
export const escapePattern = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
