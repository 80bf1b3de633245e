import { type AnyColumn, and, is, SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { type Cursor, noCursor, PART_BYTES, type PageRequest, type Part, TOTAL_MAX } from "../core/page.ts";
import { batch } from "./batch.ts";
import type { Database } from "./client.ts";
import { requireThat } from "./preconditions.ts";
import { foldCase, inOrderOfNames } from "./tables/names.ts";

/** What a list may be sorted by: an expression with an index behind it, and its type. */
export type SortKeys<Sort extends string> = Record<
  Sort,
  { by: SQL | AnyColumn; type: "text" | "timestamptz" }
>;

/** The sort keys of what has a name. */
export const byNameOrAge = (table: { name: AnyColumn; createdAt: AnyColumn }) =>
  ({
    name: { by: inOrderOfNames(table.name), type: "text" },
    created_at: { by: table.createdAt, type: "timestamptz" },
  }) as const;

interface List<Columns, Sort extends string> {
  from: PgTable;
  columns: Columns;
  keys: SortKeys<Sort>;
  /** Which rows the list has, on all its pages. */
  where: SQL | undefined;
}

type ListColumns = Record<string, PgColumn | SQL.Aliased> & { id: PgColumn | SQL.Aliased<string> };

/**
 * The page of a list that `request` asks for, and how long the list is, as far as it is counted, if `precondition` is met: one round trip.
 * Where items may be long, it ends before they take more than `maxBytes`.
 */
export async function selectPage<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  precondition = requireThat(db, sql`true`, "forbidden", ""),
  maxBytes?: number,
) {
  const page = keyset(list.keys, list.columns.id, request);
  const { rows, count } = await batch(db, {
    precondition,
    rows: maxBytes === undefined ? selectRows(db, list, page) : selectWithin(db, list, page, maxBytes),
    count: countRows(db, list),
  });
  const counted = count[0]?.total ?? 0;
  return { ...page.toPart(rows), total: Math.min(counted, TOTAL_MAX), isTotalExact: counted <= TOTAL_MAX };
}

/**
 * The same page without the length of the list, which takes longer than the page where the list is long; and shorter than asked for
 * where its items take more than PART_BYTES.
 */
export async function selectPart<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  precondition = requireThat(db, sql`true`, "forbidden", ""),
) {
  const { rows, toPart } = preparePart(db, list, request);
  const { part } = await batch(db, { precondition, part: rows });
  return toPart(part);
}

/** The statement for such a part, of no more than `maxBytes`, to be sent with others, and what makes the part of its rows. */
export function preparePart<Columns extends ListColumns, Sort extends string>(
  db: Database,
  list: List<Columns, Sort>,
  request: PageRequest<Sort>,
  maxBytes = PART_BYTES,
) {
  const page = keyset(list.keys, list.columns.id, request);
  return { rows: selectWithin(db, list, page, maxBytes), toPart: page.toPart };
}

/** How many rows a list has: of a long one, one more than is told. */
function countRows<Columns, Sort extends string>(db: Database, { from, where }: List<Columns, Sort>) {
  const found = db
    .select({ one: sql`1`.as("one") })
    .from(from)
    .where(where)
    .limit(TOTAL_MAX + 1)
    .as("found");
  return db.select({ total: sql<number>`count(*)::int` }).from(found);
}

const selectRows = <Columns extends ListColumns, Sort extends string>(
  db: Database,
  { from, columns, where }: List<Columns, Sort>,
  page: ReturnType<typeof keyset<Sort>>,
) =>
  db
    .select({ ...columns, key: page.key })
    .from(from)
    .where(page.where(where))
    .orderBy(...page.orderBy)
    .limit(page.limit)
    .offset(page.offset);

/**
 * The first of these rows, as many as take no more than `maxBytes` as JSON, and one in any case; each with how many are `left` after it.
 * What is over is cut off in the database, so that it never is in the Worker's memory.
 */
