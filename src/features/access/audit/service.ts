import { pageRequest, partsOf } from "../../../core/page.ts";
import { type Progress, removeInBatches, type Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { AuditQuery } from "./schemas.ts";

/** A page of the events that `query` asks for, latest first. */
export const listEvents = ({ db }: PrincipalScope, query: AuditQuery) =>
  repository.listEvents(db, query, pageRequest({ ...query, sort: "-occurred_at" }));

/**
 * All events that `query` asks for, latest first. It goes back in time, so what happens meanwhile makes it no longer. Each
 * page is a round trip behind the guard: who may not read the log any more gets no further.
 */
export const exportEvents = ({ db }: PrincipalScope, query: AuditQuery) =>
  partsOf((place) => repository.listEventsDown(db, query, place));

/** Removes the events whose time to be kept is over. */
export function removeOldEvents({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  const days = settings.AUDIT_RETENTION_DAYS;
  return removeInBatches(db, repository.outdated(days), spending, (limit) =>
    repository.removeEvents(db, days, limit),
  );
}
