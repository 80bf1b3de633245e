import { AppError } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import { hashNewPassword } from "../../../core/security/new-password.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import type { OriginScope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { createdInUtc, newMailedToken, tell, tellNow } from "../email/service.ts";
import { failuresOf, fromAddress, policiesOf } from "../throttling/policies.ts";
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
    const isKept = await repository
      .keepReset(db, email, token, policies.mailToRecipient)
      .catch((error) => dropMail(scope, error));
    if (isKept) await tellNow(scope, email, messages.passwordReset(token.text));
  });
}

/** Logs that no mail is sent because its recipient was sent too many; other errors are thrown. */
function dropMail({ settings, origin }: OriginScope, error: unknown): false {
  if (!(error instanceof AppError && error.code === "RATE_LIMIT_EXCEEDED")) throw error;
  log(settings, "warn", "mail", "A mail was dropped: its recipient was sent too many", {
    request_id: origin.requestId,
    subject: "reset",
  });
  return false;
}

/**
 * Sets the password of the account that a mailed token is for; also the first one of an invited account. Somebody who knew
 * the old password may be why it is reset, so what could be made with it ends: sessions, tokens, keys and feeds, and, where
 * nobody had proven the email, passkeys, the authenticator app and recovery codes too (OWASP ASVS 5.0 7.4.3). It signs nobody
 * in, so that a second factor of an account with a proven email is asked for as ever (6.4.3). Returns what ended and what
 * still opens the account; the mail says it as well. A password that is refused leaves the token good.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, INVALID_PASSWORD, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function resetPassword(scope: OriginScope, { token, new_password }: ResetPassword) {
  const { db, settings, origin } = scope;
  const hash = await hashOfOneTimeToken(token);
  const account = await repository.findReset(db, hash, policiesOf(settings).resetWithToken);
  if (!account) throw new AppError("INVALID_ONE_TIME_TOKEN");
  const passwordHash = await hashNewPassword(settings, new_password, account);
  const { user_id: userId } = account;
  const policies = policiesOf(settings);
  const forgotten = [
    ...failuresOf(policies, userId, origin.address),
    { policy: policies.secondFactor, of: userId },
    { policy: policies.password, of: userId },
  ];
  const reset = { userId, hash, passwordHash, forgotten };
  const { ended, access } = await repository.resetPassword(db, reset);
  if (!ended || !access) throw new AppError("INVALID_ONE_TIME_TOKEN");
  const { authenticator, recovery_codes } = access;
  const still_opens = { passkeys: access.passkeys.map(createdInUtc), authenticator, recovery_codes };
  tell(scope, account.email, messages.passwordWasReset(still_opens));
  return { ended, still_opens };
}
