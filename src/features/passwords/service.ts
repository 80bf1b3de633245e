import type { OriginScope } from "../../core/context.ts";
import { AppError } from "../../core/errors.ts";
import { hashNewPassword } from "../../core/security/new-password.ts";
import { hashOfOneTimeToken } from "../../core/security/one-time-token.ts";
import * as messages from "../email/messages.ts";
import { newMailedToken, tell, tellNow } from "../email/service.ts";
import { fromAddress, policiesOf } from "../throttling/policies.ts";
import { countAttempt } from "../throttling/service.ts";
import * as repository from "./repository.ts";
import type { ResetPassword } from "./schemas.ts";

/**
 * Sends a mail to reset a password by, if there is an active account with `email`. Whether there is one is only looked up
 * after the answer: what is answered and how long that takes can tell nothing (OWASP ASVS 5.0 6.3.8). Requests are counted
 * likewise, for any email.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function forgotPassword(scope: OriginScope, email: string): Promise<void> {
  const { db, settings, origin } = scope;
  const policies = policiesOf(settings);
  await countAttempt(scope, [
    { policy: policies.passwordReset, of: email },
    ...fromAddress(policies.mailFromAddress, origin),
  ]);
  scope.defer(async () => {
    const token = await newMailedToken("passwordReset");
    const isKept = await repository.keepReset(db, email, token);
    if (isKept) await tellNow(scope, email, messages.passwordReset(token.text));
  });
}

/**
 * Sets the password of who has a token by mail; also the first one of an invited account. Whoever opened a session with
 * the old password, or made a personal token in it, may be why it is reset: all of these end (OWASP ASVS 5.0 7.4.3). It
 * signs nobody in, so that a second factor is asked for as ever (6.4.3). A password that is refused leaves the token good.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, INVALID_PASSWORD
 */
export async function resetPassword(
  scope: OriginScope,
  { token, new_password }: ResetPassword,
): Promise<void> {
  const { db, settings } = scope;
  const hash = await hashOfOneTimeToken(token);
  const account = await repository.findReset(db, hash);
  if (!account) throw new AppError("INVALID_ONE_TIME_TOKEN");
  const passwordHash = await hashNewPassword(settings, new_password, account);
  const isReset = await repository.resetPassword(db, { userId: account.user_id, hash, passwordHash });
  if (!isReset) throw new AppError("INVALID_ONE_TIME_TOKEN");
  tell(scope, account.email, messages.passwordWasReset);
}
