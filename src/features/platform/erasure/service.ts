import { notFound } from "../../../core/errors.ts";
import { type Progress, processEach, type Spending } from "../../../database/work.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import * as repository from "./repository.ts";
import type { ConfirmErasure } from "./schemas.ts";

/** Maximum number of accounts that one maintenance run erases. The others wait for the next run. */
const ACCOUNTS_PER_RUN = 100;

/**
 * Orders the erasure of a deleted account at the next maintenance run, before ERASURE_AFTER_DAYS have passed.
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
 * Erases the accounts that are due, in parts: first the names, then the records, then personal data in the audit log. A failure for one
 * account does not stop the others. Unfinished erasures continue in the next run.
 */
export async function eraseDueAccounts({ db, settings }: Scope, spending: Spending): Promise<Progress> {
  const days = settings.ERASURE_AFTER_DAYS;
  const due = await repository.selectDue(db, days, ACCOUNTS_PER_RUN);
  if (due.length === 0) return { done: 0 };
  const { done, failures } = await processEach(due, spending, async (id) => {
    for (;;) {
      if (!(await repository.eraseSome(db, id, days))) return true;
      if (spending.isSpent()) return false;
    }
  });
  const isFinished = done.length > 0 && (await eraseMentions(db, done, spending));
  if (isFinished) await repository.finishErasures(db, done);
  return { done: isFinished ? done.length : 0, failures, left: await repository.countDue(db, days) };
}

/** Erases the names of the accounts `ids` from the audit log. Returns whether it searched the whole log. */
async function eraseMentions(db: Scope["db"], ids: readonly string[], spending: Spending): Promise<boolean> {
  while (await repository.eraseSomeMentions(db, ids)) {
    if (spending.isSpent()) return false;
  }
  return true;
}
