import type { PrincipalScope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import {
  type ActivityRuleOrder,
  type CreateActivityRule,
  MAX_RULES,
  type UpdateActivityRule,
} from "./schemas.ts";

/** Returns the caller's rules, in the order in which they are evaluated. */
export const listRules = ({ db, principal }: PrincipalScope) => repository.listRules(db, principal.userId);

/** Returns the rule with `id`. @throws AppError RESOURCE_NOT_FOUND */
export const getRule = ({ db, principal }: PrincipalScope, id: string) =>
  repository.ruleRecords.find(db, principal.userId, id);

/** Appends a rule. @throws AppError RESOURCE_NOT_FOUND for an unknown project, BUSINESS_LOGIC_ERROR for too many rules */
export function createRule({ db, principal }: PrincipalScope, input: CreateActivityRule) {
  const { project_id: projectId, ...values } = input;
  return repository.insertRule(db, principal.userId, { ...values, projectId }, MAX_RULES);
}

/** Updates a rule. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export function updateRule(
  { db, principal }: PrincipalScope,
  id: string,
  { project_id: projectId, ...changes }: UpdateActivityRule,
  expectedTags: string[] | undefined,
) {
  return repository.updateRule(
    db,
    { actorId: principal.userId, id, expectedTags },
    { ...changes, projectId },
  );
}

/** Deletes a rule. @throws AppError RESOURCE_NOT_FOUND, PRECONDITION_FAILED */
export const deleteRule = (
  { db, principal }: PrincipalScope,
  id: string,
  expectedTags: string[] | undefined,
) => repository.ruleRecords.remove(db, { actorId: principal.userId, id, expectedTags });

/** Sets the order of the caller's rules, and returns them. @throws AppError BUSINESS_LOGIC_ERROR unless each is named exactly once */
export const orderRules = ({ db, principal }: PrincipalScope, { rule_ids: ids }: ActivityRuleOrder) =>
  repository.orderRules(db, principal.userId, ids);
