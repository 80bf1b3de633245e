import { AppError, ERRORS } from "../../../core/errors.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import type { Access } from "../../../database/access.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import { doEach, type Progress, type Spending } from "../../../database/work.ts";
import type { OriginScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { inUtc, newMailedToken, offerReview, tell, tellOnSchedule } from "../email/service.ts";
import * as repository from "./repository.ts";

/**
 * Confirms the change of an email for the holder of the new address. Returns whether the change took effect; else it waits for
 * the old address. Where no email of the account had been confirmed before, also returns what was made of it until then, and a
 * token to review that with (as `verifyEmail` does).
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, BUSINESS_LOGIC_ERROR for a change that its requester may not make any more,
 * EMAIL_ALREADY_EXISTS if another account has the address by now
 */
export async function confirmEmailChange(scope: OriginScope, token: string) {
  const review = await newMailedToken("review");
  const outcome = await repository
    .confirm(scope.db, await hashOfOneTimeToken(token), review)
    .catch((error) => explainConflict(error));
  const applied = conclude(scope, outcome);
  return { isChanged: applied !== undefined, ...(isUnproven(applied) && offerReview(review, applied)) };
}

/**
 * Lets the change of an email take effect without a wait, for the holder of the old address. Returns whether it took effect; else
 * it waits for the new address. That is mailed a token to review the account where no email of it had been confirmed before.
 *
 * @throws AppError as `confirmEmailChange` does
 */
export async function approveEmailChange(scope: OriginScope, token: string): Promise<boolean> {
  const review = await newMailedToken("mailedReview");
  const outcome = await repository
    .approve(scope.db, await hashOfOneTimeToken(token), review)
    .catch((error) => explainConflict(error));
  const applied = conclude(scope, outcome);
  if (isUnproven(applied))
    tell(scope, applied.to_email, messages.reviewAccount(review.text, inUtc(applied.access)));
  return applied !== undefined;
}

/** Tells the old address what became of a change. Returns the change if it took effect. */
function conclude(scope: OriginScope, { isUsable, stoppedFor, applied }: repository.Outcome) {
  if (!isUsable) throw new AppError("INVALID_ONE_TIME_TOKEN");
  if (stoppedFor !== undefined) {
    tell(scope, stoppedFor, messages.emailChangeStopped);
    throw new AppError("BUSINESS_LOGIC_ERROR", {
      message:
        "The email change was stopped: the administrator who requested it is no longer allowed to make it.",
    });
  }
  if (applied) tell(scope, applied.from_email, messages.emailChanged);
  return applied;
}

/** Returns whether a change took effect for an account without a confirmed email. */
const isUnproven = (
  applied: repository.Outcome["applied"],
): applied is NonNullable<repository.Outcome["applied"]> & { access: Access } =>
  applied !== undefined && applied.access !== null;

/**
 * Stops the change of an email, or takes it back, for the holder of the old address. Returns whether it was taken back: then the
 * account is open to nothing but a reset of the password by the old address, with its second factors.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, EMAIL_ALREADY_EXISTS if the old address was never verified, and another account has it by now
 */
export async function stopEmailChange({ db }: Scope, token: string): Promise<boolean> {
  const { isUsable, isReverted } = await repository
    .stop(db, await hashOfOneTimeToken(token))
    .catch((error) => explainConflict(error, OLD_EMAIL_TAKEN));
  if (!isUsable) throw new AppError("INVALID_ONE_TIME_TOKEN");
  return isReverted;
}

/** How many changes one run of the maintenance lets take effect at most: the others wait for the next. */
const CHANGES_AT_ONCE = 1_000;

/**
 * Lets confirmed changes take effect that waited long enough for the old address, and tells it. One whose address another account
 * has by now is cancelled, and one that its requester may not make any more is stopped.
 */
export async function applyDueEmailChanges(scope: Scope, spending: Spending): Promise<Progress> {
  const ids = await repository.selectDue(scope.db, CHANGES_AT_ONCE);
  const { done, failures } = await doEach(ids, spending, (id) => applyDueEmailChange(scope, id));
  const left = ids.length > 0 ? await repository.countDue(scope.db) : undefined;
  return { done: done.length, failures, left };
}

async function applyDueEmailChange(scope: Scope, id: string): Promise<boolean> {
  const review = await newMailedToken("mailedReview");
  const outcome = await repository.applyDue(scope.db, id, review).catch(async (error) => {
    if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
    await repository.cancel(scope.db, id);
  });
  if (outcome?.stoppedFor !== undefined)
    await tellOnSchedule(scope, outcome.stoppedFor, messages.emailChangeStopped);
  const applied = outcome?.applied;
  if (!applied) return false;
  await tellOnSchedule(scope, applied.from_email, messages.emailChanged);
  if (isUnproven(applied))
    await tellOnSchedule(scope, applied.to_email, messages.reviewAccount(review.text, inUtc(applied.access)));
  return true;
}

/** Removes changes that can be neither confirmed nor stopped any more. */
export const removeOldEmailChanges = ({ db }: Scope, spending: Spending): Promise<Progress> =>
  repository.removeOld(db, spending);

const OLD_EMAIL_TAKEN =
  "Another account now has the old email. Reset that account's password by mail and delete the account, then stop the change again.";

function explainConflict(error: unknown, message: string = ERRORS.EMAIL_ALREADY_EXISTS.message): never {
  if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
  throw new AppError("EMAIL_ALREADY_EXISTS", { cause: error, message });
}
