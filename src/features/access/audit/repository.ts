import { and, eq, gte, like, lt, type SQL, sql } from "drizzle-orm";
import type { Cursor, PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import {
  type Candidates,
  escapePattern,
  selectPage,
  selectPart,
} from "../../../database/keyset-pagination.ts";
import { auditEvents } from "../../../database/tables/audit-events.ts";
import type { Due } from "../../../database/work.ts";

/** Filter of audit events. All given conditions must match. */
export interface EventFilter {
  actor_id?: string | undefined;
  target_id?: string | undefined;
  target_type?: string | undefined;
  /** A full name, or a prefix that ends in `.*`. */
  action?: string | undefined;
  request_id?: string | undefined;
  /** Only events in this organization. */
  organization_id?: string | undefined;
  /** Start of the period, included. */
  from?: Date | undefined;
  /** End of the period, excluded. */
  to?: Date | undefined;
}

const columns = {
  id: auditEvents.id,
  occurred_at: auditEvents.occurredAt,
  actor_id: auditEvents.actorId,
  credential_id: auditEvents.credentialId,
  action: auditEvents.action,
  target_type: auditEvents.targetType,
  target_id: auditEvents.targetId,
  address: auditEvents.address,
  request_id: auditEvents.requestId,
  details: auditEvents.details,
};

const SORT_KEYS = { occurred_at: { by: auditEvents.occurredAt, type: "timestamptz" } } as const;

/** Maximum size of a page as JSON: events of large roles are long. The response of the database may be twice as large. */
const MAX_PAGE_BYTES = 5_000_000;

/** Lists a page of the events that match `filter`. It is shorter than requested if the events are very long. */
export const listEvents = (db: Database, filter: EventFilter, request: PageRequest<"occurred_at">) =>
  selectPage(db, eventsOf(filter), request, undefined, MAX_PAGE_BYTES);

/** Lists the `limit` latest events that match `filter`, or the events that follow `cursor`. */
export const listEventsDown = (
  db: Database,
  filter: EventFilter,
  { limit, cursor }: { limit: number; cursor: Cursor | undefined },
) => selectPart(db, eventsOf(filter), { sort: "occurred_at", isDescending: true, skip: 0, limit, cursor });

/**
 * Returns the events that are older than `days`, and older than the minimum that the function remove_audit_events keeps. Events in
 * monthly partitions are excluded: they are dropped with their partition.
 */
export const selectOutdated = (days: number): Due => ({
  table: auditEvents,
  at: sql`occurred_at`,
  before: sql`now() - make_interval(days => ${Math.max(days, 7)})`,
  among: sql`tableoid = any(array(select partition::oid from partitions_of('audit_events') where starts is null))`,
});

/** Deletes the `limit` oldest events that are older than `days`, and returns the number deleted. Nothing else deletes events. */
export async function removeEvents(db: Database, days: number, limit: number): Promise<number> {
  const { rows } = await db.execute<{ removed: number }>(
    sql`select remove_audit_events(${days}, ${limit}) as removed`,
  );
  return rows[0]?.removed ?? 0;
}

const eventsOf = (filter: EventFilter) => ({
  from: auditEvents,
  columns,
  keys: SORT_KEYS,
  where: conditionOf(filter),
  candidates: isPrefixAlone(filter)
    ? (first: Candidates) => findByPrefix(filter.action ?? "", conditionOf(filter), first)
    : undefined,
});

/** Returns whether `filter` selects a prefix of actions, perhaps in a period. Other conditions have indexes in the order of the list. */
const isPrefixAlone = ({ action, from: _, to: __, ...others }: EventFilter): boolean =>
  action?.endsWith(".*") === true && Object.values(others).every((value) => value === undefined);

/**
 * Returns a query for the ids of the first events whose actions begin with a prefix: the first events of each of these actions, which are
 * next to each other in an index. Otherwise Postgres would walk through all events by time, and read most of them for a prefix that is rare.
 */
const findByPrefix = (
  wanted: string,
  condition: SQL | undefined,
  { by, direction, beyond, most }: Candidates,
): SQL => {
  const { id, action } = auditEvents;
  const next = (after: SQL) => sql`
    select ${action} from ${auditEvents} where ${isAction(wanted)} and ${after} order by ${action} using ~<~ limit 1`;
  return sql`
    with recursive names as (
      (${next(sql`true`)})
      union all
      select (${next(sql`${action} ~>~ names.action`)}) from names where names.action is not null)
    select first.id from names, lateral (
      select ${id} as id, ${by} as key from ${auditEvents}
      where ${and(sql`${action} = names.action`, condition, beyond)}
      order by ${by} ${direction}, ${id} ${direction} limit ${most}) as first
    order by first.key ${direction}, first.id ${direction} limit ${most}`;
};

const conditionOf = (filter: EventFilter) =>
  and(
    filter.actor_id === undefined ? undefined : eq(auditEvents.actorId, filter.actor_id),
    filter.target_id === undefined ? undefined : eq(auditEvents.targetId, filter.target_id),
    filter.target_type === undefined ? undefined : eq(auditEvents.targetType, filter.target_type),
    filter.action === undefined ? undefined : isAction(filter.action),
    filter.request_id === undefined ? undefined : eq(auditEvents.requestId, filter.request_id),
    filter.organization_id === undefined ? undefined : eq(auditEvents.organizationId, filter.organization_id),
    filter.from === undefined ? undefined : gte(auditEvents.occurredAt, filter.from),
    filter.to === undefined ? undefined : lt(auditEvents.occurredAt, filter.to),
  );

const isAction = (wanted: string): SQL =>
  wanted.endsWith(".*")
    ? like(auditEvents.action, `${escapePattern(wanted.slice(0, -1))}%`)
    : eq(auditEvents.action, wanted);
