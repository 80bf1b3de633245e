import type { OriginScope, Scope } from "../../core/context.ts";
import { AppError } from "../../core/errors.ts";
import { hashOfOneTimeToken } from "../../core/security/one-time-token.ts";
import { violatedUniqueConstraint } from "../../database/errors.ts";
import * as messages from "../email/messages.ts";
import { tell, tellOnSchedule } from "../email/service.ts";
import * as repository from "./repository.ts";

/**
 * Confirms the change of an email for the holder of the new address. Returns whether the change took effect; else it waits for
 * the old address.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, EMAIL_ALREADY_EXISTS if another account has the address by now
 */
export const confirmEmailChange = async (scope: OriginScope, token: string): Promise<boolean> =>
  conclude(scope, await repository.confirm(scope.db, await hashOfOneTimeToken(token)).catch(explainConflict));

/**
 * Lets the change of an email take effect without a wait, for the holder of the old address. Returns whether it took effect; else
 * it waits for the new address.
 *
 * @throws AppError as `confirmEmailChange` does
 */
export const approveEmailChange = async (scope: OriginScope, token: string): Promise<boolean> =>
  conclude(scope, await repository.approve(scope.db, await hashOfOneTimeToken(token)).catch(explainConflict));

function conclude(scope: OriginScope, { isGood, applied }: repository.Outcome): boolean {
  if (!isGood) throw new AppError("INVALID_ONE_TIME_TOKEN");
  if (applied) tell(scope, applied.from_email, messages.emailChanged);
  return applied !== undefined;
}

/**
 * Stops the change of an email, or takes it back, for the holder of the old address. Returns whether it was taken back: then the
 * account is open to nothing but a reset of the password by the old address, with its second factors.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN
 */
export async function stopEmailChange({ db }: Scope, token: string): Promise<boolean> {
  const { isGood, isReverted } = await repository.stop(db, await hashOfOneTimeToken(token));
  if (!isGood) throw new AppError("INVALID_ONE_TIME_TOKEN");
  return isReverted;
}

/**
 * Lets confirmed changes take effect that waited long enough for the old address, and tells it. One whose address another account
 * has by now is cancelled. Returns the number that took effect.
 */
export async function applyDueEmailChanges(scope: Scope): Promise<number> {
  const ids = await repository.selectDue(scope.db);
  let count = 0;
  for (const id of ids) {
    const applied = await repository.applyDue(scope.db, id).catch(async (error) => {
      if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
      await repository.cancel(scope.db, id);
    });
    if (!applied) continue;
    count += 1;
    await tellOnSchedule(scope, applied.from_email, messages.emailChanged);
  }
  return count;
}

/** Removes changes that can be neither confirmed nor stopped any more. Returns the number removed. */
export const removeOldEmailChanges = ({ db }: Scope): Promise<number> => repository.removeOld(db);

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "users_email_key") throw error;
  throw new AppError("EMAIL_ALREADY_EXISTS", { cause: error });
}