function selectWithin<Columns extends ListColumns, Sort extends string>(
  db: Database,
  { from, columns, where }: List<Columns, Sort>,
  page: ReturnType<typeof keyset<Sort>>,
  maxBytes: number,
) {
  const names = [...Object.keys(columns), "key"];
  const fieldsOf = (rows: object) =>
    Object.fromEntries(names.map((name): [string, SQL.Aliased] => [name, Reflect.get(rows, name)]));
  const found = db
    .select(aliased({ ...columns, key: page.key }))
    .from(from)
    .where(page.where(where))
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
    .select({ ...fieldsOf(measured), left: measured.left })
    .from(measured)
    .where(sql`${measured.place} = 1 or ${measured.bytes} <= ${maxBytes}`);
  // Drizzle knows no more of the columns than that they are some; they are those of the list.
  return rows as unknown as ReturnType<typeof selectRows<Columns, Sort>>;
}

/** Columns under the names of their own that they are selected as, each still read as its type is. */
const aliased = (columns: Record<string, AnyColumn | SQL.Aliased | SQL>) =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]): [string, SQL.Aliased] => {
      if (is(column, SQL.Aliased)) return [name, column.sql.as(name)];
      return [name, is(column, SQL) ? column.as(name) : sql`${column}`.mapWith(column).as(name)];
    }),
  );

/**
 * The parts of a query for one page, in a total order: by the sort key, then by id. A cursor continues where another
 * page ended, at the same cost however far that is; `skip` counts from the start.
 */
function keyset<Sort extends string>(
  keys: SortKeys<Sort>,
  shownId: AnyColumn | SQL.Aliased,
  request: PageRequest<Sort>,
) {
  const id = is(shownId, SQL.Aliased) ? shownId.sql : shownId;
  const { by, type } = keys[request.sort];
  const cursor = request.cursor;
  if (cursor && !(cursor.sort === request.sort && isKey(cursor.key, type))) throw noCursor();
  const isBackward = cursor?.isBackward ?? false;
  const isDescending = request.isDescending !== isBackward;
  const direction = sql.raw(isDescending ? "desc" : "asc");
  const beyond = sql.raw(isDescending ? "<" : ">");
  return {
    /** To be selected under the name `key`. */
    key: sql<string>`${by}::text`,
    where: (...filters: (SQL | undefined)[]) =>
      and(
        ...filters,
        cursor && sql`(${by}, ${id}) ${beyond} (${cursor.key}::${sql.raw(type)}, ${cursor.id}::uuid)`,
      ),
    orderBy: [sql`${by} ${direction}`, sql`${id} ${direction}`],
    /** One more than asked for, to know whether there are more. */
    limit: request.limit + 1,
    offset: cursor ? 0 : request.skip,
    /** The part of the list that `rows`, selected so, make up. */
    toPart<Row extends { id: string; key: string; left?: number }>(
      rows: Row[],
    ): Part<Omit<Row, "key" | "left">> {
      const hasMore = rows.length > request.limit || (rows.at(-1)?.left ?? 0) > 0;
      const shown = rows.slice(0, request.limit);
      if (isBackward) shown.reverse();
      const first = shown[0];
      const last = shown.at(-1);
      const hasNext = isBackward ? true : hasMore;
      const hasPrevious = isBackward ? hasMore : cursor !== undefined || request.skip > 0;
      return {
        items: shown.map(({ key: _, left: __, ...item }) => item),
        ...(hasNext && last && { next: cursorAt(request.sort, last, false) }),
        ...(hasPrevious && first && { previous: cursorAt(request.sort, first, true) }),
      };
    },
  };
}

/** How Postgres writes a timestamp with its offset from UTC, which old zones have to the second. */
const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d){0,2}$/;

/** Returns whether Postgres can have written `key`: a day of the calendar, and an offset that it reads back. */
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

/** Returns the condition that `expression` contains `text`, without regard to case. */
export const contains = (expression: SQL | AnyColumn, text: string): SQL =>
  sql`strpos(${foldCase(expression)}, ${foldCase(text)}) > 0`;

/** `text` as a pattern of LIKE that matches nothing else. */
export const escapePattern = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
