import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { ClientQuery, CreateClient, UpdateClient } from "./schemas.ts";
import * as statements from "./statements.ts";

/**
 * Returns a page of the caller's clients, or of other users' clients for holders of `clients:read_any`. @throws AppError PERMISSION_DENIED
 */
export const listClients = ({ db, principal }: PrincipalScope, query: ClientQuery) =>
  repository.listClients(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    owner: query.owner_id,
    organization: query.organization_id,
    isCounted: query.count,
    isDeleted: query.deleted,
    q: query.q,
    isArchived: query.archived,
  });

/** Returns the client with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getClient = ({ db, principal }: PrincipalScope, id: string) =>
  statements.clientRecords.find(db, principal.userId, id);

/** Creates a client. @throws AppError RESOURCE_ALREADY_EXISTS */
export const createClient = (
  { db, principal }: PrincipalScope,
  { organization_id: organizationId, ...values }: CreateClient,
) => statements.clientRecords.insert(db, principal.userId, { ...values, organizationId });

/** Updates a client. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PRECONDITION_FAILED */
export const updateClient = (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateClient,
  expectedTags: string[] | undefined,
) => repository.updateClient(db, { actorId: principal.userId, id, expectedTags }, changes);

/** Deletes a client; its projects stay. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteClient = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => statements.clientRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted client. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its name is taken */
export const restoreClient = ({ db, principal }: PrincipalScope, id: string) =>
  statements.clientRecords.restore(db, { actorId: principal.userId, id });
