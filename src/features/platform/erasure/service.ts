import { notFound } from "../../../core/errors.ts";
import { doEach, type Progress, type Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
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
  if (!ordered) notFound("user");
  return ordered;
}

/**
 * Erases the accounts whose time has come, in parts: the names first, then the records, and what is personal in the audit log. An
 * account that can't be erased keeps no other from being erased. What is begun and not finished is due in the next run, too.
 */
export async function eraseDueAccounts({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  const days = settings.ERASURE_AFTER_DAYS;
  const due = await repository.selectDue(db, days, ACCOUNTS_AT_ONCE);
  if (due.length === 0) return { done: 0 };
  const { done, failures } = await doEach(due, spending, async (id) => {
    for (;;) {
      if (!(await repository.eraseSome(db, id, days))) return true;
      if (spending.isSpent()) return false;
    }
  });
  const isFinished = done.length > 0 && (await eraseMentions(db, done, spending));
  if (isFinished) await repository.finishErasures(db, done);
  return { done: isFinished ? done.length : 0, failures, left: await repository.countDue(db, days) };
}

/** Takes the names of the accounts `ids` out of the audit log. Returns whether it came to its end. */
async function eraseMentions(db: Scope["db"], ids: readonly string[], spending: Spending): Promise<boolean> {
  while (await repository.eraseSomeMentions(db, ids)) {
    if (spending.isSpent()) return false;
  }
  return true;
}
