import type { PrincipalScope, Scope } from "../../core/context.ts";
import { notFound } from "../../core/errors.ts";
import * as repository from "./repository.ts";
import type { ConfirmErasure } from "./schemas.ts";

/** How many accounts one run of the maintenance erases at most: the others wait for the next. */
const ACCOUNTS_AT_ONCE = 100;

/**
 * Has a deleted account erased at the next run of the maintenance, without waiting for the rest of ERASURE_AFTER_DAYS.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the caller
 * does not hold, BUSINESS_LOGIC_ERROR for an account that is not deleted or has another username
 */
export async function orderErasure(
  { db, principal }: PrincipalScope,
  id: string,
  { username }: ConfirmErasure,
) {
  const ordered = await repository.orderErasure(db, { actorId: principal.userId, id }, username);
  if (!ordered) throw notFound("user");
  return ordered;
}

/**
 * Erases the accounts whose time has come, in parts: the names first, then the records, and what is personal in the audit log. An
 * account that can't be erased keeps no other from being erased. The number erased.
 *
 * @throws the first error, once all accounts were tried
 */
export async function eraseDueAccounts({ db, settings }: Scope): Promise<number> {
  const days = settings.ERASURE_AFTER_DAYS;
  const due = await repository.selectDue(db, days, ACCOUNTS_AT_ONCE);
  const emptied: string[] = [];
  const failures: unknown[] = [];
  for (const id of due) {
    try {
      while (await repository.eraseSome(db, id, days));
      emptied.push(id);
    } catch (error) {
      failures.push(error);
    }
  }
  if (emptied.length > 0) {
    for (let place = await repository.eraseSomeMentions(db, emptied); place; ) {
      place = await repository.eraseSomeMentions(db, emptied, place);
    }
    await repository.finishErasures(db, emptied);
  }
  if (failures.length > 0) throw failures[0];
  return emptied.length;
}
