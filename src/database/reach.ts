import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import type { Candidates } from "./keyset-pagination.ts";
import {
  columnOf,
  isOfTeam,
  isOwnedBy,
  ON_PROJECTS,
  type Owned,
  ownerOf,
  type ScopedResource,
  VISIBLE,
} from "./ownership.ts";

/*
 * Queries for the ids of the first live rows of a list within the caller's reach in an organization. Each way of reach is a part of a
 * union, in the order of an index, so that the rows that the caller does not reach don't count.
 */

interface Reached {
  table: Owned;
  resource: ScopedResource;
  actorId: string;
  organization: string;
  /** Team whose members' time is requested. */
  team?: string | undefined;
  /** Condition for the rows of the list. */
  where: Condition;
}

/** A condition, and facts about the rows that meet it. */
interface Condition extends Narrowing {
  all: SQL;
}

/** Facts about the rows that meet a condition on time. */
export interface Narrowing {
  /** The condition in two parts. Few rows meet the second one: they have an index of their own, in the order of the list. */
  parts?: { most: SQL; few: SQL } | undefined;
  /** Query for the ids of the rows that a filter allows, which are few or many. */
  ids?: SQL | undefined;
}

/** Number of ids up to which these rows are read by their ids. */
const FEW_IDS = 250;

/** Factor of the number of rows that the first look at each owner or project reads in all, to find those of one page. */
const FIRST_LOOK = 3;

const KEY = sql`keys.key`;
const EVERYTHING = sql`(select everything from reach)`;
const OWN = sql`(select own from reach)`;
const OWN_ONLY = sql`(select own and not everything from reach)`;
const OWNERS = sql`(select owners from reach)::uuid[]`;
const PROJECTS = sql`(select projects from reach)::uuid[]`;

/** Returns the query for the first time entries within reach. */
export function findReachedTime(request: Reached, candidates: Candidates): SQL {
  const { parts, ids, all } = request.where;
  const isOther = ids ? sql`not (select is_few from named_count)` : sql`true`;
  const part = partOf(request, candidates, sql`${isOther} and ${parts?.most ?? all}`);
  const isReached = sql`${isReachedOf(request, ownerOf(request.table))} and ${isOfTeam(request.table, request)}`;
  return firstOf(request, candidates, [
    ...(ids ? [ofFewIds(request.table, ids, isReached, partOf(request, candidates, all))] : []),
    ...(request.team === undefined ? waysOfReach : waysInTeam)(request, candidates, part, isOther),
    ...(parts ? [{ rows: partOf(request, candidates, sql`${isOther} and ${parts.few}`)(isReached) }] : []),
  ]);
}

/** Returns the condition that the time entry of an owner is within reach. */
const isReachedOf = ({ table, actorId }: Reached, owner: SQL): SQL => sql`(
  ${EVERYTHING} or ${OWN} and ${owner} = ${actorId}::uuid or ${owner} = any(${OWNERS})
  or ${ON_PROJECTS.time_entries(table, PROJECTS)})`;

/** Returns the part with the rows that have one of the ids, if these are few. */
const ofFewIds = (table: Owned, ids: SQL, isReached: SQL, part: PartQuery): Part => ({
  expressions: [
    sql`named as materialized (select id from (${ids}) as found (id) limit ${FEW_IDS + 1})`,
    sql`named_count as materialized (select count(*) <= ${FEW_IDS} as is_few from named)`,
  ],
  rows: part(
    sql`${columnOf(table, "id")} = any(array(select named.id from named where (select is_few from named_count))) and ${isReached}`,
  ),
});

/** Returns a part for each way of reach: all entries, the own ones, those of other members, and those on projects. */
function waysOfReach(
  { table, actorId }: Reached,
  candidates: Candidates,
  part: PartQuery,
  isOther: SQL,
): Part[] {
  const led = {
    keys: sql`select key from reach cross join unnest(owners) as key
      where ${isOther} and not everything and not (own and key = ${actorId}::uuid)`,
    condition: isOwnedBy(table, KEY),
  };
  const managed = {
    keys: sql`select key from reach cross join unnest(projects) as key where ${isOther} and not everything`,
    condition: sql`${columnOf(table, "project_id")} = ${KEY}`,
  };
  return [
    { rows: part(EVERYTHING) },
    { rows: part(sql`${OWN_ONLY} and ${isOwnedBy(table, actorId)}`) },
    takeTurns("led", led, part, candidates),
    takeTurns("managed", managed, part, candidates),
  ];
}

