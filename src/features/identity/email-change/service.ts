import { AppError, ERRORS } from "../../../core/errors.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import type { Access } from "../../../database/access.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import { type Progress, processEach, type Spending } from "../../../database/work.ts";
import type { OriginScope, Scope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { inUtc, newMailedToken, offerReview, sendMailLater, sendMailOnSchedule } from "../email/service.ts";
import * as repository from "./repository.ts";

/**
 * Confirms an email change for the holder of the new address. Returns whether the change took effect; otherwise it waits for
 * the old address. If the account had no confirmed email before, also returns the access created until then and a token to
 * review it (as `verifyEmail` does).
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, BUSINESS_LOGIC_ERROR if the requester may no longer make the change,
 * EMAIL_ALREADY_EXISTS if another account has taken the address
 */
export async function confirmEmailChange(scope: OriginScope, token: string) {
  const review = await newMailedToken("review");
  const outcome = await repository
    .confirmChange(scope.db, await hashOfOneTimeToken(token), review)
    .catch((error) => explainConflict(error));
  const applied = reportOutcome(scope, outcome);
  return { isChanged: applied !== undefined, ...(isUnproven(applied) && offerReview(review, applied)) };
}

/**
 * Approves an email change for the holder of the old address, so that it takes effect without a delay. Returns whether it took
 * effect; otherwise it waits for the new address. If the account had no confirmed email before, mails the new address a token to
 * review the account.
 *
 * @throws AppError as `confirmEmailChange` does
 */
export async function approveEmailChange(scope: OriginScope, token: string): Promise<boolean> {
  const review = await newMailedToken("mailedReview");
  const outcome = await repository
    .approveChange(scope.db, await hashOfOneTimeToken(token), review)
    .catch((error) => explainConflict(error));
  const applied = reportOutcome(scope, outcome);
  if (isUnproven(applied))
    sendMailLater(scope, applied.to_email, messages.reviewAccount(review.text, inUtc(applied.access)));
  return applied !== undefined;
}

/** Notifies the old address of the outcome of a change. Returns the change if it took effect. */
function reportOutcome(scope: OriginScope, { isUsable, stoppedFor, applied }: repository.Outcome) {
  if (!isUsable) throw new AppError("INVALID_ONE_TIME_TOKEN");
  if (stoppedFor !== undefined) {
    sendMailLater(scope, stoppedFor, messages.emailChangeStopped);
    throw new AppError("BUSINESS_LOGIC_ERROR", {
      message: "The email change was stopped: the administrator who requested it may no longer make it.",
    });
  }
  if (applied) sendMailLater(scope, applied.from_email, messages.emailChanged);
  return applied;
}

/** Returns whether a change took effect for an account without a confirmed email. */
const isUnproven = (
  applied: repository.Outcome["applied"],
): applied is NonNullable<repository.Outcome["applied"]> & { access: Access } =>
  applied !== undefined && applied.access !== null;

/**
 * Stops or reverts an email change for the holder of the old address. Returns whether it was reverted: then only a password
 * reset at the old address, together with the account's second factors, opens the account.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, EMAIL_ALREADY_EXISTS if the old address was never verified and another account has
 * taken it
 */
export async function stopEmailChange({ db }: Scope, token: string): Promise<boolean> {
  const { isUsable, isReverted } = await repository
    .stopChange(db, await hashOfOneTimeToken(token))
    .catch((error) => explainConflict(error, OLD_EMAIL_TAKEN));
  if (!isUsable) throw new AppError("INVALID_ONE_TIME_TOKEN");
  return isReverted;
}

/** Maximum number of changes that one maintenance run applies; the others wait for the next run. */
const MAX_CHANGES_PER_RUN = 1_000;

/**
 * Applies confirmed changes that have waited long enough for the old address, and notifies it. Cancels a change whose address
 * another account has taken, and stops a change that its requester may no longer make.
 */
export async function applyDueEmailChanges(scope: Scope, spending: Spending): Promise<Progress> {
  const ids = await repository.selectDueChanges(scope.db, MAX_CHANGES_PER_RUN);
  const { done, failures } = await processEach(ids, spending, (id) => applyDueEmailChange(scope, id));
  const left = ids.length > 0 ? await repository.countDueChanges(scope.db) : undefined;
  return { done: done.length, failures, left };
}

async function applyDueEmailChange(scope: Scope, id: string): Promise<boolean> {
  const review = await newMailedToken("mailedReview");
  const outcome = await repository.applyDueChange(scope.db, id, review).catch(async (error) => {
    if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
    await repository.cancelChange(scope.db, id);
  });
  if (outcome?.stoppedFor !== undefined)
    await sendMailOnSchedule(scope, outcome.stoppedFor, messages.emailChangeStopped);
  const applied = outcome?.applied;
  if (!applied) return false;
  await sendMailOnSchedule(scope, applied.from_email, messages.emailChanged);
  if (isUnproven(applied))
    await sendMailOnSchedule(
      scope,
      applied.to_email,
      messages.reviewAccount(review.text, inUtc(applied.access)),
    );
  return true;
}

/** Removes changes that can no longer be confirmed or stopped. */
export const removeOldEmailChanges = ({ db }: Scope, spending: Spending): Promise<Progress> =>
  repository.removeOldChanges(db, spending);

const OLD_EMAIL_TAKEN =
  "Another account now has the old email. Reset the password of that account by mail and delete it, then stop the change again.";

function explainConflict(error: unknown, message: string = ERRORS.EMAIL_ALREADY_EXISTS.message): never {
  if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
  throw new AppError("EMAIL_ALREADY_EXISTS", { cause: error, message });
}
