import { and, eq, gte, like, lt, type SQL, sql } from "drizzle-orm";
import type { Cursor, PageRequest } from "../../../core/page.ts";
import type { Database } from "../../../database/client.ts";
import { escapePattern, selectPage, selectPart } from "../../../database/keyset-pagination.ts";
import { auditEvents } from "../../../database/tables/audit-events.ts";
import type { Due } from "../../../database/work.ts";

/** Which events are meant: all that every given field says. */
export interface EventFilter {
  actor_id?: string | undefined;
  target_id?: string | undefined;
  target_type?: string | undefined;
  /** A name, or the beginning of names and `.*`. */
  action?: string | undefined;
  request_id?: string | undefined;
  /** The first instant, and the one after the last. */
  from?: Date | undefined;
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

/** Of a page, as JSON: what a change of a large role did is long. On its way from the database it may take twice as much. */
const MAX_PAGE_BYTES = 5_000_000;

/** A page of the events that `filter` names, shorter than asked for where they are very long. */
export const listEvents = (db: Database, filter: EventFilter, request: PageRequest<"occurred_at">) =>
  selectPage(db, eventsOf(filter), request, undefined, MAX_PAGE_BYTES);

/** The `limit` latest events that `filter` names, or the next ones older than the place of `cursor`. */
export const listEventsDown = (
  db: Database,
  filter: EventFilter,
  { limit, cursor }: { limit: number; cursor: Cursor | undefined },
) => selectPart(db, eventsOf(filter), { sort: "occurred_at", isDescending: true, skip: 0, limit, cursor });

/**
 * The events that are older than `days`, and than the days that the function remove_audit_events leaves in any case; without those that
 * go with their month.
 */
export const outdated = (days: number): Due => ({
  table: auditEvents,
  at: sql`occurred_at`,
  before: sql`now() - make_interval(days => ${Math.max(days, 7)})`,
  among: sql`tableoid = any(array(select partition::oid from partitions_of('audit_events') where starts is null))`,
});

/** Removes the `limit` oldest events that are older than `days`; nothing else removes any. Returns the number removed. */
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
  where: and(
    filter.actor_id === undefined ? undefined : eq(auditEvents.actorId, filter.actor_id),
    filter.target_id === undefined ? undefined : eq(auditEvents.targetId, filter.target_id),
    filter.target_type === undefined ? undefined : eq(auditEvents.targetType, filter.target_type),
    filter.action === undefined ? undefined : isAction(filter.action),
    filter.request_id === undefined ? undefined : eq(auditEvents.requestId, filter.request_id),
    filter.from === undefined ? undefined : gte(auditEvents.occurredAt, filter.from),
    filter.to === undefined ? undefined : lt(auditEvents.occurredAt, filter.to),
  ),
});

const isAction = (wanted: string): SQL =>
  wanted.endsWith(".*")
    ? like(auditEvents.action, `${escapePattern(wanted.slice(0, -1))}%`)
    : eq(auditEvents.action, wanted);
