import { pageRequest, partsOf } from "../../../core/page.ts";
import { type Progress, removeInBatches, type Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { AuditQuery } from "./schemas.ts";

/** Lists a page of the events that match `query`, latest first. */
export const listEvents = (
  { db }: PrincipalScope,
  query: AuditQuery & Pick<repository.EventFilter, "organization_id">,
) => repository.listEvents(db, query, pageRequest({ ...query, sort: "-occurred_at" }));

/**
 * Yields all events that match `query`, latest first. Events that are added during the export are not included. Each page is a round trip
 * with the guard, so the export ends if the caller loses the permission.
 */
export const exportEvents = ({ db }: PrincipalScope, query: AuditQuery) =>
  partsOf((place) => repository.listEventsDown(db, query, place));

/** Deletes events past their retention. */
export function removeOldEvents({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  const days = settings.AUDIT_RETENTION_DAYS;
  return removeInBatches(db, repository.selectOutdated(days), spending, (limit) =>
    repository.removeEvents(db, days, limit),
  );
}