/** Returns the part with the entries of the members of a team. */
function waysInTeam(request: Reached, candidates: Candidates, part: PartQuery, isOther: SQL): Part[] {
  const { table, organization, team } = request;
  const members = {
    keys: sql`select user_id as key from team_members
      where ${isOther} and organization_id = ${organization}::uuid and team_id = ${team}::uuid`,
    condition: sql`${isOwnedBy(table, KEY)} and ${isReachedOf(request, KEY)}`,
  };
  return [takeTurns("member", members, part, candidates)];
}

/** Returns the query for the first clients, projects, tasks or tags within reach. */
export function findReachedRecords(request: Reached, candidates: Candidates): SQL {
  const { table, resource, actorId, where } = request;
  const part = partOf(request, candidates, where.all);
  const projects = sql`(select projects from reach where not everything)::uuid[]`;
  return firstOf(request, candidates, [
    { rows: part(EVERYTHING) },
    { rows: part(sql`(select visible and not everything from reach) and ${VISIBLE[resource](table)}`) },
    { rows: part(sql`${OWN_ONLY} and ${isOwnedBy(table, actorId)}`) },
    { rows: part(ON_PROJECTS[resource](table, projects)) },
  ]);
}

/** A part of the union, and common table expressions for it. */
interface Part {
  rows: SQL;
  expressions?: SQL[];
}

/** Returns the query for the first rows of all parts. */
function firstOf(
  { actorId, organization, resource }: Reached,
  { direction, most }: Candidates,
  parts: readonly Part[],
): SQL {
  const reach = sql`reach as materialized (
    select * from reach_of(${actorId}::uuid, ${organization}::uuid, ${resource}, 'read'))`;
  const expressions = [reach, ...parts.flatMap((part) => part.expressions ?? [])];
  return sql`
    with ${sql.join(expressions, sql`, `)}
    select id from (${sql.join(
      parts.map(({ rows }) => sql`(${rows})`),
      sql` union `,
    )}) as candidates order by place ${direction}, id ${direction} limit ${most}`;
}

type PartQuery = (condition: SQL, most?: SQL) => SQL;

/** Returns the function that returns the query for the first rows that meet a condition. */
const partOf =
  ({ table, organization }: Reached, { by, direction, beyond, most }: Candidates, where: SQL): PartQuery =>
  (condition, limit = sql`${most}`) => {
    const id = columnOf(table, "id");
    return sql`
      select ${by} as place, ${id} as id from ${table}
       where ${columnOf(table, "organization_id")} = ${organization}::uuid and ${condition} and ${where} and ${beyond ?? sql`true`}
       order by ${by} ${direction}, ${id} ${direction} limit ${limit}`;
  };

/**
 * Returns the part with the first rows of many owners or projects, each of which has rows in the order of the list. First it reads a few
 * rows of each, and finds a place in the list by which there are enough rows. It reads on, up to that place, where a key may have more.
 */
function takeTurns(
  name: string,
  { keys, condition }: { keys: SQL; condition: SQL },
  part: PartQuery,
  { by, direction, isDescending, most }: Candidates,
): Part {
  const keyed = sql.identifier(name);
  const heads = sql.identifier(`${name}_heads`);
  const enough = sql.identifier(`${name}_enough`);
  const isBeforeEnough = (place: SQL | AnyColumn) =>
    isDescending
      ? sql`${place} >= coalesce((select place from ${enough}), '-infinity')`
      : sql`${place} <= coalesce((select place from ${enough}), 'infinity')`;
  return {
    expressions: [
      sql`${keyed} as materialized (
        select key, least(${most}::int, ceil(${FIRST_LOOK}::int * ${most}::int / (count(*) over ())::float))::int as first from (${keys}) as keys)`,
      sql`${heads} as materialized (
        select keys.key, keys.first, found.place, found.id,
               row_number() over (partition by keys.key order by found.place ${direction}, found.id ${direction}) as nth
          from ${keyed} as keys cross join lateral (${part(condition, sql`keys.first`)}) as found)`,
      sql`${enough} as materialized (
        select place from ${heads} order by place ${direction}, id ${direction} offset ${most}::int - 1 limit 1)`,
    ],
    rows: sql`
      select place, id from ${heads}
      union
      select found.place, found.id
        from ${heads} as keys cross join lateral (${part(sql`${condition} and ${isBeforeEnough(by)}`)}) as found
       where keys.nth = keys.first and keys.first < ${most}::int and ${isBeforeEnough(sql`keys.place`)}`,
  };
}
