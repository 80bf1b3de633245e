import { pageRequest } from "../../../core/page.ts";
import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { CreateTag, TagQuery, UpdateTag } from "./schemas.ts";
import * as statements from "./statements.ts";

/** Returns a page of the caller's tags, or of other users' tags for holders of `tags:read_any`. @throws AppError PERMISSION_DENIED */
export const listTags = ({ db, principal }: PrincipalScope, query: TagQuery) =>
  repository.listTags(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    owner: query.owner_id,
    organization: query.organization_id,
    isCounted: query.count,
    isDeleted: query.deleted,
    q: query.q,
  });

/** Returns the tag with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getTag = ({ db, principal }: PrincipalScope, id: string) =>
  statements.tagRecords.find(db, principal.userId, id);

/** Creates a tag. @throws AppError RESOURCE_ALREADY_EXISTS */
export const createTag = (
  { db, principal }: PrincipalScope,
  { organization_id: organizationId, ...values }: CreateTag,
) => statements.tagRecords.insert(db, principal.userId, { ...values, organizationId });

/** Updates a tag. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS, PRECONDITION_FAILED */
export const updateTag = (
  { db, principal }: PrincipalScope,
  id: string,
  changes: UpdateTag,
  expectedTags: string[] | undefined,
) => statements.tagRecords.update(db, { actorId: principal.userId, id, expectedTags }, changes);

/** Deletes a tag; time entries keep it. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteTag = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => statements.tagRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Restores a deleted tag. @throws AppError RESOURCE_NOT_FOUND, RESOURCE_ALREADY_EXISTS if its name is taken */
export const restoreTag = ({ db, principal }: PrincipalScope, id: string) =>
  statements.tagRecords.restore(db, { actorId: principal.userId, id });
